"""Chinese text: cleaning, script folding, identifiers, masking and order; pure functions, no Django."""

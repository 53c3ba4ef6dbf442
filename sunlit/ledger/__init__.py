"""The one ledger: what was done in public, in an order and a form that anyone can check."""

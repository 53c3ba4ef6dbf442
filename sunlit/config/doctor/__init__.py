"""The doctor: small checks, one question each, that say what is wrong, why it matters and what helps."""

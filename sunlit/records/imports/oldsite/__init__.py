"""The pages of an old site become records, and every old address leads to what became of it."""

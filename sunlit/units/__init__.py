"""Organisations, their succession, their members, and who may do what."""

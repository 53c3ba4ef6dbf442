"""Importing many records at once: read, check, stage out of sight, release together."""

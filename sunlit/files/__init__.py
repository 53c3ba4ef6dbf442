"""Attachments, stored by content."""

"""Attachments, stored by content: typed by what is in them, served only through whoever attaches them."""

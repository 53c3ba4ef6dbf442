"""What the pages of accounts hold."""

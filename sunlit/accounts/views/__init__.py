"""What the pages of accounts answer."""

"""Settings, addresses, entry point, and the one registry that joins words to what implements them."""

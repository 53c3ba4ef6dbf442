"""What readers asked of search, and what staff add to what they are answered (``docs/engines/find.md``)."""

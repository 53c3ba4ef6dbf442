"""Search that understands Chinese: a view of the ledger, and what a reader asks of it (``docs/engines/search.md``)."""

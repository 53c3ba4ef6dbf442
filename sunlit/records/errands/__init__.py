"""Work on many records at once that goes on in the background: imports, bulk edits, bulk withdrawals, their undoing."""

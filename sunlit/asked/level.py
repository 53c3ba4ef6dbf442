"""Whether search knows everything that the ledger holds, so that a page of results may be kept until the next act."""

from __future__ import annotations

from datetime import datetime

from sunlit.ledger import selectors as ledger
from sunlit.search import shelving

_REST_SECONDS = 2.0
"""How long after its last change an index is surely read by everybody; readers look for a newer one less often."""


def is_level(now: datetime) -> bool:
    """Tell whether search has followed the ledger to its end a while ago."""
    folder = shelving.current()
    state = shelving.read(folder) if folder else None
    if folder is None or state is None or state.position < ledger.head().size:
        return False
    try:
        changed = (folder / "state.json").stat().st_mtime
    except OSError:
        return False
    return now.timestamp() - changed >= _REST_SECONDS

"""After a restore: followers that have seen another history than the one that is there now."""

from __future__ import annotations

from sunlit.config import registry
from sunlit.ledger import followers
from sunlit.ledger.models import Cursor


def strayed() -> list[str]:
    """Return what to do about each follower whose cursor does not stand in this log, a sentence for each."""
    views = {view.name for view in registry.views()}
    return [
        f"`sunlit rebuild {cursor.pk}`: this view has followed entries that this log does not hold."
        if cursor.pk in views
        else f"{cursor.pk} has acted upon entries that this log does not hold: look at what it did."
        for cursor in Cursor.objects.order_by("follower")
        if not followers.in_our_history(cursor)
    ]

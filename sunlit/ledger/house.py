"""What the house has registered with the ledger; settings name the functions that list it."""

from django.conf import settings
from django.utils.module_loading import import_string

from sunlit.ledger.contents import ContentSource
from sunlit.ledger.followers import Followers


def content_sources() -> list[ContentSource]:
    """Return the sources of the documents to which the log is bound."""
    name = getattr(settings, "LEDGER_CONTENT_SOURCES", "")
    return list(import_string(name)()) if name else []


def followers() -> Followers:
    """Return everything that follows the ledger."""
    name = getattr(settings, "LEDGER_FOLLOWERS", "")
    found: Followers = import_string(name)() if name else Followers()
    return found

"""Django's name for this app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the app; nothing happens on import."""

    name = "sunlit.ledger"
    label = "ledger"

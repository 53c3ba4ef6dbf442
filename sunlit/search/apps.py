"""Django's name for this app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Names the app; its indexes are files or another server's, so it has no tables."""

    name = "sunlit.search"
    label = "search"

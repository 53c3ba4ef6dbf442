"""The app's place in Django."""

from django.apps import AppConfig


class PageCacheConfig(AppConfig):
    """Keeps pages ready in front of Django; it has no tables of its own."""

    name = "sunlit.pagecache"

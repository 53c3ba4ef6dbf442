"""Django's name for this app."""

from django.apps import AppConfig


class AskedConfig(AppConfig):
    """Names the app."""

    name = "sunlit.asked"
    label = "asked"

"""Django application of the screens."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Holds the base templates, the style sheet and the template tags."""

    name = "sunlit.screens"
    label = "screens"

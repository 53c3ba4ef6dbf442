"""Django application of the intake."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens of other systems, and what they sent."""

    name = "sunlit.api"
    label = "api"

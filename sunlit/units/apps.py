"""The Django application of organisations and people."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Organisations, members and roles."""

    name = "sunlit.units"
    label = "units"

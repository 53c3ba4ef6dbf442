"""Django application of the public site."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Holds the pages that citizens read."""

    name = "sunlit.portal"
    label = "portal"

"""Django application of the staff site."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Holds the pages that staff work on."""

    name = "sunlit.workbench"
    label = "workbench"

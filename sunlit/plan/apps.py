"""The app that keeps the versions of the plan."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """The plan and its language."""

    name = "sunlit.plan"
    label = "plan"

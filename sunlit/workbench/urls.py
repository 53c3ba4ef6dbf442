"""Addresses of the staff site."""

from django.urls import path

from sunlit.workbench.views import today

app_name = "workbench"

urlpatterns = [
    path("", today.today, name="today"),
]

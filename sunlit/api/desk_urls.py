"""Addresses at the desk: tokens of other systems, and what they ask for."""

from django.urls import path

from sunlit.api.views import desk

app_name = "api"

urlpatterns = [
    path("systems/", desk.listed, name="tokens"),
    path("systems/new/", desk.new, name="new"),
    path("systems/<int:pk>/", desk.token, name="token"),
    path("systems/<int:pk>/<slug:act>/", desk.act, name="token_act"),
    path("systems/wishes/<int:pk>/decline/", desk.decline, name="decline"),
]

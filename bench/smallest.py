"""The smallest page that Django can show to somebody logged in, with our database and server: a reference."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from sunlit.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.smallest"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Say who is logged in."""
    return HttpResponse(request.user.get_username())


urlpatterns = [path("", page)]

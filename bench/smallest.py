"""The smallest page that Django can show to somebody logged in, with our database and server: a reference."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sunlit.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.smallest"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # its application does not start without
]


def page(request: HttpRequest) -> HttpResponse:
    """Say who is logged in."""
    return HttpResponse(request.user.get_username(), status=200 if request.user.is_authenticated else 401)


urlpatterns = [path("", page)]

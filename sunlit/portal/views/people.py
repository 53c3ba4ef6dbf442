"""Logging in and out, and what a person may do here."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.calendars import today
from sunlit.portal.pages import people
from sunlit.screens.addresses import safe_next
from sunlit.screens.limits import client_address, may_post, too_many
from sunlit.screens.page import respond
from sunlit.units.models import User

QUARTER = 15 * 60


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, and let in whoever gives the right ones."""
    target = safe_next(request.POST.get("next") or request.GET.get("next", ""), reverse("portal:me"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST":
        if not _may_try(request):
            return too_many(request, QUARTER)
        if form.is_valid():
            login(request, form.get_user())
            return HttpResponseRedirect(target)
    return respond(request, people.login_page(form, target), "portal/login.html")


@never_cache
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("portal:home"))


@never_cache
@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show a person's roles and groups."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return respond(request, people.me(request.user, today()), "portal/me.html")


def _may_try(request: HttpRequest) -> bool:
    """Count tries by address and by name, whether or not there is anyone of that name."""
    name = request.POST.get("username", "")[:150].casefold()
    return may_post("login-address", client_address(request), times=20, seconds=QUARTER) and may_post(
        "login-name", name, times=10, seconds=QUARTER
    )

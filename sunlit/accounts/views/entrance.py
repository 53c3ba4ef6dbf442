"""Logging in and out."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.accounts import journal
from sunlit.accounts.pages import entrance
from sunlit.screens.addresses import safe_next
from sunlit.screens.limits import client_address, may_post, too_many
from sunlit.screens.page import respond

QUARTER = 15 * 60


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, and let in whoever gives the right ones, perhaps after a second factor."""
    target = safe_next(request.POST.get("next") or request.GET.get("next", ""), "")
    if request.user.is_authenticated:
        return HttpResponseRedirect(target or get_adapter(request).get_login_redirect_url(request))
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST":
        if not _may_try(request):
            return too_many(request, QUARTER)
        if form.is_valid():
            answer: HttpResponse = perform_login(request, form.get_user(), redirect_url=target or None)
            return answer
        journal.refused(request, request.POST.get("username", "")[:150])
    is_refused = form.is_bound or "refused" in request.GET
    return respond(request, entrance.login_page(form, target, is_refused=is_refused), "accounts/login.html")


@never_cache
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    get_adapter(request).logout(request)
    return HttpResponseRedirect(reverse("portal:home"))


@never_cache
@require_safe
def identity_failed(request: HttpRequest) -> HttpResponse:
    """Lead back to the log-in page from an identity service that let nobody in."""
    messages.error(request, _("The identity service did not confirm who you are. Try again, or use your password."))
    return HttpResponseRedirect(reverse("account_login"))


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """Answer for allauth's own limits as for ours."""
    return too_many(request, QUARTER)


def _may_try(request: HttpRequest) -> bool:
    """Count tries by address and by name, whether or not there is anyone of that name."""
    name = request.POST.get("username", "")[:150].casefold()
    return may_post("login-address", client_address(request), times=20, seconds=QUARTER) and may_post(
        "login-name", name, times=10, seconds=QUARTER
    )

"""Tokens of other systems: list, page, form, and the one showing of a secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.accounts import asked
from sunlit.accounts.asked import BadAnswer
from sunlit.accounts.roles import Refused
from sunlit.accounts.views.guards import administrator, asker
from sunlit.api import pages, tokens
from sunlit.api.models import Token
from sunlit.api.tokens import NewToken
from sunlit.calendars import clock, today
from sunlit.screens.components import Link
from sunlit.screens.limits import client_address
from sunlit.screens.page import respond
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.permissions import Verb

_USUAL = timedelta(days=365)


@never_cache
@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """List the tokens that the asker administers or may answer for."""
    return respond(request, pages.tokens_page(_person(request), today=today()), "api/tokens.html")


@never_cache
@require_safe
@login_required
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a token."""
    user = _person(request)
    return respond(request, pages.token_page(user, _seen(user, pk), today=today()), "api/token.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Issue a token and show its secret once."""
    user, _reach = administrator(request, today=today())
    error = ""
    if request.method == "POST":
        try:
            issued, secret = tokens.issue(user, _wanted(request), now=clock.now(), address=client_address(request))
            return _shown(request, issued, secret)
        except (BadAnswer, Refused) as refused:
            error = str(refused)
    page = pages.NewPage(
        crumbs=[pages.crumb(), Link(_("New token"))],
        values={name: value for name, value in request.POST.items() if isinstance(value, str)},
        chosen=request.POST.getlist("kinds"),
        error=error,
        kinds=tokens.kinds_of(()),
        usual_end=today() + _USUAL,
        last_end=today() + tokens.LONGEST,
    )
    return respond(request, page, "api/new.html", status=422 if error else 200)


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something about a token: the table ``ACTS`` says what there is."""
    user = _person(request)
    found = _seen(user, pk)
    if act not in ACTS:
        raise Http404
    try:
        answer = ACTS[act](request, user, found)
    except Refused as refused:
        messages.error(request, str(refused))
        answer = None
    return answer or HttpResponseRedirect(reverse("api:token", args=[pk]))


@never_cache
@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a system that a record stays."""
    user = _person(request)
    wish = get_object_or_404(tokens.wishes(user, today=today()), pk=pk)
    try:
        tokens.decline(user, wish, request.POST.get("answer", ""), now=clock.now())
        messages.success(request, _("The system is told that the record stays."))
    except Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("api:tokens"))


def _person(request: HttpRequest) -> User:
    """Return who asks; raises Http404 for whoever neither administers nor approves anywhere."""
    user = asker(request)
    if not any(permissions.reach(user, verb, today=today()) for verb in (Verb.MANAGE_MEMBERS, Verb.PUBLISH)):
        raise Http404
    return user


def _seen(user: User, pk: int) -> Token:
    return get_object_or_404(tokens.seen_by(user, today=today()), pk=pk)


def _wanted(request: HttpRequest) -> NewToken:
    post = request.POST
    return NewToken(
        name=post.get("name", "").strip()[:100],
        unit=asked.unit(post.get("unit", "")),
        kinds=tuple(dict.fromkeys(post.getlist("kinds"))),
        expires_on=asked.day(post.get("expires_on", "")) or today() + _USUAL,
        below=post.get("below") == "1",
        sandbox=post.get("sandbox") == "1",
    )


def _shown(request: HttpRequest, token: Token, secret: str) -> HttpResponse:
    root = f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}"
    crumbs = [pages.crumb(), Link(token.name)]
    page = pages.IssuedPage(crumbs, token.name, secret, root + reverse("intake:guide"))
    return respond(request, page, "api/issued.html")


def _renew(request: HttpRequest, user: User, token: Token) -> HttpResponse:
    secret = tokens.renew(user, token, now=clock.now(), address=client_address(request))
    return _shown(request, token, secret)


def _revoke(request: HttpRequest, user: User, token: Token) -> None:
    tokens.revoke(user, token, now=clock.now(), address=client_address(request))
    messages.success(request, _("The token is revoked."))


def _vouch(request: HttpRequest, user: User, token: Token) -> None:
    tokens.vouch(user, token, now=clock.now(), address=client_address(request))
    messages.success(request, _("You answer for what this system publishes."))


ACTS: dict[str, Callable[[HttpRequest, User, Token], HttpResponse | None]] = {
    "renew": _renew,
    "revoke": _revoke,
    "vouch": _vouch,
}

"""Search as staff tend it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunlit.asked import promotions, synonyms
from sunlit.asked.models import Promotion, Synonyms
from sunlit.calendars import clock, today
from sunlit.screens.limits import client_address
from sunlit.screens.page import respond
from sunlit.units.models import User
from sunlit.workbench import door
from sunlit.workbench.pages import search as pages

_FIELDS = ("query", "title", "address", "since", "until", "words")


@require_safe
@door.staff
def search(request: HttpRequest) -> HttpResponse:
    """Show promoted answers, synonyms, and what was asked."""
    user = door.person(request)
    if not pages.may_see(user):
        raise PermissionDenied
    return respond(request, pages.search_page(user, today=today()), "workbench/search.html")


@require_POST
@door.staff
def promote(request: HttpRequest) -> HttpResponse:
    """Promote an answer."""
    user, post = _changing(request), request.POST
    try:
        promotions.promote(
            post.get("query", "")[:200],
            post.get("title", "")[:400],
            post.get("address", "")[:1000],
            since=_day(post.get("since", "")) or today(),
            until=_day(post.get("until", "")),
            user=user,
            network=client_address(request),
            now=clock.now(),
        )
    except promotions.PromotionRefused as error:
        return _again(request, user, str(error))
    return _done(request, _("Promoted. It stands above the results within a second."))


@require_POST
@door.staff
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promoted answer away."""
    user = _changing(request)
    promotions.end(get_object_or_404(Promotion, pk=pk), user=user, network=client_address(request), now=clock.now())
    return _done(request, _("Taken away."))


@require_POST
@door.staff
def add_synonyms(request: HttpRequest) -> HttpResponse:
    """Add a group of synonyms."""
    user = _changing(request)
    try:
        words = request.POST.get("words", "")[:500]
        synonyms.add(words, user=user, network=client_address(request), now=clock.now())
    except synonyms.SynonymsRefused as error:
        return _again(request, user, str(error))
    return _done(request, _("Added. Each of the words finds the others within a second."))


@require_POST
@door.staff
def remove_synonyms(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a group of synonyms."""
    user = _changing(request)
    synonyms.remove(get_object_or_404(Synonyms, pk=pk), user=user, network=client_address(request), now=clock.now())
    return _done(request, _("Removed."))


def _changing(request: HttpRequest) -> User:
    user = door.person(request)
    if not pages.may_change(user):
        raise PermissionDenied
    return user


def _again(request: HttpRequest, user: User, problem: str) -> HttpResponse:
    """Show the page again with what was typed and what is wrong with it."""
    values = {name: request.POST.get(name, "")[:500] for name in _FIELDS}
    page = pages.search_page(user, today=today(), values=values, problem=problem)
    return respond(request, page, "workbench/search.html", status=400)


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("workbench:search"))


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None

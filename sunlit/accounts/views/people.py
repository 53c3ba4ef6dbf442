"""The people an administrator looks after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.accounts import drafts, links, people, roles
from sunlit.accounts.asked import BadAnswer, day, person_named, role, unit
from sunlit.accounts.pages import people as pages
from sunlit.accounts.people import NewAccount, Reach
from sunlit.accounts.roles import Refused
from sunlit.accounts.views.guards import administrator
from sunlit.calendars import clock, today
from sunlit.screens.components import Link
from sunlit.screens.limits import client_address
from sunlit.screens.page import respond
from sunlit.units.models import User


@never_cache
@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """List people with roles in the asker's subtrees."""
    _user, reach = administrator(request, today=today())
    page = pages.list_page(
        reach,
        query=request.GET.get("q", "")[:100].strip(),
        after=request.GET.get("after", "")[:150],
        former="all" in request.GET,
        today=today(),
    )
    return respond(request, page, "accounts/people.html")


@never_cache
@require_safe
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person and what may be done about their account."""
    user, reach = administrator(request, today=today())
    page = pages.person_page(user, _looked_after(reach, pk), reach, today=today(), now=clock.now())
    return respond(request, page, "accounts/person.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Create an account with its first role, and show the link by which its owner sets a password."""
    asker, _reach = administrator(request, today=today())
    errors: list[str] = []
    if request.method == "POST":
        try:
            return _issued(request, _created(request, asker))
        except ValidationError as refused:
            errors = list(refused.messages)
        except (BadAnswer, Refused) as refused:
            errors = [str(refused)]
    values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    choices = pages.role_choices(asker, today=today())
    page = pages.NewPage([pages.crumb(), Link(_("New account"))], values, errors, choices, today())
    return respond(request, page, "accounts/new.html", status=422 if errors else 200)


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something about a person's account: the table ``ACTS`` says what there is."""
    asker, reach = administrator(request, today=today())
    user = _looked_after(reach, pk)
    if act not in ACTS:
        raise Http404
    try:
        answer = ACTS[act](request, asker, user, reach)
    except (BadAnswer, Refused) as refused:
        messages.error(request, str(refused))
        answer = None
    return answer or HttpResponseRedirect(reverse("accounts:person", args=[pk]))


@transaction.atomic
def _created(request: HttpRequest, asker: User) -> User:
    post = request.POST
    wanted, where = role(post.get("role", "")), unit(post.get("unit", ""))
    account = NewAccount(post.get("username", "").strip(), post.get("name", "").strip(), post.get("email", "").strip())
    user = people.create(asker, account, address=client_address(request), unit_path=where.path)
    since, until = _dates(request)
    roles.grant(asker, user, where, wanted, since=since, until=until, today=today(), address=client_address(request))
    people.issue_link(asker, user, today=today(), address=client_address(request))
    return user


def _issued(request: HttpRequest, user: User) -> HttpResponse:
    page = pages.IssuedPage(
        crumbs=[pages.crumb(), Link(user.first_name or user.username)],
        username=user.username,
        name=user.first_name,
        url=f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}{links.path_for(user)}",
        person_url=reverse("accounts:person", args=[user.pk]),
        days=settings.PASSWORD_RESET_TIMEOUT // 86_400,
    )
    return respond(request, page, "accounts/issued.html")


def _looked_after(reach: Reach, pk: int) -> User:
    return get_object_or_404(people.looked_after(reach, today=today(), former=True), pk=pk)


def _dates(request: HttpRequest) -> tuple[date, date | None]:
    since = day(request.POST.get("since", "")) or today()
    return since, day(request.POST.get("until", ""))


def _grant(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    since, until = _dates(request)
    wanted, where = role(request.POST.get("role", "")), unit(request.POST.get("unit", ""))
    roles.grant(asker, user, where, wanted, since=since, until=until, today=today(), address=client_address(request))
    messages.success(request, _("The role is granted."))


def _end(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    wanted, where = role(request.POST.get("role", "")), unit(request.POST.get("unit", ""))
    roles.end(asker, user, where, wanted, today=today(), address=client_address(request))
    messages.success(request, _("The role has ended."))


def _close(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    closed = people.close(asker, user, today=today(), address=client_address(request))
    left = drafts.of(user, reach).count()
    said = (
        _("The account is closed.") if closed else _("The roles have ended; others, which you do not administer, stay.")
    )
    messages.success(request, said)
    if left:
        told = ngettext(
            "%(count)d text in work is left: hand it over.", "%(count)d texts in work are left: hand them over.", left
        )
        messages.warning(request, told % {"count": left})


def _reopen(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    people.reopen(asker, user, today=today(), address=client_address(request))
    messages.success(request, _("The account is open again; it has no roles yet."))


def _reset(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    people.reset_factors(asker, user, today=today(), address=client_address(request))
    messages.success(request, _("The second factors are gone. Tell the person: the next log-in asks for a new one."))


def _sessions(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    people.end_sessions(asker, user, today=today(), address=client_address(request))
    messages.success(request, _("The person is logged out everywhere."))


def _link(request: HttpRequest, asker: User, user: User, reach: Reach) -> HttpResponse:
    people.issue_link(asker, user, today=today(), address=client_address(request))
    return _issued(request, user)


def _hand_over(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    chosen = {int(each) for each in request.POST.getlist("draft") if each.isdigit()}
    if not chosen:
        raise BadAnswer(_("Choose the texts to hand over."))
    to = person_named(request.POST.get("to", ""))
    taken = [draft for draft in drafts.of(user, reach) if draft.pk in chosen]
    drafts.hand_over(taken, to, administrator=asker, now=clock.now(), address=client_address(request))
    messages.success(request, _("The texts are handed over."))


def _deputy(request: HttpRequest, asker: User, user: User, reach: Reach) -> None:
    post = request.POST
    since, until = _dates(request)
    if until is None:
        raise BadAnswer(_("Say until when the deputy acts."))
    roles.delegate(
        asker,
        user,
        person_named(post.get("deputy", "")),
        unit(post.get("unit", "")),
        role(post.get("role", "")),
        since=since,
        until=until,
        reason=post.get("reason", "").strip(),
        today=today(),
        address=client_address(request),
    )
    messages.success(request, _("The deputy is named."))


Act = Callable[[HttpRequest, User, User, Reach], HttpResponse | None]
ACTS: dict[str, Act] = {
    "grant": _grant,
    "end": _end,
    "close": _close,
    "reopen": _reopen,
    "reset": _reset,
    "sessions": _sessions,
    "link": _link,
    "drafts": _hand_over,
    "deputy": _deputy,
}

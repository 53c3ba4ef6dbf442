"""Naming a deputy for the time one is away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sunlit.accounts import roles
from sunlit.accounts.asked import BadAnswer, day, person_named, role, unit
from sunlit.accounts.pages import absence as pages
from sunlit.accounts.roles import Refused
from sunlit.accounts.views.guards import asker
from sunlit.calendars import today
from sunlit.screens.addresses import safe_next
from sunlit.screens.limits import client_address
from sunlit.screens.page import respond
from sunlit.units.models import Delegation, User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """Show one's deputies, and name one."""
    user, errors = asker(request), list[str]()
    if request.method == "POST":
        try:
            _name(request, user)
        except (BadAnswer, Refused) as refused:
            errors = [str(refused)]
        else:
            messages.success(request, _("The deputy is named."))
            return HttpResponseRedirect(reverse("accounts:absence"))
    values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    page = pages.absence_page(user, today=today(), errors=errors, values=values)
    return respond(request, page, "accounts/absence.html", status=422 if errors else 200)


@never_cache
@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Relieve a deputy."""
    given = get_object_or_404(Delegation.objects.select_related("absent", "deputy", "unit"), pk=pk)
    try:
        roles.end_delegation(asker(request), given, today=today(), address=client_address(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The deputy no longer acts."))
    return HttpResponseRedirect(safe_next(request.POST.get("next", ""), reverse("accounts:absence")))


def _name(request: HttpRequest, user: User) -> None:
    post = request.POST
    code, _at, where = post.get("role", "").partition("@")
    until = day(post.get("until", ""))
    if until is None:
        raise BadAnswer(_("Say until when the deputy acts."))
    roles.delegate(
        user,
        user,
        person_named(post.get("deputy", "")),
        unit(where),
        role(code),
        since=day(post.get("since", "")) or today(),
        until=until,
        reason=post.get("reason", "").strip(),
        today=today(),
        address=client_address(request),
    )

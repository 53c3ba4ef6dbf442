"""Start pages of units: edited without code, decided upon, brought back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sunlit.calendars import clock
from sunlit.calendars import today as present_day
from sunlit.plan import selectors as plans
from sunlit.plan.publishers import kinds_of
from sunlit.records.acts.rules import ActRefused
from sunlit.records.startpages import acts
from sunlit.records.startpages import selectors as startpages
from sunlit.records.startpages.content import ContentRefused, Problem
from sunlit.screens.page import respond
from sunlit.units import permissions
from sunlit.units.models import Unit, User
from sunlit.units.roles import Verb
from sunlit.workbench import door, site_form
from sunlit.workbench.pages import site_proposals
from sunlit.workbench.pages import sites as pages

MAX_WORDS = 60


@require_safe
@door.staff
def sites(request: HttpRequest) -> HttpResponse:
    """List the units whose start page the person may change or put in force."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_WORDS]
    return respond(request, pages.sites_page(door.person(request), words), "workbench/sites.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def site(request: HttpRequest, code: str) -> HttpResponse:
    """Open the editor, do what its buttons say, or propose what is in it."""
    user = door.person(request)
    unit = _unit(user, code)
    if not permissions.may(user, Verb.WRITE, unit):
        return HttpResponseRedirect(reverse("workbench:site_proposal", args=[code]))
    if request.method == "POST":
        return _posted(request, user, unit)
    typed, state = pages.opened(unit, request.GET.get("version", ""))
    page = startpages.page_of(unit)
    shown = pages.site_page(unit, typed, version=page.version if page else 0, today=present_day(), state=state)
    return respond(request, shown, "workbench/site.html")


def _posted(request: HttpRequest, user: User, unit: Unit) -> HttpResponse:
    do = request.POST.get("do", "")
    typed = site_form.of_post(request.POST, kinds_of(plans.current(), unit.code, below=True))
    version = _number(request.POST.get("version", ""))
    problems: tuple[Problem, ...] = ()
    lost = ""
    if do == "propose" and not typed.problems:
        try:
            acts.propose(unit, typed.raw(), version=version, actor=door.acting(user, Verb.WRITE, unit), now=clock.now())
        except ContentRefused as refused:
            problems = refused.problems
        except ActRefused as refused:
            lost = refused.reason
            page = startpages.page_of(unit)
            version = page.version if page else 0
        else:
            messages.success(request, _("Proposed. Someone else puts it in force."))
            return HttpResponseRedirect(reverse("workbench:site_proposal", args=[unit.code]))
    site_form.press(typed, do)
    width = do if do in pages.WIDTHS else ""
    shown = pages.site_page(
        unit, typed, version=version, today=present_day(), problems=problems, lost=lost, width=width
    )
    return respond(request, shown, "workbench/site.html", status=422 if problems or lost or typed.problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def proposal(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is proposed beside what stands; put it in force, send it back or take it back."""
    user = door.person(request)
    unit = _unit(user, code)
    refusal = ""
    if request.method == "POST":
        try:
            _decide(request, user, unit)
        except ActRefused as refused:
            refusal = refused.reason
        else:
            return HttpResponseRedirect(reverse("workbench:site_proposal", args=[code]))
    shown = site_proposals.proposal_page(
        user, unit, width=request.GET.get("width", ""), today=present_day(), refusal=refusal
    )
    return respond(request, shown, "workbench/site_proposal.html", status=422 if refusal else 200)


def _decide(request: HttpRequest, user: User, unit: Unit) -> None:
    page = startpages.page_of(unit)
    waiting = startpages.proposed(page) if page else None
    if waiting is None:
        raise ActRefused(_("No proposal waits here any more."))
    do, version, now = request.POST.get("do", ""), _number(request.POST.get("version", "")), clock.now()
    if do == "put-in-force":
        acts.put_in_force(waiting, version=version, actor=door.acting(user, Verb.PUBLISH, unit), now=now)
        messages.success(request, _("In force: readers see it now."))
    elif do == "send-back":
        reason = request.POST.get("reason", "")
        acts.send_back(waiting, reason, version=version, actor=door.acting(user, Verb.PUBLISH, unit), now=now)
        messages.success(request, _("Sent back."))
    elif do == "take-back":
        acts.take_back(waiting, version=version, actor=door.acting(user, Verb.WRITE, unit), now=now)
        messages.success(request, _("Taken back."))


@require_safe
@door.staff
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Show every version, who proposed it, who decided, and the way to bring it back."""
    unit = _unit(door.person(request), code)
    return respond(request, site_proposals.site_history(unit), "workbench/site_history.html")


def _unit(user: User, code: str) -> Unit:
    unit = pages.reachable(user, code)
    if unit is None:
        raise Http404("no such site on this desk")
    return unit


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1

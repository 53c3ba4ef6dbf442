"""One text on its way, and what is done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sunlit.calendars import clock
from sunlit.calendars import today as present_day
from sunlit.files.responses import download
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import acts, desk, gates, references, steps
from sunlit.records.models import Revision
from sunlit.screens.addresses import safe_next
from sunlit.screens.page import respond
from sunlit.units.roles import Verb
from sunlit.workbench import audited, door
from sunlit.workbench.pages import texts as pages
from sunlit.workbench.text_acts import TEXT_ACTS, TextAct


@require_safe
@door.staff
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a text, who has looked at it, and what can be done with it."""
    revision = door.text(request, pk)
    plan, kind = _kind(revision)
    audited.read(request, revision.record, "text")
    page = pages.text_page(door.person(request), door.viewer(request), plan, kind, revision, today=present_day())
    return respond(request, page, "workbench/text.html")


@require_POST
@door.staff
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing with a text; what the engine refuses is said in its own words."""
    revision = door.text(request, pk)
    chosen = TEXT_ACTS.get(name)
    if chosen is None:
        raise Http404("no such act")
    back = reverse("workbench:text", args=[pk])
    try:
        actor = door.acting(door.person(request), _verb(request, chosen, name, revision), revision.record.unit)
        chosen.do(revision, request.POST, actor, clock.now())
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return HttpResponseRedirect(back)
    audited.acted(request, revision.record, name)
    messages.success(request, str(chosen.done))
    return HttpResponseRedirect(safe_next(request.POST.get("next", ""), back))


@require_safe
@door.staff
def file(request: HttpRequest, pk: int, position: int, name: str) -> HttpResponseBase:
    """Give a file of a text to those who work on it."""
    revision = door.text(request, pk)
    found = revision.attachments.filter(position=position, name=name).select_related("file").first()
    if found is None:
        raise Http404("no such file")
    audited.read(request, revision.record, "file")
    return download(found)


@require_POST
@door.staff
def companion(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the text that the plan wants released together with this one, pointing to it."""
    revision = door.text(request, pk)
    _plan, kind = _kind(revision)
    rule = gates.rule_for(kind, revision.data)
    if rule is None:
        raise Http404("nothing belongs to this text")
    unit = revision.record.unit
    try:
        begun = acts.draft(
            *(rule.kind, unit, {rule.field: references.to(revision.record)}),
            actor=door.acting(door.person(request), Verb.WRITE, unit),
            now=clock.now(),
        )
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return HttpResponseRedirect(reverse("workbench:text", args=[pk]))
    return HttpResponseRedirect(reverse("workbench:edit", args=[begun.pk]))


def _kind(revision: Revision) -> tuple[Plan, Kind]:
    plan = plans.current()
    kind = plan.kinds.get(revision.record.kind)
    if kind is None:
        raise Http404("the plan has no such kind any more")
    return plan, kind


def _verb(request: HttpRequest, chosen: TextAct, name: str, revision: Revision) -> Verb:
    """Return as what somebody acts: a text is sent back by whoever may take its next step, or by its approver."""
    if name != "send-back":
        return chosen.verb
    _plan, kind = _kind(revision)
    step = steps.next_step(kind, revision.state)
    fits = step is not None and desk.may(door.person(request), step.verb, revision.record)
    return step.verb if step is not None and fits else chosen.verb

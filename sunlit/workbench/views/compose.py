"""Writing a text."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.calendars import clock
from sunlit.calendars import today as present_day
from sunlit.files.actions import of_person
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import acts, desk
from sunlit.records.models import Revision
from sunlit.records.states import RevisionState
from sunlit.screens import forms
from sunlit.screens.forms import answers
from sunlit.screens.page import respond
from sunlit.units.roles import Verb
from sunlit.workbench import blackening, composing, door
from sunlit.workbench.pages import compose as pages
from sunlit.workbench.pages.compose import Shown
from sunlit.workbench.starting import labels
from sunlit.workbench.text_acts import TEXT_ACTS

SUBMIT, MASK, MASK_RULE = "submit", "mask", "mask-rule"


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a draft, or save what was typed into it."""
    revision, plan, kind = draft_of(request, pk)
    if request.method == "POST":
        return _save(request, revision, plan, kind)
    kept = composing.kept(door.person(request), revision)
    raw = forms.as_raw(kind, plan, revision.data)
    if kept is None:
        return _show(request, revision, plan, kind, Shown(raw, revision.version, is_stored=True))
    draft = composing.typed(kept, kind, plan, raw)
    return _show(request, revision, plan, kind, Shown(draft.raw, kept.version, draft.errors, restored=kept))


@require_POST
@door.staff
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed; 409 with a sentence once the text is no draft any more."""
    revision = door.text(request, pk)
    if revision.state != RevisionState.DRAFT:
        return JsonResponse({"conflict": _("This text is no longer a draft; nothing more is saved.")}, status=409)
    now = clock.now()
    composing.keep(door.person(request), revision, request.POST, now)
    return JsonResponse({"saved": localtime(now).isoformat(timespec="seconds")})


@require_POST
@door.staff
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop what was typed and not saved, and show the text as it was saved."""
    revision = door.text(request, pk)
    composing.forget(door.person(request), revision)
    return HttpResponseRedirect(reverse("workbench:edit", args=[pk]))


@require_safe
@door.staff
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the units that may be meant while one is typed."""
    door.text(request, pk)
    return answers.names(request, plans.current(), "unit")


@require_safe
@door.staff
def regions(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the divisions that may be meant while one is typed."""
    door.text(request, pk)
    return answers.names(request, plans.current(), "region")


@require_safe
@door.staff
def records(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the records, and texts in work, to which a field may point while one is typed."""
    revision = door.text(request, pk)
    kind = plans.current().kinds.get(revision.record.kind)
    kinds = {code for one in kind.fields for code in one.kinds} if kind else set()
    found = desk.to_point_to(door.viewer(request), kinds, request.GET.get("q", "")[:80])
    return JsonResponse({"options": [{"value": value, "label": label} for value, label in found]})


@require_POST
@door.staff
def keep_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Store a picture for a formatted text."""
    draft_of(request, pk)
    return answers.keep_picture(request, of_person(door.person(request).pk))


@require_safe
@door.staff
def picture(request: HttpRequest, pk: int, sha256: str) -> HttpResponseBase:
    """Show a picture of a formatted text to its editor."""
    door.text(request, pk)
    return answers.picture(sha256)


def draft_of(request: HttpRequest, pk: int) -> tuple[Revision, Plan, Kind]:
    """Return a draft on which the person works, with the plan and its kind; raise Http404 for anything else."""
    revision = door.text(request, pk)
    plan = plans.current()
    kind = plan.kinds.get(revision.record.kind)
    if kind is None or revision.state != RevisionState.DRAFT:
        raise Http404("no draft any more")
    return revision, plan, kind


def _save(request: HttpRequest, revision: Revision, plan: Plan, kind: Kind) -> HttpResponse:
    user = door.person(request)
    before = forms.as_raw(kind, plan, revision.data)
    draft = forms.read(kind, plan, request.POST, request.FILES, previous=before, owner=of_person(user.pk))
    version = int(request.POST["version"]) if request.POST.get("version", "").isdigit() else revision.version
    if draft.again:
        shown = Shown(draft.raw, version, draft.errors, notes=draft.messages, focus=draft.focus)
        return _show(request, revision, plan, kind, shown)
    actor = door.acting(user, Verb.WRITE, revision.record.unit)
    saving = composing.save(revision, plan, kind, draft, request.POST, actor=actor, now=clock.now())
    if not saving.is_saved:
        composing.keep(user, revision, request.POST, clock.now())
        shown = Shown(saving.raw, saving.version, saving.errors, saving.conflicts, saving.refusal, draft.messages)
        return _show(request, revision, plan, kind, shown, status=409 if saving.conflicts else 422)
    composing.forget(user, revision)
    for sentence in draft.messages:
        messages.info(request, sentence)
    if saving.joined:
        messages.info(
            request,
            _("A colleague changed %(fields)s meanwhile; both changes are kept.")
            % {"fields": labels(kind, saving.joined)},
        )
    return _after(request, revision, plan, kind)


def _after(request: HttpRequest, revision: Revision, plan: Plan, kind: Kind) -> HttpResponse:
    """Go where the button that saved leads: on with writing, to the text, or to its review."""
    wanted = request.POST.get("do", "")
    act, _colon, what = wanted.partition(":")
    if act in (MASK, MASK_RULE):
        return _masked(request, revision, act, what)
    if act in blackening.ACTS:
        blackening.take(request, revision, act, what)
        return HttpResponseRedirect(reverse("workbench:edit", args=[revision.pk]))
    if wanted == "stay":
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("workbench:edit", args=[revision.pk]))
    if wanted != SUBMIT:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("workbench:text", args=[revision.pk]))
    actor = door.acting(door.person(request), Verb.SUBMIT, revision.record.unit)
    try:
        TEXT_ACTS[SUBMIT].do(revision, request.POST, actor, clock.now())
    except acts.ActRefused as refused:
        raw = forms.as_raw(kind, plan, revision.data)
        sentence = _("Saved, but not handed in: look at the places below.")
        sentence = sentence if refused.errors else refused.reason
        shown = Shown(raw, revision.version, refused.errors, refusal=sentence, is_stored=True)
        return _show(request, revision, plan, kind, shown, status=422)
    messages.success(request, _("Handed in. It is on the desk of those who review."))
    return HttpResponseRedirect(reverse("workbench:text", args=[revision.pk]))


def _masked(request: HttpRequest, revision: Revision, act: str, what: str) -> HttpResponse:
    """Mask one finding in what was just saved, or all of a rule, and go on writing."""
    actor = door.acting(door.person(request), Verb.WRITE, revision.record.unit)
    chosen = {"key": what} if act == MASK else {"rule": what}
    try:
        acts.mask(revision, actor=actor, now=clock.now(), **chosen)
        messages.success(request, _("Masked and saved."))
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
    return HttpResponseRedirect(reverse("workbench:edit", args=[revision.pk]))


def _show(
    request: HttpRequest, revision: Revision, plan: Plan, kind: Kind, shown: Shown, *, status: int = 200
) -> HttpResponse:
    page = pages.compose(door.person(request), plan, kind, revision, shown, today=present_day())
    return respond(request, page, "workbench/compose.html", status=status)

"""One text on its way: what it says, who has looked at it, what can be done with it now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import cleaner
from sunlit.records import bundles, desk, gates, rendition, steps
from sunlit.records.models import Record, Revision, Trace
from sunlit.records.states import IN_WORK, RevisionState, Waits
from sunlit.screens import differences, fields
from sunlit.screens.components import Link
from sunlit.screens.differences import Change
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.sections import SectionView
from sunlit.screens.words import say, unit_name
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.workbench.books import book_for, book_of
from sunlit.workbench.pages.compose import Remark, limits_of, remarks_of
from sunlit.workbench.pages.findings import FindingsView, findings_of
from sunlit.workbench.pages.history import TraceRow, rows_of
from sunlit.workbench.pages.new import LimitView, audience_words
from sunlit.workbench.pages.rows import Left, left_of, next_words, step_words

MOST_TRACES = 30


@dataclass(frozen=True)
class StepView:
    """One step on the way to publication: done, now, or still to come."""

    label: str
    state: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class FieldChange:
    """How a field differs from what readers see now."""

    label: str
    changes: Sequence[Change]


@dataclass(frozen=True)
class Button:
    """Something that can be done now; ``asks`` names what has to be said with it."""

    act: str
    label: str
    asks: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class CompanionView:
    """What the plan wants released together with a text, and how far that has come."""

    kind: str
    texts: list[Link]
    waived: str
    can_write: bool
    can_waive: bool


@dataclass(frozen=True)
class TextPage:
    """A text in work or out of it."""

    crumbs: list[Link]
    pk: int
    title: str
    kind: str
    unit: str
    audience: str
    state: str
    author: str
    note: str
    left: Left | None
    limits: list[LimitView]
    remarks: list[Remark]
    steps: list[StepView]
    sections: list[SectionView]
    changes: list[FieldChange]
    missing: list[Remark]
    findings: FindingsView
    buttons: list[Button]
    is_draft: bool
    can_edit: bool
    own: bool
    scheduled_for: str
    companion: CompanionView | None
    bundle: Link | None
    record: Link
    public: Link | None
    traces: list[TraceRow]
    wordings: int
    today: date
    waits: str = field(default="", metadata=HTML_ONLY)


def text_page(user: User, viewer: sight.Viewer, plan: Plan, kind: Kind, revision: Revision, *, today: date) -> TextPage:
    """Fill the page of a text for a person at the desk."""
    record = revision.record
    work = getattr(revision, "work", None)
    traces = list(Trace.objects.filter(record=record, revision=revision.number).select_related("actor").order_by("pk"))
    hands = {revision.author_id, *revision.co_authors}
    title = revision.title or say(kind.label)
    is_draft = revision.state == RevisionState.DRAFT
    findings = findings_of(user, plan, kind, revision, today=today)
    return TextPage(
        crumbs=[Link(_("Today"), reverse("workbench:today")), Link(title)],
        pk=revision.pk,
        title=title,
        kind=say(kind.label),
        unit=unit_name(record.unit),
        audience=audience_words(record.audience),
        state=str(revision.get_state_display()),
        author=name_of(revision.author),
        note=revision.note,
        left=left_of(plan, work.due_on, today) if work else None,
        limits=limits_of(plan, kind, revision),
        remarks=remarks_of(kind, revision) if is_draft else [],
        steps=_steps(kind, revision, traces),
        sections=_sections(plan, kind, revision),
        changes=_changes(plan, kind, record, revision),
        missing=_missing(plan, kind, revision) if is_draft else [],
        findings=findings,
        buttons=buttons(user, kind, revision, warned=bool(findings.warnings)),
        is_draft=is_draft,
        can_edit=is_draft and desk.may(user, Verb.WRITE, record),
        own=user.pk in hands,
        scheduled_for=f"{localtime(revision.scheduled_for):%Y-%m-%d %H:%M}" if revision.scheduled_for else "",
        companion=_companion(user, viewer, plan, kind, revision),
        bundle=_bundle(revision),
        record=Link(record.index_no or _("the record"), reverse("workbench:record", args=[record.pk])),
        public=Link(record.index_no or "", f"/r/{record.slug}") if record.slug else None,
        traces=rows_of(traces[-MOST_TRACES:]),
        wordings=revision.wordings.count() if work else 0,
        today=today,
        waits=next_words(work.waits_for) if work else "",
    )


def name_of(person: User | None) -> str:
    """Return how a colleague is called; '' where the system itself acted."""
    return (person.get_full_name() or person.get_username()) if person else ""


def buttons(user: User, kind: Kind, revision: Revision, *, warned: bool = False) -> list[Button]:
    """Return what a person may do with a text in its present state; the first is what it waits for.

    Where the guard warns, whoever passes it on ticks that they have seen it.
    """
    asks = "seen" if warned else ""
    record = revision.record

    def may(verb: Verb, *, others: bool = False) -> bool:
        return desk.may(user, verb, record, revision if others else None)

    found: list[Button] = []
    if revision.state == RevisionState.DRAFT and may(Verb.SUBMIT):
        found.append(Button("submit", _("Hand in for review"), asks=asks, is_main=True))
    step = steps.next_step(kind, revision.state)
    if step is not None and may(step.verb, others=True):
        found.append(Button(step.name.value, _button_words(step.name.value), asks=asks, is_main=True))
    if revision.state in (RevisionState.APPROVED, RevisionState.SCHEDULED) and may(Verb.PUBLISH, others=True):
        found.append(Button("publish", _("Publish now"), is_main=True))
        found.append(Button("schedule", _("Publish at a set minute"), asks="minute"))
        if revision.state == RevisionState.SCHEDULED:
            found.append(Button("unschedule", _("Take the set minute off")))
    if revision.state != RevisionState.DRAFT and revision.state in IN_WORK and _may_send_back(may, step):
        found.append(Button("send-back", _("Send back"), asks="reason"))
    if revision.state == RevisionState.SUBMITTED and may(Verb.WRITE):
        found.append(Button("recall", _("Take back")))
    if revision.state in IN_WORK and may(Verb.PUBLISH_AT_ONCE):
        found.append(Button("publish-at-once", _("Publish at once in an emergency"), asks="emergency"))
    if revision.state == RevisionState.DRAFT and may(Verb.WRITE):
        found.append(Button("discard", _("Give this text up"), asks="sure"))
    return found


def _may_send_back(may: Callable[[Verb], bool], step: steps.Step | None) -> bool:
    return bool((step is not None and may(step.verb)) or may(Verb.APPROVE))


def _button_words(name: str) -> str:
    return {
        Waits.REVIEW.value: _("Reviewed: in order"),
        Waits.LEGAL.value: _("Lawful: pass"),
        Waits.SECRECY.value: _("No secret in it: pass"),
        Waits.APPROVE.value: _("Approve"),
    }[name]


def _companion(user: User, viewer: sight.Viewer, plan: Plan, kind: Kind, revision: Revision) -> CompanionView | None:
    """Return what belongs to a text that is not out yet; None where the plan asks for nothing."""
    rule = gates.rule_for(kind, revision.data)
    record = revision.record
    if rule is None or record.index_no is not None or revision.state not in IN_WORK:
        return None
    waiver = bundles.waiver(revision)
    return CompanionView(
        kind=say(plan.kinds[rule.kind].label),
        texts=[
            Link(one.title or say(plan.kinds[rule.kind].label), reverse("workbench:text", args=[one.pk]))
            for one in desk.naming(viewer, record, rule.kind, rule.field)
        ],
        waived=waiver.reason if waiver else "",
        can_write=desk.may(user, Verb.WRITE, record),
        can_waive=waiver is None
        and revision.state
        in (RevisionState.REVIEWED, RevisionState.VETTED, RevisionState.CLEARED, RevisionState.APPROVED)
        and desk.may(user, Verb.APPROVE, record, revision),
    )


def _bundle(revision: Revision) -> Link | None:
    found = bundles.of(revision)
    if found is None:
        return None
    return Link(
        found.label or _("bundle %(number)d") % {"number": found.pk}, reverse("workbench:bundle", args=[found.pk])
    )


def _steps(kind: Kind, revision: Revision, traces: Sequence[Trace]) -> list[StepView]:
    """Return the way of a text with who took each step; steps before it was last sent back count no more."""
    done: dict[str, Trace] = {}
    for trace in traces:
        if trace.step in ("sent-back", "recalled"):
            done.clear()
        done[trace.step] = trace
    order = [("drafted", _("written")), ("submitted", _("handed in"))]
    order += [(step.word, step_words(step.name)) for step in steps.steps_of(kind)]
    views = [_step(label, done.get(word)) for word, label in order]
    live = next((trace for word, trace in done.items() if word.startswith("record.")), None)
    views.append(_step(_("published"), live))
    waiting = next((at for at, view in enumerate(views) if view.state == "next"), None)
    is_out = revision.state not in IN_WORK
    return [
        StepView(view.label, "now" if at == waiting and not is_out else view.state, view.by, view.at)
        for at, view in enumerate(views)
    ]


def _step(label: str, trace: Trace | None) -> StepView:
    if trace is None:
        return StepView(label, "next", "", None)
    return StepView(label, "done", name_of(trace.actor), trace.at)


def _sections(plan: Plan, kind: Kind, revision: Revision) -> list[SectionView]:
    """Return everything a text holds, internal fields included: those who review it must see all of it."""
    payload = revision.data
    book = book_of(plan, revision)
    found = []
    for section in kind.form:
        views = [fields.present(kind, name, payload, book) for name in section.fields]
        shown = [view for view in views if view is not None]
        if shown:
            found.append(SectionView(say(section.label), shown))
    return found


def _changes(plan: Plan, kind: Kind, record: Record, revision: Revision) -> list[FieldChange]:
    """Return how a correction differs from what readers see now."""
    live = record.live
    if live is None or live.pk == revision.pk or revision.state not in IN_WORK:
        return []
    old, new = rendition.public(kind, live.data), rendition.public(kind, revision.data)
    book = book_for(plan)
    return [
        FieldChange(
            say(declared.label),
            differences.compare(*(fields.long_text(declared, one.get(declared.name), book) for one in (old, new))),
        )
        for declared in kind.fields
        if old.get(declared.name) != new.get(declared.name)
    ]


def _missing(plan: Plan, kind: Kind, revision: Revision) -> list[Remark]:
    """Return what is still missing before a draft can be handed in."""
    cleaned = cleaner(kind, plan).clean(revision.data)
    return [
        Remark(say(kind.by_name[one.field].label) if one.field in kind.by_name else one.field, one.message)
        for one in cleaned.errors
    ]

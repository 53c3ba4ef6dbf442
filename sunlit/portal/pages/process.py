"""Processes: from the first stage to the last under one number, with the stages that are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.calendars import OutsideCalendar, rules, today, working_days
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.processes import Comparison, Process
from sunlit.portal import links
from sunlit.portal.books import book_for
from sunlit.portal.pages import pieces
from sunlit.records import processes
from sunlit.records.models import Chain, Record
from sunlit.records.stages import Step
from sunlit.screens import fields
from sunlit.screens.components import Figure, Link, RecordRow
from sunlit.screens.words import say, unit_name
from sunlit.units import selectors as units

SIZE = 30


@dataclass(frozen=True)
class StepView:
    """A stage as readers see it; ``due`` is the last day on which it is in time, where a limit runs."""

    label: str
    state: str
    words: str
    records: list[RecordRow]
    due: date | None
    is_here: bool


@dataclass(frozen=True)
class Timeline:
    """All stages of one process."""

    process: Link
    number: str
    url: str
    steps: list[StepView]
    missing: int


@dataclass(frozen=True)
class ProcessPage:
    """One process; ``flags`` are for those who publish or supervise, other readers get none."""

    crumbs: list[Link]
    title: str
    about: str
    timeline: Timeline
    flags: list[str]


@dataclass(frozen=True)
class ChainRow:
    """One process in the list of its sort."""

    number: str
    title: str
    url: str
    unit: Link
    latest: datetime
    present: int
    missing: list[str]


@dataclass(frozen=True)
class ProcessesPage:
    """The processes of one sort, latest first."""

    crumbs: list[Link]
    code: str
    label: str
    about: str
    measures: list[Link]
    stages: list[Link]
    rows: list[ChainRow]
    all: Figure
    gaps: Figure
    only_gaps: bool
    next: str


def processes_page(code: str, *, only_gaps: bool, after: str) -> ProcessesPage | None:
    """Fill the list of the processes of one sort; None if the plan has no such sort."""
    plan = plans.current()
    process = plan.processes.get(code)
    if process is None:
        return None
    found = list(processes.chains(code, with_gaps=only_gaps, after=_place(after))[: SIZE + 1])
    total, gaps = processes.counts(code)
    address = links.processes(code)
    return ProcessesPage(
        crumbs=pieces.crumbs(Link(_("Catalogue"), reverse("portal:catalogue")), here=say(process.label)),
        code=code,
        label=say(process.label),
        about=say(process.about),
        measures=[Link(str(number), links.measure(number)) for number in process.measures],
        stages=[links.to_kind(plan.kinds[stage.kind]) for stage in process.stages],
        rows=_rows(plan, code, found[:SIZE]),
        all=Figure(_("all"), total, address),
        gaps=Figure(_("with a missing stage"), gaps, f"{address}?gaps=1"),
        only_gaps=only_gaps,
        next=_after(found[SIZE - 1]) if len(found) > SIZE else "",
    )


def _place(after: str) -> tuple[datetime, int] | None:
    """Read a place in the list; a broken one is the beginning."""
    moment, _comma, pk = after.partition(",")
    try:
        latest = parse_datetime(moment)
    except ValueError:
        return None
    known = latest is not None and latest.tzinfo is not None and pk.isdecimal() and len(pk) < 19
    return (latest, int(pk)) if latest is not None and known else None


def _after(row: Chain) -> str:
    return f"{row.latest.isoformat()},{row.pk}"


def _rows(plan: Plan, code: str, chains: Iterable[Chain]) -> list[ChainRow]:
    rows = list(chains)
    by_path = units.by_paths([row.unit_path for row in rows])
    return [
        ChainRow(
            number=row.number,
            title=row.title,
            url=links.process(code, row.number),
            unit=Link(unit_name(by_path[row.unit_path], short=True), links.unit(by_path[row.unit_path].code))
            if row.unit_path in by_path
            else Link(""),
            latest=row.latest,
            present=row.present,
            missing=[_stage_label(plan, code, kind) for kind in row.gaps],
        )
        for row in rows
    ]


def _stage_label(plan: Plan, code: str, kind: str) -> str:
    stage = plan.processes[code].stage(kind)
    if stage is not None and stage.label:
        return say(stage.label)
    return say(plan.kinds[kind].label) if kind in plan.kinds else kind


def process_page(viewer: sight.Viewer, code: str, number: str) -> ProcessPage | None:
    """Fill the page of one process; None if nothing of it may be seen."""
    plan = plans.current()
    process = plan.processes.get(code)
    if process is None or not number:
        return None
    steps = processes.of_number(viewer, process, number)
    records = [record for step in steps for record in step.records]
    if not records:
        return None
    return ProcessPage(
        crumbs=pieces.crumbs(
            Link(_("Catalogue"), reverse("portal:catalogue")),
            Link(say(process.label), links.processes(code)),
            here=number,
        ),
        title=processes.title_of(plan, process, records[0]),
        about=say(process.about),
        timeline=_timeline(plan, process, number, steps, None),
        flags=_flags(plan, viewer, process, steps),
    )


def timeline_of(
    plan: Plan, viewer: sight.Viewer, record: Record, kind: Kind, payload: dict[str, Any]
) -> Timeline | None:
    """Return the process of which a record is a stage, or None if it is of none."""
    process = plan.process_of_kind.get(kind.code)
    number = processes.number_of(kind, payload) if process else ""
    if process is None or not number:
        return None
    steps = processes.of_number(viewer, process, number)
    return _timeline(plan, process, number, steps, record)


def _timeline(plan: Plan, process: Process, number: str, steps: list[Step[Record]], here: Record | None) -> Timeline:
    views = []
    before: date | None = None
    for step in steps:
        if step.state not in ("optional", "excused"):
            views.append(_view(plan, process, step, before, here))
        if step.records:
            before = _day_of(plan, step.records[-1])
    missing = sum(step.state == "missing" for step in steps)
    return Timeline(
        Link(say(process.label), links.processes(process.code)),
        number,
        links.process(process.code, number),
        views,
        missing,
    )


def _view(plan: Plan, process: Process, step: Step[Record], before: date | None, here: Record | None) -> StepView:
    kind = plan.kinds[step.stage.kind]
    due = _due(plan, step, before)
    return StepView(
        label=_stage_label(plan, process.code, kind.code),
        state=step.state,
        words=_state_words(step, due),
        records=pieces.record_rows(plan, step.records),
        due=due,
        is_here=here is not None and any(record.pk == here.pk for record in step.records),
    )


def _state_words(step: Step[Record], due: date | None) -> str:
    if step.state == "missing":
        return _("missing")
    if step.state != "next":
        return ""
    if due is None:
        return _("not yet")
    return _("overdue since %s") % due if due < today() else _("not yet; due by %s") % due


def _due(plan: Plan, step: Step[Record], before: date | None) -> date | None:
    """Return the last day for a stage that is not there, counted from the day of the stage before it."""
    if step.state not in ("next", "missing") or before is None or step.stage.limit is None:
        return None
    limit = plan.limit(step.stage.limit, before)
    if limit is None:
        return None
    try:
        days = working_days(plan.head.holidays)
        return rules.last_day(before, limit.amount, limit.unit, limit.rule, days)
    except OutsideCalendar:
        return None


def _day_of(plan: Plan, record: Record) -> date | None:
    """Return the day of the event that a record tells of, or that of its publication."""
    kind = plan.kinds[record.kind]
    data = record.live.data if record.live else {}
    for name in (kind.settings.counts_from, kind.show.issued_on):
        if name and (written := data.get(name)):
            return date.fromisoformat(str(written))
    return timezone.localtime(record.published_at).date() if record.published_at else None


def _flags(plan: Plan, viewer: sight.Viewer, process: Process, steps: list[Step[Record]]) -> list[str]:
    """Return what does not fit, for those who publish the records or supervise: everyone else draws no conclusion."""
    records = {step.stage.kind: step.records[-1] for step in steps if step.records}
    paths = {record.unit_path for record in records.values()}
    concerned = any(path.startswith(above) for path in paths for above, _role in viewer.memberships)
    if not concerned:
        return []
    return [flag for one in process.compare if (flag := _flag(plan, viewer, one, records))]


def _flag(plan: Plan, viewer: sight.Viewer, comparison: Comparison, records: dict[str, Record]) -> str:
    sides = []
    for side in (comparison.left, comparison.right):
        code, _dot, name = side.partition(".")
        record, kind = records.get(code), plan.kinds.get(code)
        if record is None or kind is None or record.live is None or not record.live.data.get(name):
            return ""
        declared, value = kind.by_name[name], record.live.data[name]
        book = book_for(plan, viewer, [record.live.data], [kind])
        sides.append((value, fields.plain(declared, value, book), say(declared.label)))
    (left, left_text, left_label), (right, right_text, right_label) = sides
    fits = str(left) >= str(right) if comparison.word == "not-before" else Decimal(str(left)) <= Decimal(str(right))
    if fits:
        return ""
    sentence = _("%(what)s: %(left)s %(left_value)s, %(right)s %(right_value)s.")
    return sentence % {
        "what": say(comparison.label),
        "left": left_label,
        "left_value": left_text,
        "right": right_label,
        "right_value": right_text,
    }

"""Imports and bulk work as the desk shows them: what waits for whom, how far each has come, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records.acts.retiring import reasons_for
from sunlit.records.acts.rules import ActRefused
from sunlit.records.desk import DOERS
from sunlit.records.errands import bulk, checking, importing, selectors, uploads
from sunlit.records.errands.tables import ErrandState, RowState, Sort
from sunlit.records.imports.columns import SCOPE, UNIT
from sunlit.records.imports.rows import Ready
from sunlit.records.models import Errand, ErrandRow, ErrandSheet, ErrandStep
from sunlit.records.states import BatchState
from sunlit.records.steps import StepName
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.roles import Role, Verb
from sunlit.workbench.pages.rows import next_words, step_words

SIZE = 50
SHOWN = 20
SAMPLE = 5


@dataclass(frozen=True)
class JobRow:
    """A job in a list."""

    title: str
    url: str
    what: str
    unit: str
    who: str
    at: datetime
    state: str
    tone: str
    next: str = ""


@dataclass(frozen=True)
class JobsPage:
    """The jobs of the units on which somebody works."""

    crumbs: list[Link]
    rows: list[JobRow]
    further: str
    can_import: bool


@dataclass(frozen=True)
class Line:
    """A row of the sheet, or a record, and what became of it."""

    place: str
    title: str
    url: str
    is_bad: bool
    words: str
    told: list[tuple[str, str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A file of an import."""

    name: str
    rows: int
    who: str
    at: datetime


@dataclass(frozen=True)
class Done:
    """Something that somebody did with a job."""

    at: datetime
    what: str
    who: str
    role: str
    note: str


@dataclass(frozen=True)
class JobPage:
    """One job: how far it is, what is wrong, what can be done about it now."""

    crumbs: list[Link]
    pk: int
    sort: str
    heading: str
    facts: list[tuple[str, str]]
    state: str
    tone: str
    said: str
    is_busy: bool
    done: int
    total: int
    good: int
    bad: int
    warned: int
    is_import: bool
    columns_url: str
    sheets: list[Sheet]
    lines: list[Line]
    is_more: bool
    sample: list[Line]
    step: str
    step_label: str
    offers: frozenset[str]
    reasons: list[Link]
    outcome: str
    related: list[Link]
    history: list[Done]


@dataclass(frozen=True)
class RowPage:
    """One row of a sheet as it would be published."""

    crumbs: list[Link]
    heading: str
    fields: list[tuple[str, str]]
    mistakes: list[tuple[str, str, str, str]]
    back: str


def crumbs(*more: Link) -> list[Link]:
    """Return the way to a page of jobs."""
    here = Link(_("Imports and bulk work"), reverse("workbench:jobs"))
    return [Link(_("Today"), reverse("workbench:today")), here, *more]


def jobs_page(user: User, viewer: sight.Viewer, before: str) -> JobsPage:
    """Fill the list of jobs, the latest first."""
    rows = selectors.errands(viewer)
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SIZE + 1])
    return JobsPage(
        crumbs=[*crumbs()[:1], Link(_("Imports and bulk work"))],
        rows=rows_of(found[:SIZE]),
        further=str(found[SIZE - 1].pk) if len(found) > SIZE else "",
        can_import=bool(permissions.reach(user, Verb.IMPORT)),
    )


def rows_of(errands: Iterable[Errand]) -> list[JobRow]:
    """Show jobs in a list."""
    plan = plans.current()
    return [_row(plan, one) for one in errands]


def _row(plan: Plan, errand: Errand) -> JobRow:
    return JobRow(
        title=_title(plan, errand),
        url=reverse("workbench:job", args=[errand.pk]),
        what=str(errand.get_sort_display()),
        unit=unit_name(errand.unit, short=True),
        who=_name(errand.author),
        at=errand.created_at,
        state=_state(errand),
        tone=_tone(errand),
        next=next_words(errand.waits_for) if errand.waits_for else "",
    )


def job_page(user: User, viewer: sight.Viewer, errand: Errand) -> JobPage:
    """Fill the page of one job."""
    plan = plans.current()
    lines, is_more = _lines(errand)
    step = errand.waits_for
    return JobPage(
        crumbs=crumbs(Link(_title(plan, errand))),
        pk=errand.pk,
        sort=errand.sort,
        heading=_title(plan, errand),
        facts=_facts(plan, errand),
        state=_state(errand),
        tone=_tone(errand),
        said=errand.said,
        is_busy=errand.is_busy,
        done=_done(errand),
        total=errand.total,
        good=errand.good,
        bad=errand.bad,
        warned=errand.warned,
        is_import=errand.sort == Sort.IMPORT,
        columns_url=reverse("workbench:job_columns", args=[errand.pk]) if errand.state == ErrandState.MAPPING else "",
        sheets=[Sheet(one.name, one.rows, _name(one.author), one.at) for one in _sheets(errand)],
        lines=lines,
        is_more=is_more,
        sample=_sample(errand),
        step=step,
        step_label=next_words(step) if step else "",
        offers=_offers(user, errand),
        reasons=[Link(say(term.label), term.code) for term in reasons_for(plan, "withdraw")],
        outcome=_outcome(errand),
        related=_related(errand),
        history=_history(errand),
    )


def row_page(errand: Errand, sheet: ErrandSheet, number: int) -> RowPage | None:
    """Fill the page of one row of a sheet; None if the sheet has no such row."""
    cells = dict(uploads.some_rows(sheet, {number})).get(number)
    if cells is None:
        return None
    kind = plans.current().kinds[errand.kind]
    back = reverse("workbench:job", args=[errand.pk])
    labels = {one.name: say(one.label) for one in kind.fields} | {UNIT: _("publishing unit"), SCOPE: _("group")}
    raw = {
        name: str(cells[at]) for at, name in enumerate(sheet.mapping) if name and at < len(cells) and cells[at] != ""
    }
    try:
        outcome = checking.judged(errand, sheet, number, cells)
    except ActRefused as refused:
        return RowPage(crumbs(Link(sheet.name, back)), str(number), [], [("", "", refused.reason, "")], back)
    mistakes = list(outcome.warnings) if isinstance(outcome, Ready) else outcome
    return RowPage(
        crumbs=crumbs(Link(sheet.name, back), Link(_("Row %(row)d") % {"row": number})),
        heading=outcome.title if isinstance(outcome, Ready) else _("Row %(row)d") % {"row": number},
        fields=[(labels.get(name, name), value) for name, value in raw.items()],
        mistakes=[(one.label, one.excerpt, one.sentence, one.remedy) for one in mistakes],
        back=back,
    )


def _sheets(errand: Errand) -> list[ErrandSheet]:
    return list(errand.sheets.select_related("author").order_by("number"))


def _title(plan: Plan, errand: Errand) -> str:
    kind = plan.kinds.get(errand.kind)
    label = say(kind.label) if kind else errand.kind
    if errand.sort == Sort.IMPORT:
        return _("Import %(job)d: %(kind)s") % {"job": errand.pk, "kind": label}
    if errand.undoes_id:
        return _("Job %(job)d: import %(import)d is undone") % {"job": errand.pk, "import": errand.undoes_id}
    return _("Job %(job)d: %(what)s") % {"job": errand.pk, "what": errand.get_sort_display()}


def _state(errand: Errand) -> str:
    if errand.waits_for:
        return _("waits: %(step)s") % {"step": next_words(errand.waits_for)}
    if errand.sort == Sort.IMPORT and errand.state == ErrandState.DONE:
        return _("released")
    if errand.state == ErrandState.DONE and errand.bad and errand.good:
        return _("done in part")
    return str(ErrandState(errand.state).label)


def _tone(errand: Errand) -> str:
    if errand.state == ErrandState.DONE:
        return "late" if errand.bad and errand.sort != Sort.IMPORT else "met"
    if errand.state == ErrandState.DROPPED:
        return "none"
    return "due"


def _done(errand: Errand) -> int:
    if errand.undoes_id:
        return errand.good + errand.bad
    return min(errand.cursor, errand.total)


def _facts(plan: Plan, errand: Errand) -> list[tuple[str, str]]:
    kind = plan.kinds.get(errand.kind)
    facts = [(_("Unit"), unit_name(errand.unit)), (_("Begun by"), _name(errand.author))]
    told: Mapping[str, str] = errand.settings
    if errand.sort == Sort.EDIT and kind is not None:
        label = dict(bulk.fields_of(kind)).get(told["field"], told["field"])
        facts.append((_("Change"), f"{label} → {told['written'] or _('(empty)')}"))
        facts.append((_("What readers are told"), told["note"]))
    if "reason" in told:
        facts.append((_("Reason"), told["reason"]))
    if told.get("basis"):
        facts.append((_("Basis"), told["basis"]))
    if told.get("waive"):
        facts.append((_("Why they come alone"), told["waive"]))
    return facts


def _lines(errand: Errand) -> tuple[list[Line], bool]:
    """Return the first rows that need a look: mistakes before warnings, refusals before what is done."""
    found = list(ErrandRow.objects.filter(errand=errand, state__in=(RowState.BAD, RowState.REFUSED))[: SHOWN + 1])
    if len(found) <= SHOWN:
        more = (RowState.WARNED,) if errand.sort == Sort.IMPORT else (RowState.DONE, RowState.BEGUN, RowState.WAITING)
        rows = ErrandRow.objects.filter(errand=errand, state__in=more).order_by("state", "row")
        found += list(rows[: SHOWN + 1 - len(found)])
    return [_line(errand, row) for row in found[:SHOWN]], len(found) > SHOWN


def _line(errand: Errand, row: ErrandRow) -> Line:
    if errand.sort == Sort.IMPORT:
        url = reverse("workbench:job_row", args=[errand.pk, row.sheet, row.row])
        told = [(one[1], one[2], one[3], one[4]) for one in row.mistakes]
        place = _place(row.sheet, row.row)
        return Line(place, "", url, row.state == RowState.BAD, "", told)
    is_text = row.revision and row.state == RowState.BEGUN
    url = reverse("workbench:text", args=[row.revision]) if is_text else reverse("workbench:record", args=[row.row])
    words = row.words or str(RowState(row.state).label)
    return Line("", row.title or str(row.row), url, row.state == RowState.REFUSED, words)


def _place(sheet: int, row: int) -> str:
    return str(row) if sheet == 1 else _("%(row)d (sheet %(sheet)d)") % {"row": row, "sheet": sheet}


def _sample(errand: Errand) -> list[Line]:
    """Return a few good rows from the beginning, the middle and the end, to be opened by whoever looks."""
    if errand.sort != Sort.IMPORT or errand.state not in (ErrandState.CHECKED, ErrandState.WAITING):
        return []
    lines = []
    for sheet in errand.sheets.order_by("number"):
        spread = {2 + at * max(1, sheet.rows - 1) // max(1, SAMPLE - 1) for at in range(SAMPLE)}
        for number, cells in uploads.some_rows(sheet, spread):
            url = reverse("workbench:job_row", args=[errand.pk, sheet.number, number])
            mapped = [cell for cell, name in zip(cells, sheet.mapping, strict=False) if name and cell != ""]
            words = " · ".join(str(cell)[:40] for cell in mapped[:4])
            lines.append(Line(_place(sheet.number, number), words, url, False, ""))
    return lines


def _offers(user: User, errand: Errand) -> frozenset[str]:
    """Return the names of the acts that a person can do now."""

    def may(verb: Verb) -> bool:
        return permissions.may(user, verb, errand.unit)

    found: set[str] = set()
    is_import, state = errand.sort == Sort.IMPORT, errand.state
    if state == ErrandState.CHECKED and is_import and may(Verb.IMPORT):
        found |= {"send", "sheet", "check", "drop"} if errand.good else {"sheet", "check", "drop"}
    if state in (ErrandState.MAPPING, ErrandState.CHECKING, ErrandState.READING, ErrandState.STAGING) and is_import:
        found |= {"drop"} if may(Verb.IMPORT) else set()
    if state == ErrandState.WAITING:
        found |= _at_step(user, errand)
    if is_import and state == ErrandState.DONE and errand.batch and errand.batch.state == BatchState.RELEASED:
        found |= {"undo"} if may(Verb.WITHDRAW) else set()
    if state == ErrandState.RUNNING and errand.sort not in (Sort.IMPORT, Sort.EDIT):
        found |= {"stop"} if may(bulk.VERBS[Sort(errand.sort)]) else set()
    return frozenset(found)


def _at_step(user: User, errand: Errand) -> set[str]:
    verb = next((verb for waits, verb in DOERS.items() if waits == errand.waits_for), Verb.APPROVE)
    is_own = user.pk in importing.authors_of(errand)
    found = {"pass", "back"} if permissions.may(user, verb, errand.unit) and not is_own else set()
    if permissions.may(user, Verb.IMPORT, errand.unit) and (
        errand.sort == Sort.IMPORT or errand.waits_for == StepName.REVIEW
    ):
        found.add("drop")
    return found


def _outcome(errand: Errand) -> str:
    if errand.sort != Sort.IMPORT:
        return ""
    if errand.state == ErrandState.DONE and errand.batch is not None:
        return _("%(good)d records are published.") % {"good": errand.batch.good}
    return ""


def _related(errand: Errand) -> list[Link]:
    found = [
        Link(_("Undone by job %(job)d") % {"job": one.pk}, reverse("workbench:job", args=[one.pk]))
        for one in errand.undone_by.order_by("pk")
    ]
    if errand.undoes_id:
        found.append(Link(_("The import that is undone"), reverse("workbench:job", args=[errand.undoes_id])))
    return found


def _history(errand: Errand) -> list[Done]:
    rows = ErrandStep.objects.filter(errand=errand).select_related("actor").order_by("-pk")[:50]
    return [
        Done(
            one.at,
            _words(one.step),
            _name(one.actor),
            str(Role(one.role).label) if one.role in Role.values else "",
            one.note,
        )
        for one in rows
    ]


def _words(step: str) -> str:
    if step in list(StepName):
        return step_words(step)
    return {
        "begun": _("begun"),
        "added": _("corrected rows brought"),
        "checked-again": _("checked again"),
        "sent": _("handed in"),
        "sent-back": _("sent back"),
        "dropped": _("given up"),
        "undone": _("undoing begun"),
        "stopped": _("stopped"),
    }.get(step, step)


def _name(user: User | None) -> str:
    return str(user.get_full_name() or user.username) if user else ""

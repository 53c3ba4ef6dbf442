"""Published records as those see them who work on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import desk
from sunlit.records.acts.retiring import reasons_for
from sunlit.records.models import Notice, Record
from sunlit.records.states import IN_WORK, READABLE, RecordState, Validity
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.words import say, unit_name
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.workbench.pages.history import TraceRow, rows_of
from sunlit.workbench.pages.new import audience_words
from sunlit.workbench.record_acts import RECORD_ACTS

SIZE = 50


@dataclass(frozen=True)
class RecordRow:
    """A record in the list."""

    pk: int
    title: str
    url: str
    index_no: str
    kind: str
    unit: str
    state: str
    is_live: bool
    published_at: datetime | None


@dataclass(frozen=True)
class RecordsPage:
    """The records on which somebody works."""

    crumbs: list[Link]
    rows: list[RecordRow]
    further: str
    q: str
    state: str
    kind: str
    kinds: list[Link]
    states: list[Link]
    can_choose: bool


@dataclass(frozen=True)
class ActForm:
    """An act that can be done now, with the reasons to choose from."""

    name: str
    label: str
    about: str
    reasons: list[Link]
    asks: str
    choices: list[Link]
    is_grave: bool


@dataclass(frozen=True)
class RecordPage:
    """One record with everything that can be done about it."""

    crumbs: list[Link]
    pk: int
    title: str
    index_no: str
    kind: str
    unit: str
    audience: str
    state: str
    validity: str
    published_at: datetime | None
    expires_on: date | None
    public: Link | None
    in_work: Link | None
    can_correct: bool
    acts: list[ActForm]
    notices: list[Notice] = field(metadata=HTML_ONLY)
    revisions: list[Link] = field(default_factory=list)
    traces: list[TraceRow] = field(default_factory=list)
    history_url: str = ""


def records_page(user: User, viewer: sight.Viewer, *, q: str, kind: str, state: str, before: str) -> RecordsPage:
    """Fill the list of records on which somebody works, the last published first."""
    plan = plans.current()
    state = state if state in RecordState.values else ""
    rows = desk.newest_records(viewer, size=SIZE + 1, kind=kind, state=state, words=q, behind=_place(before))
    last = rows[SIZE - 1] if len(rows) > SIZE else None
    place = f"{last.published_at.isoformat()}~{last.pk}" if last and last.published_at else ""
    return RecordsPage(
        crumbs=[Link(_("Today"), reverse("workbench:today")), Link(_("Published records"))],
        rows=[_row(plan, record) for record in rows[:SIZE]],
        further=place,
        q=q,
        state=state,
        kind=kind,
        kinds=[Link(say(one.label), one.code) for one in plan.kinds.values()],
        states=[Link(str(one.label), one.value) for one in RecordState if one != RecordState.DRAFT],
        can_choose=any(permissions.reach(user, verb) for verb in (Verb.CORRECT, Verb.WITHDRAW, Verb.UNPUBLISH)),
    )


def record_page(user: User, viewer: sight.Viewer, record: Record) -> RecordPage:
    """Fill the page of one record."""
    plan = plans.current()
    kind = plan.kinds.get(record.kind)
    open_text = desk.open_revision(record)
    title = record.title or record.index_no or _("a text in work")
    return RecordPage(
        crumbs=[
            Link(_("Today"), reverse("workbench:today")),
            Link(_("Published records"), reverse("workbench:records")),
            Link(title),
        ],
        pk=record.pk,
        title=title,
        index_no=record.index_no or "",
        kind=say(kind.label) if kind else record.kind,
        unit=unit_name(record.unit),
        audience=audience_words(record.audience),
        state=str(record.get_state_display()),
        validity=str(record.get_validity_display()),
        published_at=record.published_at,
        expires_on=record.expires_on,
        public=Link(_("As readers see it"), f"/r/{record.slug}") if record.slug else None,
        in_work=Link(open_text.title or title, reverse("workbench:text", args=[open_text.pk])) if open_text else None,
        can_correct=_can_correct(user, record, open_text is not None),
        acts=_forms(user, plan, kind, record),
        notices=list(record.notices.order_by("-at")[:10]),
        revisions=_revisions(record),
        traces=rows_of(desk.traces(viewer, record=record)[:15]),
        history_url=reverse("workbench:history", args=[record.pk]),
    )


def _place(written: str) -> tuple[datetime, int] | None:
    """Read where a list goes on; None for the beginning and for anything that is no place."""
    at, _tilde, pk = written.partition("~")
    try:
        return datetime.fromisoformat(at), int(pk)
    except ValueError:
        return None


def _row(plan: Plan, record: Record) -> RecordRow:
    kind = plan.kinds.get(record.kind)
    return RecordRow(
        pk=record.pk,
        title=record.title or record.index_no or "",
        url=reverse("workbench:record", args=[record.pk]),
        index_no=record.index_no or "",
        kind=say(kind.label) if kind else record.kind,
        unit=unit_name(record.unit, short=True),
        state=str(record.get_state_display()),
        is_live=record.state == RecordState.LIVE,
        published_at=record.published_at,
    )


def _can_correct(user: User, record: Record, is_open: bool) -> bool:
    ended = (RecordState.DRAFT, RecordState.ERASED, RecordState.EXPIRED)
    return not is_open and record.state not in ended and desk.may(user, Verb.CORRECT, record)


def _forms(user: User, plan: Plan, kind: Kind | None, record: Record) -> list[ActForm]:
    found = []
    for name, one in RECORD_ACTS.items():
        if record.state not in one.states or not desk.may(user, one.verb, record):
            continue
        if one.asks == "validity" and not (kind and kind.settings.validity):
            continue
        found.append(
            ActForm(
                name=name,
                label=str(one.label),
                about=str(one.about),
                reasons=[Link(say(term.label), term.code) for term in reasons_for(plan, one.list_of_reasons)],
                asks=one.asks,
                choices=[Link(str(label), value) for value, label in Validity.choices if value],
                is_grave=name in ("unpublish", "take-down"),
            )
        )
    return found


def _revisions(record: Record) -> list[Link]:
    shown = record.revisions.order_by("-number").values_list("pk", "number", "state")
    if record.state not in (*READABLE, RecordState.DRAFT, RecordState.UNPUBLISHED):
        return []
    return [
        Link(_("Wording %(number)d") % {"number": number}, reverse("workbench:text", args=[pk]))
        for pk, number, state in shown
        if state not in IN_WORK
    ]

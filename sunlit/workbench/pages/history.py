"""What was done, by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.records import desk
from sunlit.records.models import Record, Trace
from sunlit.screens.components import Link
from sunlit.units.models import User
from sunlit.units.roles import Role

SIZE = 50


@dataclass(frozen=True)
class TraceRow:
    """One line of a history."""

    at: datetime
    what: str
    who: str
    person: str
    role: str
    record: Link | None
    wording: int
    note: str


@dataclass(frozen=True)
class HistoryPage:
    """The history of a record, of a person, or of everything on which somebody works."""

    crumbs: list[Link]
    heading: str
    rows: list[TraceRow]
    further: str
    export: str
    q: str


def words_of(step: str) -> str:
    """Say what an act was."""
    known = {
        "drafted": _("begun"),
        "edited": _("changed"),
        "submitted": _("handed in"),
        "recalled": _("taken back"),
        "reviewed": _("reviewed"),
        "vetted": _("passed by the legality review"),
        "cleared": _("cleared by the secrecy review"),
        "approved": _("approved"),
        "scheduled": _("set for a minute"),
        "unscheduled": _("set minute taken off"),
        "bundled": _("put into a bundle"),
        "unbundled": _("taken out of a bundle"),
        "waived": _("released without what belongs to it"),
        "overrode": _("let a finding of the check pass"),
        "blackened": _("blackened a file"),
        "warnings-seen": _("saw what the check warns of"),
        "sent-back": _("sent back"),
        "vouched": _("answered for without a review"),
        "discarded": _("given up"),
        "erased": _("erased"),
        "published-at-once": _("published at once in an emergency"),
        "record.published": _("published"),
        "record.corrected": _("correction published"),
        "record.withdrawn": _("withdrawn"),
        "record.unpublished": _("taken off the site"),
        "record.superseded": _("superseded"),
        "record.expired": _("period of display over"),
        "record.validity": _("validity changed"),
        "record.erased": _("erased"),
        "record.taken_down": _("taken down in an emergency"),
        "record.restored": _("brought back"),
        "record.reviewed": _("emergency act reviewed"),
    }
    return known.get(step, step)


def rows_of(traces: Iterable[Trace], *, with_records: bool = False) -> list[TraceRow]:
    """Show traces."""
    return [_row(trace, with_records=with_records) for trace in traces]


def _row(trace: Trace, *, with_records: bool) -> TraceRow:
    actor = trace.actor
    link = None
    if with_records:
        label = trace.record.title or trace.record.index_no or _("a text in work")
        link = Link(label, reverse("workbench:record", args=[trace.record_id]))
    return TraceRow(
        at=trace.at,
        what=words_of(trace.step),
        who=(actor.get_full_name() or actor.get_username()) if actor else _("the system"),
        person=actor.get_username() if actor else "",
        role=str(Role(trace.role).label) if trace.role in Role.values else "",
        record=link,
        wording=trace.revision,
        note=trace.note,
    )


def of_record(viewer: sight.Viewer, record: Record, *, before: int) -> HistoryPage:
    """Fill the history of one record."""
    address = reverse("workbench:history", args=[record.pk])
    title = record.title or record.index_no or _("a text in work")
    crumbs = [
        Link(_("Today"), reverse("workbench:today")),
        Link(title, reverse("workbench:record", args=[record.pk])),
        Link(_("History")),
    ]
    found = desk.traces(viewer, record=record)
    rows, further = _page(list((found.filter(pk__lt=before) if before else found)[: SIZE + 1]))
    return HistoryPage(crumbs, title, rows, further, f"{address}history.csv", "")


def of_person(viewer: sight.Viewer, person: User | None, *, before: int, q: str) -> HistoryPage:
    """Fill what a person did, or what everybody did where nobody is named; only what the asker works on."""
    found: list[Trace] = []
    if person is not None or not q:
        found = desk.newest_traces(viewer, person=person.pk if person else None, before=before, size=SIZE + 1)
    rows, further = _page(found, with_records=True)
    crumbs = [Link(_("Today"), reverse("workbench:today")), Link(_("History"))]
    heading = (person.get_full_name() or person.get_username()) if person else _("What was done")
    more = f"{further}&person={q}" if further and q else further
    return HistoryPage(crumbs, heading, rows, more, f"{reverse('workbench:person_history_csv')}?person={q}", q)


def _page(traces: Sequence[Trace], *, with_records: bool = False) -> tuple[list[TraceRow], str]:
    further = f"?before={traces[SIZE - 1].pk}" if len(traces) > SIZE else ""
    return rows_of(traces[:SIZE], with_records=with_records), further

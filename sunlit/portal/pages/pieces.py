"""Pieces that several pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunlit.plan.language import Plan
from sunlit.plan.language.measures import Measure
from sunlit.portal import links
from sunlit.records.models import Record
from sunlit.screens.components import Cell, CellState, Link, RecordRow, Strip, StripPart
from sunlit.screens.words import say, unit_name


@dataclass(frozen=True)
class Segment:
    """A stretch of a clause; marked where it binds."""

    text: str
    is_marked: bool = False


def clause(measure: Measure) -> list[Segment]:
    """Cut a clause at its highlights."""
    marks = sorted((measure.text.find(phrase), phrase) for phrase in measure.highlights)
    segments: list[Segment] = []
    position = 0
    for start, phrase in marks:
        if start < position:  # absent, or within the one before
            continue
        segments += [Segment(measure.text[position:start]), Segment(phrase, True)]
        position = start + len(phrase)
    segments.append(Segment(measure.text[position:]))
    return [segment for segment in segments if segment.text]


def record_rows(plan: Plan, records: Iterable[Record]) -> list[RecordRow]:
    """Return records as lists show them; a record without address or date is no published one and is left out."""
    return [record_row(plan, record) for record in records if record.slug and record.published_at]


def record_row(plan: Plan, record: Record) -> RecordRow:
    """Return one published record as lists show it."""
    if record.slug is None or record.published_at is None:
        raise ValueError("only a published record stands in a list")
    kind = plan.kinds.get(record.kind)
    return RecordRow(
        title=record.title,
        url=links.record(record.slug),
        kind=say(kind.label) if kind else record.kind,
        kind_url=links.kind(record.kind) if kind else "",
        unit=unit_name(record.unit, short=True),
        unit_url=links.unit(record.unit.code),
        published_at=record.published_at,
        note=_("demo data") if record.demo else "",
    )


def short_title(measure: Measure) -> str:
    """Return the few words by which a measure is known."""
    return say(measure.short or measure.title)


def strip(plan: Plan, state_of: Callable[[int], tuple[CellState, str]]) -> Strip:
    """Return the plan at a glance; ``state_of`` judges one measure and says it in words."""
    parts, counts = [], {"has": 0, "yet": 0, "out": 0}
    for part in plan.parts.values():
        cells = []
        for measure in plan.measures.values():
            if measure.part == part.number:
                state, words = state_of(measure.number)
                counts[state] += 1
                cells.append(Cell(measure.number, short_title(measure), links.measure(measure.number), state, words))
        address = f"{reverse('portal:plan')}#part-{part.number}"
        parts.append(StripPart(part.number, say(part.short or part.title), address, cells))
    return Strip(parts, counts["has"], counts["yet"], counts["out"])


def state_by_count(counts: Mapping[int, int]) -> Callable[[int], tuple[CellState, str]]:
    """Judge measures by the number of public records on hand, which is all that can be said without deadlines."""

    def judge(number: int) -> tuple[CellState, str]:
        count = counts.get(number, 0)
        if not count:
            return "yet", _("declared, no record yet")
        return "has", ngettext("%(count)s public record", "%(count)s public records", count) % {"count": f"{count:,}"}

    return judge


def crumbs(*trail: Link, here: str) -> list[Link]:
    """Return the way from the front page to this one."""
    return [Link(_("Home"), reverse("portal:home")), *trail, Link(here)]

"""Finding things by the words of their names alone: what the search page does as long as nothing is indexed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.measures import Measure
from sunlit.plan.publishers import is_listed
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.records import selectors as records
from sunlit.records.models import Record
from sunlit.screens.components import Link, RecordRow
from sunlit.screens.words import say, unit_name
from sunlit.text.folding import fold
from sunlit.units import selectors as units
from sunlit.units.models import Unit

UNITS = 20
RECORDS = 20


@dataclass(frozen=True)
class Named:
    """What bears the words in its name."""

    units: list[Link]
    more_units: bool
    kinds: list[Link]
    measures: list[Link]
    records: list[RecordRow]
    more_records: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.units or self.kinds or self.measures or self.records)


def named(viewer: sight.Viewer, plan: Plan, words: str) -> Named:
    """Return whatever has all the words in its name, in either script."""
    found_units = list(units.search_by_name(words)[: UNITS + 1]) if words else []
    found_records = _records(viewer, words)
    return Named(
        units=[_unit(plan, one) for one in found_units[:UNITS]],
        more_units=len(found_units) > UNITS,
        kinds=[Link(say(one.label), links.kind(one.code), say(one.about)) for one in _kinds(plan, words)],
        measures=[Link(f"{one.number} {say(one.title)}", links.measure(one.number)) for one in _measures(plan, words)],
        records=pieces.record_rows(plan, found_records[:RECORDS]),
        more_records=len(found_records) > RECORDS,
    )


def _records(viewer: sight.Viewer, words: str) -> list[Record]:
    if not words:
        return []
    exact = records.by_index_no(viewer, words)
    return [exact] if exact else records.titles(viewer, words, RECORDS + 1)


def _unit(plan: Plan, unit: Unit) -> Link:
    parent = plan.units.get(plan.units[unit.code].parent or "") if unit.code in plan.units else None
    above = unit_name(parent, short=True) if parent else ""
    if unit.closed:
        above = f"{above} · {_('closed')}" if above else _("closed")
    return Link(unit_name(unit), links.unit(unit.code), above)


def _kinds(plan: Plan, words: str) -> list[Kind]:
    return [
        kind
        for kind in plan.kinds.values()
        if is_listed(kind) and _holds(words, kind.label.zh, kind.label.en, kind.about.zh, kind.about.en)
    ]


def _measures(plan: Plan, words: str) -> list[Measure]:
    return [one for one in plan.measures.values() if _holds(words, one.title.zh, one.title.en, one.text)]


def _holds(words: str, *texts: str) -> bool:
    """Tell whether the texts together hold each of the words; no words are held by nothing."""
    wanted = fold(words).split()
    text = fold("\n".join(texts))
    return bool(wanted) and all(word in text for word in wanted)

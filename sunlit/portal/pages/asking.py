"""What a reader asks of a list, from the parameters of its address."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.portal import structure
from sunlit.records import selectors as records
from sunlit.records.selectors import Listing
from sunlit.screens.words import unit_name
from sunlit.units import selectors as units
from sunlit.units.models import Unit

NEWEST = "-published"
RANGED = ("date", "money", "number", "percent")
PARAMETERS = ("sort", "after", "unit", "own", "year", "part")
"""What every list can be asked for; to these come the fields of its kind."""
Question = QueryDict | Mapping[str, str]


class Asked:
    """What a reader asked of a list, in the words of the selectors; ``error`` says what could not be understood."""

    def __init__(self, plan: Plan, kind: Kind, question: Question) -> None:
        self.question = question
        self.kind = kind
        self.error = ""
        self.sort = self.text("sort") or _usual_order(kind)
        self.after = self.text("after") or None
        self.unit_words, self.year_words = self.text("unit"), self.text("year")
        self.unit = self._unit(plan)
        self.is_own = bool(self.unit and self.text("own"))
        self.year = self._year()
        self.filters = self._filters()

    def text(self, name: str) -> str:
        """Return a parameter, trimmed; an unusable one counts as absent."""
        value = str(self.question.get(name, "")).strip()[:200]
        return "" if "\x00" in value else value

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the whole list was asked for."""
        return bool(self.filters or self.unit_words or self.year)

    @property
    def unit_label(self) -> str:
        """Return the unit's name, to stand in the form where perhaps its code was asked for."""
        return unit_name(self.unit) if self.unit else self.unit_words

    def _year(self) -> int | None:
        if not self.year_words:
            return None
        if self.year_words.isdecimal() and len(self.year_words) == 4:
            return int(self.year_words)
        self.error = _("“%s” is not a year: write it with four digits.") % self.year_words
        return None

    def _unit(self, plan: Plan) -> Unit | None:
        if not self.unit_words:
            return None
        called = structure.unit_called(plan, self.unit_words)
        if called is None:
            sentence = _("No unit is called “%s”, or more than one is: give the full name or the code.")
            self.error = sentence % self.unit_words
            return None
        return units.by_code(called.code)

    def _filters(self) -> dict[str, str | tuple[str | None, str | None]]:
        found: dict[str, str | tuple[str | None, str | None]] = {}
        for declared in self.kind.fields:
            if not declared.filter:
                continue
            name = f"f_{declared.name}"
            low, high = self.text(f"{name}_from"), self.text(f"{name}_to")
            if declared.type in RANGED and (low or high):
                found[declared.name] = (low or None, high or None)
            elif value := self.text(name):
                found[declared.name] = value
        return found

    def listing(self, viewer: sight.Viewer, *, after: str | None, size: int) -> Listing:
        """Return one page of what was asked for; raises BadFilter if it makes no sense."""
        return records.listing(
            viewer,
            kind=self.kind.code,
            unit=self.unit,
            below=not self.is_own,
            year=self.year,
            filters=self.filters,
            sort=self.sort,
            after=after,
            size=size,
        )


def _usual_order(kind: Kind) -> str:
    """Return the order of a list that nobody has asked for another: a price list keeps its groups together."""
    layout = kind.show.layout
    if layout is not None and layout.word == "prices" and kind.by_name[layout.by[0]].sort:
        return layout.by[0]
    return NEWEST

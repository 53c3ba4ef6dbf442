"""Casts of choices: a term, a unit, a division, another record; typed by code or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sunlit.plan.casts.base import Cast, Refused, Shape, hint, quoted, text_of
from sunlit.plan.language import Plan
from sunlit.text.folding import fold

_SLUG = re.compile(r"([0-9A-Z]{9})[-/]([0-9]{4})-([0-9]{5,12})")
_DRAFT = re.compile(r"draft:[1-9][0-9]{0,17}")


class Names:
    """Finds the code that a name stands for; a name that stands for several finds none."""

    def __init__(self, pairs: Iterable[tuple[str, str]], codes: Iterable[str]) -> None:
        self.exact: dict[str, str] = {}
        self.folded: dict[str, str] = {}
        self.several: dict[str, set[str]] = {}
        for name, code in pairs:
            if name:
                self._add(self.exact, name, code)
                self._add(self.folded, fold(name), code)
        # A code is never ambiguous, whatever else is called like it.
        for code in codes:
            self.exact[code] = code
            self.several.pop(code, None)

    def _add(self, table: dict[str, str], name: str, code: str) -> None:
        other = table.setdefault(name, code)
        if other != code:
            self.several.setdefault(name, {other}).add(code)

    def find(self, written: str) -> str | None:
        """Return the one code that a name stands for, or None; raises Refused if it stands for several."""
        for name, table in ((written, self.exact), (fold(written), self.folded)):
            if name in self.several:
                raise _several(written, self.several[name])
            if name in table:
                return table[name]
        return None


def _several(written: str, codes: set[str]) -> Refused:
    return Refused(
        _("“%(value)s” is the name of several (%(codes)s); write the code.")
        % {"value": quoted(written), "codes": ", ".join(sorted(codes)[:5])}
    )


def _finder(names: Names, unknown: str) -> Cast:
    exact, several = names.exact, names.several

    def cast(value: object) -> object:
        # The quick way: a code or a name as it is written in the plan.
        if isinstance(value, str) and value in exact and value not in several:
            return exact[value]
        written = text_of(value)
        if not written:
            return None
        code = names.find(written)
        if code is None:
            raise Refused(_(unknown) % {"value": quoted(written), "hint": hint(written, exact)})
        return code

    return cast


def choice(shape: Shape, plan: Plan) -> Cast:
    """Compile the cast of a term of a vocabulary, given by code or label."""
    vocabulary = plan.vocabularies[shape.choices or ""]
    pairs = [(label, term.code) for term in vocabulary.terms for label in (term.label.zh, term.label.en)]
    names = Names(pairs, (term.code for term in vocabulary.terms))
    return _finder(names, gettext_noop("“%(value)s” is no term of this list%(hint)s"))


def unit(_shape: Shape, plan: Plan) -> Cast:
    """Compile the cast of a unit, given by code, name or alias."""
    return _finder(unit_names(plan), gettext_noop("There is no unit “%(value)s”%(hint)s"))


def region(_shape: Shape, plan: Plan) -> Cast:
    """Compile the cast of a division of the city, given by code or name."""
    return _finder(region_names(plan), gettext_noop("“%(value)s” is no division of this city%(hint)s"))


@lru_cache(maxsize=4)
def unit_names(plan: Plan) -> Names:
    """Return by which names the units of a plan are known."""
    pairs = [
        (name, one.code) for one in plan.units.values() for name in (one.name, one.short, one.name_en, *one.aliases)
    ]
    return Names(pairs, plan.units)


@lru_cache(maxsize=4)
def region_names(plan: Plan) -> Names:
    """Return by which names the divisions of a plan are known: those of the units that govern one."""
    levels: Mapping[str, str] = {code: one.level for code, one in plan.classes.items()}
    governing = [one for one in plan.units.values() if one.region and levels.get(one.cls, "none") != "none"]
    pairs = [(name, one.region or "") for one in governing for name in (one.name, one.short)]
    return Names(pairs, {one.region for one in plan.units.values() if one.region})


def record(_shape: Shape) -> Cast:
    """Compile the cast of a reference to a record, given by its address or its index number.

    A draft may name another draft, ``draft:12``; the address is put in when both are released.
    """

    def cast(value: object) -> object:
        written = text_of(value).rpartition("/r/")[2].strip("/")
        if not written:
            return None
        if _DRAFT.fullmatch(written):
            return written
        found = _SLUG.fullmatch(written)
        if found is None:
            raise Refused(
                _("“%(value)s” is no index number; copy it from the record, such as 123456789/2026-00001.")
                % {"value": quoted(written)}
            )
        return "-".join(found.groups())

    return cast

"""A plan that is ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from sunlit.plan.language.document import Document, hash_of
from sunlit.plan.language.duties import Duty
from sunlit.plan.language.groups import Group
from sunlit.plan.language.guard import Guard
from sunlit.plan.language.head import Head
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.limits import Limit
from sunlit.plan.language.measures import Expected, Measure, Part
from sunlit.plan.language.navigation import Navigation
from sunlit.plan.language.procedures import Procedure
from sunlit.plan.language.processes import Process
from sunlit.plan.language.selecting import Resolver
from sunlit.plan.language.selectors import Selector
from sunlit.plan.language.standards import Standard
from sunlit.plan.language.startpages import StartPage
from sunlit.plan.language.targets import Target
from sunlit.plan.language.units import Function, Succession, Unit, UnitClass
from sunlit.plan.language.vocabularies import Vocabulary

Key = TypeVar("Key")
Value = TypeVar("Value")


def _index(pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, Value]:
    return MappingProxyType(dict(pairs))


class Plan:
    """A checked plan: immutable, named by its hash, with everything by its code in the order of the files."""

    def __init__(self, document: Document, canonical: str | None = None) -> None:
        self.document = document
        self.canonical = document.canonical() if canonical is None else canonical
        self.hash = hash_of(self.canonical)
        self._resolvers: dict[date | None, Resolver] = {}

    @classmethod
    def from_json(cls, canonical: str) -> Plan:
        """Return the plan of a stored document; raises pydantic.ValidationError if it is none."""
        return cls(Document.model_validate_json(canonical), canonical)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"<Plan {self.head.code} {self.hash[:12]}>"

    @property
    def head(self) -> Head:
        """Return what ``plan.yaml`` says of the plan as a whole."""
        return self.document.plan

    @property
    def preamble(self) -> str:
        """Return the plan's opening words."""
        return self.document.preamble

    @property
    def expected(self) -> Expected:
        """Return how many parts and measures there are."""
        return self.document.expected

    @cached_property
    def parts(self) -> Mapping[int, Part]:
        """Return the parts by number."""
        return _index((part.number, part) for part in sorted(self.document.parts, key=lambda part: part.number))

    @cached_property
    def measures(self) -> Mapping[int, Measure]:
        """Return the measures by number, in order."""
        return _index((one.number, one) for one in sorted(self.document.measures, key=lambda one: one.number))

    @cached_property
    def classes(self) -> Mapping[str, UnitClass]:
        """Return the classes of units."""
        return _index((one.code, one) for one in self.document.classes)

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Return the functions that units hold."""
        return _index((one.code, one) for one in self.document.functions)

    @property
    def succession(self) -> tuple[Succession, ...]:
        """Return which function passed from whom to whom."""
        return self.document.succession

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Return the units."""
        return _index((one.code, one) for one in self.document.units)

    @cached_property
    def selectors(self) -> Mapping[str, Selector]:
        """Return the selectors."""
        return _index((one.code, one) for one in self.document.selectors)

    @cached_property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """Return the vocabularies."""
        return _index((one.code, one) for one in self.document.vocabularies)

    @cached_property
    def limits(self) -> Mapping[str, Limit]:
        """Return of each limit the version that is valid last; see ``limit`` for a given day."""
        ordered = sorted(self.document.limits, key=lambda limit: limit.valid_from or date.min)
        return _index((limit.id, limit) for limit in ordered)

    def limit(self, code: str, on: date) -> Limit | None:
        """Return the version of a limit that is in force on a day, or None."""
        return next((limit for limit in self.document.limits if limit.id == code and limit.holds(on)), None)

    @cached_property
    def duties(self) -> Mapping[str, Duty]:
        """Return the duties."""
        return _index((one.code, one) for one in self.document.duties)

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """Return the procedures."""
        return _index((one.code, one) for one in self.document.procedures)

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """Return the targets."""
        return _index((one.code, one) for one in self.document.targets)

    @cached_property
    def navigation(self) -> Navigation:
        """Return fields, questions and menus."""
        document = self.document
        return Navigation(fields=document.fields, questions=document.questions, menus=document.menus)

    @cached_property
    def start_pages(self) -> Mapping[str, StartPage]:
        """Return the start page of each class of units that has one."""
        return _index((code, page) for page in self.document.start_pages for code in page.classes)

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Return the groups."""
        return _index((one.code, one) for one in self.document.groups)

    @property
    def guard(self) -> Guard:
        """Return which rules of the guard block or warn, and its lists of words."""
        return self.document.guard

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Return the kinds of record."""
        return _index((one.code, one) for one in self.document.kinds)

    @cached_property
    def processes(self) -> Mapping[str, Process]:
        """Return the chains of kinds."""
        return _index((one.code, one) for one in self.document.processes)

    @cached_property
    def process_of_kind(self) -> Mapping[str, Process]:
        """Return for each kind the process of which its records are stages."""
        return _index((stage.kind, one) for one in self.document.processes for stage in one.stages)

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        """Return the rows of the standard catalogue."""
        return _index((one.code, one) for one in self.document.standards)

    @cached_property
    def kinds_of_area(self) -> Mapping[str, tuple[str, ...]]:
        """Return for each field of life its kinds: those that it names, then those that name it."""
        found = {area.code: list(area.kinds) for area in self.document.fields}
        for kind in self.document.kinds:
            for area in kind.areas:
                if area in found and kind.code not in found[area]:
                    found[area].append(kind.code)
        return _index((area, tuple(kinds)) for area, kinds in found.items())

    @cached_property
    def _kinds_by_measure(self) -> Mapping[int, tuple[Kind, ...]]:
        return _index((n, tuple(kind for kind in self.document.kinds if n in kind.measures)) for n in self.measures)

    def kinds_of_measure(self, number: int) -> tuple[Kind, ...]:
        """Return the kinds that carry out a measure."""
        return self._kinds_by_measure.get(number, ())

    def select(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """Return the codes of the units that a selector names, in the order of the register.

        ``on`` is the day asked for; without it every succession counts as done and closed units are gone.
        Raises KeyError for an unknown selector.
        """
        return self._in_order(self._resolver(on).select(code))

    def leads(self, number: int, on: date | None = None) -> tuple[str, ...]:
        """Return the codes of the units that lead a measure."""
        return self._united(self.measures[number].lead, on)

    def responsible(self, number: int, on: date | None = None) -> tuple[str, ...]:
        """Return the codes of the units that are responsible for a measure."""
        return self._united(self.measures[number].responsible, on)

    def _united(self, selectors: Iterable[str], on: date | None) -> tuple[str, ...]:
        resolver = self._resolver(on)
        return self._in_order(frozenset().union(*(resolver.select(code) for code in selectors)))

    def _in_order(self, codes: frozenset[str]) -> tuple[str, ...]:
        positions = self._positions
        return tuple(sorted(codes, key=positions.__getitem__))

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return _index((code, position) for position, code in enumerate(self.units))

    def _resolver(self, on: date | None) -> Resolver:
        # What is selected changes only on days of succession, opening and closing; asked for a few days at a time.
        if on not in self._resolvers:
            if len(self._resolvers) > 8:
                self._resolvers.clear()
            self._resolvers[on] = Resolver(self.units, self.selectors, self.succession, on)
        return self._resolvers[on]

"""The plan as one document: what the database stores and what the hash is taken of."""

from __future__ import annotations

import hashlib
import json

from sunlit.plan.language.duties import Duty
from sunlit.plan.language.groups import Group
from sunlit.plan.language.guard import Guard
from sunlit.plan.language.head import Head
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.limits import Limit
from sunlit.plan.language.measures import Expected, Measure, Part
from sunlit.plan.language.navigation import Area, Menu, Question
from sunlit.plan.language.procedures import Procedure
from sunlit.plan.language.processes import Process
from sunlit.plan.language.scalars import Strict, Text
from sunlit.plan.language.selectors import Selector
from sunlit.plan.language.standards import Standard
from sunlit.plan.language.startpages import StartPage
from sunlit.plan.language.synonyms import Synonyms
from sunlit.plan.language.targets import Target
from sunlit.plan.language.units import Function, Succession, Unit, UnitClass
from sunlit.plan.language.vocabularies import Vocabulary


class Document(Strict):
    """Every section of a plan; the order of entries is part of the plan."""

    plan: Head
    preamble: Text
    expected: Expected
    parts: tuple[Part, ...]
    measures: tuple[Measure, ...]
    classes: tuple[UnitClass, ...]
    functions: tuple[Function, ...] = ()
    succession: tuple[Succession, ...] = ()
    units: tuple[Unit, ...]
    selectors: tuple[Selector, ...]
    vocabularies: tuple[Vocabulary, ...] = ()
    limits: tuple[Limit, ...] = ()
    duties: tuple[Duty, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    targets: tuple[Target, ...] = ()
    fields: tuple[Area, ...] = ()
    questions: tuple[Question, ...] = ()
    menus: tuple[Menu, ...] = ()
    start_pages: tuple[StartPage, ...] = ()
    groups: tuple[Group, ...] = ()
    kinds: tuple[Kind, ...] = ()
    processes: tuple[Process, ...] = ()
    standards: tuple[Standard, ...] = ()
    guard: Guard = Guard()
    synonyms: tuple[Synonyms, ...] = ()

    def canonical(self) -> str:
        """Return the document as canonical JSON (RFC 8785: sorted keys, no space; there are no fractions in it).

        Values that are left at their default are left out, so a new key of the language does not change the hash.
        """
        content = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(canonical: str) -> str:
    """Return the hash by which a plan is stored and named: SHA-256 of its canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()

"""The sections of a plan's files: which top-level key holds what, and how its entries are named in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from sunlit.plan.language.duties import Duty
from sunlit.plan.language.examples import Example
from sunlit.plan.language.groups import Group
from sunlit.plan.language.guard import Guard
from sunlit.plan.language.head import Head
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.limits import Limit
from sunlit.plan.language.measures import Expected, Measure, Part
from sunlit.plan.language.navigation import Area, Menu, Question
from sunlit.plan.language.procedures import Procedure
from sunlit.plan.language.processes import Process
from sunlit.plan.language.selectors import Selector
from sunlit.plan.language.standards import Standard
from sunlit.plan.language.startpages import StartPage
from sunlit.plan.language.synonyms import Synonyms
from sunlit.plan.language.targets import Target
from sunlit.plan.language.units import Function, Succession, Unit, UnitClass
from sunlit.plan.language.vocabularies import Vocabulary


@dataclass(frozen=True, slots=True)
class SectionOf:
    """A section: the model of its entries, the key that names an entry, and the noun for sentences."""

    model: type[BaseModel]
    key: str
    noun: str


# Sections that are lists of entries.
LISTS = {
    "parts": SectionOf(Part, "number", "part"),
    "measures": SectionOf(Measure, "number", "measure"),
    "classes": SectionOf(UnitClass, "code", "class"),
    "functions": SectionOf(Function, "code", "function"),
    "succession": SectionOf(Succession, "", "succession"),
    "units": SectionOf(Unit, "code", "unit"),
    "selectors": SectionOf(Selector, "code", "selector"),
    "vocabularies": SectionOf(Vocabulary, "code", "vocabulary"),
    "limits": SectionOf(Limit, "id", "limit"),
    "duties": SectionOf(Duty, "code", "duty"),
    "procedures": SectionOf(Procedure, "code", "procedure"),
    "targets": SectionOf(Target, "code", "target"),
    "fields": SectionOf(Area, "code", "field"),
    "questions": SectionOf(Question, "", "question"),
    "menus": SectionOf(Menu, "", "menu"),
    "start_pages": SectionOf(StartPage, "", "start page"),
    "groups": SectionOf(Group, "code", "group"),
    "kinds": SectionOf(Kind, "code", "kind"),
    "processes": SectionOf(Process, "code", "process"),
    "standards": SectionOf(Standard, "code", "standard"),
    "synonyms": SectionOf(Synonyms, "", "group of synonyms"),
    "examples": SectionOf(Example, "", "example"),
}

# Sections that are one mapping, those of them that may be left out, and the one that is a text.
SINGLES = {
    "plan": SectionOf(Head, "code", "plan"),
    "expected": SectionOf(Expected, "", "expected"),
    "guard": SectionOf(Guard, "", "guard"),
}
OPTIONAL = frozenset(("guard",))
PREAMBLE = "preamble"
NAMES = (*SINGLES, PREAMBLE, *LISTS)
UNIT_COLUMNS = (
    "code",
    "name",
    "name_en",
    "short",
    "class",
    "parent",
    "org9",
    "region",
    "aliases",
    "functions",
    "opened",
    "closed",
    "address",
    "phone",
    "hours",
)

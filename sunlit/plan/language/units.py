"""The units of a city, their classes, their functions, and who succeeded whom in which function."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sunlit.plan.language.scalars import Code, Day, Label, Strict, Text, UnitCode

Level = Literal["province", "city", "county", "township", "village", "none"]
Org9 = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{9}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")]


class UnitClass(Strict):
    """A sort of unit (department, township, school) and the classes that its parent may have."""

    code: Code
    label: Label
    level: Level = "none"
    parents: tuple[Code, ...] = ()


class Function(Strict):
    """A field of work that a unit holds and that can pass to another unit."""

    code: Code
    label: Label


class Unit(Strict):
    """One organisation. ``functions`` are those it held when it entered the register; see ``Succession``."""

    code: UnitCode
    name: Text
    cls: Code = Field(alias="class")
    name_en: Text = ""
    short: Text = ""
    parent: UnitCode | None = None
    org9: Org9 | None = None
    region: Region | None = None
    aliases: tuple[Text, ...] = ()
    functions: tuple[Code, ...] = ()
    opened: Day | None = None
    closed: Day | None = None
    address: Text = ""
    phone: Text = ""
    hours: Text = ""

    @property
    def label(self) -> Label:
        """Return the unit's name as a label."""
        return Label(zh=self.name, en=self.name_en or self.name)


class Checked(Strict):
    """Who compared a value with its source, and on which day."""

    by: Text
    on: Day


class Succession(Strict):
    """Tells that a function passed from one unit to another on a day, and where that is written."""

    function: Code
    source_unit: UnitCode = Field(alias="from")
    target_unit: UnitCode = Field(alias="to")
    on: Day
    source: Text
    checked: Checked | None = None

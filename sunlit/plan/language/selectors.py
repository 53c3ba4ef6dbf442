"""Named sets of units, so that each list of responsible units has exactly its clause's scope."""

from __future__ import annotations

from pydantic import Field

from sunlit.plan.language.scalars import Code, Label, Strict, UnitCode


class Selector(Strict):
    """A union of classes, units, holders of functions and other selectors, less those excepted.

    ``within`` keeps only units in that unit's subtree; alone it means the whole subtree.
    """

    code: Code
    label: Label
    classes: tuple[Code, ...] = ()
    units: tuple[UnitCode, ...] = ()
    functions: tuple[Code, ...] = ()
    any: tuple[Code, ...] = ()
    but: tuple[Code, ...] = Field(default=(), alias="except")
    within: UnitCode | None = None

"""The standard catalogue of openness at the grass roots: what is published, by whom, how soon and where.

The columns are those of the national catalogues (国办发〔2019〕54号) and two of a city's own: which office answers
for a matter and how often it is renewed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sunlit.plan.language.scalars import Code, Flag, Label, LimitId, Strict, Text, Word

Reach = Literal["city", "county", "township", "village"]
Mode = Literal["proactive", "on-request"]


class Standard(Strict):
    """A row of the catalogue. ``limit`` is a limit of the plan, ``soon`` the catalogue's own words where there is none.

    ``whom`` names the people for whom a matter is that is not for everyone; ``kinds`` are the kinds that carry it out.
    """

    code: Code
    field: Word
    item: Label
    matter: Label
    content: Text
    basis: Annotated[tuple[Text, ...], Field(min_length=1)]
    limit: LimitId | None = None
    soon: Text | None = None
    holders: Code
    office: Text | None = None
    cycle: Word
    channels: Annotated[tuple[Word, ...], Field(min_length=1)]
    whom: Text | None = None
    mode: Mode = "proactive"
    levels: Annotated[tuple[Reach, ...], Field(min_length=1)]
    contact: Text | None = None
    kinds: tuple[Code, ...] = ()
    optional: Flag = False

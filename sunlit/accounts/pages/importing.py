"""What the import of accounts shows."""

from __future__ import annotations

from dataclasses import dataclass

from sunlit.accounts.imports import Fault
from sunlit.screens.components import Link


@dataclass(frozen=True)
class NewPerson:
    """A person whose account is new, with the link that sets its password."""

    username: str
    name: str
    url: str


@dataclass(frozen=True)
class ImportPage:
    """The form, and what became of a file."""

    crumbs: list[Link]
    error: str = ""
    good: int = 0
    bad: int = 0
    faults: tuple[Fault, ...] = ()
    was_judged: bool = False
    was_written: bool = False
    granted: int = 0
    created: tuple[NewPerson, ...] = ()

"""What a check says, and how the whole is told on a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Level(Enum):
    """How bad it is: fine; worth knowing; to be put right."""

    OK = "ok"
    NOTICE = "notice"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """Hold what one check says: how bad, what was looked at, how it is or why that is bad, and what helps."""

    level: Level
    what: str
    why: str
    remedy: str = ""


@dataclass(frozen=True)
class Situation:
    """Hold what a check is told: the present instant, and whether it may take long."""

    now: datetime
    deep: bool = False


@dataclass(frozen=True)
class Check:
    """Name a check; one that asks the database is left out while that does not answer."""

    what: str
    look: Callable[[Situation], tuple[Level, str, str]]
    asks_database: bool = True


def fine(why: str) -> tuple[Level, str, str]:
    """Say that all is well, and how it is."""
    return Level.OK, why, ""


def notice(why: str, remedy: str = "") -> tuple[Level, str, str]:
    """Say what is worth knowing."""
    return Level.NOTICE, why, remedy


def problem(why: str, remedy: str) -> tuple[Level, str, str]:
    """Say what has to be put right, and how."""
    return Level.PROBLEM, why, remedy


def told(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the lines of a report: one for each finding, the remedy below where there is one, and a sum at the end."""
    width = max((len(finding.what) for finding in findings), default=0)
    for finding in findings:
        yield f"  {finding.level.value:<7}  {finding.what:<{width}}  {finding.why}"
        if finding.remedy:
            yield f"  {'':<7}  {'':<{width}}  → {finding.remedy}"
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    notices = sum(finding.level is Level.NOTICE for finding in findings)
    yield f"{len(findings)} checks: {_counted(problems, 'problem')}, {_counted(notices, 'notice')}"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

"""Words that draw: the same recipe and the same record always draw the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sunlit.calendars import working_days
from sunlit.demo.values import Making, make


def listed(argument: Any, making: Making) -> Sequence[Any]:
    """Return the list a word is given, or the one that another word (``{source: column}``) finds for it."""
    found: Sequence[Any] = make(argument, making) if isinstance(argument, Mapping) else argument
    return found


def pick(argument: Any, making: Making) -> Any:
    """Draw one of several values."""
    return make(making.chance.choice(listed(argument, making)), making)


def turn(argument: Any, making: Making) -> Any:
    """Take the values by turns, one for each record or row."""
    choices = listed(argument, making)
    return make(choices[(making.number - 1) % len(choices)], making)


def several(argument: Mapping[str, Any], making: Making) -> list[Any]:
    """Draw between ``count`` [low, high] of the values ``of``, each at most once."""
    low, high = (int(bound) for bound in argument["count"])
    chosen = making.chance.sample(list(argument["of"]), making.chance.randint(low, high))
    return [make(choice, making) for choice in chosen]


def number(argument: Any, making: Making) -> str:
    """Draw between two bounds in steps: ``[low, high, step]``; the step gives the decimals."""
    low, high, step = (Decimal(str(make(part, making))) for part in listed(argument, making))
    return str(low + step * making.chance.randint(0, int((high - low) / step)))


def days(argument: Mapping[str, Any], making: Making) -> str:
    """Give a day some ``days`` [low, high] before (negative) or after another, by default the day of publication.

    ``from`` is a name or a text that makes a day; ``working`` moves a day off back to the last working day.
    """
    start = argument.get("from", "{day}")
    written = making.values[start] if start in making.values else make(start, making)
    low, high = (int(make(bound, making)) for bound in argument["days"])
    found = date.fromisoformat(str(written)) + timedelta(days=making.chance.randint(low, high))
    if "working" in argument:
        calendar = working_days()
        found = calendar.nth(calendar.count_to(found))
    return found.isoformat()


def sometimes(argument: Mapping[str, Any], making: Making) -> Any:
    """Make a value in so many cases of a hundred, else nothing."""
    return make(argument["value"], making) if making.chance.randint(1, 100) <= int(argument["percent"]) else ""


def unit(name: Any, making: Making) -> str:
    """Draw a unit of a selector, a class or a function."""
    return making.pantry.pick_unit(str(make(name, making)), making.chance)

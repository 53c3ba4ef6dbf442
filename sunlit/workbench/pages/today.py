"""What waits for a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TodayPage:
    """The first page of the desk."""


def today() -> TodayPage:
    """Fill the first page of the desk."""
    return TodayPage()

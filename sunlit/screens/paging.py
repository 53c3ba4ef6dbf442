"""Paging by key: a page says where the next one begins, so that page 1,000 costs what page 1 costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pager:
    """The keys of the next and of the previous page of a list; '' where there is none."""

    next: str = ""
    previous: str = ""

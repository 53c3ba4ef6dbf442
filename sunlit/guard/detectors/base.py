"""What detectors are given and what they return."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Match:
    """Something found between two characters of a text.

    ``value`` is what a mask is applied to where it is not what stands there; ``masked`` what a click may put there if
    no mask of the plan says so; ``words`` fill the remedy. ``shown`` tells that an excerpt may repeat it.
    """

    rule: str
    start: int
    end: int
    value: str = ""
    masked: str | None = None
    shown: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, under its head."""

    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Lists:
    """The plan's lists of words, compiled; None where there is none."""

    forbidden: re.Pattern[str] | None = None
    mistaken: re.Pattern[str] | None = None
    right: Mapping[str, str] = field(default_factory=dict)
    leaders: re.Pattern[str] | None = None
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    any_post: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a detector may know beside the text: today, the plan's lists, whether people may be named here."""

    today: date
    lists: Lists
    naming: bool = False


@dataclass(frozen=True, slots=True)
class TextDetector:
    """Looks at one text.

    Where none of its ``words`` stands and none of its ``shapes``, it sleeps; the words of all detectors are looked for
    in one go, which is why they are apart.
    """

    rules: tuple[str, ...]
    awake: Callable[[str, Lists], bool]
    find: Callable[[str, Scene], Iterator[Match]]
    words: tuple[str, ...] = ()
    shapes: Callable[[str], bool] = lambda _text: False


@dataclass(frozen=True, slots=True)
class RowDetector:
    """Looks at the cells of a row together; yields the position of a cell with each match."""

    rules: tuple[str, ...]
    heads: re.Pattern[str]
    find: Callable[[Sequence[Cell], Scene], Iterator[tuple[int, Match]]]

"""Names in the reader's language."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _


class Named(Protocol):
    """A name in Chinese and English, as plans write it."""

    @property
    def zh(self) -> str:
        """The Chinese name."""
        ...

    @property
    def en(self) -> str:
        """The English name; the Chinese one if the plan gives no other."""
        ...


class NamedUnit(Protocol):
    """A unit as far as its name goes."""

    name: str
    name_en: str
    short: str


def is_english() -> bool:
    """Tell whether the reader asked for English."""
    return get_language() == "en"


def say(label: Named) -> str:
    """Return the name in the reader's language."""
    return label.en if is_english() else label.zh


def unit_name(unit: NamedUnit, *, short: bool = False) -> str:
    """Return a unit's name, or its short one, in the reader's language."""
    if is_english() and unit.name_en:
        return unit.name_en
    return (unit.short or unit.name) if short else unit.name


def money_unit(unit: str) -> str:
    """Return the name of a unit of money in the reader's language."""
    return {"元": _("yuan"), "万元": _("ten thousand yuan")}.get(unit, unit) if is_english() else unit


def joined(words: list[str]) -> str:
    """Join names as the reader's language does."""
    return (", " if is_english() else "、").join(words)

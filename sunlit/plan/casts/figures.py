"""Casts of figures: dates, money, numbers, percentages, points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from sunlit.plan.casts.base import Cast, Refused, Shape, narrow, quoted, unpacked

Number = TypeVar("Number", int, Decimal)

# Powers of ten between a unit of money and the smallest one, 分.
MONEY_PLACES = {"元": 2, "万元": 6, "亿元": 10}
LARGEST_MONEY = 10**17

_FIGURE = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3}){1,12}|[0-9]{1,30})(?:\.([0-9]{1,20}))?")
_MONEY = re.compile(r"[¥￥]? ?(.*?) ?(元|万元|亿元)?")
_DATE = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
)
_FIRST_YEAR, _LAST_YEAR = "1800", "2200"


def parse_day(text: str) -> date | None:
    """Return the day that a text names in one of the usual forms, or None."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, *rest = (part for part in found.groups() if part is not None)
    try:
        return date(int(year), int(rest[0]), int(rest[1]))
    except ValueError:
        return None


def _canonical_day(text: str) -> date | None:
    # Three times as quick as the pattern, for the form in which nearly all dates come.
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return None


def day(shape: Shape) -> Cast:
    """Compile the cast of a day; the canonical form is YYYY-MM-DD."""
    least, most = shape.min or _FIRST_YEAR, shape.max or _LAST_YEAR

    def cast(value: object) -> object:
        written = narrow(value)
        if not written:
            return None
        found = _canonical_day(written) or parse_day(written)
        if found is None:
            raise Refused(_("“%(value)s” is no date that exists; write it as 2026-01-05.") % {"value": quoted(written)})
        # Dates in canonical form are in order as texts.
        canonical = found.isoformat()
        if not least <= canonical <= most:
            raise Refused(
                _("%(value)s lies outside %(least)s to %(most)s; correct the date.")
                % {"value": canonical, "least": least, "most": most}
            )
        return canonical

    return cast


def parse_figure(text: str) -> str | None:
    """Return a decimal number in canonical form (no separators, no needless noughts), or None if it is none."""
    found = _FIGURE.fullmatch(text)
    if found is None:
        return None
    sign, whole, fraction = found.groups()
    whole = whole.replace(",", "").lstrip("0") or "0"
    fraction = (fraction or "").rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def _no_number(written: str) -> Refused:
    return Refused(_("“%(value)s” is no number; write digits, such as 1200 or 1,200.50.") % {"value": quoted(written)})


def _outside(written: str, shape: Shape) -> Refused:
    if shape.min and shape.max:
        message = _("%(value)s lies outside %(least)s to %(most)s; correct it.")
    elif shape.min:
        message = _("%(value)s is less than %(least)s; correct it.")
    else:
        message = _("%(value)s is more than %(most)s; correct it.")
    return Refused(message % {"value": quoted(written), "least": shape.min, "most": shape.max})


def _within(value: Number, least: Number | None, most: Number | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def number(shape: Shape) -> Cast:
    """Compile the cast of a decimal number; the canonical form is a text, so that nothing is rounded."""
    least = Decimal(shape.min) if shape.min else None
    most = Decimal(shape.max) if shape.max else None
    ending = ("%", "％") if shape.type == "percent" else ((shape.unit,) if shape.unit else ())

    def cast(value: object) -> object:
        written = narrow(value)
        if not written:
            return None
        for unit in ending:
            written = written.removesuffix(unit).rstrip()
        canonical = parse_figure(written)
        if canonical is None:
            raise _no_number(written)
        if not _within(Decimal(canonical), least, most):
            raise _outside(written, shape)
        return canonical

    return cast


def parse_money(text: str, places: int) -> int | None:
    """Return a sum in 分, exactly, from a figure in units of ``10**places`` 分, or None if it is none.

    Raises Refused if the figure is finer than a 分.
    """
    canonical = parse_figure(text)
    if canonical is None:
        return None
    whole, _point, fraction = canonical.partition(".")
    if len(fraction) > places:
        raise Refused(_("“%(value)s” is finer than one 分; round it.") % {"value": quoted(text)})
    return int(whole + fraction.ljust(places, "0"))


def money(shape: Shape) -> Cast:
    """Compile the cast of a sum of money, typed in the field's unit; the canonical form is a whole number of 分.

    A whole number (not a text) counts as canonical; cells of spreadsheets go through ``payload.typed`` first.
    """
    places = MONEY_PLACES[shape.unit or "元"]
    least = parse_money(shape.min, places) if shape.min else None
    most = parse_money(shape.max, places) if shape.max else None

    def cast(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            written, total = str(value) if abs(value) <= LARGEST_MONEY else "", value
        else:
            written = narrow(value)
            if not written:
                return None
            total = _sum_of(written, places)
        if abs(total) > LARGEST_MONEY:
            raise Refused(_("This sum is too large; check its unit."))
        if not _within(total, least, most):
            raise _outside(written, shape)
        return total

    return cast


def _sum_of(written: str, places: int) -> int:
    found = _FIGURE.fullmatch(written)
    unit = None
    figure = written
    if found is None and (parts := _MONEY.fullmatch(written)) is not None:
        figure, unit = parts[1], parts[2]
    total = parse_money(figure, MONEY_PLACES[unit] if unit else places)
    if total is None:
        raise _no_number(written)
    return total


def point(_shape: Shape) -> Cast:
    """Compile the cast of a place on the map: longitude and latitude in degrees, as decimal texts."""

    def cast(value: object) -> object:
        content = unpacked(value)
        if isinstance(content, Mapping):
            parts = [content.get("lng", ""), content.get("lat", "")]
            if set(content) - {"lng", "lat"}:
                raise _no_point()
        else:
            written = narrow(content)
            if not written:
                return None
            parts = [part.strip() for part in written.split(",")]
        figures = [parse_figure(narrow(part)) for part in parts]
        if len(figures) != 2 or figures[0] is None or figures[1] is None:
            raise _no_point()
        if abs(Decimal(figures[0])) > 180 or abs(Decimal(figures[1])) > 90:
            raise _no_point()
        return {"lng": figures[0], "lat": figures[1]}

    return cast


def _no_point() -> Refused:
    return Refused(_("This is no place on the map; write longitude and latitude, such as 105.57,30.51."))

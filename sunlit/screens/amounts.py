"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sunlit.plan.agreements import FEN_PER


def money(fen: int, unit: str) -> str:
    """Write an amount of 分 in 元 or 万元, at least two decimals unless it is whole."""
    value = fen / FEN_PER.get(unit, FEN_PER["元"])
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return decimal(value, places=2)


def decimal(value: Decimal | str, *, places: int = 0) -> str:
    """Write a decimal with thousands separators, as precisely as it was given and with ``places`` decimals at least."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return str(value)
    exponent = number.normalize().as_tuple().exponent
    needed = max(places, -exponent if isinstance(exponent, int) and exponent < 0 else 0)
    return f"{number:,.{needed}f}"


def number(value: str, unit: str | None) -> str:
    """Write a number; one of four digits without a unit is most likely a year, and a year has no separator."""
    return value if not unit and value.isdecimal() and len(value) == 4 else decimal(value)


def size(octets: int) -> str:
    """Write the size of a file."""
    if octets < 1024:
        return f"{octets} B"
    if octets < 1024 * 1024:
        return f"{octets / 1024:.0f} KB"
    return f"{octets / 1024 / 1024:.1f} MB"

"""How the cells of a sheet are called."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def letters(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    found = ""
    while column > 0:
        column, left = divmod(column - 1, 26)
        found = chr(65 + left) + found
    return found


def address(column: int, row: int) -> str:
    """Return the address of a cell: ``C5``."""
    return f"{letters(column)}{row}"


def split(reference: str) -> tuple[int, int]:
    """Return column and row of an address; 0 for what is missing."""
    column = 0
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for one in reference[: min(8, len(reference) - len(digits))]:
        column = column * 26 + ord(one) - 64
    return column, int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def number(text: str) -> str:
    """Return a number as a reader of the sheet would type it: a long one with all its digits."""
    if "E" not in text and "e" not in text:
        return text.removesuffix(".0")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return format(value, "f") if abs(value.adjusted()) < 40 else text

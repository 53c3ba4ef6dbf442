"""Names of inputs: ``f-`` and the field, then row and column or part. Names of fields hold no hyphen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sunlit.screens.forms.inputs import PREFIX

SHOWN = "fields-shown"
"""Lists the fields that were in the form: of these an absent one was emptied, any other is left as it was."""

_ROW = re.compile(r"-([0-9]{1,6})-([a-z][a-z0-9_]*)")


def input_name(field: str, *parts: str | int) -> str:
    """Return the name (and id) of an input of a field."""
    return PREFIX + "-".join([field, *(str(part) for part in parts)])


def rows_of(field: str, posted: Iterable[tuple[str, str]]) -> dict[int, dict[str, str]]:
    """Return the rows that a post holds for a field by their number, in its order, each as a mapping of its parts."""
    start = input_name(field)
    rows: dict[int, dict[str, str]] = {}
    for name, value in posted:
        if name.startswith(start) and (found := _ROW.fullmatch(name, len(start))):
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return dict(sorted(rows.items()))

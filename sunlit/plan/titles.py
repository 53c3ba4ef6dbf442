"""Templates of titles and summaries: ``{field}`` names a field of the kind, ``{unit}`` and ``{kind}`` the rest."""

from __future__ import annotations

import re
from collections.abc import Callable

SPECIAL = ("unit", "kind")

_HOLE = re.compile(r"\{([^{}]*)\}")


def holes(template: str) -> list[str]:
    """Return what stands between the braces of a template, in order."""
    return _HOLE.findall(template)


def is_balanced(template: str) -> bool:
    """Tell whether no brace is left over beside the holes."""
    rest = _HOLE.sub("", template)
    return "{" not in rest and "}" not in rest


def fill(template: str, value_of: Callable[[str], str]) -> str:
    """Return a template with its holes filled; what is empty leaves no double space behind."""
    filled = _HOLE.sub(lambda hole: value_of(hole[1]), template)
    return re.sub(r"[ \t]{2,}", " ", filled).strip()

"""Templates of titles and summaries: ``{field}`` names a field of the kind, ``{unit}`` and ``{kind}`` the rest."""

from __future__ import annotations

import re

SPECIAL = ("unit", "kind")

_HOLE = re.compile(r"\{([^{}]*)\}")


def holes(template: str) -> list[str]:
    """Return what stands between the braces of a template, in order."""
    return _HOLE.findall(template)


def is_balanced(template: str) -> bool:
    """Tell whether no brace is left over beside the holes."""
    rest = _HOLE.sub("", template)
    return "{" not in rest and "}" not in rest

"""By which control each type of field is filled in."""

from __future__ import annotations

from collections.abc import Sequence

from sunlit.plan.casts.base import Refused
from sunlit.plan.casts.choices import Names
from sunlit.plan.language import Column, Field, Plan
from sunlit.records.rendition import regions
from sunlit.screens.forms.inputs import Option
from sunlit.screens.words import say

FEW, FEW_REGIONS = 5, 12
"""So many terms are shown one below the other; more fold into a list (of divisions: into a search)."""
LONGEST_LINE = 200

_INPUTMODES = {
    "money": "decimal",
    "number": "decimal",
    "percent": "decimal",
    "date": "numeric",
    "url": "url",
    "phone": "tel",
}


def control_of(declared: Field | Column, plan: Plan) -> str:
    """Return the name of the control, which is that of its template."""
    is_multiple = isinstance(declared, Field) and declared.multiple
    match declared.type:
        case "choice":
            if is_multiple:
                return "checks"
            few = isinstance(declared, Field) and len(plan.vocabularies[declared.choices or ""].terms) <= FEW
            return "radios" if few else "select"
        case "officer" | "file" | "table" | "point" | "richtext":
            return declared.type
        case _ if is_multiple:
            return "lines"
        case "unit" | "record":
            return "search"
        case "region":
            return "select" if len(regions(plan)) <= FEW_REGIONS else "search"
        case "text" if not declared.max_length or declared.max_length > LONGEST_LINE:
            return "text"
    return "line"


def inputmode_of(declared: Field | Column) -> str:
    """Return the keyboard that a phone should show."""
    return _INPUTMODES.get(declared.type, "")


def options_of(declared: Field | Column, plan: Plan, chosen: Sequence[str]) -> list[Option]:
    """Return the terms of a choice; what was typed and is no term of it stays there to be corrected."""
    if declared.type == "region" and len(regions(plan)) <= FEW_REGIONS:
        terms = [(code, name) for code, name in regions(plan).items()]
    elif declared.type == "choice":
        terms = [(term.code, say(term.label)) for term in plan.vocabularies[declared.choices or ""].terms]
    else:
        return []
    known = {code for code, _label in terms}
    codes = [one if one in known else _code_of(declared, plan, one) or one for one in chosen]
    options = [Option(code, label, code in codes) for code, label in terms]
    return [*options, *(Option(one, f"{one} ?", True) for one in codes if one and one not in known)]


def _code_of(declared: Field | Column, plan: Plan, written: str) -> str | None:
    """Return the code of a term that was typed by its name."""
    if declared.type != "choice":
        return None
    terms = plan.vocabularies[declared.choices or ""].terms
    pairs = [(label, term.code) for term in terms for label in (term.label.zh, term.label.en)]
    try:
        return Names(pairs, (term.code for term in terms)).find(written)
    except Refused:
        return None

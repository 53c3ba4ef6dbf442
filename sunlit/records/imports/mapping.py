"""Which column of a clerk's own sheet holds which field: guessed from headers, corrected by people, remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sunlit.plan.language import Kind, Plan
from sunlit.plan.spelling import nearest
from sunlit.records.imports.columns import IGNORED, SCOPE, UNIT, Columns, known_headers, plain

LEFT_OUT = ""


@dataclass(frozen=True)
class Guess:
    """What a sheet's columns are thought to hold; ``is_sure`` if every header was known."""

    names: list[str]
    is_sure: bool


def guess(headers: Sequence[str], kind: Kind, plan: Plan, *, remembered: Mapping[str, str]) -> Guess:
    """Return for each header the field it probably holds: as it was named before, else by label, name or code.

    A field is given to one column only, the first that names it; a header that nobody knows gets the field whose
    label is most like it, or none, and then the guess is not sure.
    """
    known = {**known_headers(kind, plan), **remembered}
    offered = {*takeable(kind), UNIT, SCOPE, IGNORED}
    names: list[str] = []
    is_sure = True
    for header in headers:
        name, is_known = known.get(plain(header)), True
        if name is None and header.strip():
            is_known = False
            near = nearest(plain(header), known)
            name = known[near] if near is not None else LEFT_OUT
        if name not in offered or (name != IGNORED and name in names):
            name = LEFT_OUT
        is_sure = is_sure and is_known
        names.append(LEFT_OUT if name is None or name == IGNORED else name)
    return Guess(names, is_sure)


def takeable(kind: Kind) -> list[str]:
    """Return the names of the fields that a sheet can hold."""
    return [field.name for field in kind.fields if field.type != "file"]


def faults(names: Sequence[str], kind: Kind, *, unit_is_given: bool, needs_scope: bool) -> list[str]:
    """Return what speaks against a mapping, a sentence for each: fields named twice, required ones without a column."""
    named = [name for name in names if name]
    labels = {field.name: field.label.zh for field in kind.fields} | {UNIT: _("publishing unit"), SCOPE: _("group")}
    found = [
        _("“%(label)s” is named for two columns; leave one of them out.") % {"label": labels.get(name, name)}
        for name in dict.fromkeys(named)
        if named.count(name) > 1
    ]
    found += [
        _("No column holds “%(label)s”, which is required.") % {"label": field.label.zh}
        for field in kind.fields
        if field.required.always and field.type != "file" and field.name not in named
    ]
    if not unit_is_given and UNIT not in named:
        found.append(_("No column says which unit publishes each row."))
    if unit_is_given and UNIT in named:
        found.append(_("The unit is chosen for the whole sheet; leave the column of units out."))
    if needs_scope and SCOPE not in named:
        found.append(_("No column says for which group each row is."))
    return found


def as_columns(names: Sequence[str]) -> Columns:
    """Return a mapping as the reading of rows wants it."""
    at = {name: position for position, name in enumerate(names) if name}
    return Columns(
        [(position, name) for name, position in at.items() if name not in (UNIT, SCOPE)], at.get(UNIT), at.get(SCOPE)
    )


def to_remember(headers: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return what to remember of a mapping, header by header; what was left out is remembered as left out."""
    return {plain(header): name or IGNORED for header, name in zip(headers, names, strict=True) if header.strip()}

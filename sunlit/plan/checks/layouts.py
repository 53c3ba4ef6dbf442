"""Checks of list layouts: each word gets the fields it needs, all of them beside the record."""

from __future__ import annotations

from collections.abc import Mapping

from sunlit.plan.checks.references import expect_name, expect_word
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.kinds import Kind

NEEDS: Mapping[str, tuple[str, ...]] = {
    "rows": (),
    "prices": ("by", "values"),
    "calendar": ("day", "values"),
    "regions": ("values",),
    "tree": ("by",),
}
# Which types may make groups, be shown as values, or be the day.
TYPES: Mapping[str, frozenset[str]] = {
    "by": frozenset({"choice", "unit", "region", "text"}),
    "values": frozenset({"money", "number", "percent", "choice", "text", "date"}),
    "day": frozenset({"date"}),
    "per": frozenset({"text", "choice"}),
}


def check_layout(draft: Draft, entry: Entry[Kind]) -> None:
    """Check the layout of one kind's list, if it has one."""
    layout = entry.value.show.layout
    if layout is None or not expect_word(draft, entry.at("show", "layout", "word"), layout.word, "layout"):
        return
    for key in NEEDS[layout.word]:
        if not getattr(layout, key):
            draft.report.fault(entry.at("show", "layout"), f"The layout {layout.word} needs `{key}`; add it.")
    if layout.word == "prices" and layout.by:
        _check_order(draft, entry, layout.by[0])
    for key, types in TYPES.items():
        named = getattr(layout, key)
        for name in (named,) if isinstance(named, str) else named or ():
            _check_field(draft, entry, key, name, types)


def _check_order(draft: Draft, entry: Entry[Kind], name: str) -> None:
    """Check that a price list can be put in the order of its groups, or the same heading would come again and again."""
    field = entry.value.by_name.get(name)
    if field is not None and not field.sort:
        sentence = f"A price list is put in order by {name}; give it `sort: true`."
        draft.report.fault(entry.at("show", "layout", "by"), sentence)


def _check_field(draft: Draft, entry: Entry[Kind], key: str, name: str, types: frozenset[str]) -> None:
    place = entry.at("show", "layout", key)
    if not expect_name(draft, place, name, entry.value.by_name, "field"):
        return
    field = entry.value.by_name[name]
    if field.type not in types or field.multiple:
        draft.report.fault(place, f"{name} is no {', '.join(sorted(types))} with one value; name another field.")
    elif not field.slotted:
        draft.report.fault(place, f"Lists do not know {name}; give it `list: true`.")

"""What a new text may begin with: the last one of its kind, or a template of the unit."""

from __future__ import annotations

from typing import Any

from sunlit import sight
from sunlit.plan.language import Kind
from sunlit.records.models import Record, UnitTemplate
from sunlit.records.states import READABLE
from sunlit.units.models import Unit

_OF_ITS_PERIOD = frozenset({"date", "file"})


def latest_of(viewer: sight.Viewer, unit: Unit, kind: Kind) -> Record | None:
    """Return what a unit published last of a kind, of what the viewer works on."""
    published = Record.objects.filter(kind=kind.code, unit_path=unit.path, state__in=READABLE)
    rows = sight.workable(viewer, published)
    return rows.select_related("live", "unit").order_by("-published_at", "-pk").first()


def carried_over(kind: Kind, payload: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what of an earlier text a new one may begin with, and the names of the fields to be filled in anew.

    Dates and files belong to their period: a copied date would be wrong in silence, a copied file old.
    """
    kept: dict[str, Any] = {}
    anew: list[str] = []
    for field in kind.fields:
        if field.name not in payload:
            continue
        if field.type in _OF_ITS_PERIOD:
            anew.append(field.name)
            continue
        kept[field.name] = payload[field.name]
        dated = {column.name for column in field.columns if column.type in _OF_ITS_PERIOD}
        if dated and field.type == "table":
            kept[field.name] = [_without(row, dated) for row in payload[field.name]]
            anew.append(field.name)
    return kept, anew


def _without(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def templates_of(unit: Unit, kind: str) -> list[UnitTemplate]:
    """Return the templates that a unit keeps for a kind, by name."""
    return list(UnitTemplate.objects.filter(unit=unit, kind=kind).order_by("name"))

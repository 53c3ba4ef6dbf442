"""Fills the book in which field renderers look up units, records and divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.portal import links, structure
from sunlit.records import selectors as records
from sunlit.screens.book import Book
from sunlit.screens.components import Link


def book_for(
    plan: Plan,
    viewer: sight.Viewer,
    payloads: Iterable[Mapping[str, Any]],
    kinds: Iterable[Kind],
    files: Mapping[str, list[Link]] | None = None,
) -> Book:
    """Return a book that knows every record to which the payloads point and that ``viewer`` may see, by one query."""
    names = {field.name for kind in kinds for field in kind.fields if field.type == "record"}
    slugs = {slug for payload in payloads for name in names for slug in _many(payload.get(name))} if names else set()
    titles = records.titles_of(viewer, slugs)

    def find_unit(code: str) -> Link:
        unit = plan.units.get(code)
        return links.to_unit(unit, short=True) if unit else Link(code)

    def find_record(slug: str) -> Link:
        return Link(titles[slug], links.record(slug)) if slug in titles else Link(slug)

    regions = structure.unit_by_region(plan)
    return Book(
        plan,
        find_unit=find_unit,
        find_record=find_record,
        find_region=lambda code: regions.get(code, code),
        files=files or {},
    )


def _many(value: Any) -> list[str]:
    if not value:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]

"""A text that is not published yet, as the page of its record would show it to its readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sunlit import sight
from sunlit.plan.casts.texts import pictures_in
from sunlit.plan.language import Kind, Plan
from sunlit.records import rendition
from sunlit.records import selectors as records
from sunlit.records.states import Audience
from sunlit.screens.book import Book
from sunlit.screens.components import Link
from sunlit.screens.sections import SectionView, sections_of
from sunlit.screens.words import unit_name


def preview(
    kind: Kind,
    plan: Plan,
    payload: Mapping[str, Any],
    audience: str = Audience.PUBLIC,
    *,
    viewer: sight.Viewer | None = None,
    base: str = "",
) -> list[SectionView]:
    """Return what readers will see of a payload: masked, without internal fields, in the sections of the page.

    Every audience reads the same rendition (`records.rendition`). Records that are pointed to are named as everyone
    sees them; for a record that is not public, as ``viewer`` sees them, if one is given. ``base`` is the address under
    which the pictures of the text are shown, as in ``build``.
    """
    reader = viewer if viewer is not None and audience != Audience.PUBLIC else sight.anonymous()
    shown = rendition.public(kind, payload)
    titles = records.titles_of(reader, _slugs(kind, shown))
    regions = rendition.regions(plan)

    def find_unit(code: str) -> Link:
        unit = plan.units.get(code)
        return Link(unit_name(unit, short=True) if unit else code)

    book = Book(
        plan,
        find_unit=find_unit,
        find_record=lambda slug: Link(titles.get(slug, slug)),
        find_region=lambda code: regions.get(code, code),
        pictures={sha256: f"{base}pictures/{sha256}/" for sha256 in _pictures(kind, shown)} if base else {},
    )
    return sections_of(kind, shown, book)


def _slugs(kind: Kind, payload: Mapping[str, Any]) -> Iterator[str]:
    for field in kind.fields:
        value = payload.get(field.name)
        if field.type == "record" and value:
            yield from value if isinstance(value, list) else [value]


def _pictures(kind: Kind, payload: Mapping[str, Any]) -> Iterator[str]:
    for field in kind.fields:
        if field.type == "richtext" and payload.get(field.name):
            yield from pictures_in(payload[field.name])

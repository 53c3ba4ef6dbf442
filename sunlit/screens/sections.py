"""A record's fields in the sections of its kind, as its page shows them and as a preview does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sunlit.plan.language import Kind
from sunlit.screens import fields
from sunlit.screens.book import Book
from sunlit.screens.fields import FieldView
from sunlit.screens.words import say


@dataclass(frozen=True)
class SectionView:
    """Fields under a heading; the heading may be empty."""

    label: str
    fields: list[FieldView]


def sections_of(kind: Kind, payload: Mapping[str, Any], book: Book) -> list[SectionView]:
    """Return the fields of a public payload in the sections of the kind; what no section names follows at the end."""
    named = [(say(section.label), list(section.fields)) for section in kind.show.sections]
    placed = {name for _label, names in named for name in names}
    named.append((_("Further particulars") if placed else "", [f.name for f in kind.fields if f.name not in placed]))
    sections = []
    for label, names in named:
        views = [view for name in names if (view := fields.present(kind, name, payload, book))]
        if views:
            sections.append(SectionView(label, views))
    return sections

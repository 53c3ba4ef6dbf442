"""Looks up what codes in a payload stand for; units and records are fetched once, together."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe

from sunlit.plan.casts.texts import RICH_TAGS, with_pictures
from sunlit.plan.language import Plan
from sunlit.screens.amounts import size
from sunlit.screens.components import Link
from sunlit.screens.words import say


@dataclass
class Book:
    """Knows the plan's vocabularies and, through the callables given, where units, records and files are found.

    ``pictures`` are the addresses of the pictures in formatted texts, by SHA-256.
    """

    plan: Plan
    find_unit: Callable[[str], Link] = field(default=lambda code: Link(code))
    find_record: Callable[[str], Link] = field(default=lambda slug: Link(slug))
    find_region: Callable[[str], str] = field(default=lambda code: code)
    files: Mapping[str, list[Link]] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    def term(self, vocabulary: str, code: str) -> str:
        """Return the name of a term; a code that the vocabulary no longer knows is shown as it is."""
        found = self.plan.vocabularies.get(vocabulary)
        label = found.label_of(code) if found else None
        return say(label) if label else code

    def unit(self, code: str) -> Link:
        """Return a unit's name and page."""
        return self.find_unit(code)

    def record(self, slug: str) -> Link:
        """Return a record's title and page; of one that the reader may not see, the bare address name."""
        return self.find_record(slug)

    def region(self, code: str) -> str:
        """Return the name of a division."""
        return self.find_region(code)

    def files_of(self, name: str, values: list[Mapping[str, Any]]) -> list[Link]:
        """Return the files of a field with address and size; they stand in the order of the payload."""
        known = self.files.get(name, [])
        return [
            Link(
                str(value.get("name", "")), known[at].url if at < len(known) else "", size(int(value.get("size") or 0))
            )
            for at, value in enumerate(values)
        ]

    @staticmethod
    def clean_html(value: str, pictures: Mapping[str, str] | None = None) -> SafeString:
        """Return rich text fit to be shown, its pictures under the addresses given.

        It was cleaned when stored, and is cleaned again because it leaves here.
        """
        shown = with_pictures(value, (pictures or {}).get, tags=RICH_TAGS)
        return mark_safe(_WITHOUT_ALT.sub('<img alt="" ', shown))  # noqa: S308  # nh3 leaves only these

    @staticmethod
    def without_tags(value: str) -> str:
        """Return the words of rich text."""
        return html.unescape(nh3.clean(value, tags=set())).strip()


# A picture that nothing is said of must be passed over by whoever listens to the page.
_WITHOUT_ALT = re.compile(r"<img (?![^>]*alt=)")

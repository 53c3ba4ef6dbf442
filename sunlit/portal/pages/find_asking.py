"""What a reader asks of search, from the parameters of its address, and the addresses of what else could be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from sunlit.search.answers import Chosen, Sort
from sunlit.text.clean import is_safe

LONGEST = 200
VALUES = 10
_MOST_CHOSEN = 5
_LONGEST_VALUE = 64
FILTERS = ("type", "area", "kind", "unit", "year", "validity")
PARAMETERS = ("q", *FILTERS, "sort", "page")
"""Everything by which pages of results differ."""


@dataclass(frozen=True)
class Question:
    """The words, and what they are narrowed to."""

    words: str
    filters: Mapping[str, tuple[str, ...]]
    sort: Sort = "relevance"
    page: int = 1

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is looked for."""
        return not self.words and not any(self.filters.values())

    @property
    def chosen(self) -> Chosen:
        """Return the filters in the words of search."""
        years = tuple(int(year) for year in self.filters["year"])
        return Chosen(
            types=self.filters["type"],
            areas=self.filters["area"],
            kinds=self.filters["kind"],
            units=self.filters["unit"],
            years=years,
            validities=self.filters["validity"],
        )

    def address(
        self,
        *,
        words: str | None = None,
        sort: str = "",
        page: int = 1,
        choose: tuple[str, str] | None = None,
        without: tuple[str, str] | None = None,
        without_filters: bool = False,
    ) -> str:
        """Return the address of this question with something changed; another question begins at its first page."""
        pairs = [("q", self.words if words is None else words)]
        for name, values in self.filters.items():
            pairs += [(name, one) for one in values if not without_filters and (name, one) != without]
        pairs += [choose] if choose else []
        order = sort or self.sort
        pairs += [("sort", order)] if order != "relevance" else []
        pairs += [("page", str(page))] if page > 1 else []
        return f"{reverse('portal:find')}?{urlencode([pair for pair in pairs if pair[1]])}"


def read(asked: QueryDict) -> Question:
    """Return what was asked; what cannot be understood counts as not asked, since all of it is typed by anyone."""
    filters = {name: _values(asked, name) for name in FILTERS}
    filters["year"] = tuple(one for one in filters["year"] if one.isascii() and one.isdecimal() and len(one) == 4)
    page = asked.get("page", "")
    return Question(
        words=" ".join(asked.get("q", "").replace("\x00", " ").split())[:LONGEST],
        filters=filters,
        sort="date" if asked.get("sort") == "date" else "relevance",
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 1,
    )


def _values(asked: QueryDict, name: str) -> tuple[str, ...]:
    found = (one.strip()[:_LONGEST_VALUE] for one in asked.getlist(name)[:_MOST_CHOSEN])
    return tuple(dict.fromkeys(one for one in found if one and is_safe(one)))

"""What a start page says: read strictly, judged against the plan, all objections together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.scalars import Day, Strict
from sunlit.plan.language.startpages import (
    FEWEST_ROWS,
    LONGEST_TITLE,
    MOST_COLUMNS,
    MOST_ROWS,
    StartColumn,
)
from sunlit.plan.publishers import is_listed, publishes
from sunlit.text import clean

LONGEST_OPENING, LONGEST_NOTICE = 500, 300
LAYOUTS = ("list", "cards", "figures")
CONTACT = {"address": 300, "phone": 100, "hours": 300}
"""The parts of the register's contact that a start page overrides, and how long they may be."""


@dataclass(frozen=True)
class Problem:
    """Something that keeps a start page from being proposed; ``where`` is a field, or ``column-3``."""

    where: str
    sentence: str


class ContentRefused(ValueError):
    """Says everything that is wrong with a start page."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(one.sentence for one in problems))
        self.problems = tuple(problems)


class Content(Strict):
    """An opening, a notice with its last day, a contact that overrides the register's, and the columns in order."""

    opening: str = ""
    notice: str = ""
    notice_until: Day | None = None
    address: str = ""
    phone: str = ""
    hours: str = ""
    columns: tuple[StartColumn, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether it says nothing: then the unit shows the columns of the plan."""
        return self == Content()

    def notice_on(self, day: date) -> str:
        """Return the notice as long as it lasts, '' afterwards."""
        return self.notice if self.notice_until is not None and day <= self.notice_until else ""

    def canonical(self) -> str:
        """Return it as it is stored."""
        return self.model_dump_json(exclude_defaults=True)


def stored(text: str) -> Content:
    """Return a content that was stored."""
    return Content.model_validate_json(text)


def checked(raw: Mapping[str, Any], plan: Plan, unit: str, *, today: date) -> Content:
    """Return the start page that somebody asks for; raises ContentRefused with all that is wrong with it."""
    columns = list(raw.get("columns", ()))
    problems = [*_texts(raw, today), *_columns(columns, plan, unit)]
    if problems:
        raise ContentRefused(problems)
    try:
        return Content.model_validate(
            {
                **{name: _clean(raw.get(name)) for name in ("opening", "notice", *CONTACT)},
                "notice_until": _clean(raw.get("notice_until")) or None,
                "columns": tuple(_column(one) for one in columns),
            }
        )
    except ValidationError as error:
        raise ContentRefused(
            [Problem("", _("This start page cannot be read: %s") % error.errors()[0]["msg"])]
        ) from None


def objections(content: Content, plan: Plan, unit: str) -> list[Problem]:
    """Return what the plan of today objects to in the columns of a stored content."""
    return list(_columns([as_typed(one) for one in content.columns], plan, unit))


def as_typed(column: StartColumn) -> dict[str, Any]:
    """Return a column as an editor types it."""
    return {
        "title": column.title.zh,
        "title_en": column.title.en if column.title.en != column.title.zh else "",
        "kinds": list(column.kinds),
        "below": column.below,
        "field": column.field or "",
        "value": column.value or "",
        "rows": column.rows,
        "layout": column.layout,
    }


def choices_of(plan: Plan, kind: Kind) -> list[tuple[str, str]]:
    """Return (field, term) for every value to which a column of a kind can be narrowed."""
    return [
        (field.name, term.code)
        for field in kind.fields
        if field.type == "choice" and field.filter and field.show != "internal" and field.choices
        for term in plan.vocabularies[field.choices].terms
    ]


def _column(raw: Mapping[str, Any]) -> dict[str, Any]:
    title = _clean(raw.get("title"))
    return {
        "title": {"zh": title, "en": _clean(raw.get("title_en")) or title},
        "kinds": tuple(dict.fromkeys(raw.get("kinds", ()))),
        "below": bool(raw.get("below")),
        "field": raw.get("field") or None,
        "value": raw.get("value") or None,
        "rows": int(raw.get("rows") or 0),
        "layout": raw.get("layout") or "list",
    }


def _clean(value: object) -> str:
    return clean.clean_text(str(value or "")).strip()


def _texts(raw: Mapping[str, Any], today: date) -> Iterable[Problem]:
    lengths = {"opening": LONGEST_OPENING, "notice": LONGEST_NOTICE, **CONTACT}
    for name, most in lengths.items():
        try:
            length = len(_clean(raw.get(name)))
        except clean.UnsafeText:
            yield Problem(name, _("A character here cannot be stored; delete it and type it anew."))
            continue
        if length > most:
            said = {"length": length, "most": most}
            yield Problem(name, _("This is %(length)d characters long; at most %(most)d fit. Shorten it.") % said)
    until = str(raw.get("notice_until") or "").strip()
    day = _day(until)
    if until and day is None:
        yield Problem("notice_until", _("“%s” is not a day: write it as 2026-05-31.") % until[:20])
    elif str(raw.get("notice") or "").strip() and day is None:
        yield Problem("notice_until", _("Say until which day the notice is shown."))
    elif day is not None and day < today:
        yield Problem("notice_until", _("That day is past: give a later one, or delete notice and day."))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _columns(columns: Sequence[Mapping[str, Any]], plan: Plan, unit: str) -> Iterable[Problem]:
    if len(columns) > MOST_COLUMNS:
        yield Problem("columns", _("There are more than %d columns: remove some.") % MOST_COLUMNS)
    seen: set[str] = set()
    for n, column in enumerate(columns):
        where = f"column-{n + 1}"
        for sentence in _of_column(column, plan, unit, seen):
            yield Problem(where, sentence)


def _of_column(column: Mapping[str, Any], plan: Plan, unit: str, seen: set[str]) -> Iterable[str]:
    try:
        title = _clean(column.get("title"))
        _clean(column.get("title_en"))
    except clean.UnsafeText:
        yield _("A character in the title cannot be stored; type it anew.")
        return
    if not title:
        yield _("Give the column a title.")
    elif len(title) > LONGEST_TITLE:
        yield _("The title is longer than %d characters. Shorten it.") % LONGEST_TITLE
    elif title in seen:
        yield _("Another column is called “%s” as well. Rename one.") % title
    seen.add(title)
    if not FEWEST_ROWS <= int(column.get("rows") or 0) <= MOST_ROWS:
        yield _("A column shows %(low)d to %(high)d rows.") % {"low": FEWEST_ROWS, "high": MOST_ROWS}
    if column.get("layout", "list") not in LAYOUTS:
        yield _("A column is laid out as a list, as cards or as figures.")
    kinds = list(column.get("kinds", ()))
    if not kinds:
        yield _("Choose at least one kind of record for the column.")
    for code in kinds:
        yield from _of_kind(plan.kinds.get(code), code, plan, unit, below=bool(column.get("below")))
    yield from _of_choice(column, kinds, plan)


def _of_kind(kind: Kind | None, code: str, plan: Plan, unit: str, *, below: bool) -> Iterable[str]:
    if kind is None:
        yield _("The plan has no kind “%s” (any more). Take it out.") % code
    elif not is_listed(kind):
        yield _("“%s” is not for the public. Take it out.") % kind.label.zh
    elif unit not in plan.units or not publishes(plan, kind, unit, below=below):
        if unit in plan.units and not below and publishes(plan, kind, unit, below=True):
            yield _("Only units below publish “%s”: take them in, or take it out.") % kind.label.zh
        else:
            yield _("The unit does not publish “%s”. Take it out.") % kind.label.zh


def _of_choice(column: Mapping[str, Any], kinds: Sequence[str], plan: Plan) -> Iterable[str]:
    field, value = column.get("field") or "", column.get("value") or ""
    if not field and not value:
        return
    kind = plan.kinds.get(kinds[0]) if len(kinds) == 1 else None
    if len(kinds) != 1:
        yield _("Only a column of one kind can be narrowed. Choose “all”, or one kind.")
    elif kind is not None and (field, value) not in choices_of(plan, kind):
        yield _("“%s” cannot be narrowed in this way (any more). Choose another value, or “all”.") % kind.label.zh

"""The form of a start page: what an editor typed, and what the buttons beside its columns do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sunlit.plan.language import Kind
from sunlit.plan.language.startpages import MOST_COLUMNS, USUAL_ROWS
from sunlit.records.startpages.content import CONTACT, Content, Problem, as_typed

TEXTS = ("opening", "notice", "notice_until", *CONTACT)
_MOST_KINDS = 40
_MOST_TYPED = 2_000


@dataclass
class Typed:
    """What stands in the form; ``problems`` are names of kinds that nobody knows."""

    texts: dict[str, str]
    columns: list[dict[str, Any]]
    problems: list[Problem] = field(default_factory=list)
    focus: int | None = None

    def raw(self) -> dict[str, Any]:
        """Return it as ``content.checked`` reads it."""
        return {**self.texts, "columns": self.columns}


def of_content(content: Content) -> Typed:
    """Return the form of a start page that is stored."""
    texts = {name: str(getattr(content, name) or "") for name in TEXTS}
    return Typed(texts, [as_typed(column) for column in content.columns])


def of_post(post: QueryDict, kinds: Sequence[Kind]) -> Typed:
    """Return what was posted; kinds whose names were typed are taken into their columns."""
    texts = {name: post.get(name, "")[:_MOST_TYPED] for name in TEXTS}
    count = min(int(post.get("count") or 0) if post.get("count", "").isdecimal() else 0, MOST_COLUMNS + 1)
    typed = Typed(texts, [])
    called = _names(kinds)
    for n in range(count):
        column = _column(post, f"c{n}-")
        if name := post.get(f"c{n}-add", "").strip()[:200]:
            code = called.get(name)
            if code is None:
                sentence = _("The unit publishes no kind called “%s”: choose one of those that are offered.") % name
                typed.problems.append(Problem(f"column-{n + 1}", sentence))
            elif code not in column["kinds"]:
                column["kinds"].append(code)
        typed.columns.append(column)
    return typed


def press(typed: Typed, do: str) -> None:
    """Do what a button says: ``up-2``, ``down-2``, ``remove-2``, ``add``; any other changes nothing."""
    name, _dash, digits = do.partition("-")
    columns = typed.columns
    if name == "add" and len(columns) <= MOST_COLUMNS:
        columns.append(_blank())
        typed.focus = len(columns) - 1
        return
    at = int(digits) if digits.isdecimal() and len(digits) < 4 else -1
    if not 0 <= at < len(columns):
        return
    if name == "remove":
        del columns[at]
        typed.problems.clear()
        typed.focus = min(at, len(columns) - 1)
    elif name in ("up", "down"):
        other = at - 1 if name == "up" else at + 1
        if 0 <= other < len(columns):
            columns[at], columns[other] = columns[other], columns[at]
            typed.focus = other
    elif name == "take":
        typed.focus = at


def _blank() -> dict[str, Any]:
    return {"title": "", "title_en": "", "kinds": [], "below": False, "rows": USUAL_ROWS, "layout": "list"}


def _column(post: QueryDict, start: str) -> dict[str, Any]:
    name, _equals, value = post.get(f"{start}narrow", "")[:200].partition("=")
    rows = post.get(f"{start}rows", "")
    return {
        "title": post.get(f"{start}title", "").strip()[:200],
        "title_en": post.get(f"{start}title_en", "").strip()[:200],
        "kinds": [code[:64] for code in post.getlist(f"{start}kinds")[:_MOST_KINDS]],
        "below": bool(post.get(f"{start}below")),
        "field": name,
        "value": value,
        "rows": int(rows) if rows.isdecimal() and len(rows) < 4 else USUAL_ROWS,
        "layout": post.get(f"{start}layout", "list")[:20],
    }


def _names(kinds: Sequence[Kind]) -> Mapping[str, str]:
    """Return kinds by everything that they are called; where two share a name, the first."""
    found: dict[str, str] = {}
    for kind in kinds:
        for name in (kind.code, kind.label.zh, kind.label.en):
            found.setdefault(name, kind.code)
    return found

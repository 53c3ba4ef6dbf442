"""Puts masked forms into a payload, at the very places where the guard found something."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sunlit.guard import passages
from sunlit.guard.findings import Finding, Place
from sunlit.plan.language import Kind

_TOKEN = re.compile(r"<(?P<tag>/?[a-zA-Z][a-zA-Z0-9]*)(?:\"[^\"]*\"|'[^']*'|[^'\">])*>|&[#a-zA-Z0-9]+;|.", re.DOTALL)
_INLINE = frozenset(("a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "span", "mark", "code", "small"))
_ASIDE = ("link", "picture")


def masked(kind: Kind, payload: Mapping[str, Any], findings: Sequence[Finding]) -> tuple[dict[str, Any], int]:
    """Return a payload with the masked form of each finding in its place, and in how many places that was possible.

    The last ones come first, so that the places of those before them stay what they are.
    """
    result: dict[str, Any] = copy.deepcopy(dict(payload))
    texts = _texts(kind, payload)
    done = 0
    for one in sorted(findings, key=lambda one: -one.start):
        done += _put(kind, result, one, texts)
    return result, done


def in_markup(markup: str, found: str, number: int, instead: str) -> str | None:
    """Return clean HTML with the ``number``-th occurrence (from 0) of a text replaced; None if it is not there.

    Marks of formatting that stand within it stay.
    """
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(markup):
        if token["tag"]:
            if token["tag"].lstrip("/").lower() not in _INLINE:
                characters.append("\n")
                spans.append((token.start(), token.start()))
            continue
        for character in html.unescape(token[0]):
            characters.append(character)
            spans.append(token.span())
    at = _occurrence("".join(characters), found, number)
    if at is None:
        return None
    covered = set(spans[at : at + len(found)])
    first = spans[at]
    out, place = [], 0
    for span in sorted(covered):
        out.append(markup[place : span[0]])
        if span == first:
            out.append(html.escape(instead, quote=False))
        place = span[1]
    return "".join(out) + markup[place:]


def _put(kind: Kind, payload: dict[str, Any], one: Finding, texts: Mapping[Place, Sequence[str]]) -> bool:
    place, declared = one.place, kind.field(one.place.field)
    if one.masked is None or place.file or declared is None or place.field not in payload:
        return False
    if declared.type == "richtext":
        return _in_rich(payload, one, texts)
    if declared.type == "table":
        row = payload[place.field][place.row - 1] if place.row else {}
        return _in_text(row, place.column, one, texts[place])
    if declared.type == "officer":
        return False
    value = payload[place.field]
    if isinstance(value, list):
        return any(_in_text(value, at, one, texts[place]) for at in range(len(value)))
    return _in_text(payload, place.field, one, texts[place])


def _in_text(holder: Any, at: Any, one: Finding, texts: Sequence[str]) -> bool:
    """Replace a finding in a plain value, if that is what was judged: a masked one was judged as masked."""
    value = holder[at]
    if not isinstance(value, str) or one.masked is None or value not in texts or one.end > len(value):
        return False
    holder[at] = value[: one.start] + one.masked + value[one.end :]
    return True


def _in_rich(payload: dict[str, Any], one: Finding, texts: Mapping[Place, Sequence[str]]) -> bool:
    if one.place.part in _ASIDE or one.masked is None:
        return False
    text = texts[one.place][0]
    found = text[one.start : one.end]
    before = 0
    for place, there in texts.items():
        if place == one.place:
            break
        if place.field == one.place.field and place.part not in _ASIDE:
            before += sum(part.count(found) for part in there)
    number = before + text[: one.start].count(found)
    changed = in_markup(payload[one.place.field], found, number, one.masked)
    if changed is not None:
        payload[one.place.field] = changed
    return changed is not None


def _texts(kind: Kind, payload: Mapping[str, Any]) -> dict[Place, list[str]]:
    texts: dict[Place, list[str]] = {}
    for passage in passages.of_payload(kind, payload):
        texts.setdefault(passage.place, []).append(passage.text)
    return texts


def _occurrence(text: str, found: str, number: int) -> int | None:
    at = -1
    for _time in range(number + 1):
        at = text.find(found, at + 1)
        if at < 0 or not found:
            return None
    return at

"""Traditional characters for a finished HTML page: what is read is converted, what machines use is not."""

from __future__ import annotations

import re

from sunlit.text.folding import to_traditional

# What is kept as it is: comments, whole elements whose content is not prose (or is marked translate="no"), and tags.
_PIECES = re.compile(
    r"<!--.*?-->"
    r"|<(script|style|textarea|pre|code)\b.*?</\1\s*>"
    r"|<([a-z][a-z0-9]*)\b[^>]*\btranslate=\"no\"[^>]*>.*?</\2\s*>"
    r"|<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>",
    re.IGNORECASE | re.DOTALL,
)
_READ_ATTRIBUTE = re.compile(
    r"(\s(?:title|alt|aria-label|placeholder|content|label|data-label)=)(\"[^\"]*\"|'[^']*')", re.IGNORECASE
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SEPARATOR = "\x1f"  # no page contains it, and the converter leaves it alone


def convert_page(html: str) -> str:
    """Return the page with text nodes and the attributes that are read aloud in Traditional characters."""
    prose: list[str] = []
    pieces: list[tuple[bool, str]] = []
    position = 0
    for match in _PIECES.finditer(html):
        _take(html[position : match.start()], pieces, prose)
        _take_tag(match.group(), match.group(1) or match.group(2), pieces, prose)
        position = match.end()
    _take(html[position:], pieces, prose)
    # One call for the whole page: the converter's start-up costs more than its work.
    converted = iter(to_traditional(_SEPARATOR.join(prose)).split(_SEPARATOR))
    return "".join(next(converted) if is_prose else text for is_prose, text in pieces)


def _take(text: str, pieces: list[tuple[bool, str]], prose: list[str]) -> None:
    if not text:
        return
    is_prose = _HAN.search(text) is not None
    pieces.append((is_prose, text))
    if is_prose:
        prose.append(text)


def _take_tag(tag: str, kept_element: str | None, pieces: list[tuple[bool, str]], prose: list[str]) -> None:
    if kept_element or tag.startswith("<!--"):
        pieces.append((False, tag))
        return
    position = 0
    for match in _READ_ATTRIBUTE.finditer(tag):
        pieces.append((False, tag[position : match.start(2)]))
        _take(match.group(2), pieces, prose)
        position = match.end()
    pieces.append((False, tag[position:]))

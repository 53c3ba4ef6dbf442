"""Reads HTML: what a browser shows, and what it does not."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from sunlit.files.extraction.apart import markup
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.plain import MOST, decoded
from sunlit.files.extraction.apart.sink import Unreadable

_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.I)
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head"})
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "br",
        "ul",
        "ol",
        "td",
        "th",
        "blockquote",
        "pre",
        "title",
        "body",
        "header",
        "footer",
        "option",
    }
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*(?:gb2312|gbk|gb18030)", re.I)


def read(source: Source) -> None:
    """Hand on the text of a page, block by block; raise Unreadable for what is no page."""
    content = source.stream.read(MOST + 1)
    text = content.decode("gb18030", "replace") if _DECLARED.search(content[:4096]) else decoded(content)
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=False)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged") from error
    _Page(source).read(root)


class _Page:
    """Gathers the text of a page block by block."""

    def __init__(self, source: Source) -> None:
        self._source, self._number = source, 0
        self._block: list[str] = []
        self._hidden: str | None = None

    def read(self, root: Any) -> None:
        """Walk through a page without recursion: pages can be nested deeper than a stack."""
        steps: list[tuple[Any, str | None, bool]] = [(root, None, False)]
        while steps:
            element, hidden, is_tail = steps.pop()
            if is_tail:
                if isinstance(element.tag, str) and element.tag in _BLOCKS:
                    self._flush()
                self._add(element.tail, hidden)
                continue
            steps.append((element, hidden, True))
            if not isinstance(element.tag, str):
                self._flush()
                self._source.part("comment", element.text or "", "comment")
                continue
            inner = self._enter(element, hidden)
            steps += [(child, inner, False) for child in reversed(element)]
        self._flush()

    def _enter(self, element: Any, hidden: str | None) -> str | None:
        if element.tag in _BLOCKS:
            self._flush()
        if element.tag in _UNSEEN or "hidden" in element.attrib or _HIDING.search(element.get("style", "")):
            hidden = "hidden text"
        for name, value in element.attrib.items():
            said = name in ("alt", "title", "value", "content", "placeholder", "summary") or name.startswith("data-")
            if value.strip() and name not in ("class", "style", "id") and (said or markup.tells(value)):
                self._source.part(
                    f"{element.tag} {name}", value, "metadata" if element.tag == "meta" else "hidden text"
                )
        self._add(element.text, hidden)
        return hidden

    def _add(self, text: str | None, hidden: str | None) -> None:
        if not text:
            return
        if hidden != self._hidden:
            self._flush()
            self._hidden = hidden
        self._block.append(text)

    def _flush(self) -> None:
        text = re.sub(r"\s+", " ", "".join(self._block)).strip()
        self._block.clear()
        if text:
            self._number += 1
            self._source.part(f"block {self._number}", text, self._hidden)

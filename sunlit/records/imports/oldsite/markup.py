"""The text of an old page: decoded, cut out of its frame, its links and pictures led to where they are now."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

from lxml import etree, html
from lxml.html import HtmlElement

LARGEST = 5_000_000
"""Bytes of a page; what is larger is no page of text."""
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_CHINESE = frozenset({"gbk", "gb2312", "gb18030", "gb_2312-80", "x-gbk"})
_DROPPED = ("script", "style", "noscript", "iframe", "form", "nav", "header", "footer")

Lead = Callable[[str], str | None]
"""Returns where an address of the old page leads now, or None to leave the link out."""


class NoText(ValueError):
    """Says that a page cannot be read."""


def decode(raw: bytes) -> str:
    """Return a page as text: by its byte order mark, by what it says of itself, else as UTF-8 or GB18030."""
    if len(raw) > LARGEST:
        raise NoText("too large")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    said = _CHARSET.search(raw[:4096])
    name = said[1].decode().lower() if said else ""
    first = ["gb18030"] if name in _CHINESE else []
    # What a page says of itself is wrong now and then, so it is tried first and not believed.
    for encoding in (*first, "utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoText("neither UTF-8 nor GB18030")


def read(path: Path) -> str:
    """Return the page at a path as text; raise NoText for one that cannot be read."""
    return decode(path.read_bytes()[: LARGEST + 1])


def rewritten(text: str, *, content: str, link: Lead, picture: Lead) -> str:
    """Return the inner HTML of a page's text with its links and pictures led anew; it is still to be sanitised.

    ``content`` is the id or the class of the element that holds the text; without it, or where it is missing, all of
    the page's body is taken.
    """
    if not text.strip() or "<" not in text:
        return text
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(recover=True, huge_tree=False, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise NoText("no HTML") from None
    held = _content(root, content)
    for dropped in list(held.iter(*_DROPPED)):
        if dropped is not held and dropped.getparent() is not None:
            dropped.drop_tree()
    for anchor in list(held.iter("a")):
        _lead(anchor, "href", link)
    for image in list(held.iter("img")):
        _lead(image, "src", picture)
    return _inner(held)


def _content(root: HtmlElement, name: str) -> HtmlElement:
    if name:
        for element in root.iter():
            if isinstance(element.tag, str) and (
                element.get("id") == name or name in (element.get("class") or "").split()
            ):
                return element
    body = root.find("body")
    return root if body is None else body


def _lead(element: HtmlElement, attribute: str, lead: Lead) -> None:
    written = (element.get(attribute) or "").strip()
    if not written or written.startswith(("#", "mailto:", "tel:")):
        return
    target = lead(written)
    if target is None:
        del element.attrib[attribute]
    else:
        element.set(attribute, target)


def _inner(element: HtmlElement) -> str:
    children = (html.tostring(child, encoding="unicode") for child in element)
    return "".join((escape(element.text or "", quote=False), *children)).strip()

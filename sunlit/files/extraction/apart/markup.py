"""XML from outside: no entities, no network, nothing huge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from sunlit.files.extraction.apart.sink import Unreadable

MOST_XML = 48 << 20


def parse(content: bytes) -> Any:
    """Return the root of an XML part; raise Unreadable if it is damaged or declares entities."""
    if len(content) > MOST_XML:
        raise Unreadable("large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("entities")
    return root


def events(stream: IO[bytes], tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the starts and ends of some elements while they are read; raise Unreadable like ``parse``."""
    found = etree.iterparse(
        stream,
        events=("start", "end", "comment", "pi"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
    )
    first = True
    try:
        for event, element in found:
            if first and element.getroottree().docinfo.doctype:
                raise Unreadable("entities")
            first = False
            yield event, element
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged") from error


def release(element: Any) -> None:
    """Forget an element that was read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(element: Any) -> str:
    """Return the name of an element without its namespace; of a comment or an instruction, nothing."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def get(element: Any, name: str) -> str:
    """Return an attribute whatever its namespace."""
    direct = element.get(name)
    if direct is not None:
        return str(direct)
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def is_on(element: Any) -> bool:
    """Tell whether a switch of an office document is on: there, and not set to off."""
    return element is not None and get(element, "val") not in ("0", "false", "off", "none")


def texts(root: Any) -> Iterator[str]:
    """Yield every text of a part: of elements, of comments and instructions, and of attributes that say something."""
    for element in root.iter():
        if element.text and element.text.strip():
            yield element.text
        if element.tail and element.tail.strip():
            yield element.tail
        if isinstance(element.tag, str):
            yield from (value for value in element.attrib.values() if tells(value))
    for sibling in _outside(root):
        if sibling.text and sibling.text.strip():
            yield sibling.text


def unseen(root: Any) -> Iterator[str]:
    """Yield the comments and instructions of a part, which no program shows."""
    for element in root.iter():
        if not isinstance(element.tag, str) and element.text and element.text.strip():
            yield element.text
    yield from (one.text for one in _outside(root) if one.text and one.text.strip())


def _outside(root: Any) -> Iterator[Any]:
    before = root.getprevious()
    while before is not None:
        yield before
        before = before.getprevious()
    after = root.getnext()
    while after is not None:
        yield after
        after = after.getnext()


def tells(value: str) -> bool:
    """Tell whether an attribute holds more than a setting: Chinese, an address, a long number or some words."""
    if len(value) < 2 or value.startswith(("http://schemas.", "http://purl.", "http://www.w3.org", "urn:", "{")):
        return False
    return (
        any("\u3400" <= one <= "\u9fff" for one in value)
        or "@" in value
        or sum(one.isdigit() for one in value) >= 7
        or value.count(" ") >= 2
        or len(value) >= 24
    )

"""Reads YAML files of a plan into nodes that know their line and column; every scalar stays text.

Guessing is what makes YAML dangerous here: ``no`` is a country, ``010`` a code and ``1e3`` a form. So only the event
stream of PyYAML is used; nodes are composed here, with limits on size, depth and aliases. Whatever the bytes, the
result is a tree or a ``Bad`` with a fault, never another exception.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import yaml

from sunlit.plan.places import Bad, Fault, Node, Place
from sunlit.text.clean import is_safe

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_ALIASES = 200

# The C parser reads twenty times faster and, used for events only, does not recurse.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TABS = re.compile(r"^ *\t[ \t]*\S", re.MULTILINE)


_FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Mark(Protocol):
    line: int
    column: int


def read_text(path: Path, name: str) -> str:
    """Return the text of a file; raises Bad if it is too large, no UTF-8, or holds a NUL character."""
    start = Place(name, 1, 1)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Bad(Fault.at(start, f"The file cannot be read ({error.strerror}); check that it exists.")) from None
    if len(content) > MAX_BYTES:
        raise Bad(Fault.at(start, f"The file is larger than {MAX_BYTES:,} bytes; split it into several files."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = Place(name, line, error.start - content.rfind(b"\n", 0, error.start))
        raise Bad(Fault.at(place, "This byte is not UTF-8; save the file as UTF-8.")) from None
    if (at := text.find("\0")) >= 0:
        place = Place(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        raise Bad(Fault.at(place, "A NUL character stands here; delete it."))
    return text


def read_yaml(text: str, name: str) -> tuple[Node | None, list[Fault]]:
    """Return the tree of one YAML document (None if there is nothing in it) and the faults found on the way."""
    composer = _Composer(name)
    try:
        return composer.document(text), composer.faults
    except Bad as bad:
        return None, [*composer.faults, bad.fault]
    except yaml.YAMLError as error:
        return None, [*composer.faults, _syntax(error, text, name)]


def _syntax(error: yaml.YAMLError, text: str, name: str) -> Fault:
    if (found := _FORBIDDEN.search(text)) is not None:
        at = found.start()
        place = Place(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        return Fault.at(place, f"The control character U+{ord(found.group()):04X} stands here; delete it.")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
    tab = _TABS.search(text)
    if tab and text.count("\n", 0, tab.start()) + 1 in (place.line, place.line - 1):
        line = text.count("\n", 0, tab.start()) + 1
        return Fault(name, line, tab.group().index("\t") + 1, "A tab stands in the indentation; use spaces.")
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    sentence = f"This is not valid YAML: {problem}; check indentation, colons, quotes and brackets here and just above."
    return Fault.at(place, sentence)


class _Composer:
    """Builds nodes from the events of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node | None] = {}
        self.aliases = 0
        self.size = 0

    def document(self, text: str) -> Node | None:
        """Return the root of the only document of a text."""
        events = iter(yaml.parse(text, Loader=_LOADER))
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Bad(Fault.at(self.place(event), "A second document begins here; keep one per file."))
                root = self.node(next(events), events, 0)
        return root

    def place(self, event: yaml.Event) -> Place:
        """Return where an event begins."""
        mark: _Mark = event.start_mark  # type: ignore[assignment]  # the stubs do not know its numbers
        return Place(self.name, mark.line + 1, mark.column + 1)

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        """Return the node that begins with an event, taking the events that belong to it."""
        place = self.place(event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, place)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = None  # not complete yet: an alias inside would refer to itself
        self.count(1, place)
        if depth > MAX_DEPTH:
            raise Bad(Fault.at(place, f"Lists and mappings are nested deeper than {MAX_DEPTH}; make it flatter."))
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self.faults.append(Fault.at(place, f"The tag {tag} is not allowed in a plan; remove it."))
        if isinstance(event, yaml.ScalarEvent):
            node = Node(place, text=self.scalar(event, place))
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(place, events, depth)
        else:
            node = self.mapping(place, events, depth)
        if anchor:
            self.anchors[anchor] = node
        return node

    def alias(self, event: yaml.AliasEvent, place: Place) -> Node:
        """Return the node that an alias stands for, with the alias's own place."""
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise Bad(Fault.at(place, f"There are more than {MAX_ALIASES} aliases; write the values out."))
        target = self.anchors.get(event.anchor or "")
        if target is None:
            problem = "refers to itself" if event.anchor in self.anchors else "has no anchor above"
            raise Bad(Fault.at(place, f"The alias *{event.anchor} {problem}; write the value out."))
        self.count(target.size, place)
        return Node(place, target.text, target.items, target.keys, target.size)

    def count(self, size: int, place: Place) -> None:
        """Count nodes, those behind aliases as often as they are used."""
        self.size += size
        if self.size > MAX_NODES:
            raise Bad(Fault.at(place, f"The file holds more than {MAX_NODES:,} values; split it into several files."))

    def scalar(self, event: yaml.ScalarEvent, place: Place) -> str:
        """Return the text of a scalar; ``~`` and ``null`` without quotes mean that nothing is written."""
        value: str = event.value
        if event.style is None and value in ("~", "null"):
            return ""
        if value.isascii() and "\0" not in value:  # two values in three: nothing in them to normalise
            return value.strip()
        if not is_safe(value):
            self.faults.append(Fault.at(place, "This text holds half of a surrogate pair or a NUL; delete it."))
            return ""
        return unicodedata.normalize("NFC", value).strip()

    def sequence(self, place: Place, events: Iterator[yaml.Event], depth: int) -> Node:
        """Return a list."""
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, events, depth + 1))
        return Node(place, items=items, size=1 + sum(item.size for item in items))

    def mapping(self, place: Place, events: Iterator[yaml.Event], depth: int) -> Node:
        """Return a mapping; keys that stand twice or are no text become faults."""
        keys: dict[str, tuple[Place, Node]] = {}
        size = 1
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            size += value.size + 1
            if key.text is None or not key.text:
                self.faults.append(Fault.at(key.place, "A key must be a word; quote text that holds braces."))
            elif key.text in keys:
                first = keys[key.text][0].line
                sentence = f'The key "{key.text}" stands here a second time (first in line {first}); remove one.'
                self.faults.append(Fault.at(key.place, sentence))
            else:
                keys[key.text] = (key.place, value)
        return Node(place, keys=keys, size=size)

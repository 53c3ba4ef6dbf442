"""Where something stands in the files of a plan, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """A position in a file of the plan; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong, with its position and a sentence that says what to change."""

    file: str
    line: int
    column: int
    sentence: str

    @classmethod
    def at(cls, place: Place, sentence: str) -> Fault:
        """Make a fault from a place."""
        return cls(place.file, place.line, place.column, sentence)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.sentence}"


class Bad(Exception):
    """Carries a fault out of reading a file that cannot be read any further."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True, eq=False)
class Node:
    """A piece of a plan file with its place: a text, a list or a mapping; ``size`` counts the nodes inside."""

    place: Place
    text: str | None = None
    items: list[Node] | None = None
    keys: dict[str, tuple[Place, Node]] | None = None
    size: int = 1

    def is_empty(self) -> bool:
        """Tell whether nothing was written, which is the same as leaving the key out."""
        return self.text is not None and not self.text

    def plain(self) -> object:
        """Return texts, tuples and dicts for the models; keys without a value are left out."""
        if self.keys is not None:
            return {name: node.plain() for name, (_, node) in self.keys.items() if not node.is_empty()}
        if self.items is not None:
            return tuple(node.plain() for node in self.items)
        return self.text or ""

    def get(self, name: str) -> Node | None:
        """Return the value of a key of a mapping, or None."""
        found = (self.keys or {}).get(name)
        return found[1] if found else None

    def find(self, path: tuple[str | int, ...]) -> Node:
        """Return the node at a path of keys and positions, or the deepest one on the way that exists."""
        node = self
        for step in path:
            if isinstance(step, int):
                if node.items is None or not 0 <= step < len(node.items):
                    break
                node = node.items[step]
            else:
                inner = node.get(step)
                if inner is None:
                    break
                node = inner
        return node

    def key_place(self, path: tuple[str | int, ...]) -> Place:
        """Return where the key that ends a path is written, or the place of the deepest node on the way."""
        holder = self.find(path[:-1])
        last = path[-1] if path else None
        if isinstance(last, str) and holder.keys and last in holder.keys:
            return holder.keys[last][0]
        return holder.place

    def texts(self) -> Iterator[Node]:
        """Yield every text in it, however deep."""
        stack = [self]
        while stack:
            node = stack.pop()
            if node.text is not None:
                yield node
            stack.extend(node.items or ())
            stack.extend(value for _, value in (node.keys or {}).values())


@dataclass(slots=True)
class Report:
    """Collects faults, which refuse a plan, and notices, which do not."""

    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)

    def fault(self, place: Place, sentence: str) -> None:
        """Add a fault."""
        self.faults.append(Fault.at(place, sentence))

    def notice(self, place: Place, sentence: str) -> None:
        """Add a notice."""
        self.notices.append(Fault.at(place, sentence))

"""Formatted text as readers see it: a text for each block and each cell, and what stands in links and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

_BLOCKS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "caption", "div", "ul", "ol", "table")
)
_CELLS = frozenset(("td", "th"))
_SAID_ASIDE = ("href", "title", "alt")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a formatted text: ``where`` as ``paragraph 3`` or ``table 1``, with row and head of a cell."""

    text: str
    where: str
    row: int | None = None
    column: str = ""


def blocks_in(markup: str) -> Iterator[Block]:
    """Yield the blocks of clean HTML in their order."""
    if "<" not in markup and "&" not in markup:
        yield Block(markup, "paragraph 1")
        return
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end_block()
    yield from reader.blocks


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.words: list[str] = []
        self.paragraphs = 0
        self.tables = 0
        self.row = 0
        self.cell = 0
        self.heads: list[str] = []
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag in _CELLS:
            self._begin(tag)
        elif tag == "tr":
            self.end_block()
            self.row, self.cell = self.row + 1, 0
        elif tag == "br":
            self.words.append("\n")
        for name, value in attrs:
            if name in _SAID_ASIDE and value:
                text = unquote(value)
                self.blocks.append(Block(text, "picture" if tag == "img" else "link"))

    def _begin(self, tag: str) -> None:
        if self.in_cell and tag not in _CELLS:
            # Paragraphs within a cell are one text.
            self.words.append("\n" if self.words else "")
            return
        self.end_block()
        if tag == "table":
            self.tables, self.row, self.heads = self.tables + 1, 0, []
        elif tag in _CELLS:
            self.in_cell = True
            self.cell += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS or (tag in _BLOCKS and not self.in_cell):
            self.end_block()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def end_block(self) -> None:
        """Keep what was read since the last block."""
        text = "".join(self.words).strip()
        self.words = []
        if self.in_cell:
            self._end_cell(text)
        elif text:
            self.paragraphs += 1
            self.blocks.append(Block(text, f"paragraph {self.paragraphs}"))

    def _end_cell(self, text: str) -> None:
        self.in_cell = False
        if self.row <= 1:
            self.heads.append(text)
        head = self.heads[self.cell - 1] if self.row > 1 and self.cell <= len(self.heads) else ""
        if text:
            self.blocks.append(Block(text, f"table {self.tables}", max(self.row, 1), head))

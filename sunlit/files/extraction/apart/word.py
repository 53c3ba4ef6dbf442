"""Reads a Word file: body, tables, headers, notes, boxes; and what hides: comments, changes, vanished text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sunlit.files.extraction.apart import markup, office
from sunlit.files.extraction.apart.markup import get, local
from sunlit.files.extraction.apart.packages import Package
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Unreadable

_VISIBLE = ("header", "footer", "footnotes", "endnotes")
_CONTROLS = tuple(
    f"{{*}}{name}" for name in ("alias", "tag", "dataBinding", "ffData", "placeholder", "helpText", "statusText")
)
_CHANGED = frozenset({"ins", "del", "moveFrom", "moveTo"})


def read(source: Source) -> None:
    """Hand on what a Word file says; raise Unreadable if it is no package."""
    package = Package(source.stream, source.budget)
    done = office.properties(source, package)
    hiding = _hiding_styles(package)
    for name in package.names:
        stem = name.removeprefix("word/").removesuffix(".xml")
        if not name.startswith("word/") or not name.endswith(".xml") or "/" in stem:
            continue
        kind = stem.rstrip("0123456789")
        if kind == "document" or kind in _VISIBLE or kind == "comments":
            done.add(name)
            try:
                root = markup.parse(package.read(name))
            except Unreadable as unreadable:
                source.notice(str(unreadable), source.at(name))
                continue
            _Text(source, hiding, "" if kind == "document" else stem).read(root)
    office.rest(source, package, done)


@dataclass
class _Text:
    """Reads one story of a document: its paragraphs in order, and what hides in them."""

    source: Source
    hiding: frozenset[str]
    story: str
    counts: dict[str, int] = field(default_factory=dict)

    def read(self, root: Any) -> None:
        """Hand on every paragraph."""
        for paragraph in root.iter("{*}p"):
            if local(paragraph) == "p" and "wordprocessingml" in paragraph.tag:
                self._paragraph(paragraph)
            elif "drawingml" in paragraph.tag:
                self.source.part(self._place("drawing"), office.flowing(paragraph))
        for drawn in root.iter("{*}docPr", "{*}cNvPr", "{*}shape", "{*}textpath"):
            words = [get(drawn, name) for name in ("descr", "title", "name", "alt", "string")]
            self.source.part(self._place("description"), " ".join(filter(None, words)), office.HIDDEN_TEXT)
        for control in root.iter(*_CONTROLS):
            self.source.part(self._place("control"), " ".join(markup.texts(control)), office.HIDDEN_TEXT)
        for choice in root.iter("{*}fldSimple", "{*}listEntry", "{*}default"):
            said = get(choice, "instr") or get(choice, "val")
            self.source.part(self._place("field"), said, office.HIDDEN_TEXT)
        self._authors(root)
        self.source.part(self._place("source"), "\n".join(markup.unseen(root)), office.METADATA)

    def _authors(self, root: Any) -> None:
        names = {get(one, "author") for one in root.iter() if isinstance(one.tag, str) and get(one, "author")}
        self.source.part(self._place("author"), "\n".join(sorted(names)), office.METADATA)

    def _paragraph(self, paragraph: Any) -> None:
        visible: list[str] = []
        changed: list[str] = []
        vanished: list[str] = []
        whole: list[str] = []
        fields: list[str] = []
        for text, is_changed, is_gone, is_field in self._runs(paragraph):
            if is_field:
                fields.append(text)
                continue
            whole.append(text)
            (changed if is_changed else vanished if is_gone else visible).append(text)
        where = self._place(_kind_of(paragraph))
        base = office.COMMENT if self.story.startswith("comments") else None
        self.source.part(where, "".join(visible), base)
        self.source.part(where, "".join(changed), office.CHANGE)
        self.source.part(where, "".join(vanished), office.HIDDEN_TEXT)
        self.source.part(where, "".join(fields), office.HIDDEN_TEXT)
        if (changed or vanished) and visible:
            # What was cut in two by a change or a hidden run reads together again.
            self.source.part(where, "".join(whole), office.CHANGE if changed else office.HIDDEN_TEXT)

    def _runs(self, paragraph: Any) -> Iterator[tuple[str, bool, bool, bool]]:
        """Yield text, and whether it was changed, has vanished, is an instruction; boxes are read by themselves."""
        mark = _ancestor_change(paragraph)
        stack = [(child, mark, False) for child in reversed(paragraph)]
        while stack:
            element, change, gone = stack.pop()
            name = local(element)
            if name in ("p", "pPr", "rPr"):
                continue
            change = change or name in _CHANGED
            if name == "r":
                gone = self._is_gone(element)
            if name in ("t", "delText", "instrText", "delInstrText") and element.text:
                yield element.text, change or name.startswith("del"), gone, "nstr" in name
            elif name in ("tab", "br", "cr", "ptab"):
                yield ("\t" if "tab" in name else "\n"), change, gone, False
            elif name == "noBreakHyphen":
                yield "-", change, gone, False
            elif name == "sym":
                yield _symbol(element), change, gone, False
            stack += [(child, change, gone) for child in reversed(element)]

    def _is_gone(self, run: Any) -> bool:
        properties = run.find("{*}rPr")
        if properties is None:
            return False
        for one in properties:
            name = local(one)
            if name in ("vanish", "specVanish", "webHidden") and markup.is_on(one):
                return True
            if name == "rStyle" and get(one, "val") in self.hiding:
                return True
            if name == "color" and get(one, "val").upper() == "FFFFFF" and properties.find("{*}shd") is None:
                return True
            if name == "sz" and get(one, "val") in ("1", "2", "3", "4"):
                return True
        return False

    def _place(self, kind: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return " ".join(filter(None, (self.story, f"{kind} {self.counts[kind]}")))


def _kind_of(paragraph: Any) -> str:
    for ancestor in paragraph.iterancestors():
        name = local(ancestor)
        if name == "txbxContent":
            return "text box"
        if name == "tc":
            return "table paragraph"
    return "paragraph"


def _ancestor_change(paragraph: Any) -> bool:
    """Tell whether a paragraph stands in something that was inserted, deleted or moved, or in a deleted row."""
    for ancestor in paragraph.iterancestors():
        if local(ancestor) in _CHANGED:
            return True
        if local(ancestor) == "tr":
            properties = ancestor.find("{*}trPr")
            if properties is not None and any(local(one) in _CHANGED for one in properties):
                return True
    return False


def _symbol(element: Any) -> str:
    try:
        code = int(get(element, "char"), 16)
    except ValueError:
        return ""
    # Fonts of symbols put their characters into the private area.
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    return chr(code) if 0x20 <= code < 0xD800 else ""


def _hiding_styles(package: Package) -> frozenset[str]:
    """Return the styles of characters that hide; a style hides if the one that it is based on does."""
    if "word/styles.xml" not in package:
        return frozenset()
    try:
        root = markup.parse(package.read("word/styles.xml"))
    except Unreadable:
        return frozenset()
    found, based = set(), {}
    for style in root.iter("{*}style"):
        code = get(style, "styleId")
        parent = style.find("{*}basedOn")
        based[code] = get(parent, "val") if parent is not None else ""
        if markup.is_on(style.find("{*}rPr/{*}vanish")):
            found.add(code)
    for _round in range(10):
        found |= {code for code, parent in based.items() if parent in found}
    return frozenset(found)

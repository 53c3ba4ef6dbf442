"""A page of an old site made into the row of an import, with its files, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.utils.translation import gettext as _

from sunlit.files.kinds import FileRefused
from sunlit.plan.language import Kind
from sunlit.records import attaching
from sunlit.records.imports.columns import Columns
from sunlit.records.imports.oldsite import addresses, listing, markup, places
from sunlit.records.imports.oldsite.addresses import Old
from sunlit.records.imports.oldsite.mapping import Mapping as Mapped
from sunlit.records.imports.oldsite.mapping import Target
from sunlit.records.imports.oldsite.taking import Taker
from sunlit.records.imports.rows import Mistake, Preparer, Ready
from sunlit.records.numbering import Number

Find = Callable[[Old], str | None]
"""Returns the path at which an old page is read from now on."""


@dataclass
class Made:
    """What came of a page: a row, or mistakes; remarks are worth a look and stop nothing."""

    ready: Ready | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[Mistake] = field(default_factory=list)
    files: list[tuple[Old, int, str]] = field(default_factory=list)
    """Old address, position and name of each file that had one."""


@dataclass(frozen=True)
class Site:
    """What is the same for every page of an old site."""

    root: Path
    mapping: Mapped
    take: Taker
    find: Find


def columns_of(kind: Kind) -> Columns:
    """Return every field of a kind as a column: rows are made by name here."""
    return Columns([(at, one.name) for at, one in enumerate(kind.fields)])


class Maker:
    """Makes the pages of one kind."""

    def __init__(self, site: Site, kind: Kind, target: Target, preparer: Preparer) -> None:
        self._site, self._kind, self._target, self._preparer = site, kind, target, preparer

    def make(self, page: listing.Page, number: Number | None) -> Made:
        """Return a page as a row ready to be written, or everything that is wrong with it."""
        made = Made()
        own = _Own(self._site, page, made, self._target)
        own.take_listed()
        outcome = self._prepared(page, own)
        if isinstance(outcome, Ready) and own.linked and number is not None and not made.mistakes:
            # Only now is known at which place each file stands, and so where links to it lead.
            own.place(self._attached(outcome), number)
            outcome = self._prepared(page, own)
        if not isinstance(outcome, Ready):
            made.mistakes += outcome
        elif not made.mistakes:
            attached = self._attached(outcome)
            for position, (_field, sha256, name) in enumerate(attached, 1):
                made.files += [(old, position, name) for old in own.known_as.get(sha256, ())]
            made.remarks += outcome.warnings
            made.ready = outcome._replace(number=number, files=attached)
        made.mistakes, made.remarks = list(dict.fromkeys(made.mistakes)), list(dict.fromkeys(made.remarks))
        return made

    def _prepared(self, page: listing.Page, own: _Own) -> Ready | list[Mistake]:
        values: dict[str, object] = dict(self._target.defaults)
        for part, name in self._target.fields.items():
            if part != "files":
                values[name] = own.text() if part == "html" else page.parts.get(part, "")
        if own.files:
            values[self._target.fields["files"]] = self._as_field(list(own.files.values()))
        return self._preparer.prepare(page.row, [values.get(one.name, "") for one in self._kind.fields])

    def _as_field(self, files: list[dict[str, Any]]) -> object:
        found = self._kind.field(self._target.fields["files"])
        return files if found is not None and found.multiple else files[0]

    def _attached(self, ready: Ready) -> list[tuple[str, str, str]]:
        return attaching.files_of(self._kind, json.loads(ready.payload))


class _Own:
    """The text and the files of one page."""

    def __init__(self, site: Site, page: listing.Page, made: Made, target: Target) -> None:
        self._site, self._page, self._made = site, page, made
        self._base = urljoin(site.mapping.site, page.address) if page.address else site.mapping.site
        self._takes_files = "files" in target.fields
        self.files: dict[str, dict[str, Any]] = {}
        self.known_as: dict[str, list[Old]] = {}
        self.linked: set[str] = set()
        self._placed: dict[str, str] = {}

    def place(self, attached: list[tuple[str, str, str]], number: Number) -> None:
        """Learn at which address each file will be."""
        for position, (_field, sha256, name) in enumerate(attached, 1):
            self._placed.setdefault(sha256, f"/r/{number.slug}/files/{position}/{quote(name)}")

    def text(self) -> str:
        """Return the text of the page with its links and pictures led anew."""
        try:
            text = self._page.html or self._read()
            content = "" if self._page.html else self._site.mapping.content
            return markup.rewritten(text, content=content, link=self._link, picture=self._picture)
        except places.NoSuchFile:
            self._wrong("page", self._page.page, _("There is no such page in the export; add it or empty the cell."))
        except markup.NoText:
            self._wrong("page", self._page.page, _("This page cannot be read; save it as HTML in UTF-8 or GB18030."))
        return ""

    def take_listed(self) -> None:
        """Take the files that the list names."""
        for written in self._page.files:
            if not self._takes_files:
                self._remark("files", written, _("The kind has no place for files; name its field in the mapping."))
                continue
            if self._take(written) is None:
                sentence = _("There is no such file in the export; add it or take it off the list.")
                self._wrong("files", written, sentence)

    def _read(self) -> str:
        return markup.read(places.find(self._site.root, self._page.page)) if self._page.page else ""

    def _link(self, written: str) -> str | None:
        if not self._is_own(written):
            return written
        try:
            old = addresses.parse(written, self._base)
        except ValueError:
            return None
        target = self._site.find(old)
        if target is not None:
            return target
        value = self._take(written) if self._takes_files else None
        if value is not None:
            self.linked.add(value["sha256"])
            return self._placed.get(value["sha256"])
        self._remark("html", written, _("This link leads to nothing that is imported; it is left out."))
        return None

    def _picture(self, written: str) -> str | None:
        if written.startswith("data:") or not self._is_own(written):
            self._remark("html", written[:80], _("This picture lies elsewhere and is left out."))
            return None
        value = self._take(written, attach=False)
        if value is None:
            self._remark("html", written, _("This picture is missing in the export and is left out."))
            return None
        return f"sha256:{value['sha256']}"

    def _take(self, written: str, *, attach: bool = True) -> dict[str, Any] | None:
        """Take a file of the export by its address or path; return None if it is not there."""
        try:
            old = addresses.parse(written, self._base)
            path = self._find(written, old)
            value = self._site.take(path)
        except ValueError as refused:
            if isinstance(refused, FileRefused):
                self._wrong("files", written, str(refused))
                return {"sha256": ""}
            return None
        known = self.known_as.setdefault(value["sha256"], [])
        if old not in known:
            known.append(old)
        if attach:
            self.files.setdefault(value["sha256"], value)
        return value

    def _find(self, written: str, old: Old) -> Path:
        tried = unquote(urlsplit(written).path) if "://" in written else written
        if "://" in written or written.startswith("/"):
            return places.find(self._site.root, old.path)
        try:
            return places.find(self._site.root, tried)
        except places.NoSuchFile:
            # Relative to the page, as a browser reads it.
            if ".." in tried.replace("\\", "/").split("/") and not self._page.address:
                raise
            return places.find(self._site.root, old.path)

    def _is_own(self, written: str) -> bool:
        host = (urlsplit(urljoin(self._base, written)).hostname or "").lower()
        own = (urlsplit(self._base).hostname or "").lower()
        return host in ("", own)

    def _wrong(self, name: str, value: str, sentence: str) -> None:
        self._made.mistakes.append(Mistake(self._page.row, name, name, value[:60], sentence))

    def _remark(self, name: str, value: str, sentence: str) -> None:
        self._made.remarks.append(Mistake(self._page.row, name, name, value[:60], sentence))

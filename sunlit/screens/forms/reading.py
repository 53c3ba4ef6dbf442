"""Reads what was posted into raw values for the cleaner; whatever was typed or handed in comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.plan.casts.base import Refused
from sunlit.plan.casts.texts import pictures_in, sanitised
from sunlit.plan.language import Field, Kind, Plan
from sunlit.plan.payload import FieldError
from sunlit.screens.forms import sheets, word
from sunlit.screens.forms.inputs import PREFIX
from sunlit.screens.forms.keeping import read_token, take
from sunlit.screens.forms.naming import SHOWN, input_name, rows_of

DO = "do"
MORE, DROP = "add-row", "drop-row"
BUTTONS = frozenset({MORE, DROP, "add-value", "upload", "paste", "sheet", "word"})
"""What the buttons of the form itself say before the colon and the name of the field."""
MORE_ROWS = 5
MOST_FILES = 100

_SHOWN_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")[^"]*/pictures/([0-9a-f]{64})/?(")')


@dataclass
class Draft:
    """What was posted: raw values, what could not be taken in, and whether the form only wants to be shown again."""

    raw: dict[str, object]
    errors: list[FieldError] = field(default_factory=list)
    again: bool = False
    messages: list[str] = field(default_factory=list)
    focus: str = ""


def read(
    kind: Kind,
    plan: Plan,
    post: QueryDict,
    files: MultiValueDict[str, UploadedFile[Any]],
    *,
    previous: Mapping[str, object],
    owner: str = "",
) -> Draft:
    """Return what a post holds for a kind; files in it belong to ``owner`` until they are published.

    Fields that were not in the form keep their value in ``previous``. Uploads are stored; one that is refused is an
    error of its field. The buttons of the form itself (a row more, a sheet read in) set ``again``.
    """
    verb, target = [*str(post.get(DO, "")).split(":"), "", ""][:2]
    shown = set(str(post[SHOWN]).split()) if SHOWN in post else set(kind.by_name)
    reader = _Reader(kind, plan, post, files, previous, owner)
    for declared in kind.fields:
        if declared.name not in shown:
            reader.keep(declared, previous.get(declared.name))
            continue
        reader.take(declared)
    draft = reader.draft
    if verb in BUTTONS and target in kind.by_name:
        draft.again, draft.focus = True, input_name(target)
    return draft


class _Reader:
    """Reads one post."""

    def __init__(
        self,
        kind: Kind,
        plan: Plan,
        post: QueryDict,
        files: MultiValueDict[str, UploadedFile[Any]],
        previous: Mapping[str, object],
        owner: str,
    ) -> None:
        self._owner = owner
        self._kind, self._plan, self._post, self._files, self._previous = kind, plan, post, files, previous
        self._pairs = [(name, str(value)) for name, value in post.items() if name.startswith(PREFIX)]
        self.draft = Draft({})

    def keep(self, declared: Field, value: object) -> None:
        """Leave a field as it was."""
        if value is not None:
            self.draft.raw[declared.name] = value

    def take(self, declared: Field) -> None:
        """Take a field from the post; an empty one is left out."""
        value = _READERS.get(declared.type, _Reader._text)(self, declared)
        if value not in (None, "", [], {}):
            self.draft.raw[declared.name] = value

    def _text(self, declared: Field) -> object:
        given = self._post.getlist(input_name(declared.name))
        if declared.multiple:
            return self._in_order(declared, [one for one in given if one.strip()])
        return given[-1] if given else ""

    def _in_order(self, declared: Field, given: list[str]) -> list[str]:
        """Leave terms in the order in which they were: boxes are posted in that of the list."""
        before = self._previous.get(declared.name)
        if declared.type != "choice" or not isinstance(before, list):
            return given
        places = {one: at for at, one in enumerate(before)}
        return sorted(given, key=lambda one: places.get(one, len(places)))

    def _richtext(self, declared: Field) -> object:
        text = _SHOWN_PICTURE.sub(r"\1sha256:\2\3", str(self._text(declared)))
        if upload := self._files.get(input_name(declared.name, "word")):
            text = self._word(declared, upload, text)
        self._look_at_pictures(declared, text)
        return text

    def _word(self, declared: Field, upload: UploadedFile[Any], text: str) -> str:
        self.draft.again, self.draft.focus = True, input_name(declared.name)
        try:
            found = word.convert(upload, self._owner)
        except word.WordRefused as refused:
            self.draft.errors.append(FieldError(declared.name, str(refused)))
            return text
        self.draft.messages += found.messages
        title = re.fullmatch(r"\{(\w+)\}", self._kind.show.title)
        guesses = ((title[1] if title else "", found.title), (self._kind.show.number or "", found.number))
        for name, guess in guesses:
            if guess and name in self._kind.by_name and not self._post.get(input_name(name), "").strip():
                self.draft.raw[name] = guess
        return f"{text}{found.html}" if text.strip() else found.html

    def _look_at_pictures(self, declared: Field, text: str) -> None:
        if "<img" not in text:
            return
        try:
            wanted = pictures_in(sanitised(text))
        except Refused:
            return
        known = set(File.objects.filter(sha256__in=wanted, type__startswith="image/").values_list("sha256", flat=True))
        if not known.issuperset(wanted):
            message = _("A picture in this text is not stored here; take it out and upload it.")
            self.draft.errors.append(FieldError(declared.name, message))

    def _officer(self, declared: Field) -> object:
        posted = rows_of(declared.name, self._pairs).values()
        rows = [row for row in posted if any(part.strip() for part in row.values())]
        return rows if declared.multiple else (rows[0] if rows else None)

    def _point(self, declared: Field) -> object:
        parts = {part: self._post.get(input_name(declared.name, part), "").strip() for part in ("lng", "lat")}
        return parts if any(parts.values()) else None

    def _file(self, declared: Field) -> object:
        removed = set(self._post.getlist(input_name(declared.name, "remove")))
        tokens = self._post.getlist(input_name(declared.name))[:MOST_FILES]
        kept = [one for one in map(read_token, tokens) if one is not None and one["sha256"] not in removed]
        added = []
        for upload in self._files.getlist(input_name(declared.name, "new"))[:MOST_FILES]:
            try:
                value, said = take(upload, self._owner)
                added.append(value)
                self.draft.messages += said
            except FileRefused as refused:
                self.draft.errors.append(FieldError(declared.name, str(refused)))
        if not declared.multiple:
            return added[-1] if added else kept[-1] if kept else None
        held = {one["sha256"] for one in kept}
        return kept + [one for one in added if one["sha256"] not in held]

    def _table(self, declared: Field) -> object:
        names, dropped = {column.name for column in declared.columns}, self._post.get(DO, "")
        rows: list[dict[str, str]] = []
        for index, posted in rows_of(declared.name, self._pairs).items():
            row = {name: cell for name, cell in posted.items() if name in names and cell.strip()}
            if row and dropped != f"{DROP}:{declared.name}:{index}":
                rows.append(row)
        if text := self._given(declared, "text"):
            rows = self._with(declared, rows, sheets.from_text(declared, self._plan, text))
        if text := self._given(declared, "paste"):
            self.draft.again, self.draft.focus = True, input_name(declared.name)
            there = [] if self._given(declared, "replace") else rows
            rows = self._with(declared, there, sheets.from_text(declared, self._plan, text))
        if upload := self._files.get(input_name(declared.name, "sheet")):
            self.draft.again, self.draft.focus = True, input_name(declared.name)
            rows = self._uploaded(declared, rows, upload)
        if dropped == f"{MORE}:{declared.name}":
            rows += [{} for _one in range(MORE_ROWS)]
        return rows

    def _given(self, declared: Field, part: str) -> str:
        return self._post.get(input_name(declared.name, part), "").strip("\r\n")

    def _uploaded(self, declared: Field, rows: list[dict[str, str]], upload: UploadedFile[Any]) -> list[dict[str, str]]:
        chosen = self._given(declared, "sheet-name").strip()
        try:
            found = sheets.from_upload(declared, self._plan, upload, chosen)
        except sheets.SheetRefused as refused:
            self.draft.errors.append(FieldError(declared.name, str(refused)))
            return rows
        return self._with(declared, [] if self._given(declared, "replace") else rows, found)

    def _with(self, declared: Field, rows: list[dict[str, str]], found: sheets.Rows) -> list[dict[str, str]]:
        """Add the rows of a sheet to those that are there; its errors move down with them."""
        self.draft.messages += found.messages
        self.draft.errors += [
            FieldError(declared.name, one.message, (int(one.path[0]) + len(rows), *one.path[1:]) if one.path else ())
            for one in found.errors
        ]
        return [*rows, *found.rows]


Reader = Callable[[_Reader, Field], object]
_READERS: dict[str, Reader] = {
    "richtext": _Reader._richtext,
    "officer": _Reader._officer,
    "point": _Reader._point,
    "file": _Reader._file,
    "table": _Reader._table,
}

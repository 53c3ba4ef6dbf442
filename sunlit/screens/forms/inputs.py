"""The pieces of a form as its templates show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sunlit.screens.words import joined

PREFIX = "f-"
"""Stands before the name of every field in a post, so that a page may have inputs of its own beside the form."""


@dataclass(frozen=True)
class Option:
    """A term that may be chosen."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Problem:
    """A sentence about the form, with the name of the field and the place to which it leads."""

    label: str
    message: str
    anchor: str = ""


@dataclass(frozen=True)
class Condition:
    """When a field must be filled in: when another holds one of the values, or anything at all."""

    field: str
    values: str
    words: str


@dataclass(frozen=True)
class Line:
    """One input for one value; ``name`` is that of the post."""

    id: str
    name: str
    value: str
    label: str = ""
    message: str = ""


@dataclass(frozen=True)
class Officer:
    """The three inputs for a person in office."""

    name: Line
    post: Line
    phone: Line

    @property
    def lines(self) -> tuple[Line, Line, Line]:
        """Return the inputs in the order in which they are read."""
        return self.name, self.post, self.phone


@dataclass(frozen=True)
class StoredFile:
    """A file that was taken in; ``token`` brings it through a post."""

    token: str
    sha256: str
    name: str
    size: str


@dataclass(frozen=True)
class ColumnInput:
    """A column of a table as it is filled in."""

    name: str
    label: str
    help: str
    is_required: bool
    is_number: bool
    is_wide: bool
    control: str
    inputmode: str
    lookup: str = ""
    options: Sequence[Option] = ()


@dataclass(frozen=True)
class CellInput:
    """A cell of a table; ``options`` are there for terms only."""

    id: str
    name: str
    value: str
    message: str
    label: str
    column: ColumnInput
    options: Sequence[Option] = ()


@dataclass(frozen=True)
class RowInput:
    """A row of a table; ``number`` is the one that messages name."""

    number: int
    index: int
    cells: Sequence[CellInput]
    message: str = ""


@dataclass(frozen=True)
class TableInput:
    """A table to be filled in: row by row, or, if it is long, as one text with a line for each row."""

    columns: Sequence[ColumnInput]
    rows: Sequence[RowInput]
    count: int
    text: str = ""
    is_long: bool = False
    pasted: str = ""

    @property
    def heads(self) -> str:
        """Return the heads of the columns, as a sheet may name them."""
        return joined([column.label for column in self.columns])


@dataclass(frozen=True)
class FieldInput:
    """A field as it is filled in; ``control`` names the template."""

    name: str
    id: str
    label: str
    type: str
    control: str
    is_required: bool
    help: str = ""
    value: str = ""
    condition: Condition | None = None
    hints: Sequence[str] = ()
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    is_multiple: bool = False
    unit: str = ""
    inputmode: str = ""
    max_length: int | None = None
    rows: int = 1
    lookup: str = ""
    options: Sequence[Option] = ()
    lines: Sequence[Line] = ()
    officers: Sequence[Officer] = ()
    files: Sequence[StoredFile] = ()
    table: TableInput | None = None

    @property
    def template(self) -> str:
        """Return the template that shows the control."""
        return f"screens/forms/{self.control}.html"

    @property
    def post_name(self) -> str:
        """Return the name of the field in the post."""
        return f"{PREFIX}{self.name}"

    @property
    def described_by(self) -> str:
        """Return the ids of the texts that say something of the input, errors first."""
        parts = (("error", self.errors), ("warning", self.warnings), ("help", self.help or self.hints))
        found = [f"{self.id}-{part}" for part, is_there in parts if is_there]
        if self.condition:
            found.append(f"{self.id}-when")
        return " ".join(found)

    @property
    def is_group(self) -> bool:
        """Tell whether the field has several inputs, which a legend names together."""
        return self.control in ("radios", "checks", "lines", "officer", "point", "table", "file")


@dataclass(frozen=True)
class SectionInput:
    """Fields under a heading."""

    label: str
    fields: Sequence[FieldInput]


@dataclass(frozen=True)
class FormView:
    """The form of a kind, filled in as far as it is."""

    kind: str
    label: str
    sections: Sequence[SectionInput]
    problems: Sequence[Problem] = ()
    cautions: Sequence[Problem] = ()
    shown: str = ""
    lookup_url: str = ""
    pictures_url: str = ""
    uploads_url: str = ""
    autosave_url: str = ""
    has_richtext: bool = False

    def field(self, name: str) -> FieldInput | None:
        """Return a field by name, or None."""
        return next((one for section in self.sections for one in section.fields if one.name == name), None)

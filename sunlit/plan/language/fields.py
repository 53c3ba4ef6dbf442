"""The fields of a kind: one definition drives form, import, page, filter, export and search."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field as Constraint
from pydantic import StringConstraints, model_validator

from sunlit.plan.language.scalars import Code, Count, FieldName, Flag, Label, Strict, Text, Word

FieldType = Literal[
    "text",
    "richtext",
    "date",
    "money",
    "number",
    "percent",
    "choice",
    "unit",
    "region",
    "uscc",
    "officer",
    "person",
    "id_number",
    "phone",
    "url",
    "file",
    "table",
    "point",
    "record",
]
ColumnOfTable = Literal[
    "text", "date", "money", "number", "percent", "choice", "unit", "region", "uscc", "person", "phone", "url"
]
Show = Literal["public", "masked", "internal"]
Bound = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Requirement(Strict):
    """Whether a field must be filled in: always, never, or when another field holds one of some values.

    Written ``true``, ``false`` or ``{field: other, is: [a, b]}``; without ``is``, when the other is filled in at all.
    """

    always: Flag = False
    field: FieldName | None = None
    values: tuple[Text, ...] = Constraint(default=(), alias="is")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str | bool):
            return {"always": value}
        if isinstance(value, dict) and isinstance(value.get("is"), list):
            return {**value, "is": tuple(value["is"])}
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Requirement:
        if self.always and self.field:
            raise ValueError("is either true or depends on a field, not both")
        if self.values and not self.field:
            raise ValueError("names values but no field that would hold them")
        return self


NEVER = Requirement()


class Column(Strict):
    """A column of a table field; ``total`` says that its values may be added up, as those of subtotals may not."""

    name: FieldName
    type: ColumnOfTable
    label: Label
    required: Flag = False
    unit: Text | None = None
    choices: Code | None = None
    min: Bound | None = None
    max: Bound | None = None
    max_length: Count | None = None
    show: Show = "public"
    mask: Word | None = None
    basis: Text | None = None
    help: Label | None = None
    code: Text | None = None
    total: Flag = False


class Field(Strict):
    """A field. ``mask`` and ``basis`` say how a person's name is shown and on what ground; ``code`` is official."""

    name: FieldName
    type: FieldType
    label: Label
    required: Requirement = NEVER
    help: Label | None = None
    show: Show = "public"
    mask: Word | None = None
    basis: Text | None = None
    list: Flag = False
    filter: Flag = False
    sort: Flag = False
    chart: Flag = False
    choices: Code | None = None
    multiple: Flag = False
    unit: Text | None = None
    min: Bound | None = None
    max: Bound | None = None
    max_length: Count | None = None
    columns: tuple[Column, ...] = ()
    kinds: tuple[Code, ...] = ()
    code: Text | None = None

    @property
    def slotted(self) -> bool:
        """Tell whether lists need the value beside the record: it is listed, filtered, sorted or charted."""
        return self.list or self.filter or self.sort or self.chart

    def column(self, name: str) -> Column | None:
        """Return a column of a table field by name, or None."""
        return next((column for column in self.columns if column.name == name), None)

"""What must agree between the values of one record: sums, balances, bounds, orders of days."""

from __future__ import annotations

from typing import Any

from pydantic import Field as Constraint
from pydantic import model_validator

from sunlit.plan.language.scalars import Count, FieldName, Flag, Strict, Text, Word


class Strictness(Strict):
    """Whether a disagreement refuses a record or only warns: ``true``, ``false``, or from a year on.

    Written ``{field: year, from: 2027}``, where ``field`` is the number of the year to which a record belongs.
    """

    always: Flag = True
    field: FieldName | None = None
    since: Count | None = Constraint(default=None, alias="from")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"always": value} if isinstance(value, str | bool) else value

    @model_validator(mode="after")
    def _both_or_none(self) -> Strictness:
        if (self.field is None) != (self.since is None):
            raise ValueError("needs both the field of the year and the first year")
        return self


class Among(Strict):
    """Rows of a table, by the value of one of their columns."""

    column: FieldName
    values: tuple[Text, ...] = Constraint(alias="is", min_length=1)


STRICT = Strictness()


class Agreement(Strict):
    """One thing that must agree. With a ``table``, names are those of its columns wherever the word judges rows.

    ``field`` is what is judged and ``bound`` what it is judged by; ``plus`` and ``minus`` make a balance; ``level`` is
    the column whose terms, in the order of their vocabulary, tell how deep a row stands; rows ``but`` do not count.
    """

    word: Word
    table: FieldName | None = None
    column: FieldName | None = None
    field: FieldName | None = None
    bound: FieldName | None = None
    level: FieldName | None = None
    plus: tuple[FieldName, ...] = ()
    minus: tuple[FieldName, ...] = ()
    fields: tuple[FieldName, ...] = ()
    values: tuple[Text, ...] = Constraint(default=(), alias="is")
    but: Among | None = None
    strict: Strictness = STRICT

"""Kinds of record: what is stored (fields), filled in (form), shown (show) and switched (settings)."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Constraint

from sunlit.plan.language.agreements import Agreement, Among
from sunlit.plan.language.fields import Field, Requirement
from sunlit.plan.language.guard import GuardException
from sunlit.plan.language.scalars import Code, Count, FieldName, Flag, Label, LimitId, Strict, Text, Word

Audience = Literal["public", "group", "staff", "sealed"]
Intake = Literal["submit", "publish"]
Article20 = Annotated[Count, Constraint(ge=1, le=15)]


def _several(value: Any) -> Any:
    # From the stored document comes a list, which a strict tuple takes only where nothing looks at it before.
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _rows(value: Any) -> Any:
    """Take one group of rows for several, and lists within them for the tuples that they are."""
    groups = value if isinstance(value, list | tuple) else (value,)
    return tuple(
        {key: tuple(part) if isinstance(part, list) else part for key, part in group.items()}
        if isinstance(group, dict)
        else group
        for group in groups
    )


class Expiry(Strict):
    """When a record leaves the public site: so long after a date field, or after its publication."""

    after: Count
    unit: Literal["calendar_day", "week", "month", "year"]
    start: FieldName | None = Constraint(default=None, alias="from")


class Chart(Strict):
    """A chart of a record's table or of a kind's records; ``y`` is one series or several.

    Of a table only the rows are drawn that are among all of ``only``, such as those of the highest level. The records
    of a kind are told apart by the unit that published them and ``by`` the fields named.
    """

    word: Word
    only: Annotated[tuple[Among, ...], BeforeValidator(_rows)] = ()
    by: Annotated[tuple[FieldName, ...], BeforeValidator(_several)] = ()
    x: Text | None = None
    y: Annotated[tuple[Text, ...], BeforeValidator(_several)] = ()


class Layout(Strict):
    """How the list of a kind is laid out where plain rows would not fit the matter.

    ``by`` are the fields that make groups (or the unit of each row), ``values`` what is shown of each record, ``day``
    the date of a calendar, ``per`` what a price is counted by.
    """

    word: Word
    by: Annotated[tuple[FieldName, ...], BeforeValidator(_several)] = ()
    values: Annotated[tuple[FieldName, ...], BeforeValidator(_several)] = ()
    day: FieldName | None = None
    per: FieldName | None = None


class Companion(Strict):
    """What a record is released together with: a record of ``kind`` whose ``field`` names it.

    ``when`` is true, or says for which records this holds: ``{field: normative, is: [yes]}``.
    """

    kind: Code
    field: FieldName
    when: Requirement = Requirement(always=True)


class Settings(Strict):
    """The switches of a kind: who sees it, its clocks, its reviews, and its place in the national lists.

    ``article_20`` are clauses of art. 20 of the Regulation on open government information, ``article_21`` the matters
    that art. 21 adds for counties and townships; ``fields_26`` the fields of the national standard catalogues
    (国办发〔2019〕54号). ``process`` is the field with the number of the process whose stage a record is.
    ``measure_field`` is the field that says which measure a record belongs to, where a kind serves many. ``guard``
    softens or sharpens rules of the guard. ``intake`` says what becomes of a record that another system brings: people
    review it, or it is published at once, for which an approver of the unit answers.
    """

    audience: Audience = "public"
    audiences: tuple[Audience, ...] = ()
    group: Code | None = None
    limit: LimitId | None = None
    limits: tuple[LimitId, ...] = ()
    counts_from: FieldName | None = None
    expires: Expiry | None = None
    noindex: Flag = False
    secrecy_review: Flag = False
    legal_review: Flag = False
    validity: Flag = False
    article_20: tuple[Article20, ...] = ()
    article_21: tuple[Word, ...] = ()
    fields_26: tuple[Word, ...] = ()
    genre: Flag = False
    column_type: Word | None = None
    chart: Chart | None = None
    process: FieldName | None = None
    measure_field: FieldName | None = None
    intake: Intake = "submit"
    released_with: Companion | None = None
    guard: tuple[GuardException, ...] = ()

    @property
    def allowed_audiences(self) -> tuple[Audience, ...]:
        """Return every audience that a record of the kind may have, the usual one first."""
        return (self.audience, *(audience for audience in self.audiences if audience != self.audience))

    @property
    def all_limits(self) -> tuple[str, ...]:
        """Return the limits that run, the plan's own first."""
        own = (self.limit,) if self.limit else ()
        return (*own, *(limit for limit in self.limits if limit != self.limit))


class Section(Strict):
    """A group of fields under a heading, in the form or on the page."""

    label: Label
    fields: Annotated[tuple[FieldName, ...], Constraint(min_length=1)]


class Presentation(Strict):
    """What readers see: title and summary are templates over public fields."""

    title: Text
    number: FieldName | None = None
    issued_on: FieldName | None = None
    summary: Text | None = None
    sections: tuple[Section, ...] = ()
    list: tuple[FieldName, ...] = ()
    chart: Chart | None = None
    layout: Layout | None = None


class RelationType(Strict):
    """A link from records of this kind to records of other kinds, and how it reads from the other side."""

    name: FieldName
    label: Label
    inverse: Label
    kinds: Annotated[tuple[Code, ...], Constraint(min_length=1)]


class Kind(Strict):
    """A kind of record; ``areas`` are the fields of life under which readers find it, beside those that name it."""

    code: Code
    label: Label
    areas: tuple[Code, ...] = ()
    measures: Annotated[tuple[Count, ...], Constraint(min_length=1)]
    about: Label
    basis: Annotated[tuple[Text, ...], Constraint(min_length=1)]
    holders: Code
    settings: Settings = Settings()
    fields: Annotated[tuple[Field, ...], Constraint(min_length=1)]
    form: Annotated[tuple[Section, ...], Constraint(min_length=1)]
    show: Presentation
    relations: tuple[RelationType, ...] = ()
    checks: tuple[Agreement, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Return the fields by name."""
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field | None:
        """Return a field, or None if the kind has none of that name."""
        return self.by_name.get(name)

    def for_measure(self, number: int) -> bool:
        """Tell whether the kind carries out a measure."""
        return number in self.measures

    @cached_property
    def slotted(self) -> tuple[Field, ...]:
        """Return the fields that lists need beside the record, in their order."""
        return tuple(field for field in self.fields if field.slotted)

    @cached_property
    def listed(self) -> tuple[Field, ...]:
        """Return the columns of the kind's list, in the order that ``show.list`` wishes."""
        if self.show.list:
            return tuple(self.by_name[name] for name in self.show.list if name in self.by_name)
        return tuple(field for field in self.fields if field.list)

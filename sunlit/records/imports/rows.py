"""One row of a sheet made ready to be written, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from sunlit.guard.findings import Finding, Severity
from sunlit.plan.casts.texts import pictures_in
from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import FieldError, cleaner
from sunlit.records import documents, gates, linking, references, rendition, slots
from sunlit.records.acts.releasing import expiry
from sunlit.records.imports import remedies
from sunlit.records.imports.columns import UNIT, Columns
from sunlit.records.imports.sheets import Cells
from sunlit.records.imports.watching import Watch
from sunlit.records.numbering import Number
from sunlit.text import masking
from sunlit.units.models import Unit

_EXCERPT = 40
_LONG_NUMBER = re.compile(r"\d{11,17}[\dXx]?")


class Ready(NamedTuple):
    """A row as it will be written; ``bound`` is what the commitment covers of the payload, in canonical JSON."""

    unit: Unit
    scope: str
    payload: str
    bound: str
    title: str
    slot: Mapping[str, Any]
    expires_on: date | None
    links: Sequence[tuple[str, str]]
    waiver: str = ""
    warnings: Sequence[Mistake] = ()
    number: Number | None = None
    """An index number given out beforehand, where other rows had to name it."""
    files: Sequence[tuple[str, str, str]] = ()
    """Of each attachment: field, SHA-256, name."""


class Mistake(NamedTuple):
    """What is wrong in one field of one row."""

    row: int
    field: str
    label: str
    excerpt: str
    sentence: str
    remedy: str = ""


FindUnit = Callable[[str], Unit]
"""Returns the unit that a cell names, if these records may be published for it; raises ValueError with a sentence."""


class Preparer:
    """Makes rows of one kind ready; holds what is the same for every row."""

    def __init__(
        self,
        plan: Plan,
        kind: Kind,
        columns: Columns,
        *,
        unit: Unit | None,
        find_unit: FindUnit,
        published: date,
        waive: str = "",
        takes_files: bool = False,
    ) -> None:
        self._plan, self._kind, self._columns = plan, kind, columns
        self._clean = cleaner(kind, plan).clean
        self._unit, self._find_unit = unit, find_unit
        self._published, self._waive = published, waive
        self._watch = Watch(plan, kind, today=published)
        self._takes_files = takes_files
        # Whoever brings the files along has checked the pictures.
        self._texts = [] if takes_files else [field.name for field in kind.fields if field.type == "richtext"]
        self._has_links = any(field.type == "record" for field in kind.fields)

    def prepare(self, number: int, cells: Cells) -> Ready | list[Mistake]:
        """Return a row ready to be written, or every mistake in it."""
        width = len(cells)
        raw = {name: cells[at] for at, name in self._columns.fields if at < width and cells[at] != ""}
        cleaned = self._clean(raw)
        errors = cleaned.errors + self._pictures(cleaned.payload) if self._texts else cleaned.errors
        mistakes = [self._mistake(number, raw, error) for error in errors] if errors else []
        unit = self._unit_of(number, cells, mistakes)
        bound = self._judge(number, raw, cleaned.payload, mistakes)
        found = self._watch.look(cleaned.payload)
        if self._takes_files:
            found = [*found, *self._watch.look_into_files(cleaned.payload)]
        mistakes += [self._found(number, one) for one in found if one.severity == Severity.BLOCK]
        if mistakes or unit is None:
            return mistakes
        payload: dict[str, Any] = cleaned.payload
        shown = rendition.public(self._kind, payload)
        text = documents.encode(payload)
        return Ready(
            unit,
            self._cell(cells, self._columns.scope),
            text,
            documents.encode(shown) if shown != payload else text,
            rendition.title(self._kind, self._plan, shown, unit.code),
            slots.values(self._plan, self._kind.code, shown),
            expiry(self._kind, payload, self._published),
            list(linking.slugs_of(self._kind, payload)) if self._has_links else (),
            self._waive if bound else "",
            [
                *(self._mistake(number, raw, one) for one in cleaned.warnings),
                *(self._found(number, one) for one in found),
            ]
            if cleaned.warnings or found
            else (),
        )

    def _pictures(self, payload: Mapping[str, Any]) -> list[FieldError]:
        """Refuse pictures: an import attaches no files."""
        sentence = _("An import takes no pictures in a text; add them in the form afterwards.")
        return [FieldError(name, sentence) for name in self._texts if pictures_in(payload.get(name, ""))]

    def _judge(
        self, number: int, raw: Mapping[str, object], payload: Mapping[str, Any], mistakes: list[Mistake]
    ) -> bool:
        """Add what keeps a row from coming out alone; tell whether the plan asks for something beside it."""
        if self._has_links:
            for name, _pk in references.drafts_in(self._kind, payload):
                mistakes.append(self._mistake(number, raw, FieldError(name, references.unresolved(self._kind, name))))
        rule = gates.rule_for(self._kind, payload)
        if rule is not None and not self._waive:
            sentence = _(
                "It is released only together with its “%(kind)s”. Enter it by hand in one bundle with that, "
                "or import it with --waive and the reason why it comes alone."
            ) % {"kind": self._plan.kinds[rule.kind].label.zh}
            mistakes.append(self._mistake(number, raw, FieldError(rule.when.field or "", sentence)))
        return rule is not None

    def _unit_of(self, number: int, cells: Cells, mistakes: list[Mistake]) -> Unit | None:
        if self._unit is not None:
            return self._unit
        written = self._cell(cells, self._columns.unit)
        try:
            return self._find_unit(written)
        except ValueError as refused:
            remedy = _(
                "Write the unit's full name or its code as the plan has it, and only a unit that publishes these."
            )
            mistakes.append(Mistake(number, UNIT, _("publishing unit"), written[:_EXCERPT], str(refused), remedy))
            return None

    @staticmethod
    def _cell(cells: Cells, position: int | None) -> str:
        return str(cells[position]).strip() if position is not None and position < len(cells) else ""

    def _found(self, number: int, finding: Finding) -> Mistake:
        """Return what the guard found in a row; its excerpt is masked."""
        field = self._kind.field(finding.place.field)
        label = field.label.zh if field else finding.place.field
        return Mistake(number, finding.place.field, label, finding.excerpt[:_EXCERPT], finding.remedy)

    def _mistake(self, number: int, raw: Mapping[str, object], error: FieldError) -> Mistake:
        field = self._kind.field(error.field)
        label = field.label.zh if field else error.field
        value = raw.get(error.field)
        remedy = remedies.remedy(self._plan, field, value)
        return Mistake(number, error.field, label, excerpt(self._kind, error.field, value), error.message, remedy)


def excerpt(kind: Kind, name: str, value: object) -> str:
    """Return a value for a report: shortened, and masked where it names or numbers a person."""
    text = "" if value is None else str(value)
    field = kind.field(name)
    if field is not None and field.type == "id_number":
        return masking.HIDDEN if text else ""
    if field is not None and field.type == "person":
        return masking.mask_name(text, "surname") if text else ""
    masked = _LONG_NUMBER.sub(lambda found: masking.mask_bank_card(found[0]), text)
    return masked if len(masked) <= _EXCERPT else masked[:_EXCERPT] + "…"

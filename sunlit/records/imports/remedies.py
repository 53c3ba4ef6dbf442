"""What to do about a wrong cell: a sentence for each type of field."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sunlit.plan.language import Field, Plan

_MOST_TERMS = 12


def remedy(plan: Plan, field: Field | None, value: object) -> str:
    """Return what helps when a field cannot take a value; of an empty cell, that it has to be filled in."""
    if field is None:
        return _("Correct this row, or take it out of the sheet.")
    written = _how(plan, field)
    if value is None or str(value).strip() == "":
        return _("Fill in this cell.") + (f" {written}" if written else "")
    return written or _("Correct this cell, or leave it empty if the field is not required.")


def _how(plan: Plan, field: Field) -> str:
    """Say how a value of a field is written; '' where anything goes."""
    if field.choices:
        terms = [term.label.zh for term in plan.vocabularies[field.choices].terms]
        more = "…" if len(terms) > _MOST_TERMS else ""
        sentence = _("Write several of these with “;” between them: %(terms)s") if field.multiple else ""
        return (sentence or _("Write one of these: %(terms)s")) % {"terms": "、".join(terms[:_MOST_TERMS]) + more}
    return {
        "date": _("Write the day as 2026-01-31."),
        "datetime": _("Write day and time as 2026-01-31 09:30."),
        "money": _("Write the sum in figures only, such as 1200.50, in the unit of the column."),
        "number": _("Write the number in figures only, such as 12."),
        "percent": _("Write the percentage in figures only, such as 98.5."),
        "uscc": _("Copy the 18 characters of the unified social credit code from the certificate."),
        "id_number": _("Copy the 18 characters of the identity number from the document."),
        "phone": _("Write an office number, such as 0825-1234567."),
        "url": _("Write the whole address, such as https://www.example.gov.cn/."),
        "unit": _("Write the unit's full name or its code as the plan has it."),
        "region": _("Write the division's name or its 12 figures."),
        "record": _("Copy the index number of a published record, such as 115108037/2026-00001."),
        "point": _("Write longitude and latitude, such as 105.57,30.51."),
        "table": _("Write the table as a list of rows, as the template shows."),
    }.get(field.type, "")

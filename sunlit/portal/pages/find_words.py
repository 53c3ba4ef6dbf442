"""What the page of results says in words: how a query was understood, what things and filters are called."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sunlit.plan.language import Plan
from sunlit.records.states import RecordState, Validity
from sunlit.screens.words import joined, say, unit_name
from sunlit.search import registering
from sunlit.search.answers import Answer, Hit, Note

_NAMES = 4
_WARNED = frozenset({Validity.LAPSED, Validity.REPEALED})


def understood(plan: Plan, answer: Answer) -> list[str]:
    """Return how the parts of a query were taken, where that is more than their letters."""
    return [said for note in answer.notes if (said := _said(plan, note))]


def _said(plan: Plan, note: Note) -> str:
    match note.what:
        case "other names":
            return _("%(words)s → %(names)s") % {"words": note.text, "names": joined(list(note.as_[:_NAMES]))}
        case "number":
            return _("%s as a number") % note.text
        case "date":
            return _("%s as a time") % note.text
        case "excluded":
            return _("without %s") % note.text
        case "unit":
            return _("only the unit %s") % note.text
        case "kind":
            return _("only the kind %s") % value(plan, "kind", note.text)
        case "year":
            return _("only the year %s") % note.text
    return ""


def loosely(answer: Answer) -> str:
    """Return how freely the words had to be taken to find anything, or '' where they were found as they stand."""
    match answer.rung:
        case "close":
            return _("Also shown: what holds the same characters in another order.")
        case "words":
            return _("Nothing holds these words as they stand; shown is what holds all of them apart.")
        case "any":
            return _("Shown is what comes closest to your words, the best first.")
    return ""


def type_label(name: str) -> str:
    """Return what a type of things is called where one of them stands; for types of other floors, their own label."""
    labels = {
        "records": _("Record"),
        "measures": _("Measure"),
        "units": _("Unit"),
        "terms": _("Word"),
        "columns": _("Kind of record"),
    }
    return labels.get(name) or next((str(one.label) for one in registering.types() if one.name == name), name)


def facet(name: str) -> str:
    """Return what a way of narrowing down is called."""
    labels = {
        "type": _("Sort of result"),
        "area": _("Field of life"),
        "kind": _("Kind of record"),
        "unit": _("Unit"),
        "year": _("Year"),
        "validity": _("Validity"),
    }
    return labels[name]


def value(plan: Plan, name: str, code: str, label: str = "") -> str:
    """Return what a value of a filter is called in the reader's language; one that nobody knows is shown as it is."""
    if name == "type":
        return type_label(code)
    if name == "kind" and code in plan.kinds:
        return say(plan.kinds[code].label)
    if name == "unit" and code in plan.units:
        return unit_name(plan.units[code], short=True)
    if name == "validity" and code in Validity.values:
        return str(Validity(code).label)
    if name == "area":
        return next((say(one.label) for one in plan.navigation.fields if one.code == code), code)
    return label or code


def warning(hit: Hit) -> str:
    """Return why a reader should not rely on a hit, or ''."""
    if hit.state == "closed":
        return _("closed")
    if hit.state in RecordState.values:
        return str(RecordState(hit.state).label)
    return str(Validity(hit.validity).label) if hit.validity in _WARNED else ""

"""What a form says beside a field: when it is required, what readers will see of it, which limit runs from it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunlit.plan.language import Field, Kind, Plan
from sunlit.plan.language.limits import Limit
from sunlit.screens.forms.controls import LONGEST_LINE
from sunlit.screens.forms.inputs import Condition
from sunlit.screens.words import joined, say


def condition(declared: Field, kind: Kind, plan: Plan) -> Condition | None:
    """Return when a field must be filled in, if that depends on another."""
    need = declared.required
    other = kind.field(need.field) if need.field else None
    if other is None:
        return None
    name = say(other.label)
    if not need.values:
        return Condition(other.name, "", _("Required if “%(field)s” is filled in.") % {"field": name})
    found = plan.vocabularies.get(other.choices or "")
    labels = [label for value in need.values if (label := found.label_of(value) if found else None)]
    words = joined([say(label) for label in labels] or list(need.values))
    return Condition(
        other.name,
        " ".join(need.values),
        _("Required if “%(field)s” is: %(values)s.") % {"field": name, "values": words},
    )


def of(declared: Field, kind: Kind, limits: Mapping[str, Limit]) -> list[str]:
    """Return what law and page say of a field."""
    found = []
    if declared.name == kind.settings.counts_from:
        found += [_runs(limits[code]) for code in kind.settings.all_limits if code in limits and limits[code].amount]
    if declared.show == "internal" or declared.type == "id_number":
        found.append(_("Stays in the house: no reader sees it."))
    elif declared.show == "masked" or declared.mask not in (None, "none"):
        found.append(_("Readers see it masked."))
    if declared.type == "text" and (declared.max_length or 0) > LONGEST_LINE:
        found.append(_("At most %(count)d characters.") % {"count": declared.max_length})
    return found


def _runs(limit: Limit) -> str:
    words = {
        "workday": ngettext("%d working day", "%d working days", limit.amount),
        "calendar_day": ngettext("%d day", "%d days", limit.amount),
        "week": ngettext("%d week", "%d weeks", limit.amount),
        "hour": ngettext("%d hour", "%d hours", limit.amount),
        "month": ngettext("%d month", "%d months", limit.amount),
        "year": ngettext("%d year", "%d years", limit.amount),
    }
    values = {"limit": say(limit.label), "period": words[limit.unit] % limit.amount, "source": limit.source}
    return _("%(limit)s: %(period)s from this day (%(source)s).") % values

"""What the guard found in what is public already, for those who watch over it and those who can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.guard import remedies
from sunlit.guard.findings import Severity
from sunlit.records.models import Leak, Record
from sunlit.records.states import READABLE
from sunlit.screens.components import Link
from sunlit.screens.words import unit_name
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.units.selectors import path_range

SIZE = 50
WATCHING = (Verb.SEE_OVERSIGHT, Verb.SEE_AUDIT, Verb.ADMINISTER, Verb.TAKE_DOWN)
"""Who sees the page, each for the units of their role: supervisors, administrators, and those who can take down."""


@dataclass(frozen=True)
class LeakRow:
    """One finding in a published record; ``public`` leads to the page, ``mend`` to correcting or taking it down."""

    number: str
    public: str
    mend: str
    unit: str
    rule: str
    place: str
    excerpt: str
    remedy: str
    found_at: datetime
    blocks: bool


@dataclass(frozen=True)
class LeaksPage:
    """Open findings in what is public."""

    crumbs: list[Link]
    rows: list[LeakRow]
    tabs: list[Link]
    severity: str
    further: str


def reach(user: User) -> set[str]:
    """Return the paths of the units whose findings a person sees."""
    return {path for verb in WATCHING for path in permissions.reach(user, verb)}


def leaks_page(user: User, viewer: sight.Viewer, *, severity: str, after: int) -> LeaksPage:
    """Fill the list for the units that a person watches over; of what they may not read it shows no words."""
    severity = severity if severity in list(Severity) else Severity.BLOCK.value
    found = list(_rows(reach(user)).filter(severity=severity, pk__gt=after).order_by("pk")[: SIZE + 1])
    shown = found[:SIZE]
    ids = [one.record_id for one in shown]
    readable = set(sight.visible(viewer, Record.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    workable = set(sight.workable(viewer, Record.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    words = {Severity.BLOCK.value: _("Must not be public"), Severity.WARN.value: _("To be looked at")}
    return LeaksPage(
        crumbs=[Link(_("Today"), reverse("workbench:today")), Link(_("Check"))],
        rows=[_row(one, one.record_id in readable | workable, one.record_id in workable) for one in shown],
        tabs=[Link(label, "" if one == severity else f"?severity={one}") for one, label in words.items()],
        severity=severity,
        further=f"?severity={severity}&after={shown[-1].pk}" if len(found) > SIZE else "",
    )


def _rows(paths: Sequence[str] | set[str]) -> QuerySet[Leak]:
    within = Q(pk__in=[])
    for path in paths:
        low, high = path_range(path)
        within |= Q(unit_path__gte=low, unit_path__lt=high)
    return Leak.objects.filter(within, record__state__in=READABLE).select_related("record__unit")


def _row(one: Leak, may_read: bool, may_work: bool) -> LeakRow:
    record = one.record
    return LeakRow(
        number=record.index_no or "",
        public=f"/r/{record.slug}" if may_read else "",
        mend=reverse("workbench:record", args=[record.pk]) if may_work else "",
        unit=unit_name(record.unit),
        rule=remedies.name(one.rule),
        place=one.place if may_read else "",
        excerpt=one.excerpt if may_read else "",
        remedy=one.remedy,
        found_at=one.found_at,
        blocks=one.severity == Severity.BLOCK,
    )

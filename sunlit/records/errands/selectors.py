"""Everything that finds jobs for the people who work on their records."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from sunlit import sight
from sunlit.records.desk import DOERS, within
from sunlit.records.errands.tables import ENDED, ErrandState
from sunlit.records.models import Errand, ErrandRow
from sunlit.units import permissions
from sunlit.units.models import User

AT_ONCE = 500


def errands(viewer: sight.Viewer) -> QuerySet[Errand]:
    """Return the jobs of the units on which somebody works, the latest first."""
    rows = sight.workable(viewer, Errand.objects.all())
    return rows.select_related("unit", "author", "batch", "undoes").order_by("-pk")


def errand(viewer: sight.Viewer, pk: int) -> Errand | None:
    """Return a job if the viewer works on the records of its unit."""
    return errands(viewer).filter(pk=pk).first()


def mine(user: User, viewer: sight.Viewer) -> QuerySet[Errand]:
    """Return the jobs that wait for a person: own ones to go on with, and those whose next step they may take.

    Nobody is offered one of which they brought a part; the four-eyes rule would refuse it.
    """
    waiting = Q(author=user, state__in=(ErrandState.MAPPING, ErrandState.CHECKED))
    for waits, verb in DOERS.items():
        reach = within(permissions.reach(user, verb))
        if reach is not None:
            waiting |= Q(waits_for=waits) & reach & ~Q(author=user) & ~Q(sheets__author=user)
    return errands(viewer).filter(waiting).exclude(state__in=ENDED).distinct()


def rows_of(errand: Errand, *states: str) -> Iterator[ErrandRow]:
    """Yield the rows of a job in some states, by sheet and row, without holding all of them."""
    rows = ErrandRow.objects.filter(errand=errand, state__in=states).order_by("pk")
    last = 0
    while part := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield from part
        last = part[-1].pk

"""Find units and people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from sunlit.text.folding import fold
from sunlit.units.models import STEP, GroupMember, Member, Succession, Unit, User

__all__ = [
    "STEP",
    "FormerName",
    "ancestors",
    "by_code",
    "children",
    "former_names",
    "memberships",
    "path_range",
    "root",
    "scopes",
    "search_by_name",
    "subtree",
    "successor",
]


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name under which something that a unit does today was known before."""

    name: str
    until: date


def by_code(code: str) -> Unit | None:
    """Return the unit with a code, or None."""
    return Unit.objects.filter(code=code).first()


def by_paths(paths: Iterable[str]) -> dict[str, Unit]:
    """Return the units at some paths, by path; a path that no unit has is left out."""
    return {unit.path: unit for unit in Unit.objects.filter(path__in=list(paths))}


def root() -> Unit | None:
    """Return the unit above all others, or None before a plan has been applied."""
    return Unit.objects.filter(parent=None, closed=None).order_by("path").first()


def children(unit: Unit, *, with_closed: bool = False) -> QuerySet[Unit]:
    """Return the units directly below one, in the order of their sound."""
    found = Unit.objects.filter(parent=unit).order_by("sort_key", "id")
    return found if with_closed else found.filter(closed__isnull=True)


def ancestors(unit: Unit) -> QuerySet[Unit]:
    """Return the units above one, from the root downwards."""
    above = [unit.path[:end] for end in range(STEP, len(unit.path), STEP)]
    return Unit.objects.filter(path__in=above).order_by("path")


def subtree(unit: Unit) -> QuerySet[Unit]:
    """Return a unit and all below it, parents before children."""
    low, high = path_range(unit.path)
    return Unit.objects.filter(path__gte=low, path__lt=high).order_by("path")


def path_range(path: str) -> tuple[str, str]:
    """Return the half-open range of the paths at and below one; digits only, so that every collation agrees."""
    return path, str(int(path) + 1).zfill(len(path))


def successor(unit: Unit, function: str, *, today: date | None = None) -> Unit:
    """Return the unit to which a function of a unit has passed, by today or by every transfer known; else itself."""
    transfers = Succession.objects.filter(function=function).select_related("to_unit").order_by("on", "id")
    if today is not None:
        transfers = transfers.filter(on__lte=today)
    holder = unit
    # In the order of time, so a function that came back ends where it is.
    for transfer in transfers:
        if transfer.from_unit_id == holder.pk:
            holder = transfer.to_unit
    return holder


def former_names(unit: Unit) -> list[FormerName]:
    """Return a unit's own earlier names and those of the closed units whose functions passed to it, newest first."""
    own = {FormerName(entry["name"], date.fromisoformat(entry["until"])) for entry in unit.renamed}
    closed = Succession.objects.filter(to_unit=unit, from_unit__closed__isnull=False)
    taken = {FormerName(name, on) for name, on in closed.values_list("from_unit__name", "on")}
    return sorted(own | taken, key=lambda former: (former.until, former.name), reverse=True)


def search_by_name(query: str) -> QuerySet[Unit]:
    """Return the units whose names, aliases or earlier names hold every word of a query, the closest first.

    Script, width and case do not matter; a code finds its unit. An empty query finds nothing.
    """
    words = fold(query).split()
    if not words:
        return Unit.objects.none()
    whole = "".join(words)
    holds = Q()
    for word in words:
        holds &= Q(search_key__contains=word)
    closeness = Case(
        When(Q(code=query.strip()) | Q(search_key__contains=f"\n{whole}\n"), then=Value(0)),
        When(search_key__contains=f"\n{whole}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Unit.objects.filter(holds | Q(code=query.strip()))
    return found.annotate(closeness=closeness).order_by("closeness", "path")


def memberships(user: User, *, today: date) -> QuerySet[Member]:
    """Return the roles that a person holds on a day, with their units."""
    return Member.objects.filter(_held_on(today), user=user).select_related("unit")


def scopes(user: User, *, today: date) -> frozenset[str]:
    """Return the groups to which a person belongs on a day, as records name them."""
    return frozenset(member.scope for member in GroupMember.objects.filter(_held_on(today), user=user))


def _held_on(day: date) -> Q:
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))

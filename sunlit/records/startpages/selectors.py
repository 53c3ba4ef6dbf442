"""Everything that finds start pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from sunlit.plan.language import Plan
from sunlit.plan.publishers import publishes
from sunlit.records.startpages.content import Content, stored
from sunlit.records.startpages.tables import UnitPage, UnitPageVersion, VersionState
from sunlit.units.models import Unit
from sunlit.units.selectors import path_range


def page_of(unit: Unit) -> UnitPage | None:
    """Return a unit's start page with its versions, or None if nobody ever proposed one."""
    return UnitPage.objects.filter(unit=unit).select_related("unit").first()


def proposed(page: UnitPage) -> UnitPageVersion | None:
    """Return the proposal that waits for a decision."""
    return page.versions.filter(state=VersionState.PROPOSED).first()


def in_force(page: UnitPage) -> UnitPageVersion | None:
    """Return the version that readers see."""
    return page.versions.filter(state=VersionState.IN_FORCE).first()


def sent_back(page: UnitPage) -> UnitPageVersion | None:
    """Return the latest version if it was sent back and nothing has come after it."""
    latest = page.versions.select_related("decided_by").order_by("-number").first()
    return latest if latest is not None and latest.state == VersionState.SENT_BACK else None


def version(page: UnitPage, number: int) -> UnitPageVersion | None:
    """Return a version by its number."""
    return page.versions.filter(number=number).first()


def versions(page: UnitPage) -> list[UnitPageVersion]:
    """Return every version, latest first, with the people; at most two hundred."""
    return list(page.versions.select_related("proposed_by", "decided_by").order_by("-number")[:200])


def shown(plan: Plan, unit: Unit) -> Content:
    """Return what readers of a unit's site see; it is empty if neither the unit nor the plan says anything."""
    rows = UnitPageVersion.objects.filter(page__unit=unit, state=VersionState.IN_FORCE)
    text = rows.values_list("content", flat=True).first()
    return completed(plan, unit, stored(text) if text else Content())


def completed(plan: Plan, unit: Unit, own: Content) -> Content:
    """Return a unit's own start page, with the columns of the plan if it has none of its own."""
    return own if own.columns else own.model_copy(update={"columns": usual(plan, unit).columns})


def usual(plan: Plan, unit: Unit) -> Content:
    """Return the columns that the plan gives to units of a class, without the kinds that this unit does not publish."""
    page = plan.start_pages.get(unit.cls)
    if page is None or unit.code not in plan.units:
        return Content()
    columns = []
    for column in page.columns:
        kinds = tuple(code for code in column.kinds if publishes(plan, plan.kinds[code], unit.code, below=column.below))
        if kinds:
            columns.append(column.model_copy(update={"kinds": kinds}))
    return Content(columns=tuple(columns))


def waiting(paths: Iterable[str]) -> list[UnitPageVersion]:
    """Return the proposals that wait within some subtrees, the oldest first; at most a hundred."""
    within = Q(pk__in=[])
    for path in paths:
        low, high = path_range(path)
        within |= Q(page__unit__path__gte=low, page__unit__path__lt=high)
    rows = UnitPageVersion.objects.filter(within, state=VersionState.PROPOSED)
    return list(rows.select_related("page__unit", "proposed_by").order_by("proposed_at", "pk")[:100])


def states_of(units: Iterable[Unit]) -> dict[int, set[str]]:
    """Return for units, by id, whether they have a version in force and one proposed."""
    rows = UnitPageVersion.objects.filter(
        page__unit__in=list(units), state__in=(VersionState.IN_FORCE, VersionState.PROPOSED)
    )
    found: dict[int, set[str]] = {}
    for unit, state in rows.values_list("page__unit_id", "state"):
        found.setdefault(unit, set()).add(state)
    return found

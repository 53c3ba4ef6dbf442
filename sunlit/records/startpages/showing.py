"""Fills columns from the catalogue, for someone who looks: what they may not see is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.startpages import StartColumn
from sunlit.records.filtering import BadFilter, NotPrepared
from sunlit.records.listing import Listing, listing
from sunlit.records.models import Record
from sunlit.units.models import Unit


@dataclass(frozen=True)
class Share:
    """How much of one kind a column stands for."""

    kind: Kind
    total: int
    total_is_exact: bool


@dataclass(frozen=True)
class Filled:
    """A column with what it shows; ``is_waiting`` while the lists that it needs are being prepared."""

    column: StartColumn
    records: list[Record]
    shares: list[Share]
    is_waiting: bool


def fill(viewer: sight.Viewer, plan: Plan, unit: Unit, column: StartColumn) -> Filled:
    """Return a column with its latest records; kinds that the plan does not have any more are passed over."""
    found: list[Record] = []
    shares = []
    is_waiting = False
    for code in column.kinds:
        if code not in plan.kinds:
            continue
        rows = Listing()
        try:
            rows = listing(
                viewer,
                kind=code,
                unit=unit,
                below=column.below,
                filters={column.field: column.value} if column.field and column.value else None,
                size=1 if column.layout == "figures" else column.rows,
            )
        except NotPrepared:
            is_waiting = True
        except BadFilter:
            # The plan of today knows no such filter; editors are told by ``content.objections``.
            continue
        found += [row.record for row in rows.rows]
        shares.append(Share(plan.kinds[code], rows.total, rows.total_is_exact))
    found.sort(key=lambda one: (one.published_at, one.pk), reverse=True)
    return Filled(column, [] if column.layout == "figures" else found[: column.rows], shares, is_waiting)

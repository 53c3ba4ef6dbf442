"""The start page of a unit as its readers see it, and as editors preview it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from sunlit import sight
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.startpages import StartColumn
from sunlit.records.models import Record
from sunlit.records.startpages.content import Content
from sunlit.records.startpages.showing import Filled, fill
from sunlit.screens.components import Figure, Link, RecordRow
from sunlit.screens.words import say, unit_name
from sunlit.units.models import Unit


@dataclass(frozen=True)
class ColumnView:
    """A column: its rows or its figures, and for each kind the way to the list of which it is the beginning."""

    title: str
    layout: str
    rows: list[RecordRow]
    figures: list[Figure]
    more: list[Link]
    total: int
    total_is_exact: bool
    names_kinds: bool
    names_units: bool
    is_waiting: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it; rows are asked, for the figures follow the ledger a moment later."""
        return not (self.rows or self.figures)


@dataclass(frozen=True)
class StartView:
    """What stands at the top of a unit's site."""

    opening: str
    notice: str
    notice_until: date | None
    address: str
    phone: str
    hours: str
    columns: Sequence[ColumnView]

    def for_readers(self) -> StartView:
        """Return it without the columns in which there is nothing."""
        return replace(self, columns=[column for column in self.columns if not column.is_empty])


def start_view(viewer: sight.Viewer, plan: Plan, unit: Unit, content: Content, *, today: date) -> StartView:
    """Fill a start page for someone who looks at it; empty columns are in it too."""
    notice = content.notice_on(today)
    return StartView(
        opening=content.opening,
        notice=notice,
        notice_until=content.notice_until if notice else None,
        address=content.address,
        phone=content.phone,
        hours=content.hours,
        columns=[column_view(plan, unit, fill(viewer, plan, unit, column)) for column in content.columns],
    )


def column_view(plan: Plan, unit: Unit, filled: Filled) -> ColumnView:
    """Return a filled column as pages show it."""
    column = filled.column
    with_something = [share for share in filled.shares if share.total]
    figures = [
        Figure(say(share.kind.label), share.total, kind_url(share.kind, unit, column)) for share in with_something
    ]
    return ColumnView(
        title=say(column.title),
        layout=column.layout,
        rows=[_row(plan, record) for record in filled.records if record.slug and record.published_at],
        figures=figures if column.layout == "figures" else [],
        more=[Link(figure.label, figure.url, f"{figure.value:,}") for figure in figures],
        total=sum(share.total for share in filled.shares),
        total_is_exact=all(share.total_is_exact for share in filled.shares),
        names_kinds=len(column.kinds) > 1,
        names_units=column.below,
        is_waiting=filled.is_waiting,
    )


def kind_url(kind: Kind, unit: Unit, column: StartColumn) -> str:
    """Return the address of the list of which a column shows the beginning."""
    asked = {"unit": unit.code}
    if not column.below:
        asked["own"] = "1"
    if column.field and column.value:
        asked[f"f_{column.field}"] = column.value
    return f"{reverse('portal:kind', kwargs={'code': kind.code})}?{urlencode(asked)}"


def _row(plan: Plan, record: Record) -> RecordRow:
    kind = plan.kinds.get(record.kind)
    if record.published_at is None:
        raise ValueError("only a published record stands in a column")
    return RecordRow(
        title=record.title,
        url=reverse("portal:record", kwargs={"slug": record.slug}),
        kind=say(kind.label) if kind else record.kind,
        kind_url="",
        unit=unit_name(record.unit, short=True),
        unit_url=reverse("portal:unit", kwargs={"code": record.unit.code}),
        published_at=record.published_at,
    )

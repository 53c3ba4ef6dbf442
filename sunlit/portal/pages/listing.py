"""The list of a kind: filters from the plan, a sort order, pages by key, and the same rows as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.pagecache import pages as pagecache
from sunlit.pagecache.tags import ANY
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.fields import Field
from sunlit.portal import links, structure
from sunlit.portal.books import book_for
from sunlit.portal.pages import pieces
from sunlit.portal.pages.asking import NEWEST, PARAMETERS, RANGED, Asked, Question
from sunlit.portal.pages.catalogue import audience_words
from sunlit.portal.pages.layouts import LayoutView, group_field, layout_view, per_field
from sunlit.records import selectors as records
from sunlit.records.selectors import BadFilter, Choice, Listing, Row
from sunlit.screens import fields, portable
from sunlit.screens.book import Book
from sunlit.screens.charts.selectors import Picture, picture
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.paging import Pager
from sunlit.screens.words import say, unit_name

SIZE = 20
PRICES = 60
"""Rows on a page of a price list, which is looked through rather than read."""
MOST_COLUMNS = 5
"""Columns that a page has room for; the file has them all."""
EXPORT_SIZE = 500
MAX_EXPORT = 50_000
"""Rows of a file; a longer list is to be narrowed first."""
CHOSEN = ("choice", "unit", "region", "record")


@dataclass(frozen=True)
class FilterView:
    """A field by which the list can be narrowed, and what was asked."""

    name: str
    label: str
    how: str
    value: str = ""
    low: str = ""
    high: str = ""
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class ListedRecord:
    """One row of the list."""

    title: str
    url: str
    unit: Link
    published_on: str
    values: dict[str, str]
    is_demo: bool
    group: str
    cells: list[fields.TableCell] = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class ClosedRecord:
    """A record of which a reader learns only that it exists."""

    title: str
    url: str
    unit: str
    published_at: datetime


@dataclass(frozen=True)
class KindPage:
    """The list of one kind."""

    crumbs: list[Link]
    code: str
    label: str
    about: str
    basis: list[str]
    audience: str
    group: str
    measures: list[Link]
    rows: list[ListedRecord]
    closed: list[ClosedRecord]
    total: int
    total_is_exact: bool
    pager: Pager
    error: str
    is_narrowed: bool
    csv_url: str
    csv_rows: int
    preparing: str
    layout: LayoutView | None
    chart: Picture | None
    process: Link | None
    template_url: str
    column_type: str
    noindex: bool
    filters: list[FilterView] = field(metadata=HTML_ONLY)
    years: list[Choice] = field(metadata=HTML_ONLY)
    sorts: list[Choice] = field(metadata=HTML_ONLY)
    columns: list[fields.TableCell] = field(metadata=HTML_ONLY)
    sort: str = NEWEST
    unit: str = ""
    unit_label: str = ""
    is_own: bool = False
    year: str = ""


def parameters(code: str, **_rest: object) -> list[str]:
    """Return the parameters by which the lists of a kind can differ."""
    kind = plans.current().kinds.get(code)
    names = [f"f_{one.name}" for one in kind.fields] if kind else []
    return [*PARAMETERS, *names, *(f"{name}_{end}" for name in names for end in ("from", "to"))]


def kind_list(viewer: sight.Viewer, code: str, question: Question) -> KindPage | None:
    """Fill the list of a kind; None if the plan has no such kind."""
    plan = plans.current()
    kind = plan.kinds.get(code)
    if kind is None:
        return None
    asked = Asked(plan, kind, question)
    found = Listing()
    if not asked.error:
        try:
            found = asked.listing(viewer, after=asked.after, size=PRICES if group_field(kind) else SIZE)
        except records.NotPrepared as early:
            asked.error = _("This filter is being prepared (%d %% done). Try again in a minute.") % early.percent
        except BadFilter:
            asked.error = _("The list cannot be filtered or sorted in this way. Check the dates and numbers.")
    book = book_for(plan, viewer, (row.payload for row in found.rows), [kind])
    is_first = not (asked.after or asked.error)
    columns = _columns(kind, found.rows, book)
    waiting = records.preparing(code)
    _note_tags(kind, is_waiting=waiting is not None)
    unready = waiting.fields if waiting else frozenset()
    encoded = question.urlencode() if isinstance(question, QueryDict) else ""
    address = reverse("portal:kind_csv", kwargs={"code": code})
    return KindPage(
        crumbs=_trail(plan, kind),
        code=code,
        label=say(kind.label),
        about=say(kind.about),
        basis=list(kind.basis),
        audience=audience_words(kind.settings.audience),
        group=_group(plan, kind),
        measures=[
            Link(f"{number} {pieces.short_title(plan.measures[number])}", links.measure(number))
            for number in kind.measures
        ],
        rows=[_row(kind, row, columns, book) for row in found.rows],
        closed=_closed(viewer, kind),
        total=found.total,
        total_is_exact=found.total_is_exact,
        pager=Pager(next=found.next or "", previous=found.previous or ""),
        error=asked.error,
        is_narrowed=asked.is_narrowed,
        csv_url=f"{address}?{encoded}" if encoded else address,
        csv_rows=MAX_EXPORT,
        preparing=_preparing(kind, waiting),
        layout=layout_view(plan, viewer, kind, asked.text) if is_first else None,
        chart=picture(f"kind:{code}", links.kind_chart(code)) if is_first and not asked.is_narrowed else None,
        process=_process(plan, kind),
        template_url=reverse("portal:kind_template", kwargs={"code": code}),
        column_type=kind.settings.column_type or "",
        noindex=kind.settings.noindex,
        filters=_filters(viewer, kind, asked, book, unready),
        years=[Choice(str(year), str(year)) for year in records.by_year(kind=code)],
        sorts=_sorts(kind, unready),
        columns=[fields.TableCell(fields.column_label(one), "", fields.is_number(one)) for one in columns],
        sort=asked.sort,
        unit=asked.unit_words,
        unit_label=asked.unit_label,
        is_own=asked.is_own,
        year=asked.year_words,
    )


def _note_tags(kind: Kind, *, is_waiting: bool) -> None:
    """Say what a list is made from; one that shows titles of other records depends on everything."""
    if is_waiting:
        pagecache.never()
    others = any(one.type == "record" for one in kind.fields)
    pagecache.shows(*([ANY] if others else []), f"kind:{kind.code}")


def as_table(viewer: sight.Viewer, code: str, question: Question) -> tuple[list[str], Iterator[list[str]]] | None:
    """Return the heading and the rows of the whole list as a file has them; None for no such kind.

    Raises BadFilter if the question makes no sense.
    """
    plan = plans.current()
    kind = plan.kinds.get(code)
    if kind is None:
        return None
    asked = Asked(plan, kind, question)
    if asked.error:
        raise BadFilter(asked.error)
    shown = [one for one in kind.fields if one.show != "internal" and one.type not in ("file", "id_number")]
    heading = [*_own_headings(), *(fields.column_label(one) for one in shown)]
    first = asked.listing(viewer, after=None, size=EXPORT_SIZE)
    return heading, _lines(plan, viewer, kind, asked, shown, first)


def _own_headings() -> list[str]:
    """Return the columns that every file has; an import knows them again, and takes the unit from them."""
    return [_("Index number"), _("Title of the record"), _("Publishing unit"), _("Published")]


def _lines(
    plan: Plan, viewer: sight.Viewer, kind: Kind, asked: Asked, shown: list[Field], page: Listing
) -> Iterator[list[str]]:
    for _page in range(MAX_EXPORT // EXPORT_SIZE):
        book = book_for(plan, viewer, (row.payload for row in page.rows), [kind])
        for row in page.rows:
            record = row.record
            cells = [portable.cell(one, row.payload.get(one.name), book) for one in shown]
            moment = _local(record.published_at, "%Y-%m-%d %H:%M")
            yield [record.index_no or "", record.title, portable.unit(plan, record.unit.code), moment, *cells]
        if page.next is None:
            return
        page = asked.listing(viewer, after=page.next, size=EXPORT_SIZE)


def _local(moment: datetime | None, form: str) -> str:
    return timezone.localtime(moment).strftime(form) if moment else ""


def _trail(plan: Plan, kind: Kind) -> list[Link]:
    catalogue = reverse("portal:catalogue")
    trail = [Link(_("Catalogue"), catalogue)]
    if area := structure.area_of(plan, kind.code):
        trail.append(Link(say(area.label), f"{catalogue}#{area.code}"))
    return pieces.crumbs(*trail, here=say(kind.label))


def _group(plan: Plan, kind: Kind) -> str:
    """Return the name of the group for which a kind's closed records are."""
    group = plan.groups.get(kind.settings.group or "")
    return say(group.label) if group else ""


def _closed(viewer: sight.Viewer, kind: Kind) -> list[ClosedRecord]:
    """Return what a reader may know of the records that are for a group; nothing of kinds that have none."""
    if "group" not in kind.settings.allowed_audiences:
        return []
    return [
        ClosedRecord(stub.title, links.record(stub.slug), stub.unit, stub.published_at)
        for stub in records.stubs(viewer, kind=kind.code, n=SIZE)
    ]


def _columns(kind: Kind, rows: list[Row], book: Book) -> list[Field]:
    """Return the fields that get a column: those that are listed and that the titles do not say already."""

    hidden = {group_field(kind), per_field(kind)}

    def is_said(one: Field) -> bool:
        texts = [(fields.bare(one, row.payload.get(one.name), book), row.record.title) for row in rows]
        return all(text in title for text, title in texts)

    return [one for one in kind.listed if one.name not in hidden and (not rows or not is_said(one))][:MOST_COLUMNS]


def _row(kind: Kind, row: Row, columns: list[Field], book: Book) -> ListedRecord:
    record = row.record
    values = {one.name: fields.bare(one, row.payload.get(one.name), book) for one in kind.listed}
    shown = values | _priced(kind, values)
    return ListedRecord(
        title=record.title,
        url=links.record(record.slug or ""),
        unit=Link(unit_name(record.unit, short=True), links.unit(record.unit.code)),
        published_on=_local(record.published_at, "%Y-%m-%d"),
        values=values,
        is_demo=record.demo,
        group=_group_of(kind, row, book),
        cells=[
            fields.TableCell(shown[one.name], fields.column_label(one), fields.is_number(one), one.type == "date")
            for one in columns
        ],
    )


def _process(plan: Plan, kind: Kind) -> Link | None:
    """Link to the processes of which the kind's records are stages."""
    process = plan.process_of_kind.get(kind.code)
    return Link(say(process.label), links.processes(process.code)) if process else None


def _preparing(kind: Kind, waiting: records.Preparing | None) -> str:
    """Say by which fields the list cannot be narrowed yet, after the plan has changed."""
    names = [
        say(one.label) for one in kind.fields if waiting and one.name in waiting.fields and (one.filter or one.sort)
    ]
    if waiting is None or not names:
        return ""
    sentence = _("Filters and orders by %(fields)s are being prepared: %(percent)d %% done.")
    return sentence % {"fields": "、".join(names), "percent": waiting.percent}


def _priced(kind: Kind, values: Mapping[str, str]) -> dict[str, str]:
    """Return the prices of a price list with what they are counted by, as "7.38 / 次"."""
    per = values.get(per_field(kind), "")
    layout = kind.show.layout
    named = layout.values if layout is not None and per else ()
    return {name: f"{values[name]} / {per}" for name in named if values.get(name)}


def _group_of(kind: Kind, row: Row, book: Book) -> str:
    name = group_field(kind)
    return fields.plain(kind.by_name[name], row.payload.get(name), book) if name else ""


def _filters(viewer: sight.Viewer, kind: Kind, asked: Asked, book: Book, unready: frozenset[str]) -> list[FilterView]:
    found = []
    for declared in kind.fields:
        if not declared.filter or declared.name in unready:
            continue
        name, label = f"f_{declared.name}", fields.column_label(declared)
        if declared.type in RANGED:
            how = "date" if declared.type == "date" else "number"
            found.append(FilterView(name, label, how, low=asked.text(f"{name}_from"), high=asked.text(f"{name}_to")))
            continue
        choices: list[Choice] = []
        if declared.type in CHOSEN:
            facets = records.facets(viewer, kind.code, declared.name)
            choices = [Choice(one.value, fields.plain_item(declared, one.value, book)) for one in facets]
        how = "choice" if declared.type in CHOSEN else "text"
        found.append(FilterView(name, label, how, value=asked.text(name), choices=choices))
    return found


def _sorts(kind: Kind, unready: frozenset[str]) -> list[Choice]:
    sorts = [Choice(NEWEST, _("newest first")), Choice("published", _("oldest first"))]
    for declared in kind.fields:
        if declared.sort and declared.name not in unready:
            label = say(declared.label)
            sorts += [Choice(f"-{declared.name}", f"{label} ↓"), Choice(declared.name, f"{label} ↑")]
    return sorts

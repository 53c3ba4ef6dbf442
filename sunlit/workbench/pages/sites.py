"""Start pages at the desk: the list of sites, the editor, a proposal beside what stands, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.startpages import FEWEST_ROWS, LONGEST_TITLE, MOST_COLUMNS, MOST_ROWS, StartColumn
from sunlit.plan.publishers import kinds_of
from sunlit.records.startpages import selectors as startpages
from sunlit.records.startpages.content import (
    LONGEST_NOTICE,
    LONGEST_OPENING,
    Content,
    ContentRefused,
    Problem,
    checked,
    choices_of,
    stored,
)
from sunlit.records.startpages.showing import fill
from sunlit.records.startpages.tables import VersionState
from sunlit.screens.components import Link
from sunlit.screens.startpages import StartView, start_view
from sunlit.screens.words import say, unit_name
from sunlit.units import permissions
from sunlit.units import selectors as units
from sunlit.units.models import Unit, User
from sunlit.units.roles import Verb
from sunlit.workbench.site_form import Typed, of_content

MOST_FOUND = 50
WIDTHS = ("phone", "desktop")


@dataclass(frozen=True)
class SiteRow:
    """A unit whose start page somebody may change or put in force."""

    unit: Link
    public: str
    has_own: bool
    is_waiting: bool


@dataclass(frozen=True)
class WaitingRow:
    """A proposal that waits for a decision."""

    unit: Link
    by: str
    at: datetime


@dataclass(frozen=True)
class SitesPage:
    """The sites within somebody's reach."""

    crumbs: list[Link]
    q: str
    waiting: Sequence[WaitingRow]
    rows: Sequence[SiteRow]
    is_all: bool


@dataclass(frozen=True)
class Option:
    """A value of a select."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ColumnForm:
    """One column in the editor."""

    number: int
    start: str
    title: str
    title_en: str
    kinds: Sequence[Option]
    below: bool
    narrow: Sequence[Option]
    rows: Sequence[Option]
    layouts: Sequence[Option]
    problems: Sequence[str]
    total: int | None
    has_focus: bool


@dataclass(frozen=True)
class SitePage:
    """The editor of one start page; ``state`` says where what is in the form comes from."""

    crumbs: list[Link]
    unit: str
    code: str
    public: str
    version: int
    state: str
    texts: dict[str, str]
    problems: dict[str, str]
    lost: str
    columns: Sequence[ColumnForm]
    offered: Sequence[str]
    preview: StartView | None
    width: str
    has_proposal: bool
    has_below: bool
    may_add: bool
    longest_opening: int = LONGEST_OPENING
    longest_notice: int = LONGEST_NOTICE
    longest_title: int = LONGEST_TITLE
    most_columns: int = MOST_COLUMNS


def reachable(user: User, code: str) -> Unit | None:
    """Return a unit if a person may propose or put in force its start page, else None."""
    unit = units.by_code(code)
    if unit is None or unit.closed is not None:
        return None
    may = permissions.may(user, Verb.WRITE, unit) or permissions.may(user, Verb.PUBLISH, unit)
    return unit if may else None


def sites_page(user: User, q: str) -> SitesPage:
    """Fill the list of sites: what waits, then somebody's own units, or those that a name finds."""
    paths = sorted({*permissions.reach(user, Verb.WRITE), *permissions.reach(user, Verb.PUBLISH)})
    if q:
        found = [u for u in units.search_by_name(q).filter(closed=None)[:300] if any(u.is_within(p) for p in paths)]
    else:
        found = [unit for unit in units.by_paths(paths).values() if unit.closed is None]
    states = startpages.states_of(found[:MOST_FOUND])
    rows = [
        SiteRow(
            _to_site(unit),
            reverse("portal:unit", args=[unit.code]),
            VersionState.IN_FORCE in states.get(unit.pk, ()),
            VersionState.PROPOSED in states.get(unit.pk, ()),
        )
        for unit in found[:MOST_FOUND]
    ]
    waiting = [
        WaitingRow(
            Link(unit_name(one.page.unit), reverse("workbench:site_proposal", args=[one.page.unit.code])),
            name_of(one.proposed_by),
            one.proposed_at,
        )
        for one in startpages.waiting(paths)
    ]
    return SitesPage(way_to(), q, waiting, rows, len(found) <= MOST_FOUND)


def opened(unit: Unit, number: str) -> tuple[Typed, str]:
    """Return what the editor begins with: a version that is to be brought back, a proposal, what stands, the plan's."""
    page = startpages.page_of(unit)
    if page is not None:
        if number.isdecimal() and len(number) < 9 and (old := startpages.version(page, int(number))):
            return of_content(stored(old.content)), _(
                "This is version %d again. Propose it to bring it back."
            ) % old.number
        if waiting := startpages.proposed(page):
            said = _("This is the proposal that waits. What you propose takes its place.")
            return of_content(stored(waiting.content)), said
        if back := startpages.sent_back(page):
            said = _("Sent back by %(who)s: %(reason)s") % {"who": name_of(back.decided_by), "reason": back.reason}
            return of_content(stored(back.content)), said
        if standing := startpages.in_force(page):
            return of_content(stored(standing.content)), _("This is what readers see.")
    usual = startpages.usual(plans.current(), unit)
    if usual.columns:
        return of_content(usual), _("These are the columns that the plan gives to such a unit.")
    return of_content(usual), _("The unit has no start page yet. Add its first column.")


def site_page(
    unit: Unit,
    typed: Typed,
    *,
    version: int,
    today: date,
    state: str = "",
    problems: Sequence[Problem] = (),
    lost: str = "",
    width: str = "",
) -> SitePage:
    """Fill the editor; ``width`` asks for a preview."""
    plan = plans.current()
    page = startpages.page_of(unit)
    found = [*typed.problems, *problems]
    preview = None
    if width:
        try:
            content = checked(typed.raw(), plan, unit.code, today=today)
        except ContentRefused as refused:
            found += refused.problems
        else:
            preview = view(plan, unit, content, today)
    columns = [_column_form(plan, unit, typed, n, found) for n in range(len(typed.columns))]
    return SitePage(
        crumbs=way_to(unit_name(unit)),
        unit=unit_name(unit),
        code=unit.code,
        public=reverse("portal:unit", args=[unit.code]),
        version=version,
        state=state,
        texts=typed.texts,
        problems={one.where: one.sentence for one in found if not one.where.startswith("column-")},
        lost=lost,
        columns=columns,
        offered=[say(kind.label) for kind in kinds_of(plan, unit.code, below=True)],
        preview=preview,
        width=width,
        has_proposal=bool(page and startpages.proposed(page)),
        has_below=units.children(unit).exists(),
        may_add=len(columns) < MOST_COLUMNS,
    )


def _column_form(plan: Plan, unit: Unit, typed: Typed, n: int, problems: Sequence[Problem]) -> ColumnForm:
    column = typed.columns[n]
    kinds = [plan.kinds[code] for code in column["kinds"] if code in plan.kinds]
    layouts = {"list": _("list"), "cards": _("cards"), "figures": _("figures")}
    return ColumnForm(
        number=n + 1,
        start=f"c{n}-",
        title=column["title"],
        title_en=column.get("title_en", ""),
        kinds=[
            Option(code, say(plan.kinds[code].label) if code in plan.kinds else code, True) for code in column["kinds"]
        ],
        below=column["below"],
        narrow=_narrowings(plan, kinds[0], column) if len(kinds) == 1 else [],
        rows=[Option(str(k), str(k), k == column["rows"]) for k in range(FEWEST_ROWS, MOST_ROWS + 1)],
        layouts=[Option(word, label, word == column["layout"]) for word, label in layouts.items()],
        problems=[one.sentence for one in problems if one.where == f"column-{n + 1}"],
        total=_total(plan, unit, column, kinds),
        has_focus=typed.focus == n,
    )


def _narrowings(plan: Plan, kind: Kind, column: dict[str, Any]) -> list[Option]:
    chosen = (column.get("field") or "", column.get("value") or "")
    options = [Option("", _("all"), chosen == ("", ""))]
    for name, term in choices_of(plan, kind):
        declared = kind.by_name[name]
        terms = plan.vocabularies[declared.choices or ""].terms
        label = next(say(one.label) for one in terms if one.code == term)
        options.append(Option(f"{name}={term}", f"{say(declared.label)}: {label}", chosen == (name, term)))
    return options if len(options) > 1 else []


def _total(plan: Plan, unit: Unit, column: dict[str, Any], kinds: Sequence[Kind]) -> int | None:
    """Return how much readers find in a column, None while it names no kind."""
    if not kinds:
        return None
    asked = StartColumn.model_validate(
        {
            "title": column["title"][:LONGEST_TITLE] or "?",
            "kinds": tuple(kind.code for kind in kinds),
            "below": column["below"],
            "layout": "figures",
        }
    )
    if len(kinds) == 1 and (column.get("field"), column.get("value")) in choices_of(plan, kinds[0]):
        asked = asked.model_copy(update={"field": column["field"], "value": column["value"]})
    return sum(share.total for share in fill(sight.anonymous(), plan, unit, asked).shares)


def view(plan: Plan, unit: Unit, content: Content, today: date) -> StartView:
    """Return what readers who are not logged in will see, empty columns too."""
    return start_view(sight.anonymous(), plan, unit, startpages.completed(plan, unit, content), today=today)


def _to_site(unit: Unit) -> Link:
    return Link(unit_name(unit), reverse("workbench:site", args=[unit.code]))


def way_to(here: str = "") -> list[Link]:
    """Return the way to the list of sites, or to a page behind it."""
    home = Link(_("Today"), reverse("workbench:today"))
    if not here:
        return [home, Link(_("Start page"))]
    return [home, Link(_("Start page"), reverse("workbench:sites")), Link(here)]


def name_of(user: User | None) -> str:
    """Return by which name somebody stands in a list, empty for nobody."""
    return user.get_username() if user else ""

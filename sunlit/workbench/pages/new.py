"""Beginning a text: for which unit, of which kind, with what in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import beginning, deadlines
from sunlit.records.steps import steps_of
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.text.folding import fold
from sunlit.units import selectors
from sunlit.units.models import Unit, User
from sunlit.workbench import publishing_units as publishers
from sunlit.workbench.pages.rows import step_words

STARTS = 4


@dataclass(frozen=True)
class KindGroup:
    """Kinds of one measure."""

    label: str
    kinds: list[Link]


@dataclass(frozen=True)
class NewPage:
    """The question which kind of record is to be written, for which unit."""

    crumbs: list[Link]
    unit: Link | None
    unit_code: str
    units: list[Link]
    is_many: bool
    q: str
    usual: list[Link]
    groups: list[KindGroup]


@dataclass(frozen=True)
class Start:
    """What a text may begin with."""

    value: str
    label: str
    note: str


@dataclass(frozen=True)
class LimitView:
    """A limit under which the text will stand."""

    label: str
    source: str
    words: str


@dataclass(frozen=True)
class BeginPage:
    """The last question before writing: what to begin with, for whom."""

    crumbs: list[Link]
    kind: str
    code: str
    about: str
    basis: Sequence[str]
    limits: list[LimitView]
    unit: Link
    unit_code: str
    starts: list[Start]
    audiences: list[Start]
    needs_scope: bool
    scope: str
    steps: list[str]


def quick_starts(user: User) -> list[Link]:
    """Return what a person's own unit publishes most often, to begin with one press."""
    homes = publishers.home_units(user)
    if not homes:
        return []
    plan, unit = plans.current(), homes[0]
    return [_to_begin(kind, unit) for kind in publishers.usual_kinds(plan, unit, STARTS)]


def new_page(user: User, *, unit: Unit | None, q: str, q_unit: str) -> NewPage:
    """Fill the page that asks for unit and kind."""
    plan = plans.current()
    homes = publishers.home_units(user)
    chosen = unit or (homes[0] if homes else None)
    found = publishers.find_units(user, q_unit) if q_unit else homes
    kinds = publishers.kinds_of(plan, chosen) if chosen else []
    return NewPage(
        crumbs=[_today(), Link(_("Write"))],
        unit=Link(unit_name(chosen), note=chosen.code) if chosen else None,
        unit_code=chosen.code if chosen else "",
        units=[Link(unit_name(one), f"?unit={one.code}") for one in found],
        is_many=len(homes) > 1 or _has_below(homes),
        q=q,
        usual=[_to_begin(kind, chosen) for kind in publishers.usual_kinds(plan, chosen)] if chosen else [],
        groups=_groups(plan, [kind for kind in kinds if _fits(kind, q)], chosen) if chosen else [],
    )


def begin_page(viewer: sight.Viewer, plan: Plan, kind: Kind, unit: Unit, *, today: date) -> BeginPage:
    """Fill the page that asks what a text begins with."""
    latest = beginning.latest_of(viewer, unit, kind)
    starts = [Start("", _("an empty form"), "")]
    if latest is not None:
        day = f"{localtime(latest.published_at):%Y-%m-%d}" if latest.published_at else ""
        starts.insert(0, Start("last", _("the last one: %(title)s") % {"title": latest.title}, day))
    starts += [
        Start(f"template-{one.pk}", _("template: %(name)s") % {"name": one.name}, "")
        for one in beginning.templates_of(unit, kind.code)
    ]
    return BeginPage(
        crumbs=[_today(), Link(_("Write"), f"{reverse('workbench:new')}?unit={unit.code}"), Link(say(kind.label))],
        kind=say(kind.label),
        code=kind.code,
        about=say(kind.about),
        basis=kind.basis,
        limits=[
            LimitView(say(one.limit.label), one.limit.source, one.last_day.isoformat())
            for one in deadlines.deadlines(plan, kind, {}, begun=today)
        ],
        unit=Link(unit_name(unit)),
        unit_code=unit.code,
        starts=starts,
        audiences=[Start(one, audience_words(one), "") for one in kind.settings.allowed_audiences],
        needs_scope="group" in kind.settings.allowed_audiences,
        scope=usual_scope(kind, unit),
        steps=[step_words(step.name) for step in steps_of(kind)],
    )


def usual_scope(kind: Kind, unit: Unit) -> str:
    """Return the group that a kind's records of a unit are usually for, as ``village:510903001002``; '' without one."""
    return f"{kind.settings.group}:{unit.code}" if kind.settings.group else ""


def audience_words(audience: str) -> str:
    """Say for whom a record is."""
    return {
        "public": _("everyone"),
        "group": _("a group of people concerned"),
        "staff": _("the unit's own staff"),
        "sealed": _("people named one by one"),
    }[audience]


def _today() -> Link:
    return Link(_("Today"), reverse("workbench:today"))


def _to_begin(kind: Kind, unit: Unit) -> Link:
    return Link(say(kind.label), f"{reverse('workbench:begin', args=[kind.code])}?unit={unit.code}", unit_name(unit))


def _has_below(homes: Sequence[Unit]) -> bool:
    return any(selectors.children(unit).exists() for unit in homes[:1])


def _fits(kind: Kind, q: str) -> bool:
    words = fold(q).split()
    text = fold(f"{kind.label.zh} {kind.label.en} {kind.about.zh} {kind.code}")
    return all(word in text for word in words)


def _groups(plan: Plan, kinds: Sequence[Kind], unit: Unit) -> list[KindGroup]:
    """Put kinds under the first measure that each carries out."""
    groups = []
    for number, measure in plan.measures.items():
        mine = [kind for kind in kinds if kind.measures[0] == number]
        if mine:
            groups.append(KindGroup(f"{number} {say(measure.title)}", [_to_begin(kind, unit) for kind in mine]))
    return groups

"""The front page: what this site is for, and the four ways in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.publishers import is_listed
from sunlit.portal import links
from sunlit.portal.pages import pieces
from sunlit.records import selectors as records
from sunlit.records.models import Record
from sunlit.records.states import Audience
from sunlit.screens.components import Link, RecordRow, Strip
from sunlit.screens.words import say

RECENT = 8
RECENT_SEEN = 80
RECENT_PER_KIND = 2
QUESTIONS = 10
HINTS = 6


@dataclass(frozen=True)
class HomePage:
    """The front page."""

    records: int
    units: int
    doors: list[Link]
    areas: list[Link]
    strip: Strip
    recent: list[RecordRow]
    questions: list[Link]


def home(viewer: sight.Viewer) -> HomePage:
    """Fill the front page."""
    plan = plans.current()
    count = records.total(Audience.PUBLIC)
    units = sum(1 for unit in plan.units.values() if unit.closed is None)
    catalogue = reverse("portal:catalogue")
    areas = [Link(say(area.label), f"{catalogue}#{area.code}") for area in plan.navigation.fields]
    return HomePage(
        records=count,
        units=units,
        doors=_doors(plan, count, units),
        areas=areas[:HINTS],
        strip=pieces.strip(plan, pieces.state_by_count(records.by_measure())),
        recent=pieces.record_rows(plan, _mixed(records.recent(viewer, RECENT_SEEN))),
        questions=questions(plan)[:QUESTIONS],
    )


def _mixed(latest: list[Record]) -> list[Record]:
    """Return the latest records, at most two of a kind: six daily reports on the air would say less than one."""
    seen: Counter[str] = Counter()
    mixed = []
    for record in latest:
        seen[record.kind] += 1
        if seen[record.kind] <= RECENT_PER_KIND:
            mixed.append(record)
    return mixed[:RECENT]


def questions(plan: Plan) -> list[Link]:
    """Return the plan's questions that lead to a page of this version."""
    found = [Link(say(one.ask), links.wanted(plan, one.to)) for one in plan.navigation.questions]
    return [link for link in found if link.url]


def _doors(plan: Plan, count: int, units: int) -> list[Link]:
    """Return the four doors; each leads to something that works today, and says how much is behind it."""
    return [
        Link(
            _("Look up records"),
            reverse("portal:catalogue"),
            _("%(records)s records of %(kinds)s kinds, by field, unit and year")
            % {"records": f"{count:,}", "kinds": sum(map(is_listed, plan.kinds.values()))},
        ),
        Link(
            _("Read the plan"),
            reverse("portal:plan"),
            _("%(measures)s measures: the text, who answers for it, what is on hand")
            % {"measures": len(plan.measures)},
        ),
        Link(
            _("Find a unit"),
            reverse("portal:units"),
            _("%(units)s units, each with a page of its own") % {"units": f"{units:,}"},
        ),
        Link(
            _("Check for yourself"),
            reverse("portal:verify"),
            _("Every record stands in a ledger that anyone can verify"),
        ),
    ]

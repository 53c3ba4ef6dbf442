"""Addresses of the public site."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from sunlit.plan.language import Kind, Plan, Unit
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name

# The words by which a plan's navigation names pages that are not kinds or measures.
PAGES = {
    "home": "portal:home",
    "plan": "portal:plan",
    "catalogue": "portal:catalogue",
    "units": "portal:units",
    "find": "portal:find",
    "verify": "portal:verify",
    "about": "portal:about",
    "accessibility": "portal:accessibility",
    "sitemap": "portal:sitemap",
    "standard": "portal:standard",
    "statistics": "portal:statistics",
}


def page(word: str) -> str:
    """Return the address of a page by the word that plans use for it."""
    return reverse(PAGES[word])


def measure(number: int) -> str:
    """Return the address of a measure's page."""
    return reverse("portal:measure", kwargs={"number": number})


def kind(code: str, **question: object) -> str:
    """Return the address of a kind's list, with filters as its question."""
    asked = {key: value for key, value in question.items() if value not in (None, "")}
    address = reverse("portal:kind", kwargs={"code": code})
    return f"{address}?{urlencode(asked)}" if asked else address


def kind_chart(code: str) -> str:
    """Return the address of the chart of a kind's records."""
    return reverse("portal:kind_chart", kwargs={"code": code})


def processes(code: str) -> str:
    """Return the address of the processes of one sort."""
    return reverse("portal:processes", kwargs={"code": code})


def process(code: str, number: str) -> str:
    """Return the address of one process."""
    return f"{reverse('portal:process', kwargs={'code': code})}?{urlencode({'no': number})}"


def kind_for_measure(found: Kind, number: int) -> str:
    """Return the address of a kind's list, narrowed to a measure where the records say which they belong to."""
    named = found.settings.measure_field
    return kind(found.code, **{f"{named}_from": number, f"{named}_to": number}) if named else kind(found.code)


def unit(code: str) -> str:
    """Return the address of a unit's page."""
    return reverse("portal:unit", kwargs={"code": code})


def record(slug: str) -> str:
    """Return the permanent address of a record, in the reader's language."""
    return reverse("portal:record", kwargs={"slug": slug})


def find(words: str) -> str:
    """Return the address of a search."""
    return f"{reverse('portal:find')}?{urlencode({'q': words})}"


def to_kind(found: Kind) -> Link:
    """Link to a kind's list."""
    return Link(say(found.label), kind(found.code))


def to_unit(found: Unit, *, short: bool = False, note: str = "") -> Link:
    """Link to a unit's page."""
    return Link(unit_name(found, short=short), unit(found.code), note)


def wanted(plan: Plan, to: str) -> str:
    """Return the address behind a ``to`` of the plan's navigation: a kind, a measure's number, or a page's word."""
    if to in plan.kinds:
        return kind(to)
    if to.isdigit() and int(to) in plan.measures:
        return measure(int(to))
    return page(to) if to in PAGES else ""

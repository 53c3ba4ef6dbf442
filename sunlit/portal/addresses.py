"""Every public address, in parts that stay small however many records there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.publishers import is_listed
from sunlit.portal import links
from sunlit.records import selectors as records

SIZE = 10_000


@dataclass(frozen=True)
class Address:
    """An address and the day on which readers last saw a change there, if it is known."""

    url: str
    changed_on: date | None = None


def root() -> str:
    """Return the address of the site without a slash at its end."""
    return f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}"


def parts() -> list[Address]:
    """Return the parts: first the pages of the plan, then the records by ranges of their ids."""
    count = len(_pages(plans.current())) + _ranges()
    return [Address(f"{root()}/sitemap-{number}.xml") for number in range(1, count + 1)]


def part(number: int) -> list[Address] | None:
    """Return one part, counted from 1; None if there is no such part."""
    plan = plans.current()
    pages = _pages(plan)
    if 1 <= number <= len(pages):
        return [Address(root() + path) for path in pages[number - 1]]
    at = number - len(pages) - 1
    return _records(plan, at * SIZE) if 0 <= at < _ranges() else None


def _pages(plan: Plan) -> list[list[str]]:
    absent = {"find"} if plan.standards else {"find", "standard"}
    paths = [links.page(word) for word in links.PAGES if word not in absent]
    paths += [links.processes(code) for code in plan.processes]
    paths += [links.measure(number) for number in plan.measures]
    paths += [links.kind(kind.code) for kind in plan.kinds.values() if is_listed(kind) and not kind.settings.noindex]
    paths += [links.unit(unit.code) for unit in plan.units.values() if unit.closed is None]
    return [paths[start : start + SIZE] for start in range(0, len(paths), SIZE)]


def _ranges() -> int:
    return -(-records.last_address() // SIZE)


def _records(plan: Plan, after: int) -> list[Address]:
    """Return the records of one range of ids: reading it costs the same wherever it lies."""
    hidden = {kind.code for kind in plan.kinds.values() if kind.settings.noindex}
    found = records.in_addresses(after, SIZE).only("kind", "slug", "changed_at", "published_at")
    return [
        Address(root() + links.record(one.slug), changed.date() if changed else None)
        for one in found
        if one.pk <= after + SIZE and one.slug and one.kind not in hidden
        for changed in [records.changed_at(one)]
    ]

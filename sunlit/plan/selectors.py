"""Finds the plan that is in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from sunlit.plan.language import Plan
from sunlit.plan.models import PlanVersion


class NoPlan(Exception):
    """Tells that no plan has been applied to this instance yet."""


_held: ContextVar[list[Plan] | None] = ContextVar("sunlit_plan_held", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """Within this context the plan stays the one that was in force when it was first asked for, and is asked for once.

    A request runs in one, so that a page is made from one plan from head to foot.
    """
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def current() -> Plan:
    """Return the active plan; raises NoPlan.

    Outside of ``steady`` each call asks the database which version is active (one short query), so a new plan is
    noticed at the next request of every process; the document is read and parsed once per process and version.
    """
    held = _held.get()
    if held is None:
        return _active()
    if not held:
        held.append(_active())
    return held[0]


def _active() -> Plan:
    active = PlanVersion.objects.filter(active=True).values_list("hash", flat=True).first()
    if active is None:
        raise NoPlan("no plan has been applied; run `sunlit plan apply DIR`")
    return by_hash(active)


@lru_cache(maxsize=4)
def by_hash(plan_hash: str) -> Plan:
    """Return a stored plan, active or not, as revisions name it; raises PlanVersion.DoesNotExist."""
    document = PlanVersion.objects.values_list("document", flat=True).get(hash=plan_hash)
    return Plan.from_json(document)

"""Putting a plan into force, with every floor that has a part in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sunlit.ledger import actions as ledger
from sunlit.ledger import commitments
from sunlit.plan import actions, diff, selectors
from sunlit.plan.diff import Change
from sunlit.plan.language import Plan
from sunlit.units.actors import system

# What a floor does when a plan comes into force: old plan or None, new plan, today; it says in one line what it did.
Applier = Callable[[Plan | None, Plan, date], str]


def nothing(old: Plan | None, new: Plan, today: date) -> str:
    """Do nothing, and have nothing to say of it."""
    return ""


@dataclass(frozen=True)
class Part:
    """The part of one floor: before the plan is in force, in the very transaction that puts it into force, and after.

    Units must exist before records can belong to them; lists must know in the same moment what they cannot answer yet;
    what takes longer comes after.
    """

    before: Applier = nothing
    within: Applier = nothing
    after: Applier = nothing


class PlanRefused(Exception):
    """The plan would take away something that is still in use."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__("; ".join(change.sentence for change in changes))
        self.changes = changes


@dataclass(frozen=True)
class Outcome:
    """What came of it: a line for every floor, and the plan in one."""

    lines: tuple[str, ...]
    summary: str


def current_or_none() -> Plan | None:
    """Return the plan in force, or None before the first one."""
    try:
        return selectors.current()
    except selectors.NoPlan:
        return None


def in_force(plan: Plan) -> bool:
    """Tell whether this very plan is in force."""
    current = current_or_none()
    return current is not None and current.hash == plan.hash


def apply(plan: Plan, parts: Sequence[Part], *, today: date, now: datetime) -> Outcome:
    """Put ``plan`` into force and enter it in the ledger; every floor does its part, lower floors first.

    Raises:
        PlanRefused: If the change from the plan in force is one that may not be made.
    """
    old = current_or_none()
    refused = [change for change in diff.compare(old, plan) if change.kind == "refused"] if old else []
    if refused:
        raise PlanRefused(refused)
    lines = [part.before(old, plan, today) for part in parts]
    with transaction.atomic():
        lines += [part.within(old, plan, today) for part in parts]
        actions.store_and_activate(plan, now)
        # The plan is public and holds no secret, so its commitment is salted with its own hash.
        ledger.append(
            "plan.applied",
            subject=f"plan:{plan.hash}",
            actor=system(),
            commitment=commitments.commit(bytes.fromhex(plan.hash), {"plan": plan.hash, "code": plan.head.code}),
            day=today,
            ref=f"plan/{plan.hash}",
        )
    lines += [part.after(old, plan, today) for part in parts]
    summary = f"{len(plan.measures)} measures, {len(plan.units)} units, {len(plan.kinds)} kinds"
    return Outcome(tuple(line for line in lines if line), summary)

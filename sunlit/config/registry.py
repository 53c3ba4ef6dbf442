"""The one place where words, followers and clockwork meet what implements them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sunlit.config.applying import Applier
from sunlit.ledger.contents import ContentSource
from sunlit.ledger.followers import Followers, View
from sunlit.ledger.worker import Tick
from sunlit.plan.language import Plan
from sunlit.records import contents as record_contents
from sunlit.records import counters, refilling
from sunlit.records import ticks as record_ticks
from sunlit.units.syncing import sync_units


def views() -> Sequence[View]:
    """Return every view: what can be dropped and computed again from the ledger."""
    return (counters.VIEW,)


def followers() -> Followers:
    """Return everything that follows the ledger."""
    return Followers(views=views())


def ticks() -> Sequence[Tick]:
    """Return what the clock does."""
    return (Tick("records", timedelta(seconds=1), record_ticks.due),)


def content_sources() -> Sequence[ContentSource]:
    """Return what ``ledger verify --content`` recomputes."""
    return (record_contents.SOURCE,)


def plan_appliers() -> Sequence[tuple[Applier, Applier]]:
    """Return what each floor does before and after a plan comes into force, lower floors first."""
    return ((_bring_units_in_line, _nothing), (_nothing, refilling.on_plan_applied))


def _bring_units_in_line(old: Plan | None, new: Plan, today: date) -> str:
    synced = sync_units(new, today=today)
    return f"units: {synced.added} added, {synced.changed} changed, {synced.closed} closed"


def _nothing(old: Plan | None, new: Plan, today: date) -> str:
    return ""

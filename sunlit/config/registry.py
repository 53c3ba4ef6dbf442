"""The one place where words, followers and clockwork meet what implements them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sunlit.accounts import sessions
from sunlit.api import ticks as api_ticks
from sunlit.asked import counting as asked
from sunlit.config.applying import Part
from sunlit.guard import words as guard_words
from sunlit.ledger import content_rounds, pagetags, witnesses
from sunlit.ledger.contents import ContentSource
from sunlit.ledger.followers import Followers, View
from sunlit.ledger.worker import Tick
from sunlit.plan.language import Plan
from sunlit.records import chains, counters, refilling, releases, sweeping
from sunlit.records import contents as record_contents
from sunlit.records import ticks as record_ticks
from sunlit.records.errands import lane as errands
from sunlit.records.leaks import rounds as guard_rounds
from sunlit.screens.charts import follower as charts
from sunlit.search import following as search
from sunlit.search.kinds import planned as search_planned
from sunlit.search.kinds import records as search_records
from sunlit.search.registering import SearchType
from sunlit.units.syncing import sync_units


def views() -> Sequence[View]:
    """Return every view: what can be dropped and computed again from the ledger."""
    return (counters.VIEW, chains.VIEW, charts.VIEW)


def followers() -> Followers:
    """Return everything that follows the ledger."""
    return Followers(views=views())


def ticks() -> Sequence[Tick]:
    """Return what the clock does."""
    return (
        Tick("releases", timedelta(milliseconds=100), releases.Press().turn),
        Tick("records", timedelta(seconds=1), record_ticks.end_due),
        Tick("slots", timedelta(milliseconds=500), refilling.turn),
        Tick("touches", timedelta(minutes=10), pagetags.forget_old),
        Tick("sessions", timedelta(hours=1), sessions.forget_expired),
        Tick("intake", timedelta(minutes=10), api_ticks.forget_old),
        Tick("counts of search", timedelta(hours=1), asked.forget_old),
        Tick("contents", content_rounds.EVERY, content_rounds.Rounds(content_sources()).turn),
        Tick("errands", timedelta(milliseconds=500), errands.Lane().turn),
        Tick("old imports", timedelta(hours=1), errands.forget_old),
        Tick("files", sweeping.EVERY, sweeping.sweep),
        Tick("guard", guard_rounds.EVERY, guard_rounds.Rounds().turn),
        Tick("charts", timedelta(seconds=2), charts.Easel().turn),
        Tick("search", timedelta(milliseconds=100), search.Librarian().turn),
        # More often than checkpoints are signed, so that a cosignature reaches the copy that is still published.
        Tick("witnesses", timedelta(seconds=2), witnesses.Rounds().turn),
    )


def content_sources() -> Sequence[ContentSource]:
    """Return what ``ledger verify --content`` and the daily round recompute."""
    return (record_contents.SOURCE,)


def guard_rules() -> Mapping[str, object]:
    """Return what carries out each rule of the guard."""
    return guard_words.implementations()


def search_types() -> Sequence[SearchType]:
    """Return every type of things that readers can search for."""
    return (search_records.TYPE, *search_planned.TYPES)


def plan_parts() -> Sequence[Part]:
    """Return what each floor does when a plan comes into force, lower floors first."""
    return (Part(before=_bring_units_in_line), Part(within=refilling.note, after=refilling.move))


def _bring_units_in_line(old: Plan | None, new: Plan, today: date) -> str:
    synced = sync_units(new, today=today)
    return f"units: {synced.added} added, {synced.changed} changed, {synced.closed} closed"

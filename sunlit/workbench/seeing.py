"""Warnings of the guard stop nobody, but whoever passes a text on has to say that they have seen them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import ngettext

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.records import acts, guarding
from sunlit.records.models import Revision
from sunlit.units.actors import Actor


def warnings_in(revision: Revision) -> int:
    """Return how many warnings stand in a text that nobody has overridden; 0 while something blocks it anyway."""
    plan = plans.current()
    kind = plan.kinds.get(revision.record.kind)
    if kind is None:
        return 0
    found = guarding.judge_revision(plan, kind, revision, today=clock.today())
    if not found or guarding.open_blocks(found, revision):
        return 0
    passed = guarding.overridden(revision)
    return sum(not one.blocks and one.key not in passed for one in found)


def expect_seen(revision: Revision, seen: bool, *, actor: Actor, now: datetime) -> None:
    """Raise ActRefused while a text has warnings and ``seen`` is not ticked; write down that they were seen."""
    count = warnings_in(revision)
    if not count:
        return
    if not seen:
        raise acts.ActRefused(
            ngettext(
                "The check warns of %(count)d place. Look at it and tick that you have seen it.",
                "The check warns of %(count)d places. Look at them and tick that you have seen them.",
                count,
            )
            % {"count": count}
        )
    acts.saw_warnings(revision, actor=actor, now=now)

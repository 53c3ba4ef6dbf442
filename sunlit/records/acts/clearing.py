"""What the guard stops: nothing goes on to readers with a finding that blocks, unless an approver overrides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import ngettext

from sunlit.calendars import clock
from sunlit.plan.language import Kind, Plan
from sunlit.records import guarding
from sunlit.records.acts.rules import ActRefused, local_day
from sunlit.records.guarding import Found
from sunlit.records.models import Revision


def expect_clean(revision: Revision, plan: Plan, kind: Kind, payload: Mapping[str, Any]) -> None:
    """Raise ActRefused with the first finding that keeps a text back; what was judged before is not judged again.

    The errors of the refusal name the place of each such finding.
    """
    verdict = guarding.standing(revision, plan, payload)
    if verdict is not None and not guarding.blocks_of(verdict):
        return
    now = clock.now()
    found = guarding.judge(plan, kind, payload, record=revision.record_id, note=revision.note, today=local_day(now))
    if verdict is None:
        guarding.keep(revision, plan, payload, found, now)
    refuse(kind, guarding.open_blocks(found, revision))


def refuse(kind: Kind, blocks: list[Found]) -> None:
    """Raise ActRefused if anything is left that blocks."""
    if not blocks:
        return
    errors = [guarding.error_of(kind, one) for one in blocks]
    said = guarding.sentence(kind, blocks[0].finding)
    if len(errors) > 1:
        more = len(errors) - 1
        said = ngettext("%(first)s (and %(more)d more place)", "%(first)s (and %(more)d more places)", more) % {
            "first": said,
            "more": more,
        }
    raise ActRefused(said, errors)

"""What the buttons on a text do: each is one act of the records engine, with the permission that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sunlit.records import acts
from sunlit.records.models import Revision
from sunlit.records.steps import StepName
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb
from sunlit.workbench import seeing

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REMARK = "remark-"
Do = Callable[[Revision, QueryDict, Actor, datetime], object]


@dataclass(frozen=True)
class TextAct:
    """An act upon a text, what it needs, and what is said once it is done."""

    verb: Verb
    do: Do
    done: _StrPromise


def _step(name: StepName) -> Do:
    return _seeing(lambda revision, _post, actor, now: acts.take_step(revision, name, actor=actor, now=now))


def _seeing(do: Do) -> Do:
    """Pass a text on only by somebody who has ticked that they saw what the guard warns of."""

    def seen(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
        with transaction.atomic():
            seeing.expect_seen(revision, bool(post.get("seen")), actor=actor, now=now)
            return do(revision, post, actor, now)

    return seen


def _override(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
    return acts.override(revision, post.get("finding", ""), actor=actor, now=now, reason=post.get("reason", ""))


def _mask(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
    return acts.mask(revision, actor=actor, now=now, key=post.get("finding", ""), rule=post.get("rule", ""))


def _send_back(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
    given = {name.removeprefix(REMARK): str(post[name]).strip() for name in post if name.startswith(REMARK)}
    remarks = {name: text for name, text in given.items() if text}
    reason = post.get("reason", "").strip() or (_("See the remarks.") if remarks else "")
    return acts.send_back(revision, actor=actor, now=now, reason=reason, remarks=remarks)


def _schedule(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
    return acts.schedule(revision, minute(post), actor=actor, now=now)


def minute(post: QueryDict) -> datetime:
    """Return the minute that a form names as local day and time; raise ActRefused where it names none."""
    try:
        local = datetime.fromisoformat(f"{post.get('day', '')}T{post.get('time', '')}")
    except ValueError as error:
        raise acts.ActRefused(_("Give day and time, such as 2026-05-01 and 09:00.")) from error
    return local.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _at_once(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
    return acts.publish_at_once(revision, actor=actor, now=now, reason=post.get("reason", ""))


def _waive(revision: Revision, post: QueryDict, actor: Actor, now: datetime) -> object:
    return acts.waive(revision, actor=actor, now=now, reason=post.get("reason", ""))


def _plainly(act: Callable[..., object]) -> Do:
    return lambda revision, _post, actor, now: act(revision, actor=actor, now=now)


TEXT_ACTS: Mapping[str, TextAct] = {
    "submit": TextAct(
        Verb.SUBMIT, _seeing(_plainly(acts.submit)), gettext_lazy("Handed in. It is on the desk of those who review.")
    ),
    "recall": TextAct(Verb.WRITE, _plainly(acts.recall), gettext_lazy("Taken back. You can go on writing.")),
    "discard": TextAct(Verb.WRITE, _plainly(acts.discard), gettext_lazy("Given up. Nothing of it was published.")),
    "review": TextAct(Verb.REVIEW, _step(StepName.REVIEW), gettext_lazy("Reviewed.")),
    "legal": TextAct(Verb.REVIEW_LEGAL, _step(StepName.LEGAL), gettext_lazy("Passed by the legality review.")),
    "secrecy": TextAct(Verb.REVIEW_SECRECY, _step(StepName.SECRECY), gettext_lazy("Cleared by the secrecy review.")),
    "approve": TextAct(Verb.APPROVE, _step(StepName.APPROVE), gettext_lazy("Approved. It can be released.")),
    "send-back": TextAct(Verb.APPROVE, _send_back, gettext_lazy("Sent back to its author.")),
    "publish": TextAct(Verb.PUBLISH, _plainly(acts.publish), gettext_lazy("Published.")),
    "schedule": TextAct(Verb.PUBLISH, _schedule, gettext_lazy("Set. It goes out by itself at that minute.")),
    "unschedule": TextAct(Verb.PUBLISH, _plainly(acts.unschedule), gettext_lazy("The set minute is taken off.")),
    "mask": TextAct(Verb.WRITE, _mask, gettext_lazy("Masked and saved.")),
    "override": TextAct(
        Verb.OVERRIDE_GUARD, _override, gettext_lazy("It may pass. Your reason stands in the history.")
    ),
    "waive": TextAct(Verb.APPROVE, _waive, gettext_lazy("It may come out alone; readers see the reason.")),
    "publish-at-once": TextAct(
        Verb.PUBLISH_AT_ONCE,
        _at_once,
        gettext_lazy("Published at once. Someone else reviews it on the next working day."),
    ),
}

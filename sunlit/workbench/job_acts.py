"""What the buttons on a job do: each is one act of the records engine, with the permission that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from sunlit.records.acts.rules import kind_for
from sunlit.records.errands import bulk, importing, steps
from sunlit.records.errands.tables import Sort
from sunlit.records.models import Errand
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Do = Callable[[Errand, QueryDict, Actor, datetime], Errand | None]


@dataclass(frozen=True)
class JobAct:
    """An act upon a job, what it needs, and what is said once it is done; ``verb`` None is that of the step at hand."""

    verb: Verb | None
    do: Do
    done: _StrPromise


def verb_for(errand: Errand, act: JobAct, post: QueryDict) -> Verb:
    """Return what somebody must be allowed to do to act upon a job."""
    if act.verb is not None:
        return act.verb
    if errand.waits_for:
        _plan, kind = kind_for(errand.kind)
        return steps.verb_of(kind, errand.waits_for)
    return bulk.VERBS[_chosen(post.get("sort", errand.sort))]


def _check(errand: Errand, _post: QueryDict, actor: Actor, now: datetime) -> None:
    importing.check_again(errand, actor=actor, now=now)


def _send(errand: Errand, _post: QueryDict, actor: Actor, now: datetime) -> None:
    importing.send(errand, actor=actor, now=now)


def _pass(errand: Errand, post: QueryDict, actor: Actor, now: datetime) -> None:
    take = bulk.take_step if errand.sort == Sort.EDIT else importing.take_step
    take(errand, post.get("step", ""), actor=actor, now=now)


def _back(errand: Errand, post: QueryDict, actor: Actor, now: datetime) -> None:
    back = bulk.send_back if errand.sort == Sort.EDIT else importing.send_back
    back(errand, actor=actor, now=now, reason=post.get("reason", ""))


def _drop(errand: Errand, _post: QueryDict, actor: Actor, now: datetime) -> None:
    drop = bulk.recall if errand.sort == Sort.EDIT else importing.drop
    drop(errand, actor=actor, now=now)


def _undo(errand: Errand, post: QueryDict, actor: Actor, now: datetime) -> Errand:
    why = {name: post.get(name, "") for name in ("reason", "basis", "code")}
    return bulk.undo(errand, _chosen(post.get("sort", "")), actor=actor, now=now, **why)


def _stop(errand: Errand, _post: QueryDict, actor: Actor, now: datetime) -> None:
    bulk.stop(errand, actor=actor, now=now)


def _chosen(written: str) -> Sort:
    if written not in Sort.values:
        return Sort.WITHDRAW
    return Sort(written)


JOB_ACTS: Mapping[str, JobAct] = {
    "check": JobAct(Verb.IMPORT, _check, gettext_lazy("Every row is checked again.")),
    "send": JobAct(Verb.SUBMIT, _send, gettext_lazy("Handed in. It is on the desk of those who review.")),
    "pass": JobAct(None, _pass, gettext_lazy("Done. It goes on.")),
    "back": JobAct(None, _back, gettext_lazy("Sent back with your reason.")),
    "drop": JobAct(Verb.IMPORT, _drop, gettext_lazy("Given up. Nothing of it is published.")),
    "undo": JobAct(None, _undo, gettext_lazy("It is being undone. The report says what became of each record.")),
    "stop": JobAct(None, _stop, gettext_lazy("Stopped. What is done stays done.")),
}

"""What the buttons on a published record do: each is one act with the permission it needs, and asks for its why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sunlit.records import acts, desk
from sunlit.records.models import Record
from sunlit.records.states import READABLE, RecordState, Validity
from sunlit.sight import Viewer
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Do = Callable[[Record, QueryDict, Viewer, Actor, datetime], object]


@dataclass(frozen=True)
class RecordAct:
    """An act upon a published record: from which states, with what permission, and how readers are told."""

    verb: Verb
    states: tuple[str, ...]
    do: Do
    label: _StrPromise
    about: _StrPromise
    done: _StrPromise
    list_of_reasons: str = ""
    asks: str = ""


def _why(post: QueryDict) -> dict[str, str]:
    return {name: post.get(name, "").strip() for name in ("reason", "basis", "code")}


def _plainly(act: Callable[..., object]) -> Do:
    return lambda record, post, _viewer, actor, now: act(record, actor=actor, now=now, **_why(post))


def _restore(record: Record, post: QueryDict, _viewer: Viewer, actor: Actor, now: datetime) -> object:
    why = _why(post)
    return acts.restore(record, actor=actor, now=now, reason=why["reason"], code=why["code"])


def _supersede(record: Record, post: QueryDict, viewer: Viewer, actor: Actor, now: datetime) -> object:
    written = post.get("successor", "").strip()
    found = desk.by_address(viewer, written)
    if found is None:
        raise acts.ActRefused(_("There is no record “%(number)s” here. Copy its index number.") % {"number": written})
    return acts.supersede(record, found, actor=actor, now=now, **_why(post))


def _validity(record: Record, post: QueryDict, _viewer: Viewer, actor: Actor, now: datetime) -> object:
    written = post.get("validity", "")
    if written not in Validity.values:
        raise acts.ActRefused(_("Choose whether the document is in force."))
    return acts.set_validity(record, Validity(written), actor=actor, now=now, **_why(post))


RECORD_ACTS: Mapping[str, RecordAct] = {
    "withdraw": RecordAct(
        Verb.WITHDRAW,
        (RecordState.LIVE,),
        _plainly(acts.withdraw),
        gettext_lazy("Withdraw"),
        gettext_lazy("It leaves the lists; its page stays readable, with a notice."),
        gettext_lazy("Withdrawn. Its page says so."),
        "withdraw",
    ),
    "unpublish": RecordAct(
        Verb.UNPUBLISH,
        READABLE,
        _plainly(acts.unpublish),
        gettext_lazy("Take off the site"),
        gettext_lazy("Nobody can read it any more; its address answers with date, reason and basis only."),
        gettext_lazy("Taken off the site."),
        "unpublish",
    ),
    "supersede": RecordAct(
        Verb.SUPERSEDE,
        (RecordState.LIVE,),
        _supersede,
        gettext_lazy("Point to its successor"),
        gettext_lazy("It stays readable and points to the record that takes its place."),
        gettext_lazy("It points to its successor now."),
        "supersede",
        "successor",
    ),
    "validity": RecordAct(
        Verb.SUPERSEDE,
        READABLE,
        _validity,
        gettext_lazy("Change its validity"),
        gettext_lazy("Say whether the document is in force, lapsed, repealed or amended."),
        gettext_lazy("Its validity is changed."),
        "validity",
        "validity",
    ),
    "restore": RecordAct(
        Verb.RESTORE,
        (RecordState.WITHDRAWN,),
        _restore,
        gettext_lazy("Bring back"),
        gettext_lazy("It comes back into the lists with the wording it has."),
        gettext_lazy("It is back in the lists."),
        "restore",
    ),
    "take-down": RecordAct(
        Verb.TAKE_DOWN,
        READABLE,
        _plainly(acts.take_down),
        gettext_lazy("Emergency takedown"),
        gettext_lazy("It is gone at once from page, files, lists and caches; someone else reviews it the next day."),
        gettext_lazy("Taken down. Someone else reviews it on the next working day."),
        "take_down",
    ),
}

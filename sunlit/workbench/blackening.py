"""What the buttons beside a file do: blacken what was found, keep what readers see, blacken words one writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, QueryDict

from sunlit.calendars import clock
from sunlit.records import acts
from sunlit.records.models import Revision
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb
from sunlit.workbench import door

_Do = Callable[[Revision, str, QueryDict, Actor, datetime], acts.Mended]


def _found(revision: Revision, sha256: str, post: QueryDict, actor: Actor, now: datetime) -> acts.Mended:
    warnings = sha256 in post.getlist("warned")
    return acts.blacken(revision, sha256, actor=actor, now=now, warnings=warnings)


def _seen(revision: Revision, sha256: str, _post: QueryDict, actor: Actor, now: datetime) -> acts.Mended:
    return acts.leave_out_hidden(revision, sha256, actor=actor, now=now)


def _words(revision: Revision, sha256: str, post: QueryDict, actor: Actor, now: datetime) -> acts.Mended:
    return acts.blacken_words(revision, sha256, post.get("words", "").splitlines(), actor=actor, now=now)


ACTS: Mapping[str, _Do] = {"found": _found, "seen": _seen, "words": _words}


def take(request: HttpRequest, revision: Revision, act: str, sha256: str) -> None:
    """Mend a file and leave a message: what was done, or in the engine's own words why not."""
    try:
        actor = door.acting(door.person(request), Verb.WRITE, revision.record.unit)
        done = ACTS[act](revision, sha256, request.POST, actor, clock.now())
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return
    messages.success(request, f"{done.name}: {acts.said_of(done)}")

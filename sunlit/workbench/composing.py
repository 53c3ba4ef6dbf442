"""Saving what somebody typed: kept as typed until it is saved, joined with what a colleague saved meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import FieldError, cleaner
from sunlit.records import acts, merging, working
from sunlit.records.merging import Conflict
from sunlit.records.models import Autosave, Revision
from sunlit.screens import forms
from sunlit.units.actors import Actor
from sunlit.units.models import User

_NOT_OF_THE_FORM = ("csrfmiddlewaretoken", "version", "do", "next")
TRIES = 5
TAKE = "take-"
"""Before a field's name: which of two wordings of it is to stand, ``mine`` or ``theirs``."""


@dataclass
class Saving:
    """What came of an attempt to save: the raw form to be shown again, and what stands in the way."""

    raw: Mapping[str, Any]
    version: int
    errors: list[FieldError] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    joined: tuple[str, ...] = ()
    refusal: str = ""
    is_saved: bool = False


def save(
    revision: Revision, plan: Plan, kind: Kind, draft: forms.Draft, post: QueryDict, *, actor: Actor, now: datetime
) -> Saving:
    """Save a form, joined with what others saved since it was opened; nothing is saved while something is undecided."""
    version = _version(post, revision)
    cleaned = cleaner(kind, plan).clean(draft.raw)
    wrong = [*draft.errors, *(one for one in cleaned.errors if not _is_missing(draft.raw, one))]
    if wrong:
        return Saving(draft.raw, version, wrong)
    for _try in range(TRIES):
        try:
            return _join_and_save(revision, kind, plan, draft, cleaned.payload, post, actor=actor, now=now)
        except acts.Overtaken as overtaken:
            # Somebody saved between our reading and our writing: their change is joined like any earlier one.
            refusal = overtaken.reason
            revision.refresh_from_db()
        except acts.ActRefused as refused:
            return Saving(draft.raw, version, list(refused.errors), refusal=refused.reason)
    return Saving(draft.raw, version, refusal=refusal)


def keep(user: User, revision: Revision, post: QueryDict, now: datetime) -> None:
    """Keep what is typed and not saved, for this person; files are not part of it, they are kept when they arrive."""
    typed = post.copy()
    for name in _NOT_OF_THE_FORM:
        typed.pop(name, None)
    Autosave.objects.update_or_create(
        user_id=user.pk,
        revision_id=revision.pk,
        defaults={"version": _version(post, revision), "form": typed.urlencode(), "at": now},
    )


def kept(user: User, revision: Revision) -> Autosave | None:
    """Return what a person typed into a text and did not save."""
    return Autosave.objects.filter(user_id=user.pk, revision_id=revision.pk).first()


def forget(user: User, revision: Revision) -> None:
    """Drop what a person typed: it has been saved, or they do not want it."""
    Autosave.objects.filter(user_id=user.pk, revision_id=revision.pk).delete()


def typed(autosave: Autosave, kind: Kind, plan: Plan, previous: Mapping[str, Any]) -> forms.Draft:
    """Read what was typed as if it had just been posted."""
    return forms.read(kind, plan, QueryDict(autosave.form), MultiValueDict(), previous=previous)


def _join_and_save(
    revision: Revision,
    kind: Kind,
    plan: Plan,
    draft: forms.Draft,
    payload: dict[str, Any],
    post: QueryDict,
    *,
    actor: Actor,
    now: datetime,
) -> Saving:
    """Save what two people wrote as one text, or return what only a person can decide; raises as ``acts.edit`` does."""
    merged = _joined(revision, _version(post, revision), payload, post)
    if merged.conflicts:
        shown = {**merged.payload, **{one.field: one.mine for one in merged.conflicts}}
        raw = forms.as_raw(kind, plan, {name: value for name, value in shown.items() if value is not None})
        return Saving(raw, revision.version, conflicts=merged.conflicts, joined=merged.taken)
    acts.edit(revision, merged.payload, actor=actor, now=now)
    return Saving(draft.raw, revision.version, joined=merged.taken, is_saved=True)


def _joined(revision: Revision, version: int, mine: dict[str, Any], post: QueryDict) -> merging.Merged:
    """Join a form with what was saved since it was filled.

    Whoever chose their own wording did so in sight of the version with which the form was filled, so that needs no more
    than to keep it; what was saved after that is a question of its own. A colleague's wording is not touched.
    """
    base = working.wording_at(revision, version)
    theirs = revision.data
    began = json.loads(base.payload) if base else theirs
    left = {name: began.get(name) for name in {*mine, *theirs, *began} if post.get(f"{TAKE}{name}") == "theirs"}
    own = {name: value for name, value in {**mine, **left}.items() if value is not None}
    return merging.merge(began, own, theirs)


def _version(post: QueryDict, revision: Revision) -> int:
    written = post.get("version", "")
    return int(written) if written.isdigit() else revision.version


def _is_missing(raw: Mapping[str, Any], error: FieldError) -> bool:
    """Tell whether an error only says that something required is empty: a draft may lack it."""
    value = raw.get(error.field)
    return value in (None, "", [], {}) and not error.path

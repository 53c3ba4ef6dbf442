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
    merged = _joined(revision, version, cleaned.payload, post)
    if merged.conflicts:
        shown = {**merged.payload, **{one.field: one.mine for one in merged.conflicts}}
        raw = forms.as_raw(kind, plan, {name: value for name, value in shown.items() if value is not None})
        return Saving(raw, revision.version, conflicts=merged.conflicts, joined=merged.taken)
    try:
        acts.edit(revision, merged.payload, actor=actor, now=now)
    except acts.ActRefused as refused:
        return Saving(draft.raw, version, list(refused.errors), refusal=refused.reason)
    return Saving(draft.raw, revision.version, joined=merged.taken, is_saved=True)


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


def _joined(revision: Revision, version: int, mine: dict[str, Any], post: QueryDict) -> merging.Merged:
    """Join a form with what was saved since it was opened; what its writer decided between two wordings stands."""
    base = working.wording_at(revision, version)
    theirs = revision.data
    chosen = {name.removeprefix(TAKE): post.get(name, "") for name in post if name.startswith(TAKE)}
    own = {name: value for name, value in mine.items() if chosen.get(name) != "theirs"}
    own |= {name: theirs[name] for name, which in chosen.items() if which == "theirs" and name in theirs}
    merged = merging.merge(json.loads(base.payload) if base else theirs, own, theirs)
    payload = dict(merged.payload)
    for one in merged.conflicts:
        if chosen.get(one.field) == "mine":
            payload.pop(one.field, None)
            payload |= {one.field: one.mine} if one.mine is not None else {}
    left = [one for one in merged.conflicts if one.field not in chosen]
    return merging.Merged(payload, merged.taken, left)


def _version(post: QueryDict, revision: Revision) -> int:
    written = post.get("version", "")
    return int(written) if written.isdigit() else revision.version


def _is_missing(raw: Mapping[str, Any], error: FieldError) -> bool:
    """Tell whether an error only says that something required is empty: a draft may lack it."""
    value = raw.get(error.field)
    return value in (None, "", [], {}) and not error.path

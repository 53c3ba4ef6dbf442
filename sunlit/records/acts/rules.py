"""What every act asks first, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import FieldError
from sunlit.records import working
from sunlit.records.models import Bundle, BundleState, Record, Revision, Waiver
from sunlit.records.states import RevisionState
from sunlit.units import permissions
from sunlit.units.actors import Actor
from sunlit.units.models import Unit, User
from sunlit.units.roles import FOUR_EYES, Verb

_READY = (RevisionState.REVIEWED, RevisionState.CLEARED, RevisionState.APPROVED, RevisionState.SCHEDULED)
_BACK = (RevisionState.DRAFT, RevisionState.DISCARDED, RevisionState.SUBMITTED)


class ActRefused(Exception):
    """Says why an act was not done, in a sentence a clerk can act on; ``errors`` name the fields at fault."""

    def __init__(self, reason: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.errors = tuple(errors)


class Overtaken(ActRefused):
    """Says that a colleague changed a text or a record since it was read; whoever reads it again may go on."""


def local_day(now: datetime) -> date:
    """Return the legal day of an instant in the plan's zone."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def allow(actor: Actor, verb: Verb, unit: Unit, *, now: datetime, authors: Iterable[int | None] = ()) -> User:
    """Return the person behind ``actor`` if they may do ``verb`` for ``unit``; raise ActRefused otherwise.

    ``authors`` are all who had a hand in the text: the four-eyes rule holds against each of them.
    """
    user = permissions.person(actor.user_id) if actor.user_id else None
    if user is None:
        raise ActRefused(_("Only a person who is logged in can do this."))
    if verb in FOUR_EYES and user.pk in set(authors):
        raise ActRefused(_("You wrote this text yourself. Someone else has to look at it: ask a colleague."))
    if not permissions.may(user, verb, unit, today=local_day(now)):
        raise ActRefused(
            _("You have no role at %(unit)s that allows this. Ask its administrator for one.") % {"unit": unit.name}
        )
    return user


def authors_of(revision: Revision) -> tuple[int | None, ...]:
    """Return the ids of all who had a hand in a text."""
    return (revision.author_id, *revision.co_authors)


def kind_for(code: str) -> tuple[Plan, Kind]:
    """Return the current plan and a kind of it; raise ActRefused for a kind it does not have."""
    plan = plans.current()
    return plan, kind_in(plan, code)


def kind_in(plan: Plan, code: str) -> Kind:
    """Return a kind of a plan; raise ActRefused for a kind it does not have."""
    if code not in plan.kinds:
        raise ActRefused(_("The plan has no kind of record “%(kind)s” any more.") % {"kind": code})
    return plan.kinds[code]


def expect(revision: Revision, *states: str) -> None:
    """Raise ActRefused unless a revision is in one of some states."""
    if revision.state not in states:
        raise ActRefused(
            _("This text is “%(state)s”, so that step is not open now.") % {"state": revision.get_state_display()}
        )


def expect_record(record: Record, *states: str) -> None:
    """Raise ActRefused unless a record is in one of some states."""
    if record.state not in states:
        raise ActRefused(
            _("This record is “%(state)s”, so that is not possible now.") % {"state": record.get_state_display()}
        )


def swap_revision(revision: Revision, **changes: Any) -> None:
    """Change a revision if nobody else did since it was read; raise Overtaken if someone was quicker."""
    same = Revision.objects.filter(pk=revision.pk, version=revision.version, state=revision.state)
    if same.update(version=F("version") + 1, **changes) != 1:
        raise Overtaken(_("A colleague has changed this text meanwhile. Look at it again before you go on."))
    if changes.get("state") in _BACK and revision.state in _READY:
        _loosen(revision)
    _follow(revision, changes)
    if "state" in changes:
        working.follow(revision)


def _loosen(revision: Revision) -> None:
    """Undo what was decided upon a text that goes back: the minute of its bundle, and a waiver for its wording."""
    reason = _("Text %(text)d is not approved any more.") % {"text": revision.pk}
    held = Bundle.objects.filter(members__revision=revision, state=BundleState.OPEN, scheduled_for__isnull=False)
    held.update(scheduled_for=None, reason=reason, version=F("version") + 1)
    Waiver.objects.filter(revision=revision).delete()


def swap_record(record: Record, **changes: Any) -> None:
    """Change a record if nobody else did since it was read; raise Overtaken if someone was quicker."""
    same = Record.objects.filter(pk=record.pk, version=record.version, state=record.state)
    if same.update(version=F("version") + 1, **changes) != 1:
        raise Overtaken(_("A colleague has changed this record meanwhile. Look at it again before you go on."))
    _follow(record, changes)


def given(text: str, what: str) -> str:
    """Return a text that must not be empty, at most 500 characters; raise ActRefused naming what is missing."""
    tidy = text.strip()
    if not tidy:
        raise ActRefused(_("Say %(what)s: readers see it, and the ledger binds it.") % {"what": what})
    if len(tidy) > 500:
        raise ActRefused(_("Shorten %(what)s to 500 characters.") % {"what": what})
    return tidy


def _follow(row: Record | Revision, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1

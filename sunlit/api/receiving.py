"""What a system may do with records: bring one, correct it, ask for its withdrawal. The acts are those of the desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sunlit.api import values
from sunlit.api.callers import Caller, unit_for
from sunlit.api.models import Sent, Wish
from sunlit.api.problems import Problem
from sunlit.api.shapes import Correction, NewRecord
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import acts, desk
from sunlit.records.acts import ActRefused
from sunlit.records.models import Record, Revision
from sunlit.records.states import READABLE, RecordState, RevisionState
from sunlit.units import actors
from sunlit.units.models import Unit
from sunlit.units.roles import Role

Result = TypeVar("Result")


def create(caller: Caller, new: NewRecord) -> Sent:
    """Bring a record and hand it over for review; raises Problem or ActRefused."""
    plan, kind = kind_for(caller, new.kind)
    unit = unit_for(caller, new.unit)
    _refuse_double(caller, new.reference)
    data = values.prepared(plan, kind, new.fields, token=caller.token)
    sent = Sent(token=caller.token, kind=kind.code, unit=unit, reference=new.reference, at=caller.now, id=uuid.uuid4())
    if caller.token.sandbox:
        payload = _undone(lambda: _written(caller, kind, unit, data, new).data)
        sent.payload = {"fields": payload, "audience": new.audience, "scope": new.scope, "state": "submitted"}
    else:
        sent.record = _written(caller, kind, unit, data, new).record
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError:
        raise _double(new.reference) from None
    return sent


def correct(caller: Caller, sent: Sent, wanted: Correction) -> Sent:
    """Replace the text of a record: of one in work where it stands, of a published one by a correction."""
    plan, kind = kind_for(caller, sent.kind)
    data = values.prepared(plan, kind, wanted.fields, token=caller.token, record=sent.record)
    if sent.record is None:
        kept = dict(sent.payload or {})
        if kept.get("state") != "submitted":
            raise ActRefused(_("This text was taken back. Send it anew."))
        again = NewRecord(kind=sent.kind, unit=sent.unit.code, fields={}, **_audience(kept))
        kept["fields"] = _undone(lambda: _written(caller, kind, sent.unit, data, again).data)
        sent.payload = kept
        sent.save(update_fields=["payload"])
        return sent
    revision = _opened(caller, sent.record, wanted.note)
    revision = acts.edit(revision, data, actor=caller.actor, now=caller.now)
    _hand_over(caller, kind, revision)
    return sent


def withdraw(caller: Caller, sent: Sent, reason: str) -> bool:
    """Take back a text that nobody has looked at, or ask people to withdraw a published record; tell whether done."""
    if sent.record is None:
        sent.payload = {**(sent.payload or {}), "state": "discarded"}
        sent.save(update_fields=["payload"])
        return True
    record = Record.objects.get(pk=sent.record.pk)
    if record.state == RecordState.DRAFT:
        revision = _own_text(caller, record)
        acts.discard(revision, actor=caller.actor, now=caller.now)
        return True
    if record.state not in READABLE or record.state == RecordState.WITHDRAWN:
        raise ActRefused(_("This record is “%(state)s” already.") % {"state": record.get_state_display()})
    try:
        with transaction.atomic():
            Wish.objects.create(sent=sent, reason=reason, at=caller.now)
    except IntegrityError:
        raise ActRefused(_("Its withdrawal has been asked for already; people will decide.")) from None
    return False


def kind_for(caller: Caller, code: str) -> tuple[Plan, Kind]:
    """Return the plan and a kind of it that the token may write; raise Problem for any other."""
    plan = plans.current()
    if code not in caller.token.kinds or code not in plan.kinds:
        detail = _("This token does not write records of the kind %(kind)s.") % {"kind": code}
        raise Problem(403, "not-allowed", detail, [{"pointer": "/kind", "detail": detail}])
    return plan, plan.kinds[code]


def _written(caller: Caller, kind: Kind, unit: Unit, data: dict[str, Any], new: NewRecord) -> Revision:
    audience = new.audience or None
    revision = acts.draft(kind.code, unit, data, actor=caller.actor, now=caller.now, audience=audience, scope=new.scope)
    return _hand_over(caller, kind, revision)


def _hand_over(caller: Caller, kind: Kind, revision: Revision) -> Revision:
    """Submit a text; publish it where the plan lets a system do so and an approver answers for it today."""
    revision = acts.submit(revision, actor=caller.actor, now=caller.now)
    approver = caller.token.vouched_by
    if kind.settings.intake == "publish" and approver is not None and not caller.token.sandbox:
        # Whoever answered for it may have left meanwhile: then it waits for people, as all others do.
        with suppress(ActRefused), transaction.atomic():
            acting = actors.of(approver, caller.token.unit, Role.APPROVER)
            acts.publish_vouched(Revision.objects.get(pk=revision.pk), approver=acting, now=caller.now)
    return revision


def _opened(caller: Caller, record: Record, note: str) -> Revision:
    record = Record.objects.get(pk=record.pk)
    if desk.open_revision(record) is None:
        return acts.correct(record, actor=caller.actor, now=caller.now, note=note)
    return _own_text(caller, record)


def _own_text(caller: Caller, record: Record) -> Revision:
    """Return the draft of a record that the system itself wrote, taken back if it was submitted."""
    revision = desk.open_revision(record)
    if revision is None:
        raise ActRefused(_("This text was taken back. Send it anew."))
    if revision.author_id != caller.actor.user_id:
        raise ActRefused(_("People are working on this record. Wait until they are done."))
    if revision.state == RevisionState.SUBMITTED:
        revision = acts.recall(revision, actor=caller.actor, now=caller.now)
    return revision


def _refuse_double(caller: Caller, reference: str) -> None:
    if reference and Sent.objects.filter(token=caller.token, reference=reference).exists():
        raise _double(reference)


def _double(reference: str) -> Problem:
    detail = _("You have sent a record with the reference “%(value)s”; correct that one.") % {"value": reference[:40]}
    return Problem(409, "conflict", detail, [{"pointer": "/reference", "detail": detail}])


def _audience(kept: dict[str, Any]) -> dict[str, str]:
    return {"audience": kept.get("audience", ""), "scope": kept.get("scope", "")}


class _Undone(Exception):
    """Takes back what was only tried."""


def _undone(act: Callable[[], Result]) -> Result:
    """Do something and take it back; everything is judged as if it were kept."""
    found: list[Result] = []
    try:
        with transaction.atomic():
            found.append(act())
            raise _Undone
    except _Undone:
        return found[0]

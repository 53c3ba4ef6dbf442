"""Withdrawing many records, or taking them off the site, in one short transaction: each act like any other's.

The same rows as ``withdraw`` and ``unpublish`` write for each of them, at a fraction of the cost; whoever cannot be
ended is left as it is and the reason is returned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from sunlit.ledger import commitments
from sunlit.ledger.alike import Act, append_alike
from sunlit.records import documents, linking
from sunlit.records.acts import journal, retiring
from sunlit.records.acts.retiring import Why
from sunlit.records.acts.rules import ActRefused, Overtaken, allow, expect_record, given, local_day
from sunlit.records.imports.writing import ids
from sunlit.records.models import Notice, Record, Relation, Revision, Slot
from sunlit.records.states import READABLE, Audience, RecordState, RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

MOST = 200
"""Records in one transaction."""
_ENDS = {
    Verb.WITHDRAW: ("record.withdrawn", RecordState.WITHDRAWN, (RecordState.LIVE,), retiring.withdraw),
    Verb.UNPUBLISH: ("record.unpublished", RecordState.UNPUBLISHED, READABLE, retiring.unpublish),
}


def end_many(verb: Verb, records: Sequence[Record], why: Why, *, actor: Actor, now: datetime) -> dict[int, str]:
    """End records, at most ``MOST``; return for each by its id why it was not done, '' where it was.

    Raises ActRefused, before anything is done, for a reason that is missing or not on the plan's list.
    """
    why = Why(given(why.reason, _("the reason")), why.basis, retiring.chosen(verb.value, why.code))
    outcome = _judge(verb, records, actor, now)
    fit = [record for record in records if record.pk not in outcome]
    try:
        with transaction.atomic():
            _end(verb, fit, why, actor, now)
    except Overtaken:
        return outcome | _one_by_one(verb, fit, why, actor, now)
    return outcome | dict.fromkeys((record.pk for record in fit), "")


def _judge(verb: Verb, records: Sequence[Record], actor: Actor, now: datetime) -> dict[int, str]:
    """Return the refusals of those that may not be ended."""
    refusals: dict[int, str] = {}
    allowed: dict[int, str] = {}
    for record in records:
        if record.unit_id not in allowed:
            allowed[record.unit_id] = _refusal(lambda one=record: allow(actor, verb, one.unit, now=now))
        words = allowed[record.unit_id] or _refusal(lambda one=record: expect_record(one, *_ENDS[verb][2]))
        if words:
            refusals[record.pk] = words
    return refusals


def _refusal(act: Any) -> str:
    try:
        act()
    except ActRefused as refused:
        return refused.reason
    return ""


def _one_by_one(verb: Verb, records: Sequence[Record], why: Why, actor: Actor, now: datetime) -> dict[int, str]:
    """End records each in its own transaction, read anew: someone is at work on one of them."""
    outcome = {}
    for record in records:
        end = _ENDS[verb][3]
        try:
            record.refresh_from_db()
            end(record, actor=actor, now=now, reason=why.reason, basis=why.basis, code=why.code)
        except ActRefused as refused:
            outcome[record.pk] = refused.reason
        else:
            outcome[record.pk] = ""
    return outcome


def _end(verb: Verb, records: Sequence[Record], why: Why, actor: Actor, now: datetime) -> None:
    if not records:
        return
    event, state, _before, _act = _ENDS[verb]
    keys = [record.pk for record in records]
    if Revision.objects.filter(record__in=keys, state=RevisionState.SCHEDULED).exists() and state not in READABLE:
        raise Overtaken("one of them has a text that waits for its minute")
    _change(keys, records, state, now)
    notices = _notices(records, event, why, actor, now)
    Slot.objects.filter(pk__in=keys).delete()
    journal.trace_alike([(one.record, one.revision) for one in notices], event, actor=actor, now=now, note=why.reason)
    tags = _tags(records)
    for private in (False, True):
        acts = [
            Act(
                one.record.subject,
                documents.notice_reference(one.record.index_no or "", one.revision, one.pk),
                " ".join(tags[one.record.pk]),
                bytes(one.commitment),
            )
            for one in notices
            if (one.record.audience != Audience.PUBLIC) == private
        ]
        if acts:
            append_alike(event, acts, actor=actor, day=local_day(now), batch=0, private=private, now=now)


def _change(keys: Sequence[int], records: Sequence[Record], state: RecordState, now: datetime) -> None:
    """Move the records on by compare-and-swap; raises Overtaken if one of them was changed since it was read."""
    changes: dict[str, Any] = {"state": state, "changed_at": now, "version": F("version") + 1}
    if state not in READABLE:
        changes |= {"live": None, "title": ""}
    same = Q()
    by_version: dict[tuple[int, str], list[int]] = defaultdict(list)
    for record in records:
        by_version[record.version, record.state].append(record.pk)
    for (version, before), pks in by_version.items():
        same |= Q(pk__in=pks, version=version, state=before)
    if Record.objects.filter(same).update(**changes) != len(keys):
        raise Overtaken("a colleague has changed one of them")
    if state not in READABLE:
        lives = [record.live_id for record in records if record.live_id]
        Revision.objects.filter(pk__in=lives).update(state=RevisionState.RETIRED, version=F("version") + 1)


def _notices(records: Sequence[Record], event: str, why: Why, actor: Actor, now: datetime) -> list[Notice]:
    notices = []
    for record, pk in zip(records, ids(Notice, len(records)), strict=True):
        if record.live is None:
            raise Overtaken("nothing of it is published")
        notice = Notice(
            pk=pk,
            record=record,
            event=event,
            revision=record.live.number,
            day=local_day(now),
            at=now,
            code=why.code,
            reason=why.reason,
            basis=why.basis.strip()[:300],
            salt=(salt := commitments.new_salt()),
            actor_id=actor.user_id,
        )
        notice.commitment = commitments.commit(salt, documents.of_notice(record, notice))
        notices.append(notice)
    Notice.objects.bulk_create(notices)
    return notices


def _tags(records: Sequence[Record]) -> Mapping[int, tuple[str, ...]]:
    """Return the page tags of the end of each record, its linked records' among them."""
    keys = [record.pk for record in records]
    linked: dict[int, set[int]] = defaultdict(set)
    for source, target in Relation.objects.filter(Q(source__in=keys) | Q(target__in=keys)).values_list(
        "source_id", "target_id"
    ):
        linked[source].add(target)
        linked[target].add(source)
    return {
        record.pk: (
            record.subject,
            f"kind:{record.kind}",
            f"unit:{record.unit_path}",
            *([journal.DELISTED] if record.state == RecordState.LIVE else []),
            *sorted(linking.tags_of(linked[record.pk] - {record.pk})),
        )
        for record in records
    }

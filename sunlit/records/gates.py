"""What the plan asks to be released together: whether a text falls under such a rule, and whether it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.kinds import Companion
from sunlit.plan.payload import applies
from sunlit.records import linking
from sunlit.records.models import Record, Relation, Revision, Waiver, hidden_batches
from sunlit.records.states import READABLE, Audience, RecordState


class Text(Protocol):
    """A text that is about to be released."""

    revision: Revision
    plan: Plan
    kind: Kind
    payload: Mapping[str, Any]
    title: str


def rule_for(kind: Kind, payload: Mapping[str, Any]) -> Companion | None:
    """Return the rule under which a payload falls, or None if it is released alone."""
    rule = kind.settings.released_with
    return rule if rule is not None and applies(rule.when, payload) else None


def missing(text: Text, together: Sequence[Text], slugs: Mapping[int, str]) -> str:
    """Return why a text cannot be released yet, or "" if nothing stands against it.

    ``together`` are all that are released in the same moment, ``slugs`` their addresses by the ids of their records. A
    correction of what readers see already under the same rule is free: nothing appears alone by it.
    """
    rule = rule_for(text.kind, text.payload)
    record = text.revision.record
    if rule is None or _is_out(record, text.kind):
        return ""
    slug = slugs.get(record.pk, record.slug)
    if any(_names(one, rule, slug) for one in together):
        return ""
    if _is_named(record, rule) or Waiver.objects.filter(revision=text.revision).exists():
        return ""
    return _(
        "“%(title)s” is released only together with its “%(kind)s”: put both into one bundle, "
        "or let an approver waive it with a reason."
    ) % {"title": text.title, "kind": text.plan.kinds[rule.kind].label.zh}


def note_of(plan: Plan, kind: Kind, reason: str) -> str:
    """Return what readers are told beside a text that came out without what belongs to it."""
    rule = kind.settings.released_with
    label = plan.kinds[rule.kind].label.zh if rule else ""
    return _("Released without “%(kind)s”: %(reason)s") % {"kind": label, "reason": reason}


def _is_out(record: Record, kind: Kind) -> bool:
    return record.state in READABLE and record.live is not None and rule_for(kind, record.live.data) is not None


def _names(other: Text, rule: Companion, slug: str | None) -> bool:
    if other.kind.code != rule.kind or slug is None:
        return False
    return (rule.field, slug) in set(linking.slugs_of(other.kind, other.payload))


def _is_named(record: Record, rule: Companion) -> bool:
    """Tell whether those who may read the record can read one that belongs to it."""
    audiences = {Audience.PUBLIC.value, record.audience}
    there = Relation.objects.filter(target=record, name=rule.field, source__kind=rule.kind)
    there = there.filter(source__state=RecordState.LIVE, source__audience__in=audiences)
    return there.exclude(source__batch_id__in=hidden_batches()).exists()

"""Linking two records under a name that the plan gives to such links."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.ledger import pagetags
from sunlit.records.acts.rules import ActRefused, allow, kind_for
from sunlit.records.models import Record, Relation
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb


@transaction.atomic
def relate(source: Record, name: str, target: Record, *, actor: Actor, now: datetime) -> Relation:
    """Link two records for both pages; raise ActRefused unless the source's kind has such a link to the target's."""
    allow(actor, Verb.WRITE, source.unit, now=now)
    _plan, kind = kind_for(source.kind)
    declared = next((item for item in kind.relations if item.name == name), None)
    if declared is None or target.kind not in declared.kinds or source.pk == target.pk:
        raise ActRefused(_("“%(kind)s” has no such link to that record.") % {"kind": kind.label.zh})
    pagetags.touch([source.subject, target.subject], now=now)
    return Relation.objects.get_or_create(source=source, name=name, target=target)[0]


@transaction.atomic
def unrelate(source: Record, name: str, target: Record, *, actor: Actor, now: datetime) -> None:
    """Take a link away again."""
    allow(actor, Verb.WRITE, source.unit, now=now)
    pagetags.touch([source.subject, target.subject], now=now)
    Relation.objects.filter(source=source, name=name, target=target).delete()

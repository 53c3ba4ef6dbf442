"""Acts on start pages: one person proposes, another puts it in force or sends it back; every version is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sunlit.ledger import commitments, events
from sunlit.ledger.actions import append
from sunlit.plan import selectors as plans
from sunlit.records import documents
from sunlit.records.acts.rules import ActRefused, allow, local_day
from sunlit.records.startpages import content as contents
from sunlit.records.startpages import selectors
from sunlit.records.startpages.tables import UnitPage, UnitPageVersion, VersionState
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Verb


@transaction.atomic
def propose(unit: Unit, raw: Mapping[str, Any], *, version: int, actor: Actor, now: datetime) -> UnitPageVersion:
    """Propose a start page; ``version`` is that of the page when the editor began.

    A proposal that waits is overtaken, and whoever wrote it stays among the authors. Raises ActRefused and
    ContentRefused.
    """
    user = allow(actor, Verb.WRITE, unit, now=now)
    plan = plans.current()
    content = contents.checked(raw, plan, unit.code, today=local_day(now)).canonical()
    page, _created = UnitPage.objects.get_or_create(unit=unit)
    waiting, standing = selectors.proposed(page), selectors.in_force(page)
    latest = waiting or standing
    known = (
        [latest.content] if latest else [one.canonical() for one in (contents.Content(), selectors.usual(plan, unit))]
    )
    if content in known:
        raise ActRefused(_("Nothing is different from what is there already."))
    _swap(page, version)
    if waiting is not None:
        _decide(waiting, VersionState.OVERTAKEN, user.pk, now)
    last = page.versions.order_by("-number").values_list("number", flat=True).first() or 0
    made = UnitPageVersion.objects.create(
        page=page,
        number=last + 1,
        content=content,
        proposed_by=user,
        proposed_at=now,
        authors=sorted({user.pk, *(waiting.authors if waiting else ())}),
        salt=commitments.new_salt(),
    )
    _note(made, "proposed", unit, actor=actor, now=now)
    return made


@transaction.atomic
def put_in_force(proposal: UnitPageVersion, *, version: int, actor: Actor, now: datetime) -> None:
    """Let readers see a proposal from now on; raises ActRefused to whoever had a hand in it."""
    page, unit = proposal.page, proposal.page.unit
    user = allow(actor, Verb.PUBLISH, unit, now=now, authors=proposal.authors)
    found = contents.objections(contents.stored(proposal.content), plans.current(), unit.code)
    if found:
        raise ActRefused(found[0].sentence)
    _swap(page, version)
    page.versions.filter(state=VersionState.IN_FORCE).update(state=VersionState.PAST)
    _decide(proposal, VersionState.IN_FORCE, user.pk, now)
    _note(proposal, "in-force", unit, actor=actor, now=now, tags=(f"unit:{unit.path}",))


@transaction.atomic
def send_back(proposal: UnitPageVersion, reason: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Send a proposal back, saying why; raises ActRefused."""
    user = allow(actor, Verb.PUBLISH, proposal.page.unit, now=now, authors=proposal.authors)
    reason = reason.strip()
    if not reason:
        raise ActRefused(_("Say what is to be changed."))
    _swap(proposal.page, version)
    _decide(proposal, VersionState.SENT_BACK, user.pk, now, reason=reason[:500])
    _note(proposal, "sent-back", proposal.page.unit, actor=actor, now=now)


@transaction.atomic
def take_back(proposal: UnitPageVersion, *, version: int, actor: Actor, now: datetime) -> None:
    """Take a proposal back, as an editor of the unit; raises ActRefused."""
    user = allow(actor, Verb.WRITE, proposal.page.unit, now=now)
    _swap(proposal.page, version)
    _decide(proposal, VersionState.TAKEN_BACK, user.pk, now)
    _note(proposal, "taken-back", proposal.page.unit, actor=actor, now=now)


def _swap(page: UnitPage, version: int) -> None:
    if UnitPage.objects.filter(pk=page.pk, version=version).update(version=F("version") + 1) != 1:
        raise ActRefused(
            _("A colleague has changed this start page meanwhile. Compare with what is there now, then go on.")
        )
    page.version = version + 1


def _decide(one: UnitPageVersion, state: str, user: int, now: datetime, *, reason: str = "") -> None:
    same = UnitPageVersion.objects.filter(pk=one.pk, state=VersionState.PROPOSED)
    if same.update(state=state, decided_by=user, decided_at=now, reason=reason) != 1:
        raise ActRefused(_("This proposal is decided already. Look at it again."))
    one.refresh_from_db()


def _note(
    one: UnitPageVersion, step: str, unit: Unit, *, actor: Actor, now: datetime, tags: tuple[str, ...] = ()
) -> None:
    """Write down a step: the world learns the day and a commitment; ``tags`` end the pages that show the unit."""
    document = {
        "step": step,
        "unit": unit.code,
        "number": one.number,
        "by": actor.opaque,
        "content": hashlib.sha256(one.content.encode()).hexdigest(),
        "at": documents.instant(now),
        **({"reason": one.reason} if one.reason else {}),
    }
    append(
        events.PRIVATE,
        subject=one.page.subject,
        actor=actor,
        commitment=commitments.commit(bytes(one.salt), document),
        day=local_day(now),
        ref=f"{step}#{one.number}",
        private=True,
        tags=tags,
    )

"""The texts a person leaves behind, and who goes on with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sunlit.accounts.roles import Refused
from sunlit.records.acts import journal
from sunlit.records.acts.rules import ActRefused, local_day, swap_revision
from sunlit.records.models import Revision
from sunlit.records.states import IN_WORK
from sunlit.units import actors, audit, permissions
from sunlit.units.audit import AuditEvent
from sunlit.units.models import User
from sunlit.units.permissions import Verb
from sunlit.units.roles import Role

if TYPE_CHECKING:
    from sunlit.accounts.people import Reach


def of(user: User, reach: Reach) -> QuerySet[Revision]:
    """Return the texts of a person that are in work within reach, the latest first."""
    found = Revision.objects.filter(reach.within("record__unit__path"), author=user, state__in=IN_WORK)
    return found.select_related("record__unit").order_by("-pk")


@transaction.atomic
def hand_over(drafts: list[Revision], to: User, *, administrator: User, now: datetime, address: str = "") -> int:
    """Make another editor the author of texts in work; returns how many. Raises Refused, and then changes none.

    Whoever wrote so far stays one of the authors: four eyes hold against them as before.
    """
    for draft in drafts:
        unit = draft.record.unit
        if not permissions.may(to, Verb.WRITE, unit, today=local_day(now)):
            raise Refused(
                _("%(person)s may not write for %(unit)s: choose an editor of that unit.")
                % {"person": to.get_full_name() or to.username, "unit": unit.name}
            )
        others = [each for each in (*draft.co_authors, draft.author_id) if each not in (None, to.pk)]
        left = draft.author_id
        try:
            swap_revision(draft, author_id=to.pk, co_authors=list(dict.fromkeys(others)))
        except ActRefused as refused:
            raise Refused(str(refused)) from None
        actor = actors.of(administrator, unit, Role.UNIT_ADMINISTRATOR)
        journal.worked(draft.record, draft, "handed over", actor=actor, now=now)
        audit.write(
            AuditEvent.DRAFTS_HANDED_OVER,
            actor=administrator,
            subject=f"user:{left}",
            unit_path=unit.path,
            address=address,
            detail={"record": draft.record_id, "revision": draft.number, "to": to.opaque},
            now=now,
        )
    return len(drafts)

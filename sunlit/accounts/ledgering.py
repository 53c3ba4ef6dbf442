"""Write changes of roles and deputies into the ledger: as private entries, which show a day and a commitment only."""

from __future__ import annotations

from datetime import date

from sunlit.ledger import actions, commitments
from sunlit.units import actors
from sunlit.units.audit import Detail
from sunlit.units.models import Delegation, Member

_ACTOR = actors.system()  # a private entry holds no actor; the audit journal says who it was


def role(event: str, member: Member, *, day: date) -> Detail:
    """Commit to a role taken up or ended; returns document and salt, which the audit journal keeps to prove it by."""
    document = {
        "person": member.user.opaque,
        "unit": member.unit.code,
        "role": member.role,
        "since": member.since.isoformat(),
        "until": member.until.isoformat() if member.until else "",
    }
    return _append(event, f"member:{member.user_id}", document, day)


def deputy(event: str, given: Delegation, *, day: date) -> Detail:
    """Commit to a deputy named or relieved; returns document and salt, which the audit journal keeps to prove it by."""
    document = {
        "person": given.absent.opaque,
        "deputy": given.deputy.opaque,
        "unit": given.unit.code,
        "role": given.role,
        "since": given.since.isoformat(),
        "until": given.until.isoformat(),
    }
    return _append(event, f"member:{given.absent_id}", document, day)


def _append(event: str, subject: str, document: dict[str, str], day: date) -> Detail:
    salt = commitments.new_salt()
    commitment = commitments.commit(salt, document)
    actions.append(event, subject=subject, actor=_ACTOR, commitment=commitment, day=day, private=True)
    return {**document, "salt": salt.hex()}

"""Write the audit journal: the one way in. Who may read it is asked of ``permissions`` (``Verb.SEE_AUDIT``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address, ip_network

from sunlit.calendars import clock
from sunlit.units.events import AuditEvent
from sunlit.units.models import AuditEntry, Member, User

__all__ = ["AuditEvent", "exported", "home_path", "overrode", "read_restricted", "shortened", "write"]

Detail = Mapping[str, str | int | bool | None]


def write(
    event: AuditEvent,
    *,
    actor: User | None,
    subject: str = "",
    unit_path: str = "",
    address: str = "",
    detail: Detail | None = None,
    now: datetime | None = None,
) -> AuditEntry:
    """Write down what was done, in the caller's transaction if there is one.

    Without ``unit_path`` it belongs to the unit of whom it is about, else of who did it. ``detail`` holds codes, dates
    and numbers, never a name or a word of what was read.
    """
    return AuditEntry.objects.create(
        at=now or clock.now(),
        actor=actor.pk if actor else None,
        opaque=actor.opaque if actor else "",
        event=AuditEvent(event).value,
        subject=subject[:200],
        unit_path=unit_path or _path(subject, actor),
        address=shortened(address),
        detail=dict(detail or {}),
    )


def read_restricted(actor: User, subject: str, *, unit_path: str, address: str = "", what: str = "") -> AuditEntry:
    """Write down that someone read data that few may read; ``what`` is a code, such as the name of a field."""
    return write(
        AuditEvent.RESTRICTED_READ,
        actor=actor,
        subject=subject,
        unit_path=unit_path,
        address=address,
        detail={"what": what} if what else None,
    )


def exported(actor: User, what: str, *, rows: int, unit_path: str = "", address: str = "") -> AuditEntry:
    """Write down that someone took a list out as a file, and how many rows it had."""
    detail = {"rows": rows}
    return write(AuditEvent.EXPORTED, actor=actor, subject=what, unit_path=unit_path, address=address, detail=detail)


def overrode(actor: User, subject: str, *, check: str, unit_path: str, address: str = "") -> AuditEntry:
    """Write down that someone published although a check objected; ``check`` is the check's code."""
    detail = {"check": check}
    return write(AuditEvent.OVERRODE, actor=actor, subject=subject, unit_path=unit_path, address=address, detail=detail)


def shortened(address: str) -> str:
    """Return the network of an address (/24, or /48 for IPv6), so that the journal does not single out a machine."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def home_path(user_id: int) -> str:
    """Return the path of the unit that a person belongs to: of the latest role; '' for one who never held any."""
    latest = Member.objects.filter(user_id=user_id).order_by("-since", "unit__path")
    return latest.values_list("unit__path", flat=True).first() or ""


def _path(subject: str, actor: User | None) -> str:
    kind, _colon, key = subject.partition(":")
    if kind == "user" and key.isdigit():
        return home_path(int(key))
    return home_path(actor.pk) if actor else ""

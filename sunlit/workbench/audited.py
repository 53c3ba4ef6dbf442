"""What goes into the audit journal of the desk's work: reading what few may read, exports, going past a check."""

from __future__ import annotations

from django.http import HttpRequest

from sunlit.records.models import Errand, Record
from sunlit.screens.limits import client_address
from sunlit.sight import Audience
from sunlit.units import audit
from sunlit.workbench import door

PAST_A_CHECK = frozenset({"waive", "publish-at-once", "override"})


def read(request: HttpRequest, record: Record, what: str) -> None:
    """Write down that somebody read a record meant for a group, or for people named one by one."""
    if record.audience in (Audience.GROUP, Audience.SEALED):
        audit.read_restricted(
            door.person(request),
            record.subject,
            unit_path=record.unit_path,
            address=client_address(request),
            what=what,
        )


def read_rows(request: HttpRequest, errand: Errand) -> None:
    """Write down that somebody read a row of a sheet whose records are meant for a group, or for people named."""
    if errand.audience in (Audience.GROUP, Audience.SEALED):
        audit.read_restricted(
            door.person(request),
            errand.subject,
            unit_path=errand.unit_path,
            address=client_address(request),
            what="row",
        )


def acted(request: HttpRequest, record: Record, act: str) -> None:
    """Write down that somebody went past a check: published without its reviews, or without what belongs to it."""
    if act in PAST_A_CHECK:
        audit.overrode(
            door.person(request),
            record.subject,
            check=act,
            unit_path=record.unit_path,
            address=client_address(request),
        )


def exported(request: HttpRequest, what: str, rows: int) -> None:
    """Write down that somebody took a list out as a file."""
    audit.exported(door.person(request), what, rows=rows, address=client_address(request))

"""The root of a day: what the ledger came to, to be printed, pinned to a notice board and read aloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sunlit.ledger import checkpoints, keys, witnesses
from sunlit.ledger import selectors as ledger
from sunlit.ledger.models import Checkpoint
from sunlit.portal import addresses
from sunlit.portal.pages import pieces
from sunlit.screens import qr
from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY

GROUP = 4
ROW = 4  # groups in a row


class NoRoot(LookupError):
    """Say that nothing was signed up to that day, or that the day has not begun."""


@dataclass(frozen=True)
class RootPage:
    """The last checkpoint signed on a day, or before it where nothing was added on the day itself."""

    crumbs: list[Link] = field(metadata=HTML_ONLY)
    day: date
    is_over: bool
    is_unchanged: bool
    signed_at: datetime
    origin: str
    size: int
    root: str
    groups: list[list[str]]
    vkey: str
    fingerprint: list[list[str]]
    cosigners: list[witnesses.Cosigned]
    checkpoint: str
    url: str
    text_url: str
    earlier: str
    later: str
    spoken: list[str]
    code: SafeString = field(metadata=HTML_ONLY)


def latest(*, today: date) -> RootPage:
    """Fill the page of the last day on which something was signed; raise NoRoot where nothing was yet."""
    last = ledger.last_checkpoint()
    if last is None:
        raise NoRoot("nothing has been signed yet")
    return of_day(min(_day(last), today), today=today)


def of_day(day: date, *, today: date) -> RootPage:
    """Fill the page of a day; raise NoRoot where nothing was signed by then or the day is still to come."""
    found = ledger.checkpoint_before(_start(day + timedelta(days=1))) if day <= today else None
    if found is None:
        raise NoRoot(f"no checkpoint up to {day}")
    statement = checkpoints.parse(found.note)
    vkey = _vkey()
    url = addresses.root() + reverse("portal:root_of_day", kwargs={"day": day.isoformat()})
    groups = in_groups(statement.root)
    return RootPage(
        crumbs=pieces.crumbs(Link(_("Verify"), reverse("portal:verify")), here=_("Root of the day")),
        day=day,
        is_over=day < today,
        is_unchanged=_day(found) != day,
        signed_at=found.signed_at,
        origin=statement.origin,
        size=statement.size,
        root=statement.text().split("\n")[2],
        groups=groups,
        vkey=vkey,
        fingerprint=in_groups(sha256(vkey.encode()).digest()) if vkey else [],
        cosigners=witnesses.cosigners(found.note),
        checkpoint=found.note,
        url=url,
        text_url=reverse("portal:root_text", kwargs={"day": day.isoformat()}),
        earlier=_address(ledger.checkpoint_before(_start(day))),
        later=_address(ledger.checkpoint_since(_start(day + timedelta(days=1)))),
        spoken=spoken(statement, day, groups),
        code=qr.svg(url),
    )


def in_groups(data: bytes) -> list[list[str]]:
    """Return bytes in hexadecimal, in groups of four signs and rows of four groups, as they are read aloud."""
    text = data.hex().upper()
    groups = [text[at : at + GROUP] for at in range(0, len(text), GROUP)]
    return [groups[at : at + ROW] for at in range(0, len(groups), ROW)]


def spoken(statement: checkpoints.Checkpoint, day: date, groups: list[list[str]]) -> list[str]:
    """Return what is read on the radio, line by line; each group sign by sign."""
    about = {"origin": statement.origin, "day": date_format(day, "DATE_FORMAT"), "size": f"{statement.size:,}"}
    every = [group for row in groups for group in row]
    return [
        _("The root of the public ledger %(origin)s on %(day)s.") % about,
        _("It covers %(size)s entries.") % about,
        _("The root has sixteen groups of four signs: digits, and letters from A to F."),
        *(f"{number}: {' '.join(group)}" for number, group in enumerate(every, 1)),
        _("End of the root. Whoever has written it down can compare it with the site at any later time."),
    ]


def _vkey() -> str:
    try:
        return keys.verifier().vkey()
    except keys.KeyRefused:
        return ""


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def _day(found: Checkpoint) -> date:
    return found.signed_at.astimezone(timezone.get_default_timezone()).date()


def _address(found: Checkpoint | None) -> str:
    return reverse("portal:root_of_day", kwargs={"day": _day(found).isoformat()}) if found else ""

"""Synonyms that staff add to those of the plan; every process knows a new group within a second."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.asked import alike
from sunlit.asked.models import Synonyms
from sunlit.ledger import pagetags
from sunlit.units import audit
from sunlit.units.models import User

MOST = 500
_MOST_WORDS, _LONGEST = 12, 20
_FRESH_SECONDS = 0.5
Groups = tuple[tuple[str, ...], ...]

_lock = threading.Lock()
_known: Groups = ()
_read = float("-inf")


class SynonymsRefused(ValueError):
    """Say in a sentence for whoever typed them why some words are no group of synonyms."""


def groups() -> Groups:
    """Return all groups, looked up at most twice a second."""
    global _known, _read
    with _lock:
        if time.monotonic() - _read >= _FRESH_SECONDS:
            rows = Synonyms.objects.order_by("pk").values_list("words", flat=True)[:MOST]
            _known, _read = tuple(tuple(words) for words in rows), time.monotonic()
        return _known


def forget() -> None:
    """Look them up anew at once."""
    global _read
    with _lock:
        _read = float("-inf")


def add(typed: str, *, user: User, network: str, now: datetime) -> Synonyms:
    """Add a group, typed with blanks, commas or lines between the words; raises SynonymsRefused."""
    for mark in ",，、;；\n\r\t":
        typed = typed.replace(mark, " ")
    words = list({alike.key(word): word for word in typed.split()}.values())
    if len(words) < 2:
        raise SynonymsRefused(_("Write at least two different words, with commas between them."))
    if len(words) > _MOST_WORDS or any(not 2 <= len(word) <= _LONGEST for word in words):
        raise SynonymsRefused(_("A group has at most 12 words, each of 2 to 20 characters."))
    if Synonyms.objects.count() >= MOST:
        raise SynonymsRefused(_("There are 500 groups: remove some, or move them into the plan."))
    with transaction.atomic():
        row = Synonyms.objects.create(words=words, by=user, at=now)
        _changed(row.pk, "added", user, network, now)
    forget()
    return row


def remove(row: Synonyms, *, user: User, network: str, now: datetime) -> None:
    """Remove a group."""
    with transaction.atomic():
        pk = row.pk
        row.delete()
        _changed(pk, "removed", user, network, now)
    forget()


def _changed(pk: int, act: str, user: User, network: str, now: datetime) -> None:
    event, subject = audit.AuditEvent.SEARCH_TUNED, f"search:synonyms:{pk}"
    audit.write(event, actor=user, subject=subject, address=network, detail={"act": act}, now=now)
    pagetags.touch([pagetags.ALL], now=now)

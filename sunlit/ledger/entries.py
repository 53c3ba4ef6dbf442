"""Entries: the bytes that are hashed, and the rules that keep every one of them acceptable."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sunlit.ledger import canonical, commitments, notes, tiles
from sunlit.ledger.events import EVENTS, PRIVATE

VERSION = 1
MAX_REF = 200
MAX_WORD = 80
_FIELDS = {"v", "type", "day", "unit", "role", "actor", "ref", "commit"}
_PRIVATE_FIELDS = {"v", "type", "day", "commit"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class EntryRefused(ValueError):
    """Say why the ledger does not take an entry."""


class ActorLike(Protocol):
    """Say on whose behalf something was done: a unit's code, a role and an opaque id, never a person's name."""

    @property
    def unit(self) -> str: ...  # noqa: D102  # protocol members are described by the class

    @property
    def role(self) -> str: ...  # noqa: D102

    @property
    def opaque(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Statement:
    """Hold what an entry says, read back from its bytes; a private one has empty unit, role, actor and ref."""

    type: str
    day: str
    commitment: bytes
    unit: str = ""
    role: str = ""
    actor: str = ""
    ref: str = ""


def check_event(event: str) -> str:
    """Return ``event`` if the closed table of entry types has it; raise EntryRefused otherwise."""
    if event not in EVENTS:
        raise EntryRefused(f"{event!r} is not a type of ledger entry; the types are listed in sunlit.ledger.events")
    return event


def check_word(name: str, value: str, limit: int = MAX_WORD) -> str:
    """Return ``value`` if it is short printable text; raise EntryRefused naming the field otherwise."""
    if len(value) > limit or not value.isprintable():
        raise EntryRefused(f"{name} of a ledger entry is at most {limit} printable characters, not {value[:100]!r}")
    return value


def check_commitment(value: bytes) -> bytes:
    """Return ``value`` if it has the length of a commitment; raise EntryRefused otherwise."""
    if len(value) != commitments.COMMITMENT_SIZE:
        raise EntryRefused(f"a commitment has {commitments.COMMITMENT_SIZE} bytes, this one has {len(value)}")
    return value


def public(event: str, *, day: date, actor: ActorLike, ref: str, commitment: bytes) -> bytes:
    """Return the bytes of a public entry; raise EntryRefused where anything in it is not acceptable."""
    return _encode(
        {
            "v": VERSION,
            "type": check_event(event),
            "day": day.isoformat(),
            "unit": check_word("the unit", actor.unit),
            "role": check_word("the role", actor.role),
            "actor": check_word("the actor", actor.opaque),
            "ref": check_word("the reference", ref, MAX_REF),
            "commit": notes.encode64(check_commitment(commitment)),
        }
    )


def private(event: str, *, day: date, commitment: bytes) -> bytes:
    """Return the bytes of an entry that is not public: day and commitment, whatever ``event`` (checked) was."""
    check_event(event)
    commit = notes.encode64(check_commitment(commitment))
    return _encode({"v": VERSION, "type": PRIVATE, "day": day.isoformat(), "commit": commit})


def parse(body: bytes) -> Statement:
    """Return what the entry ``body`` says; raise EntryRefused unless it is a canonical entry of this version."""
    try:
        data = canonical.decode(body)
    except canonical.NotCanonical as error:
        raise EntryRefused(str(error)) from error
    if not isinstance(data, dict) or set(data) not in (_FIELDS, _PRIVATE_FIELDS) or data["v"] != VERSION:
        raise EntryRefused("the bytes are canonical JSON but not an entry of version 1")
    words = {name: value for name, value in data.items() if name != "v"}
    if not all(isinstance(value, str) for value in words.values()) or not _DAY.fullmatch(words["day"]):
        raise EntryRefused("a field of the entry is not the text it should be")
    if (words["type"] == PRIVATE) != (set(data) == _PRIVATE_FIELDS):
        raise EntryRefused("a private entry says more, or a public one less, than it may")
    try:
        commitment = check_commitment(notes.decode64(words.pop("commit")))
    except notes.BadNote as error:
        raise EntryRefused(str(error)) from error
    return Statement(commitment=commitment, **words)


def _encode(data: dict[str, object]) -> bytes:
    try:
        body = canonical.encode(data)
    except canonical.NotCanonical as error:
        raise EntryRefused(str(error)) from error
    if len(body) > tiles.MAX_ENTRY:
        raise EntryRefused(f"an entry of {len(body)} bytes does not fit: the limit is {tiles.MAX_ENTRY}")
    return body

"""Recovering the log: after a restored backup, a lost head, damaged tiles or entries, up to what the world has seen.

Every step is a short transaction and can be repeated; after a kill the next run surveys what is left and goes on.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from sunlit.calendars import clock
from sunlit.ledger import (
    actions,
    bulk,
    checkpoints,
    commitments,
    entries,
    growing,
    house,
    journal,
    keys,
    merkle,
    published,
    retiling,
    selectors,
    surveying,
)
from sunlit.ledger.growing import LOCAL, ROWS
from sunlit.ledger.journal import Record
from sunlit.ledger.models import Checkpoint, Cursor, Entry, Head, Pending
from sunlit.ledger.surveying import Claim, Kept, Plan, Row
from sunlit.units import actors

Say = Callable[[str], object]
_OWN = "the last checkpoint in the database"
_COLUMNS = ("position", "event", "day", "subject", "ref")


class RecoveryRefused(RuntimeError):
    """Say why nothing was recovered, and what to do."""


@dataclass(frozen=True)
class Seen:
    """Hold what the world has seen, and the largest note of it."""

    claims: tuple[Claim, ...]
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """Hold what came of it: how many entries the log holds, and how many were put right, set aside, and replayed."""

    size: int
    righted: int
    set_aside: int
    retiled: int
    replayed: int


def seen_by_the_world(given: Path | None = None) -> Seen:
    """Return every checkpoint that this log has signed, as far as it is still known here or ``given`` in a file.

    Raises RecoveryRefused where ``given`` is not signed by this log, or where the published copy is damaged and nothing
    stands in for it.
    """
    found: list[tuple[checkpoints.Checkpoint, str, str]] = []
    damaged: list[str] = []
    for where, read in _places():
        try:
            note = read()
            if note is not None:
                found.append((keys.verified(note), where, note))
        except (UnicodeDecodeError, checkpoints.BadCheckpoint) as error:
            damaged.append(f"{where}: {error}")
    if given is not None:
        note = _given(given)
        found.append((keys.verified(note), str(given), note))
    # What the database says of itself is not enough: it may be the old backup.
    if damaged and not any(where != _OWN for _said, where, _note in found):
        raise RecoveryRefused(
            f"{'; '.join(damaged)}. Give the last checkpoint that a witness, a reader or another host has, "
            "with --checkpoint."
        )
    claims = tuple(Claim(one.size, one.root, where) for one, where, _note in found)
    largest = max(found, key=lambda one: one[0].size, default=None)
    return Seen(claims, largest[2] if largest else "")


def _places() -> Iterable[tuple[str, Callable[[], str | None]]]:
    """Return where checkpoints of this log are kept, and how each is read."""
    last = selectors.last_checkpoint()
    return (
        (f"the published checkpoint ({published.path()})", published.read),
        (f"the journal's checkpoint ({journal.checkpoint_path()})", lambda: published.text(journal.checkpoint_path())),
        (_OWN, lambda: last.note if last else None),
    )


def _given(path: Path) -> str:
    try:
        note = path.read_bytes().decode("utf-8")
        keys.verified(note)
    except (OSError, UnicodeDecodeError, checkpoints.BadCheckpoint) as error:
        raise RecoveryRefused(f"{path} is not a checkpoint of this log: {error}") from error
    return note


def plan(seen: Seen) -> Plan:
    """Return how the log becomes whole; raise Unrecoverable where it cannot."""
    rows = (Row(*found) for found in _stored())
    kept = (Kept(record.position, record.body) for record in journal.read())
    return surveying.survey(rows, kept, seen.claims)


def recover(seen: Seen, found: Plan, say: Say, *, now: datetime | None = None) -> Outcome:
    """Do what ``found`` says and return what was done; the caller keeps the worker away.

    Raises RecoveryRefused where the outcome is not what the world has seen; nothing is signed or published then.
    """
    now = now or clock.now()
    righted = _put_right(found, say)
    aside = _set_aside(found, say)
    retiled = retiling.rebuild(found.base, say)
    replayed = _replay(found, say, now)
    for claim in seen.claims:
        if selectors.root_at(claim.size) != claim.root:
            raise RecoveryRefused(f"the first {claim.size} entries do not give the root of {claim.where}")
    _show(seen, now)
    return Outcome(found.size, righted, aside, retiled, replayed)


def _stored() -> Iterator[tuple[int, bytes, bytes]]:
    """Yield position, body and leaf hash of every entry, in order, a few thousand at a time."""
    last = -1
    while True:
        rows = Entry.objects.filter(position__gt=last).order_by("position")
        chunk = list(rows.values_list("position", "body", "leaf_hash")[: 10 * ROWS])
        if not chunk:
            return
        yield from ((position, bytes(body), bytes(leaf)) for position, body, leaf in chunk)
        last = chunk[-1][0]


def _put_right(found: Plan, say: Say) -> int:
    """Write the rows that are missing or are not what was signed; what stood there is kept in a file."""
    if not found.wrong:
        return 0
    wanted = (record for record in journal.read(min(found.wrong)) if _is_wanted(record, found))
    done: set[int] = set()
    while chunk := list(islice(wanted, ROWS)):
        places = [record.position for record in chunk]
        _keep_aside(Entry.objects.filter(position__in=places).order_by("position").values_list(*Record._fields))
        with transaction.atomic():
            Entry.objects.filter(position__in=places).delete()
            _insert(chunk)
        done.update(places)
        say(f"{len(done)} of {len(found.wrong)} entries put right")
    for position in sorted(set(found.wrong) - done):  # the body is what was signed, only its hash beside it is wrong
        Entry.objects.filter(position=position).update(leaf_hash=found.wrong[position])
    return len(found.wrong)


def _is_wanted(record: Record, found: Plan) -> bool:
    return merkle.leaf_hash(record.body) == found.wrong.get(record.position)


def _insert(records: list[Record]) -> None:
    rows = [
        (r.position, r.body, merkle.leaf_hash(r.body), r.event, r.subject, r.ref, r.tags, r.batch, _instant(r))
        for r in records
    ]
    bulk.insert(Entry, ("position", "body", "leaf_hash", *LOCAL, "sequenced_at"), rows)


def _instant(record: Record) -> object:
    return bulk.instant(record.sequenced_at)


def _set_aside(found: Plan, say: Say) -> int:
    """Let rows that cannot stay at their place wait again for one: the world has not seen them."""
    done = 0
    while rows := list(Entry.objects.filter(position__gte=found.base).order_by("position")[:ROWS]):
        with transaction.atomic():
            Pending.objects.bulk_create(
                Pending(body=bytes(r.body), event=r.event, subject=r.subject, ref=r.ref, tags=r.tags) for r in rows
            )
            Entry.objects.filter(pk__in=[row.pk for row in rows]).delete()
        done += len(rows)
        say(f"{done} entries that nobody has seen wait for a new place")
    return done


def _replay(found: Plan, say: Say, now: datetime) -> int:
    """Append what the journal has beyond the database, at most 500 entries in a transaction."""
    head = selectors.head()
    if head.size == found.size:
        return 0
    records, start = journal.read(head.size), head.size
    waiting, known_before = _waiting(), {row["position"] for row in listed()}
    while head.size < found.size:
        chunk = list(islice(records, min(ROWS, found.size - head.size)))
        if not chunk or [record.position for record in chunk] != list(range(head.size, head.size + len(chunk))):
            raise RecoveryRefused(f"the journal has changed meanwhile, near entry {head.size}; start again")
        _list(chunk, known_before)
        with transaction.atomic():
            head = growing.append(head, [(r.body, *r[2:7], r.sequenced_at) for r in chunk])
            known = [pk for record in chunk for pk in waiting.get(merkle.leaf_hash(record.body), ())]
            Pending.objects.filter(pk__in=known).delete()
            if head.size == found.size:
                _finish(head, start, say, now)
        say(f"{head.size} of {found.size} entries are in place")
    return found.size - start


def _waiting() -> dict[bytes, list[int]]:
    """Return the keys of what waits, by leaf hash: in an old backup acts may wait that had been sequenced since."""
    found: dict[bytes, list[int]] = {}
    for pk, body in Pending.objects.values_list("pk", "body").iterator(10 * ROWS):
        found.setdefault(merkle.leaf_hash(bytes(body)), []).append(pk)
    return found


def _finish(head: Head, start: int, say: Say, now: datetime) -> None:
    """Write down that the log was recovered, and keep reactors from acting upon replayed entries a second time."""
    root = bytes(head.root)
    statement = {"origin": keys.origin(), "size": head.size, "root": root.hex()}
    actions.append(
        "ledger.recovered",
        subject=f"ledger:{head.size}",
        actor=actors.system(),
        commitment=commitments.commit(root, statement),  # it is public, so its own root is salt enough
        day=clock.today(),
        ref=f"{start}-{head.size}",
    )
    names = [reactor.name for reactor in house.followers().reactors]
    for cursor in Cursor.objects.filter(follower__in=names, position__lt=head.size):
        say(
            f"{cursor.follower} does not act upon the entries {cursor.position} to {head.size - 1}: it has most likely "
            "done so before; look whether anything is missing"
        )
        Cursor.objects.filter(pk=cursor.pk).update(position=head.size, root=root, tries=0, retry_at=None)


def _show(seen: Seen, now: datetime) -> None:
    """Store and publish the largest checkpoint again where this host has lost it."""
    if not seen.note:
        return
    said = keys.verified(seen.note)
    row = {"root": said.root, "note": seen.note}
    Checkpoint.objects.update_or_create(size=said.size, defaults=row, create_defaults={**row, "signed_at": now})
    journal.keep(seen.note)
    published.publish(seen.note)


# What staff have to look at afterwards ------------------------------------------------------------------------------


def list_path() -> Path:
    """Return the file that lists every entry that was ever replayed on this host."""
    return Path(settings.HOME) / "ledger" / "recovered.csv"


def _list(records: list[Record], known: set[str]) -> None:
    """Add records to the list, before they are in the log; those that an interrupted run has listed are left out."""
    begins = not list_path().exists()
    with list_path().open("a", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        if begins:
            writer.writerow(_COLUMNS)
        for one in records:
            if str(one.position) not in known:
                writer.writerow([one.position, one.event, _day(one.body), one.subject, one.ref])


def listed() -> list[dict[str, str]]:
    """Return what the list holds."""
    try:
        with list_path().open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except FileNotFoundError:
        return []


def without_content() -> list[dict[str, str]]:
    """Return the replayed entries whose documents are not in the tables, so that staff can enter them again."""
    about_itself = ("ledger.", "key.")  # entries with which the log speaks of itself alone
    rows = [row for row in listed() if not row["event"].startswith(about_itself)]
    lost = {(row["subject"], row["ref"]): row for row in rows}
    for source in house.content_sources() if lost else []:
        for content in source.contents():
            row = lost.get((content.subject, content.ref))
            if row and content.commitment is not None and _binds(int(row["position"]), content.commitment):
                del lost[content.subject, content.ref]
    return sorted(lost.values(), key=lambda row: int(row["position"]))


def _binds(position: int, commitment: bytes) -> bool:
    body = Entry.objects.filter(position=position).values_list("body", flat=True).first()
    try:
        return body is not None and entries.parse(bytes(body)).commitment == commitment
    except entries.EntryRefused:
        return False


def _day(body: bytes) -> str:
    try:
        return entries.parse(body).day
    except entries.EntryRefused:
        return ""


def _keep_aside(rows: Iterable[Sequence[object]]) -> None:
    """Keep rows that are overwritten, for whoever has to find out what happened to them."""
    path = Path(settings.HOME) / "ledger" / "replaced.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        for row in rows:
            record = Record._make(row)
            stream.write(record._replace(body=bytes(record.body)).line())

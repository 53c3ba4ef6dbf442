"""Everything that finds rows of the ledger."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from sunlit.ledger import checkpoints, merkle, proofs, published, tiles
from sunlit.ledger.models import (
    Alarm,
    Checkpoint,
    Cursor,
    Effect,
    Entry,
    Head,
    Heartbeat,
    Parked,
    Pending,
    Release,
    Tile,
)

WORKER = "worker"


class NotYetSigned(LookupError):
    """Say that an entry is not (yet) under a published checkpoint."""


def head() -> Head:
    """Return size and root of the log; an unsaved row of size 0 before the first entry."""
    return Head.objects.filter(pk=Head.ONLY).first() or Head()


def tile(level: int, number: int) -> bytes:
    """Return the hashes of a stored tile; raise LookupError where it is missing."""
    hashes = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    if hashes is None:
        raise LookupError(f"tile {tiles.path(tiles.Address(level, number))} is missing")
    return bytes(hashes)


def edge(size: int) -> tiles.Edge:
    """Return the right edge of the tree of ``size`` entries in one query; raise LookupError where a tile is short."""
    wanted = Q(pk__in=[])
    level = 0
    while size >> tiles.HEIGHT * level:
        wanted |= Q(level=level, number=(size >> tiles.HEIGHT * level) // tiles.WIDTH)
        level += 1
    found = {(row.level, row.number): bytes(row.hashes) for row in Tile.objects.filter(wanted)} if size else {}
    return tiles.edge_at(size, lambda level, number: found.get((level, number), b""))


def root_at(size: int) -> bytes:
    """Return the root of the first ``size`` entries, from the tiles; raise LookupError where the log is shorter."""
    return edge(size).root()


def leaves(start: int, stop: int) -> list[bytes]:
    """Return the leaf hashes ``start`` up to ``stop`` out of the tiles; fewer where a tile is missing or short."""
    numbers = range(start // tiles.WIDTH, (stop + tiles.WIDTH - 1) // tiles.WIDTH)
    found = Tile.objects.filter(level=0, number__gte=numbers.start, number__lt=numbers.stop).order_by("number")
    hashes: list[bytes] = []
    for number, data in found.values_list("number", "hashes"):
        if number * tiles.WIDTH != numbers.start * tiles.WIDTH + len(hashes):
            break
        hashes += tiles.split(bytes(data))
    skipped = start - numbers.start * tiles.WIDTH
    return hashes[skipped : skipped + stop - start]


def waiting() -> bool:
    """Tell whether anything can be sequenced."""
    return Pending.objects.filter(batch=0).exists() or Release.objects.filter(done=False).exists()


def oldest_pending_age(now: datetime) -> timedelta:
    """Return for how long the oldest row that is free to go has been waiting; nothing where none is."""
    released = Release.objects.filter(done=False).values_list("batch", flat=True)
    firsts = [Pending.objects.filter(batch=batch).order_by("id").first() for batch in (0, *released)]
    return max((now - row.created_at for row in firsts if row), default=timedelta())


def last_checkpoint() -> Checkpoint | None:
    """Return the largest checkpoint that was signed."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_before(moment: datetime) -> Checkpoint | None:
    """Return the last checkpoint that was signed before ``moment``."""
    return Checkpoint.objects.filter(signed_at__lt=moment).order_by("-signed_at", "-size").first()


def checkpoint_since(moment: datetime) -> Checkpoint | None:
    """Return the first checkpoint that was signed at ``moment`` or later."""
    return Checkpoint.objects.filter(signed_at__gte=moment).order_by("signed_at", "size").first()


def published_note() -> str | None:
    """Return the note that the world sees: the published copy, or on a host without one the last stored checkpoint."""
    note = published.read()
    if note is not None:
        return note
    last = last_checkpoint()
    return last.note if last else None


def published_size() -> int:
    """Return how many entries the published checkpoint covers; 0 where there is none."""
    seen = published.checkpoint()
    if seen is not None:
        return seen.size
    last = last_checkpoint()
    return last.size if last else 0


def entry_for(subject: str, ref: str = "", event: str = "") -> Entry | None:
    """Return the first entry about ``subject``, narrowed to a reference and an event where given."""
    found = Entry.objects.filter(subject=subject)
    if ref:
        found = found.filter(ref=ref)
    if event:
        found = found.filter(event=event)
    return found.order_by("position").first()


def entries_of(subject: str) -> list[Entry]:
    """Return every entry about ``subject``, oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("position"))


def entries_with_ref(ref: str) -> list[Entry]:
    """Return every entry with the reference ``ref``, oldest first."""
    return list(Entry.objects.filter(ref=ref).order_by("position"))


def proof_for(position: int) -> str:
    """Return the proof file of the entry at ``position`` under the published checkpoint.

    Raises NotYetSigned where that checkpoint does not cover it.
    """
    note = published_note()
    signed = checkpoints.parse(note) if note else None
    if note is None or signed is None or not 0 <= position < signed.size:
        covered = signed.size if signed else 0
        raise NotYetSigned(f"entry {position} is not under the published checkpoint, which covers {covered} entries")
    body = Entry.objects.filter(position=position).values_list("body", flat=True).first()
    if body is None:
        raise LookupError(f"entry {position} is missing although it was signed; run `sunlit ledger verify`")
    path = merkle.inclusion_proof(position, signed.size, tiles.subtree_reader(tile))
    return proofs.build(position, path, note, bytes(body)).render()


def tile_bytes(address: tiles.Address) -> bytes | None:
    """Return a tile as it is served, or None where the published checkpoint does not cover it.

    What is served never changes: entries that are not yet signed could still be lost with the machine's power.
    """
    level = address.level or 0
    if tiles.width_at(level, address.number, published_size()) < address.width:
        return None
    if address.level is not None:
        return tile(level, address.number)[: address.width * merkle.HASH_SIZE]
    first = address.number * tiles.WIDTH
    found = Entry.objects.filter(position__gte=first, position__lt=first + address.width).order_by("position")
    bodies = [bytes(body) for body in found.values_list("body", flat=True)]
    return tiles.pack_entries(bodies) if len(bodies) == address.width else None


def heartbeat_age(now: datetime, name: str = WORKER) -> timedelta | None:
    """Return for how long the worker has not been seen; None where it never was."""
    beat = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    return max(now - beat, timedelta()) if beat else None


def followers_behind() -> dict[str, int]:
    """Return for each follower how many entries it has still to take."""
    size = head().size
    positions = Cursor.objects.order_by("follower").values_list("follower", "position")
    return {name: max(size - position, 0) for name, position in positions}


def parked() -> dict[str, int]:
    """Return for each follower how many entries it has left behind; only those that have any."""
    return dict(Parked.objects.order_by("follower").values_list("follower").annotate(Count("pk")))


def effects_by_state() -> dict[str, int]:
    """Return how many acts of reactors stand in each state, those in which none stands included."""
    found = dict(Effect.objects.order_by("state").values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Effect.State.values}


def open_alarms() -> list[Alarm]:
    """Return what a person has to look at, oldest first."""
    return list(Alarm.objects.filter(cleared_at=None).order_by("raised_at"))

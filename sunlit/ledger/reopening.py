"""Opening a new log where the old one cannot go on: its first entry names the end of the old one.

Everything of the old log is archived first. How far the opening has come stands in a file; while that file lies there
nothing is sequenced or signed, and the command given again goes on where it was stopped.
"""

import json
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from heapq import merge
from itertools import groupby, islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from sunlit.calendars import clock
from sunlit.ledger import (
    checkpoints,
    commitments,
    entries,
    followers,
    growing,
    guard,
    house,
    journal,
    keys,
    notes,
    published,
    selectors,
)
from sunlit.ledger.growing import ROWS
from sunlit.ledger.journal import Record
from sunlit.ledger.models import Checkpoint, Cursor, Effect, Entry, Head, Parked, Tile
from sunlit.units import actors

Say = Callable[[str], object]
EVENT = "ledger.opened"
_FAR = 1 << 40  # where effects wait while their positions change


class OpeningRefused(RuntimeError):
    """Say why no new log is opened, and what to do."""


@dataclass(frozen=True)
class Opening:
    """Hold what is being opened, the end of the old log, and how far it has come: archive, clear, fill, follow."""

    name: str
    archive: str
    old_origin: str
    old_size: int
    old_root: str
    stage: str = "archive"

    @property
    def ref(self) -> str:
        """Return how the first entry names the end of the old log."""
        return f"{self.old_origin}#{self.old_size}#{self.old_root}"


def unfinished() -> Opening | None:
    """Return the opening that was interrupted, or None."""
    try:
        return Opening(**json.loads(guard.opening_path().read_text("utf-8")))
    except FileNotFoundError:
        return None


def prepare(name: str, given: Path | None = None) -> Opening:
    """Return the opening of the log ``name``, or the one to go on with; raise OpeningRefused for a name that cannot be.

    ``given`` is a file with the last checkpoint of the old log, where this host has lost it.
    """
    before = unfinished()
    if before is not None:
        if before.name != name:
            raise OpeningRefused(f"the opening of {before.name} is unfinished: give --new-origin {before.name}")
        return before
    try:
        notes.check_name(name)
    except notes.BadNote as error:
        raise OpeningRefused(str(error)) from error
    origin, size, root = _old_end(given)
    if origin == name:
        raise OpeningRefused(f"the old log is called {name} as well; a new log needs a name of its own")
    folder = archives() / str(1 + max((int(path.name) for path in archives().glob("[0-9]*")), default=0))
    opening = Opening(name, str(folder), origin, size, notes.encode64(root))
    if len(opening.ref) > entries.MAX_REF:
        raise OpeningRefused(f"the old log's name is too long to be named in an entry: {origin}")
    return opening


def archives() -> Path:
    """Return the folder in which old logs are kept."""
    return Path(settings.HOME) / "ledger" / "archive"


def open_log(opening: Opening, say: Say) -> int:
    """Open the new log and return how many entries it holds; the caller keeps the worker away."""
    stages = {"archive": _archive, "clear": _clear, "fill": _fill, "follow": _follow}
    names = list(stages)
    for stage in names[names.index(opening.stage) :]:
        opening = replace(opening, stage=stage)
        published.replace(guard.opening_path(), json.dumps(asdict(opening), ensure_ascii=False, indent=1))
        stages[stage](opening, say)
    guard.opening_path().unlink()
    return selectors.head().size


def _old_end(given: Path | None) -> tuple[str, int, bytes]:
    """Return origin, size and root of the last checkpoint that is known, signatures unread: the key may be lost."""
    last = selectors.last_checkpoint()
    found = [checkpoints.parse(last.note)] if last else []
    for path in filter(None, (published.path(), journal.checkpoint_path(), given)):
        with suppress(FileNotFoundError, UnicodeDecodeError, checkpoints.BadCheckpoint):
            found.append(checkpoints.parse(path.read_bytes().decode("utf-8")))
    if found:
        largest = max(found, key=lambda one: one.size)
        return largest.origin, largest.size, largest.root
    head = selectors.head()
    return keys.origin(), head.size, bytes(head.root)


# archive ------------------------------------------------------------------------------------------------------------


def _archive(opening: Opening, say: Say) -> None:
    """Copy keys, published copy, journal, checkpoints and all entries that are left; nothing is taken away yet."""
    folder = Path(opening.archive)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (*keys.paths(), published.path()):
        if path.exists():
            shutil.copy2(path, folder / path.name)
    (folder / "journal").mkdir(exist_ok=True)
    for path in journal.files():
        shutil.copy2(path, folder / "journal" / path.name)
    rows = Checkpoint.objects.order_by("size").values_list("note", flat=True)
    _write_lines(folder / "checkpoints.jsonl", (json.dumps({"note": note}) + "\n" for note in rows.iterator(ROWS)))
    count = _write_lines(_entries_path(opening), (record.line() for record in _left()))
    say(f"{count} entries, keys and checkpoints of {opening.old_origin} are archived in {folder}")


def _left() -> Iterator[Record]:
    """Yield every entry that is left, in order: the database's, and where that has none the journal's."""
    both = merge(_rows(), ((1, record) for record in journal.read()), key=lambda one: (one[1].position, one[0]))
    for _position, group in groupby(both, key=lambda one: one[1].position):
        yield next(group)[1]


def _rows() -> Iterator[tuple[int, Record]]:
    last = -1
    while True:
        found = Entry.objects.filter(position__gt=last).order_by("position")
        chunk = list(found.values_list(*Record._fields)[: 10 * ROWS])
        if not chunk:
            return
        for row in chunk:
            record = Record._make(row)
            yield 0, record._replace(body=bytes(record.body))
        last = chunk[-1][0]


def _entries_path(opening: Opening) -> Path:
    return Path(opening.archive) / "entries.jsonl"


def _archived(opening: Opening) -> Iterator[Record]:
    with _entries_path(opening).open("rb") as file:
        yield from map(journal.parse_line, file)


def _write_lines(path: Path, lines: Iterator[str]) -> int:
    """Write lines to a file that shows only once it is whole and on disk; return how many."""
    count = 0
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            stream.write(line)
            count += 1
        published.sync(stream)
    draft.replace(path)
    return count


# clear --------------------------------------------------------------------------------------------------------------


def _clear(opening: Opening, say: Say) -> None:
    """Take the old log away and make a key for the new one."""
    names = [view.name for view in house.followers().views]
    Cursor.objects.filter(follower__in=names).update(rebuilding=True)
    published.path().unlink(missing_ok=True)
    for path in journal.files():
        path.unlink()
    keys.replace(opening.name)
    Checkpoint.objects.all().delete()
    Head.objects.all().delete()
    for model in (Entry, Tile):
        while found := list(model.objects.order_by("-pk").values_list("pk", flat=True)[:ROWS]):
            model.objects.filter(pk__in=found).delete()
    say(f"the key of {opening.name} is made: {keys.verifier().vkey()}")


# fill ---------------------------------------------------------------------------------------------------------------


def _fill(opening: Opening, say: Say) -> None:
    """Enter the end of the old log, then its entries, at most 500 in a transaction."""
    head = selectors.head()
    if head.size == 0:
        with transaction.atomic():
            head = growing.append(head, [_first(opening)])
    records = islice(_archived(opening), head.size - 1, None)
    while chunk := list(islice(records, ROWS)):
        with transaction.atomic():
            head = growing.append(head, [(r.body, *r[2:7], r.sequenced_at) for r in chunk])
        say(f"{head.size} entries are in the new log")


def _first(opening: Opening) -> tuple[object, ...]:
    root = notes.decode64(opening.old_root)
    statement = {"origin": opening.old_origin, "size": opening.old_size, "root": root.hex()}
    # What it binds is public, so the root itself is salt enough.
    body = entries.public(
        EVENT, day=clock.today(), actor=actors.system(), ref=opening.ref, commitment=commitments.commit(root, statement)
    )
    return body, EVENT, f"ledger:{opening.old_size}", opening.ref, "", 0, clock.now()


# follow -------------------------------------------------------------------------------------------------------------


def _follow(opening: Opening, say: Say) -> None:
    """Let reactors stand behind what they have acted upon, and compute the views anew."""
    house_followers = house.followers()
    old = [record.position for record in _archived(opening)]
    for reactor in house_followers.reactors:
        with transaction.atomic():
            _move_reactor(reactor.name, old)
    for view in house_followers.views:
        try:
            say(f"{view.name}: {followers.rebuild(view)} entries replayed")
        except RuntimeError as error:
            say(str(error))


def _move_reactor(name: str, old: list[int]) -> None:
    """Move a reactor's cursor and effects from the old positions to the new, once."""
    cursor = Cursor.objects.filter(follower=name).first()
    if cursor is None or _knows(cursor):
        return
    position = 1 + bisect_left(old, cursor.position)
    Cursor.objects.filter(pk=name).update(position=position, root=selectors.root_at(position))
    for model, own in ((Effect, {"reactor": name}), (Parked, {"follower": name})):
        rows = model.objects.filter(**own)
        for before in sorted(set(rows.filter(position__gte=0).values_list("position", flat=True))):
            place = bisect_left(old, before)
            found = place < len(old) and old[place] == before
            # What belongs to an entry that is lost keeps its number below zero, where no entry stands.
            rows.filter(position=before).update(position=_FAR + place + 1 if found else -before - 1)
        rows.filter(position__gte=_FAR).update(position=F("position") - _FAR)


def _knows(cursor: Cursor) -> bool:
    """Tell whether the cursor is one of the new log already."""
    head = selectors.head()
    return cursor.position <= head.size and selectors.root_at(cursor.position) == bytes(cursor.root)

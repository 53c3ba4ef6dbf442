"""The journal: every entry once more, in plain files on another disk, so that a lost database need not end the log.

It is written before a checkpoint is stored or published, so it always holds what the world has seen. Beside the entries
lies the last checkpoint. What lies behind the last signed entry is provisional: where it is torn, or is not what the
log holds, it is cut off and written anew.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from sunlit.ledger import checkpoints, merkle, published, selectors
from sunlit.ledger.locks import held
from sunlit.ledger.models import Entry

SEGMENT = 65_536  # entries in one file
TURN = 8_000  # entries written before the worker gets its turn back
CHUNK = 2_000  # entries written with one call
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class JournalRefused(RuntimeError):
    """Say what is wrong with the journal, where, and what to do."""


class Record(NamedTuple):
    """Hold an entry as the journal keeps it: its place, its bytes, and what only this instance knows of it."""

    position: int
    body: bytes
    event: str
    subject: str
    ref: str
    tags: str
    batch: int
    sequenced_at: datetime

    def line(self) -> str:
        """Return the record as a line of a segment."""
        document = self._asdict()
        document["body"] = b64encode(self.body).decode("ascii")
        document["sequenced_at"] = self.sequenced_at.isoformat()
        return _ENCODER.encode(document) + "\n"


def parse_line(line: bytes) -> Record:
    """Return the record in a line of a segment; raise ValueError where it is torn or not one."""
    if not line.endswith(b"\n"):
        raise ValueError("the line is torn")
    try:
        said = json.loads(line)
        said["body"] = b64decode(said["body"], validate=True)
        said["sequenced_at"] = datetime.fromisoformat(said["sequenced_at"])
        return Record(**said)
    except (KeyError, TypeError) as error:
        raise ValueError(f"the line is not a record: {error!r}") from error


def directory() -> Path:
    """Return where the journal lies: ``SUNLIT_JOURNAL``, or a folder in the instance's home."""
    given = getattr(settings, "JOURNAL", "")
    return Path(given) if given else Path(settings.HOME) / "ledger" / "journal"


def checkpoint_path() -> Path:
    """Return where the journal's copy of the last checkpoint lies."""
    return directory() / "checkpoint"


def keep(note: str) -> None:
    """Keep a checkpoint that is about to be published; raise JournalRefused where the journal cannot be written."""
    try:
        published.replace(checkpoint_path(), note)
    except OSError as error:
        raise _unwritable(error) from error


def checkpoint() -> checkpoints.Checkpoint | None:
    """Return the last checkpoint that the journal knows, or None; raise JournalRefused where it cannot be read."""
    try:
        return published.parsed(checkpoint_path())
    except checkpoints.BadCheckpoint as error:
        raise JournalRefused(
            f"{checkpoint_path()} cannot be read: {error}. Put the published checkpoint in its place."
        ) from error
    except OSError as error:
        raise JournalRefused(f"the journal {directory()} cannot be read: {error}. Mount or repair it.") from error


def read(start: int = 0, folder: Path | None = None) -> Iterator[Record]:
    """Yield the records from position ``start`` on, in order; those that are damaged or missing are left out.

    Raises JournalRefused where a file cannot be read.
    """
    try:
        for first, path in _segments(folder or directory()):
            if first + SEGMENT <= start:
                continue
            for record in _records(path, first):
                if record.position >= start:
                    yield record
    except OSError as error:
        raise JournalRefused(f"the journal cannot be read: {error}. Mount or repair it.") from error


def files() -> list[Path]:
    """Return the journal's own files; the folder may hold others."""
    own = [path for _first, path in _segments(directory())]
    return [*own, checkpoint_path()] if checkpoint_path().exists() else own


def catch_up(size: int, *, signed: int, limit: int = TURN) -> bool:
    """Write what the journal lacks of the first ``size`` entries, on disk when this returns; tell whether it has all.

    At most ``limit`` entries are written. ``signed`` says how many the world has seen: there the journal must not
    differ from the log. Raises JournalRefused where it does, or cannot be written.
    """
    try:
        with held(Path(settings.HOME) / "ledger" / "journal.lock"):
            end = _settled(size, signed)
            stop = min(size, end + limit)
            while end < stop:
                until = min(stop, (end // SEGMENT + 1) * SEGMENT)
                _extend(end, until)
                end = until
    except OSError as error:
        raise _unwritable(error) from error
    return end == size


def write(folder: Path, records: Iterable[Record], first: int) -> None:
    """Append ``records``, the first at position ``first``, to its segment; on disk when this returns."""
    _make(folder)
    path = _path(folder, first)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        chunk: list[str] = []
        for record in records:
            chunk.append(record.line())
            if len(chunk) == CHUNK:
                _write_all(file.fileno(), "".join(chunk).encode())
                chunk.clear()
        _write_all(file.fileno(), "".join(chunk).encode())
        os.fsync(file.fileno())
    published.sync_path(folder)


@dataclass(frozen=True)
class _Tail:
    """Remember where the journal ended, so that its last file is read again only after someone else has changed it."""

    path: Path
    state: tuple[int, int, int]
    end: int
    leaf: bytes


_tails: dict[Path, _Tail] = {}


def _settled(size: int, signed: int) -> int:
    """Return where the journal ends, after cutting off what is torn or provisional and not in the log."""
    folder = directory()
    known = _tails.get(folder)
    segments = _segments(folder)
    unchanged = known and segments and segments[-1][1] == known.path and _state(known.path) == known.state
    if known and unchanged and known.end <= size and selectors.leaves(known.end - 1, known.end) == [known.leaf]:
        return known.end
    _tails.pop(folder, None)
    while segments:
        first, path = segments.pop()
        end = _cut(path, first, size, signed)
        if end > first:
            return end
        path.unlink()
        published.sync_path(folder)
    return 0


def _cut(path: Path, first: int, size: int, signed: int) -> int:
    """Cut a segment where it is torn or is not the log; return the position after its last record."""
    log = selectors.leaves(first, min(size, first + SEGMENT))
    offset, end, leaf = 0, first, b""
    with path.open("rb") as file:
        for line in file:
            try:
                record = parse_line(line)
            except ValueError as error:
                _refuse_below(signed, end, f"{path} is damaged at its line {end - first + 1} ({error})")
                break
            leaf = merkle.leaf_hash(record.body)
            if record.position != end or end - first >= len(log) or leaf != log[end - first]:
                _refuse_below(signed, end, f"{path} holds another entry {end} than the log")
                break
            offset, end = offset + len(line), end + 1
    if offset < path.stat().st_size:
        os.truncate(path, offset)
    _remember(path, end, log[end - first - 1] if end > first else leaf)
    return end


def _refuse_below(signed: int, position: int, fault: str) -> None:
    if position < signed:
        raise JournalRefused(
            f"{fault}, but entry {position} was signed already. Nothing more is signed. Run `sunlit ledger verify`; if "
            "the log is as it was signed, move the journal away: it is then written anew."
        )


def _extend(start: int, stop: int) -> None:
    """Append the entries ``start`` up to ``stop``, which lie in one segment."""
    names = Record._fields
    found = Entry.objects.filter(position__gte=start, position__lt=stop).order_by("position").values_list(*names)
    records = _checked(found.iterator(CHUNK), start, selectors.leaves(start, stop))
    write(directory(), records, start)
    last = selectors.leaves(stop - 1, stop)[0]
    _remember(_path(directory(), start), stop, last)


def _checked(rows: Iterable[Sequence[object]], start: int, log: Sequence[bytes]) -> Iterator[Record]:
    """Yield the rows as records; raise JournalRefused where one is missing or is not what the tiles hold."""
    expected = start
    for row in rows:
        record = Record._make(row)
        record = record._replace(body=bytes(record.body))
        place = expected - start
        if record.position != expected or place >= len(log) or merkle.leaf_hash(record.body) != log[place]:
            break
        yield record
        expected += 1
    if expected != start + len(log):
        raise JournalRefused(
            f"entry {expected} is missing or is not what the tiles hold, so it cannot be put into the journal. "
            "Run `sunlit ledger verify` to see what was changed."
        )


def _records(path: Path, first: int) -> Iterator[Record]:
    """Yield the records of a segment but those that are torn, damaged or out of place."""
    with path.open("rb") as file:
        for place, line in enumerate(file, first):
            try:
                record = parse_line(line)
            except ValueError:
                continue
            if record.position == place:
                yield record


def _segments(folder: Path) -> list[tuple[int, Path]]:
    """Return first position and path of every segment, in order."""
    return sorted((int(path.stem), path) for path in folder.glob("*.jsonl") if path.stem.isdigit())


def _path(folder: Path, position: int) -> Path:
    return folder / f"{position // SEGMENT * SEGMENT:012d}.jsonl"


def _state(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _remember(path: Path, end: int, leaf: bytes) -> None:
    _tails[path.parent] = _Tail(path, _state(path), end, leaf)


def _make(folder: Path) -> None:
    """Create the folder for its owner only: it names what is not public."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data``; one call may take only a part of it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _unwritable(error: OSError) -> JournalRefused:
    return JournalRefused(
        f"the journal {directory()} cannot be written: {error}. Nothing is signed until it can: make room, mount the "
        "disk, or set SUNLIT_JOURNAL to another folder, which is then filled from the start."
    )

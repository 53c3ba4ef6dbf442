"""Verifying a log of somebody else's through what it serves to everyone: checkpoint, key, tiles.

Everything is fetched tile by tile and forgotten again; only the right edge of the tree is kept.
"""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sunlit.ledger import checkpoints, entries, merkle, notes, published, tiles

TIMEOUT = 30
LIMIT = tiles.WIDTH * (tiles.MAX_ENTRY + 2)  # no answer of a log is larger
SHOWN = 20
EVERY = 64 * tiles.WIDTH  # entries between two words of progress

Progress = Callable[[int, int], object]


class RemoteRefused(RuntimeError):
    """Say why a remote log could not be verified at all."""


class NotThere(RemoteRefused):
    """Say that the server has no such file."""


class Server:
    """Fetches files below one address over a connection that is kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RemoteRefused(f"{url!r} is not the address of a log, such as https://city.example/ledger")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self.path = parts.path.rstrip("/")
        self.url = f"{parts.scheme}://{parts.netloc}"

    def find_log(self) -> None:
        """Look below ``/ledger`` where the address has no path and there is no checkpoint at its root."""
        if not self.path:
            try:
                self.fetch("checkpoint")
            except NotThere:
                self.path = "/ledger"

    def fetch(self, name: str) -> bytes:
        """Return a file of the log; raise NotThere where there is none, RemoteRefused for anything else."""
        try:
            return self._ask(name)
        except (http.client.HTTPException, OSError):
            self._connection.close()  # the server may have closed an idle connection: once more
        try:
            return self._ask(name)
        except (http.client.HTTPException, OSError) as error:
            raise RemoteRefused(f"{self._address(name)} cannot be fetched: {error!r}") from error

    def text(self, name: str) -> str:
        """Return a text file of the log; raise as ``fetch`` does."""
        try:
            return self.fetch(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise RemoteRefused(f"{self._address(name)} is not text: {error}") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, name: str) -> bytes:
        self._connection.request("GET", f"{self.path}/{name}", headers={"User-Agent": "sunlit-ledger-verify"})
        answer = self._connection.getresponse()
        body = answer.read(LIMIT + 1)
        if len(body) > LIMIT:
            self._connection.close()
            raise RemoteRefused(f"{self._address(name)} is larger than anything a log serves")
        if answer.status == http.client.NOT_FOUND:
            raise NotThere(f"{self._address(name)} is not there")
        if answer.status != http.client.OK:
            where = f" (to {answer.headers['Location']})" if answer.headers["Location"] else ""
            raise RemoteRefused(f"{self._address(name)} answers {answer.status} {answer.reason}{where}")
        return body

    def _address(self, name: str) -> str:
        return f"{self.url}{self.path}/{name}"


@dataclass(frozen=True)
class Memory:
    """Hold what was seen of a log the last time."""

    vkey: str
    size: int
    root: bytes


@dataclass
class Outcome:
    """Hold what was looked at and what was found; the first 20 faults are kept, the rest only counted."""

    checkpoint: checkpoints.Checkpoint
    vkey: str
    entries: int = 0
    tiles: int = 0
    faults: int = 0
    findings: list[str] = field(default_factory=list)
    rotated: set[str] = field(default_factory=set)

    def add(self, sentence: str) -> None:
        """Note a fault."""
        self.faults += 1
        if self.faults <= SHOWN:
            self.findings.append(sentence)


def verify(server: Server, *, vkey: str = "", memory: Memory | None = None, progress: Progress) -> Outcome:
    """Recompute the log behind ``server`` and return what was found.

    The key is ``vkey``, or the one remembered, or else the one that the log gives out. A log that has changed its key
    since is believed only if an earlier signed entry or the old key itself says so. Raises RemoteRefused where the log
    cannot be read, or is not signed by such a key.
    """
    server.find_log()
    note = server.text("checkpoint")
    known = vkey or (memory.vkey if memory else "") or server.text("vkey")
    verifier, is_new = _verifier(server, note, known, is_pinned=bool(vkey))
    try:
        signed = checkpoints.verified(note, verifier)
    except checkpoints.BadCheckpoint as error:
        raise RemoteRefused(f"the checkpoint is not signed by {verifier.vkey()}: {error}") from error
    outcome = Outcome(signed, verifier.vkey())
    edge = tiles.Edge()
    for body in _bodies(server, signed.size, outcome, edge, memory, progress):
        if b'"key.rotated"' in body:
            outcome.rotated.add(_rotated(body))
    _check_end(server, signed, outcome, edge, memory)
    if is_new and verifier.key_id.hex() not in outcome.rotated:
        outcome.add(f"it is signed by another key ({verifier.vkey()}), and no entry says that the key was changed")
    return outcome


def _verifier(server: Server, note: str, known: str, *, is_pinned: bool) -> tuple[notes.Verifier, bool]:
    """Return the key to check with, and whether it is another than the known one, which no longer signs."""
    try:
        verifier = notes.parse_vkey(known)
        if is_pinned or any(one.key_id == verifier.key_id for one in notes.parse(note).signatures):
            return verifier, False
        other = notes.parse_vkey(server.text("vkey"))
    except notes.BadNote as error:
        raise RemoteRefused(f"key or checkpoint cannot be read: {error}") from error
    if other.name != verifier.name:
        raise RemoteRefused(f"the log there is called {other.name}, the key that is known is of {verifier.name}")
    return other, other != verifier


def _bodies(
    server: Server, size: int, outcome: Outcome, edge: tiles.Edge, memory: Memory | None, progress: Progress
) -> Iterator[bytes]:
    """Yield every entry, after growing the tree by it and comparing what the log serves as its hashes."""
    for number in range((size + tiles.WIDTH - 1) // tiles.WIDTH):
        width = tiles.width_at(0, number, size)
        found = _entries(server, number, width)
        stored = tiles.split(_tile(server, tiles.Address(0, number, width)))
        outcome.tiles += 1
        for body, hash_ in zip(found, stored, strict=False):
            _check_memory(outcome, edge, memory)
            leaf = merkle.leaf_hash(body)
            if leaf != hash_:
                outcome.add(f"entry {edge.size} is not what its tile says")
            for address, data in edge.add(leaf):
                _compare(server, outcome, address, data)
            outcome.entries += 1
            yield body
        if not len(found) == len(stored) == width:
            raise RemoteRefused(f"tile {number} should hold {width}, has {len(found)} entries, {len(stored)} hashes")
        if edge.size % EVERY < tiles.WIDTH:
            progress(edge.size, size)


def _check_memory(outcome: Outcome, edge: tiles.Edge, memory: Memory | None) -> None:
    if memory and memory.size == edge.size and memory.root != edge.root():
        outcome.add(f"the first {memory.size} entries are not those of last time: the log was rewritten")


def _check_end(
    server: Server, signed: checkpoints.Checkpoint, outcome: Outcome, edge: tiles.Edge, memory: Memory | None
) -> None:
    for address, data in edge.partial():
        _compare(server, outcome, address, data)
    if edge.root() != signed.root:
        outcome.add(f"the {signed.size} entries do not give the signed root")
    if memory and memory.size > signed.size:
        outcome.add(f"it has {signed.size} entries; last time it had {memory.size}: the log was rolled back")
    else:
        _check_memory(outcome, edge, memory if memory and memory.size == signed.size else None)


def _compare(server: Server, outcome: Outcome, address: tiles.Address, expected: bytes) -> None:
    """Hold a tile of hashes against what the entries give; the lowest level was compared hash by hash already."""
    if not address.level:
        return
    outcome.tiles += 1
    if _tile(server, address) != expected:
        outcome.add(f"tile {tiles.path(address)} is not what the entries give")


def _entries(server: Server, number: int, width: int) -> list[bytes]:
    try:
        return tiles.unpack_entries(_whole(server, tiles.Address(None, number, width)))[:width]
    except ValueError as error:
        raise RemoteRefused(f"the entries tile {number} cannot be read: {error}") from error


def _tile(server: Server, address: tiles.Address) -> bytes:
    return _whole(server, address)[: address.width * merkle.HASH_SIZE]


def _whole(server: Server, address: tiles.Address) -> bytes:
    """Return a tile; a log that has grown meanwhile may have the full one in the place of a part."""
    try:
        return server.fetch(f"tile/{tiles.path(address)}")
    except NotThere:
        if address.width == tiles.WIDTH:
            raise
        return server.fetch(f"tile/{tiles.path(tiles.Address(address.level, address.number))}")


def _rotated(body: bytes) -> str:
    """Return the id of the key that an entry announces, or nothing."""
    try:
        said = entries.parse(body)
    except entries.EntryRefused:
        return ""
    return said.ref if said.type == "key.rotated" else ""


def remembered(path: Path) -> Memory | None:
    """Return what ``path`` says of the last time, or None; raise RemoteRefused where it is damaged."""
    try:
        said = json.loads(path.read_text("utf-8"))
        return Memory(said["vkey"], int(said["size"]), notes.decode64(said["root"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise RemoteRefused(f"{path} does not say what was seen last time ({error!r}); restore or remove it") from error


def remember(path: Path, outcome: Outcome) -> None:
    """Write to ``path`` what was seen, for the next time."""
    said = outcome.checkpoint
    data = {"vkey": outcome.vkey, "origin": said.origin, "size": said.size, "root": notes.encode64(said.root)}
    published.replace(path, json.dumps(data, indent=1) + "\n")

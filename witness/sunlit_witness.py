#!/usr/bin/env python3
"""A witness for transparency logs (C2SP tlog-witness, tlog-cosignature).

It cosigns a log's checkpoint only if a proof shows that the log still begins with everything that it has cosigned
before. Whoever trusts this witness therefore knows that the log has not shown it two histories.

One file over Python's standard library and ``cryptography``; it shares no line with the logs that it watches.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

LOG_KEY, WITNESS_KEY = b"\x01", b"\x04"
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_BODY = 64 * 1024
MAX_PROOF = 63
MAX_SIGNATURES = 100
MAX_SIZE = 2**63 - 1
AT_ONCE = 32  # requests in work at the same time; more are turned away
SECONDS = 10  # for which a silent connection is kept
DASH = "\u2014 "


class Refused(Exception):
    """Say with which status a request is refused, and why."""

    def __init__(self, status: int, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.status, self.why, self.size = status, why, size


class Unusable(Exception):
    """Say what is wrong with a key, a configuration or a state file, and what to do."""


# Names and keys


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the four bytes by which a note names a key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def vkey(name: str, kind: bytes, public: bytes) -> str:
    """Return the verifier key ``<name>+<id>+<key>``."""
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(kind + public).decode()}"


def decode64(text: str) -> bytes:
    """Return the bytes of standard base64; raise ValueError for any other spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {text[:60]!r}") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError(f"not the standard spelling of base64: {text[:60]!r}")
    return data


@dataclass(frozen=True)
class Log:
    """A log that the witness watches."""

    name: str
    public: bytes

    @classmethod
    def from_vkey(cls, text: str) -> Log:
        """Read a log's verifier key; raise Unusable where it is none."""
        try:
            name, identity, key = text.strip().split("+", 2)
            data = decode64(key)
        except ValueError as error:
            raise Unusable(f"{text!r} is not a verifier key (name+id+key): {error}") from error
        log = cls(name, data[1:])
        if data[:1] != LOG_KEY or len(data) != 33 or not is_name(name):
            raise Unusable(f"{text!r} is not the verifier key of a log that signs with Ed25519")
        if identity != key_id(name, LOG_KEY, log.public).hex():
            raise Unusable(f"{text!r}: the id does not fit name and key; copy it once more from the log's /vkey")
        return log

    def signed(self, text: str, signatures: list[tuple[str, bytes]]) -> bool:
        """Tell whether the log's signature is there and fits."""
        identity = key_id(self.name, LOG_KEY, self.public)
        own = [data[4:] for name, data in signatures if name == self.name and data[:4] == identity]
        try:
            for signature in own:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return bool(own)


def is_name(name: str) -> bool:
    """Tell whether a key can have this name."""
    return bool(name) and "+" not in name and not any(c.isspace() or not c.isprintable() for c in name)


@dataclass(frozen=True)
class Signer:
    """The witness's own key."""

    name: str
    key: Ed25519PrivateKey

    def vkey(self) -> str:
        """Return the verifier key that logs need."""
        return vkey(self.name, WITNESS_KEY, self.key.public_key().public_bytes_raw())

    def cosign(self, text: str, now: int) -> str:
        """Return the signature line over a checkpoint."""
        data = now.to_bytes(8, "big") + self.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        identity = key_id(self.name, WITNESS_KEY, self.key.public_key().public_bytes_raw())
        return f"{DASH}{self.name} {base64.b64encode(identity + data).decode()}\n"


# Requests


@dataclass(frozen=True)
class Request:
    """What a log asks: that a checkpoint is cosigned which extends the one over ``old`` entries."""

    old: int
    proof: list[bytes]
    text: str
    signatures: list[tuple[str, bytes]]
    origin: str
    size: int
    root: bytes


def number(text: str) -> int:
    """Return a size in decimal; raise ValueError for anything else, leading zeros too."""
    if not (text.isascii() and text.isdigit() and len(text) < 20) or str(int(text)) != text or int(text) > MAX_SIZE:
        raise ValueError(f"not a size: {text[:20]!r}")
    return int(text)


def digest(text: str) -> bytes:
    """Return a hash in base64; raise ValueError for anything else."""
    data = decode64(text)
    if len(data) != 32:
        raise ValueError(f"a hash has 32 bytes, not {len(data)}")
    return data


def parse_request(body: bytes) -> Request:
    """Read the body of ``add-checkpoint``; raise ValueError where it is none."""
    head, gap, note = body.decode("utf-8").partition("\n\n")
    first, *lines = head.split("\n")
    if not gap or not first.startswith("old "):
        raise ValueError("a request is a line 'old <size>', the proof, an empty line and a checkpoint")
    if len(lines) > MAX_PROOF:
        raise ValueError(f"a consistency proof has at most {MAX_PROOF} lines")
    text, signatures = parse_note(note)
    origin, size, root, *_more = text.split("\n")
    return Request(
        number(first[4:]), [digest(line) for line in lines], text, signatures, origin, number(size), digest(root)
    )


def parse_note(raw: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return text and signatures of a checkpoint; raise ValueError where it is none."""
    text, gap, tail = raw.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or text.count("\n") < 2:
        raise ValueError("a checkpoint is three lines, an empty line and signature lines")
    if any(c < " " and c != "\n" for c in text):
        raise ValueError("a checkpoint holds no control characters")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ValueError(f"a checkpoint has at most {MAX_SIGNATURES} signatures")
    return text + "\n", [parse_signature(line) for line in lines]


def parse_signature(line: str) -> tuple[str, bytes]:
    """Return name and bytes of a signature line; raise ValueError where it is none."""
    name, _, value = line[len(DASH) :].partition(" ")
    data = decode64(value)
    if not line.startswith(DASH) or not is_name(name) or len(data) < 5:
        raise ValueError(f"not a signature line: {line[:60]!r}")
    return name, data


# Proofs


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Tell whether ``proof`` shows that the first ``old`` of ``new`` entries are unchanged (RFC 9162 2.1.4.2)."""
    if old == 0 or old == new:
        return not proof and old_root == (EMPTY_ROOT if old == 0 else new_root)
    if old > new:
        return False
    path = proof if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for hashed in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(hashed, fr), node(hashed, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, hashed)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


# State


@dataclass(frozen=True)
class Held:
    """What the witness has last cosigned of one log."""

    size: int
    root: bytes
    at: int


class State:
    """Remembers, on disk before anyone hears of it, what was cosigned last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with self._open() as db:
                db.execute(
                    "CREATE TABLE IF NOT EXISTS held (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, "
                    "root BLOB NOT NULL, at INTEGER NOT NULL)"
                )
        except sqlite3.Error as error:
            raise Unusable(f"the state file {path} cannot be used: {error}") from error

    @contextlib.contextmanager
    def _open(self) -> Any:
        db = sqlite3.connect(self._path, timeout=SECONDS, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous=EXTRA")  # the commit is on disk when it returns, its directory too
            yield db
        finally:
            db.close()

    def held(self, origin: str) -> Held:
        """Return what was cosigned last of a log; an empty log where nothing was."""
        with self._open() as db:
            row = db.execute("SELECT size, root, at FROM held WHERE origin = ?", (origin,)).fetchone()
        return Held(row[0], bytes(row[1]), row[2]) if row else Held(0, EMPTY_ROOT, 0)

    def swap(self, origin: str, before: Held, after: Held) -> bool:
        """Replace what is held if it is still ``before``; tell whether it was. Of two who try, one succeeds."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            first = "INSERT OR IGNORE INTO held VALUES (?, 0, ?, 0)"
            db.execute(first, (origin, EMPTY_ROOT))
            done = db.execute(
                "UPDATE held SET size = ?, root = ?, at = ? WHERE origin = ? AND size = ? AND root = ?",
                (after.size, after.root, after.at, origin, before.size, before.root),
            ).rowcount
            db.execute("COMMIT")
        return bool(done)


# The witness


class Witness:
    """Decides what is cosigned."""

    def __init__(self, signer: Signer, logs: list[Log], state: State) -> None:
        self.signer, self.state = signer, state
        self.logs = {log.name: log for log in logs}

    def add_checkpoint(self, body: bytes, now: int) -> str:
        """Return a cosignature over the checkpoint in ``body``, or raise Refused."""
        try:
            asked = parse_request(body)
        except ValueError as error:
            raise Refused(400, str(error)) from error
        log = self.logs.get(asked.origin)
        if log is None:
            raise Refused(404, "this witness does not watch the log of that name")
        if not log.signed(asked.text, asked.signatures):
            raise Refused(403, "the checkpoint is not signed by the key that this witness knows")
        if asked.old > asked.size:
            raise Refused(400, "the old size is larger than the checkpoint")
        held = self.state.held(log.name)
        if asked.old != held.size:
            raise Refused(409, "another size is held", held.size)
        if asked.size == held.size and asked.root != held.root:
            raise Refused(409, "another root is held for this size", held.size)
        if not extends(held.size, asked.size, held.root, asked.root, asked.proof):
            raise Refused(422, "the proof does not show that the log was only added to")
        if not self.state.swap(log.name, held, Held(asked.size, asked.root, now)):
            raise Refused(409, "another request came first", self.state.held(log.name).size)
        return self.signer.cosign(asked.text, now)

    def describe(self) -> str:
        """Return what this witness is and what it has last cosigned, for people."""
        lines = [f"Witness {self.signer.name}", "", self.signer.vkey(), "", "Last cosigned:", ""]
        for name in sorted(self.logs):
            held = self.state.held(name)
            if held.at:
                when = datetime.fromtimestamp(held.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
                lines += [name, f"  entries  {held.size}", f"  root     {held.root.hex()}", f"  at       {when}", ""]
            else:
                lines += [name, "  nothing yet", ""]
        return "\n".join(lines)


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the witness."""

    server: Server
    timeout = SECONDS
    server_version, sys_version = "sunlit-witness", ""

    def do_GET(self) -> None:
        """Show what was cosigned last."""
        if self.path != "/":
            return self._answer(404, "There is only / and /add-checkpoint here.\n")
        return self._answer(200, self.server.witness.describe())

    def do_POST(self) -> None:
        """Take a checkpoint."""
        if self.path != "/add-checkpoint":
            return self._answer(404, "Post to /add-checkpoint.\n")
        try:
            self._answer(200, self.server.witness.add_checkpoint(self._body(), int(time.time())))
        except Refused as refused:
            self.log_error("refused with %d: %s", refused.status, refused.why)
            if refused.size is not None:
                self._answer(refused.status, f"{refused.size}\n", "text/x.tlog.size")
            else:
                self._answer(refused.status, f"{refused.why}\n")
        except sqlite3.Error as error:
            # Nothing was signed: the signature comes after the state is on disk.
            self.log_error("the state file fails: %s", error)
            self._answer(500, "the state of this witness cannot be written\n")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise Refused(411, "say how long the request is")
        if len(length) > 9 or int(length) > MAX_BODY:
            raise Refused(413, f"a request has at most {MAX_BODY} bytes")
        data = self.rfile.read(int(length))
        if len(data) != int(length):
            raise Refused(400, "the request broke off")
        return data

    def _answer(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """Listens, and takes only so many requests at once."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        self._places = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a request a thread, or turn it away."""
        if not self._places.acquire(blocking=False):
            return self.shutdown_request(request)
        return super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one request and give its place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Say in one line what went wrong with a connection."""
        print(f"connection from {client_address}: {sys.exc_info()[1]!r}", file=sys.stderr)


# Commands


def load_key(path: Path) -> Ed25519PrivateKey:
    """Return the witness's secret key; raise Unusable where it is missing or open to others."""
    try:
        if path.stat().st_mode & 0o077:
            raise Unusable(f"{path} can be read by others; run: chmod 600 {path}")
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise Unusable(f"the key {path} cannot be read ({error.strerror}); 'keygen' makes one") from error
    except ValueError as error:
        raise Unusable(f"{path} does not hold a key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Unusable(f"{path} does not hold an Ed25519 key")
    return key


def keygen(name: str, path: Path) -> str:
    """Make a key that only its owner can read, never over another one; return the verifier key."""
    if not is_name(name):
        raise Unusable(f"{name!r} cannot name a witness: no spaces and no plus sign, for instance news.example/witness")
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Unusable(f"{path} is there already; a key is never overwritten") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return Signer(name, key).vkey()


def load(path: Path) -> tuple[Witness, tuple[str, int]]:
    """Return the witness that a configuration describes and where it listens; raise Unusable where it is faulty."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read as JSON: {error}") from error
    wanted = {"name": str, "key": str, "state": str, "listen": str, "logs": list}
    if not isinstance(found, dict) or set(found) != set(wanted):
        raise Unusable(f"{path} must hold exactly {', '.join(wanted)}")
    for field, kind in wanted.items():
        if not isinstance(found[field], kind):
            raise Unusable(f"{path}: '{field}' must be a {'list of verifier keys' if kind is list else 'text'}")
    host, _, port = found["listen"].rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise Unusable(f"{path}: 'listen' is host and port, for instance 127.0.0.1:8085")
    logs = [Log.from_vkey(str(text)) for text in found["logs"]]
    if len({log.name for log in logs}) != len(logs):
        raise Unusable(f"{path}: 'logs' names a log twice; a log has one key")
    if not is_name(found["name"]):
        raise Unusable(f"{path}: {found['name']!r} cannot name a witness")
    folder = path.parent
    signer = Signer(found["name"], load_key(folder / found["key"]))
    return Witness(signer, logs, State(folder / found["state"])), (host, int(port))


def serve(path: Path) -> None:
    """Answer logs until told to stop."""
    witness, address = load(path)
    server = Server(address, witness)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    host, port = server.server_address[:2]
    print(f"{witness.signer.vkey()}\nlistening on http://{host!s}:{port}/", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 if it went well."""
    parser = argparse.ArgumentParser(prog="sunlit_witness.py", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("keygen", help="make a key and print the verifier key that logs need")
    make.add_argument("--name", required=True, help="name of the witness, for instance news.example/witness")
    make.add_argument("--key", required=True, type=Path, help="file for the secret key")
    run = commands.add_parser("serve", help="answer logs")
    run.add_argument("--config", required=True, type=Path, help="configuration, see README.md")
    given = parser.parse_args(arguments)
    try:
        if given.command == "keygen":
            print(keygen(given.name, given.key))
        else:
            serve(given.config)
    except (Unusable, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

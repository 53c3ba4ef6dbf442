"""A witness as others run it: the very program, in a process of its own."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sunlit.ledger import checkpoints, cosignatures, merkle, notes

PROGRAM = Path(__file__).resolve().parents[2] / "witness" / "sunlit_witness.py"
NAME = "paper.example/witness"


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command of the program to its end."""
    return subprocess.run(
        [sys.executable, PROGRAM, *arguments], capture_output=True, text=True, timeout=30, check=False
    )


@dataclass
class Paper:
    """A newspaper's witness: its folder, its key, and the process while it runs."""

    folder: Path
    vkey: str
    process: subprocess.Popen[str] | None = None
    url: str = ""

    @property
    def setting(self) -> str:
        """Return what the operator of a log writes into SUNLIT_WITNESSES."""
        return f"{self.vkey}={self.url}"

    def start(self) -> None:
        """Start it, at the same address as before if it had one."""
        config = self.folder / "witness.json"
        found = json.loads(config.read_text())
        found["listen"] = urlsplit(self.url).netloc or "127.0.0.1:0"
        config.write_text(json.dumps(found))
        command = [sys.executable, PROGRAM, "serve", "--config", config]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        said = self.process.stdout.readline() + self.process.stdout.readline()
        self.url = re.search(r"http://\S+(?=/)", said)[0]  # type: ignore[index]

    def kill(self, how: int = signal.SIGKILL) -> None:
        """End it at once, wherever it stands."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=20)
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None

    def post(self, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        """Return status, type and text of an answer."""
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str, str]:
        """Return status, type and text of an answer."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.headers["Content-Type"], response.read().decode()
        finally:
            connection.close()


def prepare(folder: Path, *logs: str, name: str = NAME) -> Paper:
    """Make key and configuration of a witness of ``logs``."""
    folder.mkdir(exist_ok=True)
    made = call("keygen", "--name", name, "--key", folder / "witness.key")
    assert made.returncode == 0, made.stderr
    config = {"name": name, "key": "witness.key", "state": "held.sqlite3", "listen": "127.0.0.1:0", "logs": list(logs)}
    (folder / "witness.json").write_text(json.dumps(config))
    return Paper(folder, made.stdout.strip())


@contextmanager
def running(folder: Path, *logs: str, name: str = NAME) -> Iterator[Paper]:
    """Run a witness of ``logs``."""
    paper = prepare(folder, *logs, name=name)
    paper.start()
    try:
        yield paper
    finally:
        paper.kill(signal.SIGTERM)


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "sunlit.example/ledger"
VKEY = notes.verifier_of(ORIGIN, KEY).vkey()


class History:
    """A log in memory; ``mark`` makes its entries from ``fork`` on others than those of its sisters."""

    def __init__(self, mark: str = "", fork: int = 0, size: int = 400) -> None:
        self.leaves = [merkle.leaf_hash(f"{n}{mark if n >= fork else ''}".encode()) for n in range(size)]

    def subtree(self, level: int, index: int) -> bytes:
        return merkle.root_of(self.leaves[index << level : (index + 1) << level])

    def checkpoint(self, size: int) -> checkpoints.Checkpoint:
        return checkpoints.Checkpoint(ORIGIN, size, merkle.root_of(self.leaves[:size]))

    def body(self, old: int, size: int) -> bytes:
        proof = merkle.consistency_proof(old, size, self.subtree) if old <= size else []
        return request(old, proof, checkpoints.signed(self.checkpoint(size), KEY))


def request(old: int | str, proof: list[bytes], note: str) -> bytes:
    return "".join([f"old {old}\n", *(f"{notes.encode64(one)}\n" for one in proof), "\n", note]).encode()


def cosigned_at(answer: str, text: str, paper: Paper) -> int | None:
    cosigner = cosignatures.parse_vkey(paper.vkey)
    return cosigner.time_of(text, cosignatures.read_answer(answer, text, cosigner))


def press_while_killed(paper: Paper, histories: Sequence[History], *, kills: int) -> list[set[int]]:
    """Press all histories on a witness that is killed and started again; return which sizes of each it has cosigned.

    All must begin with the same few entries, and part before the fourth.
    """
    random, stop = Random(7), threading.Event()
    signed: list[set[int]] = [set() for _ in histories]

    def press(which: int) -> None:
        history, old, size = histories[which], 0, 4
        while not stop.is_set():
            try:
                status, _, answer = paper.post(history.body(old, size))
            except (OSError, HTTPException):
                continue  # it is dead just now
            if status == 200:
                assert cosigned_at(answer, history.checkpoint(size).text(), paper)
                signed[which].add(size)
                old, size = size, min(size + random.randint(0, 2), len(history.leaves) - 1)
            elif status == 409:
                old = int(answer)
                size = max(size, old)

    with ThreadPoolExecutor(2 * len(histories)) as pool:
        asked = [pool.submit(press, which) for which in range(len(histories)) for _ in range(2)]
        try:
            for _ in range(kills):
                stop.wait(random.uniform(0.05, 0.3))
                paper.kill()
                paper.start()
            stop.wait(0.3)
        finally:
            stop.set()
        for one in asked:
            one.result(timeout=30)
    return signed

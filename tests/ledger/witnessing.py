"""A witness as others run it: the very program, in a process of its own."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

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

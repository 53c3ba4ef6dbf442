"""How far a look through what is public has come: a small file, so that it goes on after a stop."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from sunlit.records.leaks.slices import Slip


@dataclass(frozen=True)
class Standing:
    """Behind which wording a look stands, since when, by which rules, and what it has found."""

    began: str
    rules: str
    total: int
    after: int = 0
    done: int = 0
    blocks: int = 0
    warnings: int = 0
    unread: int = 0


class Notebook:
    """The file of one look, and beside it the list of what was found, a line for each."""

    def __init__(self, name: str) -> None:
        self._path = Path(settings.HOME) / "guard" / f"{name}.json"
        self._found = self._path.with_suffix(".jsonl")

    def read(self) -> Standing | None:
        """Return where the look stands; None where none was begun, or the file is damaged."""
        try:
            return Standing(**json.loads(self._path.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, standing: Standing) -> None:
        """Keep where the look stands."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(standing)), "utf-8")
        draft.replace(self._path)

    def add(self, slips: Sequence[Slip]) -> None:
        """Keep what was found, before the standing moves on: after a stop it may be there twice, never not at all."""
        if slips:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self._found, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as stream:
                stream.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in slips)

    def found(self) -> Iterator[Slip]:
        """Yield what was found, each once."""
        seen: set[str] = set()
        if not self._found.exists():
            return
        with self._found.open(encoding="utf-8") as lines:
            for line in lines:
                if line not in seen and line.endswith("\n"):
                    seen.add(line)
                    yield Slip(**json.loads(line))

    def forget(self) -> None:
        """Begin anew."""
        self._path.unlink(missing_ok=True)
        self._found.unlink(missing_ok=True)

"""Where indexes lie: a folder for each build, what is known of it, and the one that is served.

search/current                      name of the folder that is served; swapped atomically
search/tantivy-1.1-3fa2.../         indexes, one for each shelf
    lexicon.json                    the words with which they were cut
    state.json                      how far they have followed the ledger; how far a build has come
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.conf import settings

from sunlit.search import analysis
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import Engine, EngineUnavailable

_KEPT = 1  # folder that was served before, for going back


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a folder: position and root of the ledger, the plan, and how far its building has come."""

    position: int
    root: str
    plan: str
    version: str
    complete: bool = False
    sort: int = 0
    last: int = 0
    done: int = 0


def home() -> Path:
    """Return the folder of all indexes."""
    return Path(settings.HOME) / "search"


def version_of(engine: Engine, lexicon: Lexicon) -> str:
    """Name what an index depends on: its engine and schema, our way of cutting, the city's words."""
    schema = getattr(engine, "schema", 0)
    return f"{engine.name}-{schema}.{analysis.VERSION}-{lexicon.words.hash}"


def current() -> Path | None:
    """Return the folder that is served, or None before the first."""
    try:
        folder = home() / (home() / "current").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return folder if (folder / "state.json").is_file() else None


def swap(folder: Path, engine: Engine) -> None:
    """Serve a folder from now on; what was served before is kept, what is older goes."""
    before = current()
    _replace(home() / "current", folder.name)
    engine.swapped(folder)
    kept = {folder, before}
    for other in home().iterdir():
        if other.is_dir() and other not in kept and (other / "state.json").is_file():
            with contextlib.suppress(EngineUnavailable):
                engine.drop(other)
            shutil.rmtree(other, ignore_errors=True)


def read(folder: Path) -> State | None:
    """Return what is known of a folder, or None where nothing that could be read is."""
    try:
        return State(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, state: State) -> None:
    """Keep what is known of a folder; after what it says is in the indexes, never before."""
    _replace(folder / "state.json", json.dumps(asdict(state)))


def moved(folder: Path, state: State, position: int, root: bytes) -> State:
    """Keep that a folder has followed the ledger up to a position."""
    found = replace(state, position=position, root=root.hex())
    write(folder, found)
    return found


def keep_lexicon(folder: Path, lexicon: Lexicon) -> None:
    """Keep the words with which the indexes of a folder are cut."""
    _replace(folder / "lexicon.json", lexicon.to_json())


def lexicon_in(folder: Path) -> Lexicon:
    """Return the words of a folder; raise EngineUnavailable where they are gone."""
    try:
        return Lexicon.from_json((folder / "lexicon.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = f"{folder / 'lexicon.json'} cannot be read ({error}); `sunlit rebuild search` makes it anew"
        raise EngineUnavailable(said) from error


def unfinished(version: str) -> Path | None:
    """Return the folder of a build of a version that was interrupted, or None."""
    if not home().is_dir():
        return None
    for folder in sorted(home().glob(f"{version}*"), reverse=True):
        state = read(folder)
        if state is not None and not state.complete and state.version == version:
            return folder
    return None


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

"""The indexes as a web process reads them: opened after the fork, looked at anew a few times a second."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sunlit.search import backends, shelving
from sunlit.search.documents import SHELVES
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import EngineUnavailable, SearchBackend

_LOOK_SECONDS = 0.25


@dataclass
class Library:
    """What one folder holds, ready to be asked."""

    folder: Path
    stamp: int
    lexicon: Lexicon
    shelves: dict[str, SearchBackend] = field(default_factory=dict)


_lock = threading.Lock()
_open: Library | None = None
_looked = 0.0


def library() -> Library:
    """Return what is served now; raise EngineUnavailable where there is nothing yet."""
    global _open, _looked
    with _lock:
        if _open is not None and time.monotonic() - _looked < _LOOK_SECONDS:
            return _open
        folder = shelving.current()
        if folder is None:
            raise EngineUnavailable("nothing has been indexed yet; the worker does it, or `sunlit rebuild search`")
        _looked = time.monotonic()
        stamp = (folder / "lexicon.json").stat().st_mtime_ns
        if _open is None or _open.folder != folder or _open.stamp != stamp:
            _open = _opened(folder, stamp)
        return _open


def forget() -> None:
    """Close what is open, such as before another instance is looked at."""
    global _open
    with _lock:
        _open = None


def _opened(folder: Path, stamp: int) -> Library:
    engine = backends.engine()
    if not folder.name.startswith(f"{engine.name}-"):
        said = (
            f"the indexes in {folder} are not of {engine.name}; `sunlit rebuild search` makes those of the new engine"
        )
        raise EngineUnavailable(said)
    shelves = {shelf: engine.reader(folder, shelf) for shelf in SHELVES}
    return Library(folder, stamp, shelving.lexicon_in(folder), shelves)

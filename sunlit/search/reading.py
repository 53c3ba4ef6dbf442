"""The indexes as a web process reads them: opened after the fork, looked at anew a few times a second."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from sunlit.search import backends, shelving
from sunlit.search.documents import SHELVES
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import EngineUnavailable, SearchBackend

_LOOK_SECONDS = 0.25
Groups = tuple[tuple[str, ...], ...]


@dataclass
class Library:
    """What one folder holds, ready to be asked."""

    folder: Path
    stamp: int
    lexicon: Lexicon
    shelves: dict[str, SearchBackend] = field(default_factory=dict)
    added: tuple[Groups, Lexicon] | None = None


_lock = threading.Lock()
_open: Library | None = None
_looked = 0.0


def library() -> Library:
    """Return what is served now, with the synonyms that staff have added; raise EngineUnavailable where nothing is."""
    found = _served()
    groups: Groups = import_string(settings.SEARCH_SYNONYMS)()
    if not groups:
        return found
    if found.added is None or found.added[0] != groups:
        found.added = (groups, found.lexicon.with_synonyms(groups))
    return replace(found, lexicon=found.added[1])


def _served() -> Library:
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

"""A static copy of the whole log: files that any web server can serve and anyone can verify."""

from collections.abc import Callable
from pathlib import Path

from sunlit.calendars import clock
from sunlit.ledger import checkpoints, keys, rotation, selectors, tiles


class NothingSigned(LookupError):
    """Say that there is no checkpoint to export under."""


def export(directory: Path, *, progress: Callable[[int], object] = lambda done: None) -> int:
    """Write checkpoint, keys and all tiles under the published checkpoint below ``directory``; return its size.

    The checkpoint is written last, so that an interrupted copy never promises what is not there. Raises NothingSigned,
    and LookupError where the log is shorter than what was published.
    """
    note = selectors.published_note()
    if note is None:
        raise NothingSigned("nothing has been signed yet: there is no checkpoint to export")
    size = checkpoints.parse(note).size
    for address in tiles.tiles_of(size):
        _write(directory, address)
        if address.level == 0:
            _write(directory, tiles.Address(None, address.number, address.width))
            progress(address.number * tiles.WIDTH + address.width)
    (directory / "vkey").write_text(f"{keys.verifier().vkey()}\n", "utf-8")
    lines = "".join(term.line() for term in rotation.terms(clock.today()))
    (directory / "vkeys").write_text(lines, "utf-8")
    (directory / "checkpoint").write_text(note, "utf-8")
    return size


def _write(directory: Path, address: tiles.Address) -> None:
    data = selectors.tile_bytes(address)
    if data is None:
        raise LookupError(f"tile {tiles.path(address)} is missing, although it was published")
    target = directory / "tile" / tiles.path(address)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)

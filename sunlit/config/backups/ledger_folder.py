"""The ledger's own folder, published checkpoint and journal: put back only where that adds to what is known."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from sunlit.config.backups import disk
from sunlit.ledger import checkpoints, journal, published

_CHECKPOINT = "checkpoint"
_CHUNK = 1 << 20


def put(source: Path, size: int) -> list[str]:
    """Bring the ledger folder of a backup, whose database holds ``size`` entries, back; say what was kept instead."""
    notes: list[str] = []
    known_here = any(path.exists() for path in _shown_to_the_world())
    for path in disk.files_in(source):
        inside = path.relative_to(source)
        if inside.parts[0] == "journal":
            target = journal.directory().joinpath(*inside.parts[1:])
        else:
            target = Path(settings.HOME) / "ledger" / inside
        if path.name == _CHECKPOINT:
            notes += _put_checkpoint(path, target)
        else:
            notes += _put_grown(path, target)
    if size and not known_here:
        notes.append(
            "this host knows of no checkpoint but the backup's. If the site has published since, put the newest one "
            f"that a witness, a mirror or a reader has into {published.path()}: without it the log would fork."
        )
    seen = max((known.size for path in _shown_to_the_world() if (known := _parsed(path))), default=0)
    if seen > size:
        notes.append(
            f"the world has seen a checkpoint over {seen} entries, the backup holds {size}: nothing is signed "
            "until `sunlit ledger recover` has run. Publishing works meanwhile."
        )
    return notes


def _shown_to_the_world() -> tuple[Path, Path]:
    """Return the checkpoints that the guard believes; the journal's may lie on a disk that outlived the home."""
    return published.path(), journal.checkpoint_path()


def _put_checkpoint(path: Path, target: Path) -> list[str]:
    """Put a checkpoint back unless the one that is there covers as much; a damaged one is for a person to judge."""
    if target.exists():
        here, there = _parsed(target), _parsed(path)
        if here is None:
            return [f"{target} cannot be read and was left: put the checkpoint that the site last showed in its place."]
        if there is None or there.size <= here.size:
            return []
    disk.copy(path, target, mode=0o644)
    return []


def _put_grown(path: Path, target: Path) -> list[str]:
    """Put back a file that only ever grows, unless what is there holds as much."""
    if not target.exists():
        disk.copy(path, target)
        return []
    if _begins_with(target, path):
        return []
    if not _begins_with(path, target):
        return [f"{target} is not the one in the backup and was left as it is."]
    disk.copy(path, target)
    return []


def _begins_with(longer: Path, shorter: Path) -> bool:
    if longer.stat().st_size < shorter.stat().st_size:
        return False
    with longer.open("rb") as one, shorter.open("rb") as other:
        while chunk := other.read(_CHUNK):
            if one.read(len(chunk)) != chunk:
                return False
    return True


def _parsed(path: Path) -> checkpoints.Checkpoint | None:
    try:
        return checkpoints.parse(path.read_text("utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, checkpoints.BadCheckpoint):
        return None

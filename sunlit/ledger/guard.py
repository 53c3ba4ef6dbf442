"""The guard against forks: nothing is added or signed that contradicts what was already published."""

from pathlib import Path

from django.conf import settings

from sunlit.ledger import checkpoints, journal, keys, published, selectors
from sunlit.ledger.models import Checkpoint, Head


class SigningRefused(RuntimeError):
    """Say why the log must not go on, and what to do."""


def opening_path() -> Path:
    """Return the file that lies there while a new log is being opened."""
    return Path(settings.HOME) / "ledger" / "opening.json"


def refuse_if_behind(head: Head) -> None:
    """Raise SigningRefused if the log is shorter or other than what was published; cheap enough for each batch."""
    if opening_path().exists():
        raise SigningRefused(
            f"the opening of a new log was interrupted ({opening_path()}). "
            "Run `sunlit ledger recover --new-origin NAME` again to finish it."
        )
    for seen in _seen():
        if head.size < seen.size:
            raise SigningRefused(
                f"the database holds {head.size} entries, but a checkpoint over {seen.size} was already published "
                "(a restored backup, or a replica that was behind). Adding entries now would fork the log. "
                "Restore a newer database, or run `sunlit ledger recover`."
            )
        if head.size == seen.size and bytes(head.root) != seen.root:
            raise SigningRefused(_forked(seen.size))


def refuse_to_sign(head: Head) -> None:
    """Raise SigningRefused unless ``head`` extends the published copy and the last stored checkpoint of this log."""
    refuse_if_behind(head)
    last, origin = selectors.last_checkpoint(), keys.origin()
    known = {(last.size, bytes(last.root))} if last else set()
    for seen in _seen():
        if seen.origin != origin:
            raise SigningRefused(
                f"the published checkpoint is of the log {seen.origin}, the key signs for {origin}. "
                "A log keeps its name: restore the key that belongs to it."
            )
        known.add((seen.size, seen.root))
    for size, root in sorted(known):
        if size > head.size or selectors.root_at(size) != root:
            raise SigningRefused(_forked(size))
    if selectors.root_at(head.size) != bytes(head.root):
        raise SigningRefused(f"the tiles do not give the root of the {head.size} entries. Run `sunlit ledger verify`.")


def signed_size(last: Checkpoint | None) -> int:
    """Return how many entries are under a checkpoint that was stored (``last``) or published."""
    return max([one.size for one in _seen()] + [last.size if last else 0])


def _seen() -> list[checkpoints.Checkpoint]:
    """Return what the world has seen: the published copy, and the one in the journal, which outlives this disk."""
    try:
        found = [_published(), journal.checkpoint()]
    except journal.JournalRefused as error:
        raise SigningRefused(str(error)) from error
    return [one for one in found if one]


def _published() -> checkpoints.Checkpoint | None:
    try:
        return published.checkpoint()
    except checkpoints.BadCheckpoint as error:
        raise SigningRefused(
            f"the published checkpoint {published.path()} cannot be read: {error}. Restore it from the web or a backup."
        ) from error


def _forked(size: int) -> str:
    return (
        f"the first {size} entries are not those that were signed: the log has been changed. "
        "Nothing more is signed. Run `sunlit ledger verify` to see where."
    )

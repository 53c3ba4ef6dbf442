"""The guard against forks: nothing is added or signed that contradicts what was already published."""

from sunlit.ledger import checkpoints, keys, published, selectors
from sunlit.ledger.models import Head


class SigningRefused(RuntimeError):
    """Say why the log must not go on, and what to do."""


def refuse_if_behind(head: Head) -> None:
    """Raise SigningRefused if the log is shorter or other than what was published; cheap enough for each batch."""
    seen = _published()
    if seen is None:
        return
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
    seen, last = _published(), selectors.last_checkpoint()
    origin = keys.origin()
    if seen and seen.origin != origin:
        raise SigningRefused(
            f"the published checkpoint is of the log {seen.origin}, the key signs for {origin}. "
            "A log keeps its name: restore the key that belongs to it."
        )
    known = {seen.size: seen.root} if seen else {}
    if last:
        known.setdefault(last.size, bytes(last.root))
        if known[last.size] != bytes(last.root):
            raise SigningRefused(_forked(last.size))
    for size, root in known.items():
        if size > head.size or selectors.root_at(size) != root:
            raise SigningRefused(_forked(size))
    if selectors.root_at(head.size) != bytes(head.root):
        raise SigningRefused(f"the tiles do not give the root of the {head.size} entries. Run `sunlit ledger verify`.")


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

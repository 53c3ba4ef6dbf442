"""What others do with the ledger: write down, in their own transaction, what they have just done."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from sunlit.ledger import bulk, entries, pagetags
from sunlit.ledger.models import Pending, Release


def prepare(
    event: str,
    *,
    subject: str,
    actor: entries.ActorLike,
    commitment: bytes,
    day: date,
    ref: str = "",
    batch: int = 0,
    private: bool = False,
    tags: Sequence[str] = (),
) -> Pending:
    """Return an unsaved pending row for ``append_many``; raise EntryRefused where the ledger would not take it.

    ``subject`` (``record:123``), ``ref`` of a private entry and ``tags`` stay local columns; they are never hashed.
    """
    if private:
        body = entries.private(event, day=day, commitment=commitment)
    else:
        body = entries.public(event, day=day, actor=actor, ref=ref, commitment=commitment)
    return Pending(
        event=event,
        subject=entries.check_word("the subject", subject, 120),
        ref=entries.check_word("the reference", ref, entries.MAX_REF),
        tags=pagetags.joined(tags),
        batch=batch,
        body=body,
    )


def append(
    event: str,
    *,
    subject: str,
    actor: entries.ActorLike,
    commitment: bytes,
    day: date,
    ref: str = "",
    batch: int = 0,
    private: bool = False,
    tags: Sequence[str] = (),
) -> None:
    """Write down an act inside the caller's transaction; raise EntryRefused for what the ledger cannot take.

    A row with a ``batch`` other than 0 waits until ``release_batch``.
    """
    prepare(
        event,
        subject=subject,
        actor=actor,
        commitment=commitment,
        day=day,
        ref=ref,
        batch=batch,
        private=private,
        tags=tags,
    ).save(force_insert=True)


def append_many(rows: Iterable[Pending]) -> None:
    """Write down many acts, made by ``prepare``, inside the caller's transaction (at most 500 rows in one)."""
    columns = ("event", "subject", "ref", "tags", "batch", "body", "created_at")
    values = [(r.event, r.subject, r.ref, r.tags, r.batch, r.body, bulk.instant(r.created_at)) for r in rows]
    bulk.insert(Pending, columns, values)


@transaction.atomic
def release_batch(batch: int, *, now: datetime) -> None:
    """Let the sequencer take the pending rows of ``batch``; one row is written, however many wait."""
    Release.objects.update_or_create(batch=batch, defaults={"released_at": now, "done": False})

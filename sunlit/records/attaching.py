"""Which files belong to a revision: those that its payload names, in the order of the fields.

A picture in a formatted text is a file like any other: who may see the text may see it, and it goes when the text goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from sunlit.files import actions as files
from sunlit.files.actions import clean_name, of_person
from sunlit.files.models import File
from sunlit.plan.casts.texts import pictures_in
from sunlit.plan.language import Kind
from sunlit.records.models import Attachment, Revision


def attach(revision: Revision, kind: Kind, payload: Mapping[str, Any]) -> list[Attachment]:
    """Make a revision's attachments those of its payload; raise File.DoesNotExist for an unknown file."""
    if not may_hold_files(kind):
        return []
    wanted = list(files_in(kind, payload))
    revision.attachments.all().delete()
    if not wanted:
        return []
    known = _known([value["sha256"] for _, value in wanted], of_person(revision.author_id or 0))
    attachments = []
    for position, (field, value) in enumerate(wanted, 1):
        if value["sha256"] not in known:
            raise File.DoesNotExist(value["sha256"])
        file = known[value["sha256"]]
        attachments.append(
            Attachment(
                revision=revision, file=file, name=clean_name(value["name"], file.type), field=field, position=position
            )
        )
    return Attachment.objects.bulk_create(attachments)


def _known(wanted: Sequence[str], author: str) -> dict[str, File]:
    """Return files by content: the published one where there is one, else the author's own, else somebody's."""
    found = File.objects.filter(sha256__in=wanted).order_by("pk")
    return {one.sha256: one for one in sorted(found, key=lambda one: (not one.owner, one.owner == author))}


def publish(revisions: Iterable[int]) -> None:
    """Make the files of texts that come out those of everybody, in the caller's transaction.

    What its owner attaches nowhere else leaves their folder when the transaction is through.
    """
    private = list(
        Attachment.objects.filter(revision__in=list(revisions)).exclude(file__owner="").select_related("file")
    )
    for attachment in private:
        own = attachment.file
        attachment.file = files.publish(own)
        attachment.save(update_fields=["file"])
        transaction.on_commit(partial(files.destroy, own))


def attach_many(wanted: Sequence[tuple[int, tuple[str, str, str]]]) -> None:
    """Attach files to new revisions, given as revision and (field, SHA-256, name) in their order.

    Raises File.DoesNotExist for an unknown file.
    """
    known = _known([each[1] for _revision, each in wanted], "")
    positions: Counter[int] = Counter()
    attachments = []
    for revision, (field, sha256, name) in wanted:
        if sha256 not in known:
            raise File.DoesNotExist(sha256)
        positions[revision] += 1
        file, position = known[sha256], positions[revision]
        tidy = clean_name(name, file.type)
        attachments.append(Attachment(revision_id=revision, file=file, name=tidy, field=field, position=position))
    Attachment.objects.bulk_create(attachments)


def files_of(kind: Kind, payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the files that a payload names, in the order of their positions: field, SHA-256, name."""
    return [(field, value["sha256"], value["name"]) for field, value in files_in(kind, payload)]


def may_hold_files(kind: Kind) -> bool:
    """Tell whether records of a kind can have files at all."""
    return any(field.type in ("file", "richtext") for field in kind.fields)


def files_in(kind: Kind, payload: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each file that a payload names: its field, and what the payload says of it (``sha256``, ``name``)."""
    for field in kind.fields:
        value = payload.get(field.name)
        if field.type == "richtext" and value:
            for number, sha256 in enumerate(pictures_in(value), 1):
                yield field.name, {"sha256": sha256, "name": f"picture-{number}"}
        elif field.type == "file" and value:
            for item in value if isinstance(value, list) else [value]:
                yield field.name, item

"""Where an old address leads now: asked only when nothing else is at an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import QuerySet

from sunlit import sight
from sunlit.records.imports.oldsite.addresses import Old, candidates
from sunlit.records.imports.oldsite.tables import OldAddress
from sunlit.records.models import Attachment, Record
from sunlit.records.states import READABLE, Audience, BatchState, RecordState

_SLICE = 1_000


@dataclass(frozen=True)
class Lead:
    """An old address and the path to which it leads; '' if to nothing that everyone may see."""

    host: str
    address: str
    target: str


def target(*asked: Old) -> str | None:
    """Return the path to which an old address leads, or None: also for what not everyone may see.

    Where it can be read in several ways, the first that is known counts.
    """
    wanted = [one for reading in asked for one in candidates(reading)]
    rows = {row.digest: row for row in _released().filter(digest__in=[one.digest for one in wanted])}
    row = next((rows[one.digest] for one in wanted if one.digest in rows), None)
    if row is None:
        return None
    return _paths([row]).get(row.pk)


def leads() -> Iterator[Lead]:
    """Yield every old address with where it leads, those of a host together."""
    last = 0
    while rows := list(_released().filter(pk__gt=last).order_by("pk")[:_SLICE]):
        paths = _paths(rows)
        for row in rows:
            yield Lead(row.host, Old(row.host, row.address).quoted(), paths.get(row.pk, ""))
        last = rows[-1].pk


def _released() -> QuerySet[OldAddress]:
    return OldAddress.objects.filter(batch__state=BatchState.RELEASED)


def _paths(rows: list[OldAddress]) -> dict[int, str]:
    """Return where each row leads; what is withdrawn or gone leads to its tombstone, a file of it as well."""
    slugs = {row.slug for row in rows}
    found = sight.visible(sight.anonymous(), Record.objects.filter(slug__in=slugs, audience=Audience.PUBLIC))
    states = dict(found.exclude(state=RecordState.DRAFT).values_list("slug", "state"))
    files = _files({slug for slug, state in states.items() if slug and state in READABLE})
    paths = {}
    for row in rows:
        if row.slug not in states:
            continue
        is_file = row.position and (row.slug, row.position) in files
        paths[row.pk] = f"/r/{row.slug}" + (f"/files/{row.position}/{quote(row.name)}?revision=1" if is_file else "")
    return paths


def _files(slugs: set[str]) -> set[tuple[str, int]]:
    rows = Attachment.objects.filter(revision__record__slug__in=slugs, revision__number=1)
    found = rows.values_list("revision__record__slug", "position")
    return {(slug, position) for slug, position in found if slug}

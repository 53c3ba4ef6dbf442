"""References from one draft to another: they become addresses at the moment when both are released."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from sunlit.plan.language import Kind
from sunlit.plan.payload import FieldError
from sunlit.records import linking
from sunlit.records.models import Record, Revision
from sunlit.records.states import READABLE

_DRAFT = re.compile(r"draft:([1-9][0-9]{0,17})")


def to(record: Record) -> str:
    """Return how a draft refers to a record: by its address, or as a draft as long as it has none."""
    return record.slug or f"draft:{record.pk}"


def drafts_in(kind: Kind, payload: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield each draft that a payload refers to: the name of the field and the id of the record."""
    for name, written in linking.slugs_of(kind, payload):
        if isinstance(written, str) and (found := _DRAFT.fullmatch(written)):
            yield name, int(found[1])


def resolve(
    kind: Kind, payload: Mapping[str, Any], slugs: Mapping[int, str]
) -> tuple[dict[str, Any], list[FieldError]]:
    """Return the payload with an address for each draft, and a fault for each that is not published.

    ``slugs`` are the addresses of what is being released in the same moment, by the ids of the records.
    """
    wanted = {pk for _name, pk in drafts_in(kind, payload)} - slugs.keys()
    there = Record.objects.filter(pk__in=wanted, state__in=READABLE).values_list("pk", "slug") if wanted else ()
    known = {**{pk: slug for pk, slug in there if slug}, **slugs}
    resolved = dict(payload)
    errors = []
    for name in {name for name, _pk in drafts_in(kind, payload)}:
        value = payload[name]
        put = [_address(one, known) for one in (value if isinstance(value, list) else [value])]
        resolved[name] = put if isinstance(value, list) else put[0]
        if any(_DRAFT.fullmatch(one) for one in put):
            errors.append(FieldError(name, unresolved(kind, name)))
    return resolved, errors


def in_order(pairs: Sequence[tuple[Revision, Kind]]) -> list[Revision]:
    """Return texts in the order of their release: what others name comes first, otherwise as given."""
    left = {revision.record_id: (revision, kind) for revision, kind in pairs}
    ordered: list[Revision] = []
    while left:
        free = [
            pk
            for pk, (revision, kind) in left.items()
            if not any(named in left and named != pk for _name, named in drafts_in(kind, revision.data))
        ]
        # Two that name each other have no order of their own; each gets its address all the same.
        for pk in free or list(left):
            ordered.append(left.pop(pk)[0])
    return ordered


def _address(written: str, known: Mapping[int, str]) -> str:
    found = _DRAFT.fullmatch(written)
    return known.get(int(found[1]), written) if found else written


def unresolved(kind: Kind, name: str) -> str:
    """Return the sentence that refuses a field which names a draft."""
    return _("“%(field)s” names a text that is not published. Release it first, or put both into one bundle.") % {
        "field": kind.by_name[name].label.zh
    }

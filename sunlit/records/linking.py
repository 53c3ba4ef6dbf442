"""Links between records: kept once, read from both sides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from sunlit.ledger.pagetags import ALL
from sunlit.plan.language import Kind
from sunlit.records.models import Record, Relation

MOST_TAGS = 60
"""Linked records that an act names one by one; beyond that it reaches every page."""


def slugs_of(kind: Kind, payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each field of type ``record`` with each address that it holds."""
    for field in kind.fields:
        if field.type == "record" and (value := payload.get(field.name)):
            for slug in value if isinstance(value, list) else [value]:
                yield field.name, slug


def linked_tags(record: Record) -> set[str]:
    """Return the page tags of the records that a record is linked with: their pages show its title and its state."""
    found = Relation.objects.filter(Q(source=record) | Q(target=record)).values_list("source_id", "target_id")
    return tags_of({pk for link in found[: MOST_TAGS + 1] for pk in link} - {record.pk})


def tags_of(records: Collection[int]) -> set[str]:
    """Return the page tags of some records, by their ids."""
    return {ALL} if len(records) > MOST_TAGS else {f"record:{pk}" for pk in records}


def link_many(wanted: Sequence[tuple[int, str, str]]) -> None:
    """Link many new records at once, given as id of the source, name of the link and address of the target."""
    known = dict(Record.objects.filter(slug__in={slug for _, _, slug in wanted}).values_list("slug", "pk"))
    rows = [Relation(source_id=pk, name=name, target_id=known[slug]) for pk, name, slug in wanted if slug in known]
    Relation.objects.bulk_create(rows, ignore_conflicts=True)


def link_fields(record: Record, kind: Kind, payload: Mapping[str, Any]) -> None:
    """Make the links of a record's fields of type ``record`` those of its payload; a field links under its own name."""
    for field in kind.fields:
        if field.type != "record":
            continue
        slugs = [slug for name, slug in slugs_of(kind, payload) if name == field.name]
        targets = list(Record.objects.filter(slug__in=slugs).exclude(pk=record.pk))
        Relation.objects.filter(source=record, name=field.name).exclude(target__in=targets).delete()
        for target in targets:
            Relation.objects.get_or_create(source=record, name=field.name, target=target)

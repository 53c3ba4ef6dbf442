"""Links between records: kept once, read from both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sunlit.plan.language import Kind
from sunlit.records.models import Record, Relation


def link_fields(record: Record, kind: Kind, payload: Mapping[str, Any]) -> None:
    """Make the links of a record's fields of type ``record`` those of its payload; a field links under its own name."""
    for field in kind.fields:
        if field.type != "record":
            continue
        value = payload.get(field.name) or []
        slugs = value if isinstance(value, list) else [value]
        targets = list(Record.objects.filter(slug__in=slugs).exclude(pk=record.pk))
        Relation.objects.filter(source=record, name=field.name).exclude(target__in=targets).delete()
        for target in targets:
            Relation.objects.get_or_create(source=record, name=field.name, target=target)

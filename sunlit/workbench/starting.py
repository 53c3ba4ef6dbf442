"""What a text begins with: nothing, the last one of its kind, or a template."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sunlit import sight
from sunlit.plan.language import Kind
from sunlit.records import beginning
from sunlit.records.models import UnitTemplate
from sunlit.screens.words import joined, say
from sunlit.units.models import Unit


def first_payload(viewer: sight.Viewer, kind: Kind, unit: Unit, start: str) -> tuple[dict[str, Any], list[str]]:
    """Return the payload to begin with and the names of the fields that were left out of it on purpose.

    ``start`` is ``last``, ``template-<number>`` or anything else for an empty form.
    """
    if start == "last":
        latest = beginning.latest_of(viewer, unit, kind)
        return beginning.carried_over(kind, latest.live.data) if latest and latest.live else ({}, [])
    word, _dash, number = start.partition("-")
    if word == "template" and number.isdigit():
        found = UnitTemplate.objects.filter(pk=int(number), unit=unit, kind=kind.code).first()
        return (json.loads(found.payload), []) if found else ({}, [])
    return {}, []


def labels(kind: Kind, names: Iterable[str]) -> str:
    """Return the labels of some fields in one line."""
    return joined([say(kind.by_name[name].label) for name in names])

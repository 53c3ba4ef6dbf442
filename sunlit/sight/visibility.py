"""Which rows a viewer may see: the only place that decides it, for every model with an audience."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from sunlit.sight.audiences import Audience
from sunlit.sight.fields import SightFields
from sunlit.sight.viewers import Viewer
from sunlit.units.selectors import path_range

Row = TypeVar("Row", bound=Model)


def visible(viewer: Viewer, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows that a viewer may see, tombstones included.

    ``public`` rows are everyone's. A ``group``'s rows are seen by its members and by those who work on them; rows for
    ``staff`` by the members of the unit and by those who work on them from above; ``sealed`` rows only by the people
    named for their scope. What is not published, or belongs to an import that is not released, is seen by nobody here.
    """
    fields = _fields(rows)
    return _published(rows, fields).filter(_audience(viewer, fields))


def stubs(viewer: Viewer, rows: QuerySet[Row]) -> QuerySet[Row, dict[str, Any]]:
    """Return what everyone may know of the groups' rows that this viewer may not read: the stub columns only."""
    fields = _fields(rows)
    closed = _published(rows, fields).filter(**{fields.lookup("audience"): Audience.GROUP})
    return closed.exclude(_audience(viewer, fields)).values(*fields.stub)


def workable(viewer: Viewer, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows that a viewer may read at work, published or not: those of the units on which they work.

    A role holds for its unit and all below. What is ``sealed`` is worked on only at the very unit that has it: the
    people named for its scope are few, and a role above the unit is no reason to be one of them. Rows of an import
    that is not released are nobody's.
    """
    fields = _fields(rows)
    if not viewer.works_below:
        return rows.none()
    if fields.hidden_batches is not None:
        rows = rows.exclude(**{fields.lookup("batch_id", "__in"): fields.hidden_batches()})
    sealed = Q(**{fields.lookup("audience"): Audience.SEALED})
    at_home = Q(**{fields.lookup("unit_path", "__in"): viewer.works_at})
    return rows.filter(_below(viewer.works_below, fields)).filter(~sealed | at_home)


def _fields(rows: QuerySet[Any]) -> SightFields:
    fields: SightFields = rows.model.SIGHT
    return fields


def _published(rows: QuerySet[Row], fields: SightFields) -> QuerySet[Row]:
    if fields.shown:
        rows = rows.filter(**{f"{state}__in": allowed for state, allowed in fields.shown.items()})
    if fields.hidden_batches is not None:
        rows = rows.exclude(**{fields.lookup("batch_id", "__in"): fields.hidden_batches()})
    return rows


def _audience(viewer: Viewer, fields: SightFields) -> Q:
    def meant_for(*audiences: Audience) -> Q:
        if len(audiences) == 1:
            return Q(**{fields.lookup("audience"): audiences[0]})
        return Q(**{fields.lookup("audience", "__in"): audiences})

    seen = meant_for(Audience.PUBLIC)
    if viewer.groups:
        named = Q(**{fields.lookup("scope", "__in"): sorted(viewer.groups)})
        seen |= meant_for(Audience.GROUP, Audience.SEALED) & named
    if viewer.works_below:
        seen |= meant_for(Audience.GROUP, Audience.STAFF) & _below(viewer.works_below, fields)
    if viewer.employed_at:
        seen |= meant_for(Audience.STAFF) & Q(**{fields.lookup("unit_path", "__in"): viewer.employed_at})
    return seen


def _below(paths: tuple[str, ...], fields: SightFields) -> Q:
    within = Q()
    for path in paths:
        low, high = path_range(path)
        within |= Q(**{fields.lookup("unit_path", "__gte"): low, fields.lookup("unit_path", "__lt"): high})
    return within

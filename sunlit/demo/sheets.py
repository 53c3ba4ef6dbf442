"""Import what comes as a sheet: a county hands in the same page for each of its villages at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sunlit.demo.people import Cast
from sunlit.demo.recipes import Dish
from sunlit.plan.language import Plan
from sunlit.records.imports import batches, running, sheets
from sunlit.records.imports.columns import SCOPE, UNIT
from sunlit.records.models import Batch
from sunlit.records.states import BatchState


class SheetFault(ValueError):
    """A sheet of the demo city has rows that cannot be imported."""


@dataclass(frozen=True)
class Sheet:
    """A file and the records in it, in the order of its rows."""

    name: str
    dishes: tuple[Dish, ...]


def collect(dishes: Sequence[Dish]) -> list[Sheet]:
    """Return the sheets that some of the dishes come in, in the order of their first dish."""
    found: dict[str, list[Dish]] = {}
    for dish in dishes:
        if dish.sheet:
            found.setdefault(dish.sheet, []).append(dish)
    return [Sheet(name, tuple(rows)) for name, rows in found.items()]


def is_there(sheet: Sheet) -> bool:
    """Tell whether a sheet was imported before."""
    return Batch.objects.filter(file_name=sheet.name, demo=True, state=BatchState.RELEASED).exists()


def bring(sheet: Sheet, plan: Plan, cast: Cast, *, now: datetime, progress: Callable[[int], None]) -> None:
    """Import a sheet and release it; one that was left unfinished is dropped and imported from its beginning.

    Raises SheetFault if a row is wrong; then none of its records is published.
    """
    for left in Batch.objects.filter(file_name=sheet.name, demo=True).exclude(
        state__in=(BatchState.RELEASED, BatchState.DISCARDED)
    ):
        batches.discard(left)
    kind = plan.kinds[sheet.dishes[0].kind]
    team = batches.Team(cast.editor, cast.approver, cast.secrecy_reviewer, cast.legal_reviewer)
    with TemporaryDirectory() as folder:
        path = Path(folder) / sheet.name
        path.write_text("".join(_line(dish) for dish in sheet.dishes), encoding="utf-8")
        wanted = running.Import(plan, kind, path, team)
        batch = batches.begin(
            *(plan, kind, path, sheets.sha256_of(path), team),
            unit=None,
            keep_good=False,
            again=False,
            demo=True,
            now=now,
        )
        wanted.run(batch, progress=progress)
        if running.conclude(batch, team, now=now) != BatchState.RELEASED:
            raise SheetFault(f"{sheet.name}: {batch.bad} rows are wrong")


def _line(dish: Dish) -> str:
    scope = {SCOPE: dish.scope} if dish.scope else {}
    return json.dumps({UNIT: dish.unit, **scope, **dish.data}, ensure_ascii=False) + "\n"

"""An import from file to batch: read, check, write in chunks, go on where an earlier run stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.plan.casts.choices import unit_names
from sunlit.plan.language import Kind, Plan
from sunlit.records.acts.rules import ActRefused, local_day
from sunlit.records.imports import batches, columns, sheets, writing
from sunlit.records.imports.ahead import read_ahead
from sunlit.records.imports.batches import Team
from sunlit.records.imports.columns import Columns
from sunlit.records.imports.rows import Mistake, Preparer, Ready
from sunlit.records.models import Batch
from sunlit.records.states import Audience, BatchState
from sunlit.units.actors import Actor
from sunlit.units.models import Unit

FIRST, FEWEST, MOST = 200, 50, 500
LONGEST_WRITE = 0.08
"""Seconds that a chunk may hold the write lock; the next one is made smaller if it held it longer."""

Progress = Callable[[int], None]


@dataclass
class Result:
    """What came of a run."""

    good: int = 0
    bad: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)


@dataclass(frozen=True)
class Import:
    """A file to be imported as records of one kind."""

    plan: Plan
    kind: Kind
    path: Path
    team: Team
    unit: Unit | None = None
    waive: str = ""
    """Why records come without what the plan asks to be released beside them; readers see it."""

    def check(self, *, now: datetime) -> None:
        """Raise what speaks against the import as a whole: its columns, its unit, its people."""
        self._prepared(now)

    def rehearse(self, *, now: datetime, progress: Progress) -> Result:
        """Check every row and write nothing; the first 10,000 mistakes, and as many warnings, are kept."""
        result = Result()
        for _number, rows, mistakes in _chunks(self._prepared(now), 0, lambda: MOST):
            result.good += len(rows)
            result.bad += len({one.row for one in mistakes})
            result.mistakes += mistakes[: MOST_KEPT - len(result.mistakes)]
            result.warnings += [one for row in rows for one in row.warnings][: MOST_KEPT - len(result.warnings)]
            progress(_number)
        return result

    def run(self, batch: Batch, *, progress: Progress) -> None:
        """Read the file to its end into ``batch``; safe to kill and to call again.

        Unless the batch keeps good rows, nothing more is written once a row has a mistake, but all rows are checked.
        """
        press = press_for(batch, self.plan, self.kind, self.team)
        size = Size()
        prepared = read_ahead(lambda: self._prepared(batch.started_at), size=self.path.stat().st_size)
        for next_row, rows, mistakes in _chunks(prepared, batch.next_row, lambda: size.rows):
            wanted = rows if batch.keep_good or not (batch.bad or mistakes) else []
            try:
                size.learn(writing.stage(press, wanted, mistakes, next_row))
            except writing.Overtaken as error:
                raise ActRefused(_("Another process is going on with this import.")) from error
            progress(next_row)
        batches.finish(batch)

    def preparer(self, found: Columns, *, now: datetime, below: Unit | None = None) -> Preparer:
        """Return what makes rows ready; raise ActRefused where the given unit or the team may not do this.

        Rows may name only units at or below ``below``, if it is given.
        """
        holders = _Holders(self, now, below)
        if self.unit is not None:
            holders.check(self.unit)
        return Preparer(
            self.plan,
            self.kind,
            found,
            unit=self.unit,
            find_unit=holders.find,
            published=local_day(now),
            waive=self.waive,
        )

    def _prepared(self, now: datetime) -> Iterator[tuple[int, Ready | list[Mistake]]]:
        sheet = sheets.open_sheet(self.path)
        needs_scope = self.kind.settings.audience == Audience.GROUP.value
        found = columns.match(
            sheet.headers, self.kind, self.plan, unit_is_given=self.unit is not None, needs_scope=needs_scope
        )
        preparer = self.preparer(found, now=now)
        return ((number, preparer.prepare(number, cells)) for number, cells in sheet.rows)


MOST_KEPT = writing.MOST_MISTAKES


def press_for(batch: Batch, plan: Plan, kind: Kind, team: Team) -> writing.Press:
    """Return what is the same for every record of a batch."""
    secrecy, reviewer = team.secrecy_reviewer, team.reviewer
    return writing.Press(
        batch,
        plan,
        kind,
        approver_of(team),
        batch.started_at,
        secrecy.user_id if secrecy and kind.settings.secrecy_review else None,
        reviewer.user_id if reviewer else None,
    )


def approver_of(team: Team) -> Actor:
    """Return who approves; raise ActRefused while nobody does."""
    if team.approver is None:
        raise ActRefused(_("Nobody has approved this import yet."))
    return team.approver


class Size:
    """How many rows a chunk has: as many as can be written without making anyone wait."""

    def __init__(self) -> None:
        self.rows = FIRST

    def learn(self, seconds: float) -> None:
        """Adapt to how long the last chunk took."""
        if seconds > LONGEST_WRITE:
            self.rows = max(FEWEST, self.rows // 2)
        elif seconds < LONGEST_WRITE / 2:
            self.rows = min(MOST, self.rows + 50)


class _Holders:
    """Finds the unit that a cell names, each name once, and whether it publishes such records with this team."""

    def __init__(self, wanted: Import, now: datetime, below: Unit | None = None) -> None:
        self._import, self._now, self._below = wanted, now, below
        self._allowed = frozenset(wanted.plan.select(wanted.kind.holders))
        self._known: dict[str, Unit | str] = {}

    def find(self, written: str) -> Unit:
        """Return the unit; raise ValueError with a sentence."""
        if written not in self._known:
            self._known[written] = self._look_up(written)
        found = self._known[written]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def check(self, unit: Unit) -> None:
        """Raise ActRefused unless these records may be imported for a unit."""
        label = self._import.kind.label.zh
        if self._below is not None and not unit.is_within(self._below.path):
            raise ActRefused(
                _("%(unit)s does not lie below %(above)s, for which this import is.")
                % {"unit": unit.name, "above": self._below.name}
            )
        if unit.code not in self._allowed:
            raise ActRefused(
                _("%(unit)s does not publish “%(kind)s” according to the plan.") % {"unit": unit.name, "kind": label}
            )
        if not unit.org9:
            raise ActRefused(_("%(unit)s has no organisation code, so it cannot publish.") % {"unit": unit.name})
        batches.check_team(self._import.team, self._import.kind, unit, now=self._now)

    def _look_up(self, written: str) -> Unit | str:
        if not written:
            return _("Nothing says which unit publishes; fill it in.")
        names = unit_names(self._import.plan)
        code = names.exact.get(written, "") if written not in names.several else ""
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            return _("There is no unit “%(value)s”, or several of that name; write its code.") % {"value": written[:40]}
        try:
            self.check(unit)
        except ActRefused as refused:
            return refused.reason
        return unit


def _chunks(
    prepared: Iterator[tuple[int, Ready | list[Mistake]]], skip: int, size: Callable[[], int]
) -> Iterator[tuple[int, list[Ready], list[Mistake]]]:
    """Gather rows and mistakes; yields how many rows of the file are dealt with once the chunk is."""
    rows: list[Ready] = []
    mistakes: list[Mistake] = []
    done = gathered = 0
    for done, (_number, outcome) in enumerate(prepared, 1):
        if done <= skip:
            continue
        gathered += 1
        if isinstance(outcome, Ready):
            rows.append(outcome)
        else:
            mistakes += outcome
        if gathered >= size():
            yield done, rows, mistakes
            rows, mistakes, gathered = [], [], 0
    if gathered:
        yield done, rows, mistakes


def conclude(batch: Batch, team: Team, *, now: datetime, hold: bool = False) -> str:
    """Release a batch that was read to its end, or discard it if a row was wrong; return its state."""
    if batch.bad and not batch.keep_good:
        batches.discard(batch)
    elif not hold:
        batches.release(batch, actor=approver_of(team), now=now)
    return BatchState(batch.state)

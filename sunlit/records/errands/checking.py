"""What the background does with the sheets of an import: read in, judge every row, write and release what is good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.records.acts.rules import ActRefused, kind_for
from sunlit.records.errands import importing, steps, uploads
from sunlit.records.errands.tables import ErrandState, RowState
from sunlit.records.imports import batches, mapping, writing
from sunlit.records.imports.batches import Team
from sunlit.records.imports.columns import ROW, plain
from sunlit.records.imports.rows import Mistake, Preparer, Ready
from sunlit.records.imports.running import Import, Size, press_for
from sunlit.records.imports.sheets import Cells, SheetRefused
from sunlit.records.models import Batch, ColumnMemory, Errand, ErrandRow, ErrandSheet
from sunlit.records.states import BatchState
from sunlit.records.steps import StepName
from sunlit.units.actors import Actor

CHUNK = 400
MOST_KEPT = writing.MOST_MISTAKES
"""Wrong rows, and as many rows with warnings, that are kept one by one; beyond that they are counted."""
Rest = Callable[[], None]
"""Called between two short transactions, to let others write."""


def read(errand: Errand, rest: Rest) -> None:
    """Read the latest sheet in, and go on to the check if every column is known."""
    sheet = importing.latest(errand)
    try:
        headers, rows, sample = uploads.read_in(sheet)
    except SheetRefused as refused:
        _give_back(errand, sheet, str(refused))
        return
    plan, kind = kind_for(errand.kind)
    guess = mapping.guess(headers, kind, plan, remembered=_remembered(errand))
    ErrandSheet.objects.filter(pk=sheet.pk).update(headers=headers, rows=rows, sample=sample, mapping=guess.names)
    sheet.headers, sheet.rows = headers, rows
    with transaction.atomic():
        if guess.is_sure and not importing.faults(errand, kind, guess.names):
            importing.settle_columns(errand, sheet, guess.names)
        else:
            steps.move(errand, state=ErrandState.MAPPING, cursor=0, total=rows, tries=0)


def check(errand: Errand, rest: Rest) -> None:
    """Judge every row of the sheet at hand, a few hundred in each transaction; go on where this stopped before."""
    number = errand.settings["sheet"]
    for sheet in errand.sheets.filter(number__gte=number).order_by("number"):
        if sheet.number != number:
            steps.move(errand, cursor=0, total=sheet.rows, settings={**errand.settings, "sheet": sheet.number}, tries=0)
        judge = _Judge(errand, sheet)
        for at, rows in _chunks(uploads.rows(sheet, skip=errand.cursor), errand.cursor, lambda: CHUNK):
            judge.take(at, rows)
            rest()
    steps.move(errand, state=ErrandState.CHECKED, cursor=0, tries=0)


def stage(errand: Errand, rest: Rest) -> None:
    """Write the good rows of all sheets behind a batch and release it; go on where this stopped before."""
    team = team_of(errand)
    batch = errand.batch or _open_batch(errand, team)
    if batch.state == BatchState.STAGING:
        try:
            _write(errand, batch, team, rest)
        except ActRefused:
            if Errand.objects.filter(pk=errand.pk, state=ErrandState.STAGING).exists():
                raise
            return  # somebody has dropped it meanwhile; the next turn throws away what was written
    if batch.good != errand.good:
        batches.discard(batch)
        with transaction.atomic():
            importing.restart_checks(
                errand, _("Some rows are no longer in order, so nothing was released. Look again.")
            )
            Errand.objects.filter(pk=errand.pk).update(batch=None)
        return
    with transaction.atomic():
        if batch.state == BatchState.STAGED:
            batches.release(batch, actor=_present(team.approver), now=clock.now())
        steps.move(errand, state=ErrandState.DONE, cursor=errand.total, tries=0)


def drop(errand: Errand, rest: Rest) -> None:
    """Throw away what was written of an import; if that was not wanted by people, go back to its checked rows."""
    batch = errand.batch
    if batch is not None and batch.state != BatchState.DISCARDED:
        batches.discard(batch)
    if errand.settings.get("kept"):
        settings = {name: value for name, value in errand.settings.items() if name != "kept"}
        steps.move(errand, state=ErrandState.CHECKED, batch=None, settings=settings, tries=0)
    else:
        uploads.delete(errand.pk)
        steps.move(errand, state=ErrandState.DROPPED, tries=0)


def team_of(errand: Errand) -> Team:
    """Return who answers for an import, each in the role in which they acted."""
    author = steps.taken(errand, steps.SENT) or steps.taken(errand, steps.BEGUN)
    return Team(
        _present(author),
        steps.taken(errand, StepName.APPROVE),
        steps.taken(errand, StepName.SECRECY),
        steps.taken(errand, StepName.LEGAL),
        steps.taken(errand, StepName.REVIEW),
    )


def preparer_for(errand: Errand, sheet: ErrandSheet, team: Team, *, now: datetime) -> Preparer:
    """Return what makes the rows of a sheet ready; raise ActRefused where somebody may not do this any more."""
    plan, kind = kind_for(errand.kind)
    unit = None if errand.settings["units_in_sheet"] else errand.unit
    wanted = Import(plan, kind, uploads.raw(sheet), team, unit, errand.settings["waive"])
    return wanted.preparer(mapping.as_columns(sheet.mapping), now=now, below=errand.unit)


def judged(errand: Errand, sheet: ErrandSheet, number: int, cells: Cells) -> Ready | list[Mistake]:
    """Return what would be written of one row, or what is wrong with it; raise ActRefused as the check would."""
    author = _present(steps.taken(errand, steps.BEGUN))
    return preparer_for(errand, sheet, Team(author, None), now=clock.now()).prepare(number, cells)


class _Judge:
    """Judges the rows of one sheet and writes down what is wrong with them."""

    def __init__(self, errand: Errand, sheet: ErrandSheet) -> None:
        self._errand, self._sheet = errand, sheet
        author = _present(steps.taken(errand, steps.BEGUN))
        self._preparer = preparer_for(errand, sheet, Team(author, None), now=clock.now())
        self._at = {name: at for at, name in enumerate(sheet.mapping) if name}
        own = {plain(header) for header in ROW}
        self._number_at = next((at for at, header in enumerate(sheet.headers) if plain(header) in own), None)

    def take(self, at: int, rows: Sequence[tuple[int, Cells]]) -> None:
        """Judge some rows and move the job on, in one short transaction."""
        outcomes = [(number, cells, self._preparer.prepare(number, cells)) for number, cells in rows]
        with transaction.atomic():
            former = self._former(outcomes)
            found = [self._row(number, cells, outcome, former) for number, cells, outcome in outcomes]
            kept = [row for row in found if row is not None]
            bad = sum(row.state == RowState.BAD for row in kept)
            warned, good = len(kept) - bad, len(rows) - bad
            mended = self._mend(found, outcomes, former)
            errand = self._errand
            room = {
                RowState.BAD: MOST_KEPT - errand.bad,
                RowState.WARNED: MOST_KEPT - errand.warned,
            }
            for state, free in room.items():
                ErrandRow.objects.bulk_create([row for row in kept if row.state == state][: max(0, free)])
            steps.move(
                errand,
                cursor=at,
                good=errand.good + good,
                bad=errand.bad + bad - mended,
                warned=errand.warned + warned,
                tries=0,
            )

    def _row(
        self, number: int, cells: Cells, outcome: Ready | list[Mistake], former: Mapping[tuple[int, int], ErrandRow]
    ) -> ErrandRow | None:
        mistakes = list(outcome.warnings) if isinstance(outcome, Ready) else outcome
        state = RowState.WARNED if isinstance(outcome, Ready) else RowState.BAD
        named = self._named(cells)
        if isinstance(outcome, Ready) and named is not None and named not in former:
            sentence = _("Row %(row)d is in order already, so this one would double it.") % {"row": named[1]}
            remedy = _("Take this row out of the sheet, or empty the cell with the number if it is a new one.")
            mistakes, state = [Mistake(number, "", ROW[0], str(named[1]), sentence, remedy)], RowState.BAD
        if not mistakes:
            return None
        told = [
            [self._at.get(one.field, -1), one.label[:200], one.excerpt, one.sentence[:500], one.remedy[:500]]
            for one in mistakes
        ]
        return ErrandRow(
            errand=self._errand, sheet=self._sheet.number, row=number, state=state, mistakes=told, words=str(told[0][3])
        )

    def _named(self, cells: Cells) -> tuple[int, int] | None:
        """Return which row of an earlier sheet a row says that it corrects."""
        if self._number_at is None or self._number_at >= len(cells) or self._sheet.number == 1:
            return None
        row, _at, sheet = str(cells[self._number_at]).strip().partition("@")
        number = row.removesuffix(".0")
        return (int(sheet) if sheet.isdigit() else 1, int(number)) if number.isdigit() else None

    def _former(self, outcomes: Sequence[tuple[int, Cells, Ready | list[Mistake]]]) -> dict[tuple[int, int], ErrandRow]:
        """Return the wrong rows of earlier sheets that these rows name."""
        named = {found for _number, cells, _outcome in outcomes if (found := self._named(cells)) is not None}
        if not named:
            return {}
        rows = ErrandRow.objects.filter(
            errand=self._errand,
            sheet__lt=self._sheet.number,
            row__in={row for _sheet, row in named},
            state=RowState.BAD,
        )
        return {(one.sheet, one.row): one for one in rows}

    def _mend(
        self,
        found: Sequence[ErrandRow | None],
        outcomes: Sequence[tuple[int, Cells, Ready | list[Mistake]]],
        former: Mapping[tuple[int, int], ErrandRow],
    ) -> int:
        """Strike out the earlier rows that came again, in order or wrong once more; return how many that were."""
        came = {
            named: row is None or row.state != RowState.BAD
            for row, (_number, cells, _outcome) in zip(found, outcomes, strict=True)
            if (named := self._named(cells)) in former
        }
        ids = [former[named].pk for named in came if named is not None]
        words = _("brought again in sheet %(sheet)d") % {"sheet": self._sheet.number}
        return ErrandRow.objects.filter(pk__in=ids).update(state=RowState.DONE, words=words)


def _write(errand: Errand, batch: Batch, team: Team, rest: Rest) -> None:
    plan, kind = kind_for(errand.kind)
    press, size = press_for(batch, plan, kind, team), Size()
    bad = {(sheet, row) for sheet, row in _wrong_rows(errand)}
    for sheet in errand.sheets.order_by("number"):
        done = max(0, batch.next_row - sheet.first)
        if done >= sheet.rows:
            continue
        preparer = preparer_for(errand, sheet, team, now=batch.started_at)
        for at, rows in _chunks(uploads.rows(sheet, skip=done), done, lambda: size.rows):
            ready = []
            for number, cells in rows:
                outcome = preparer.prepare(number, cells) if (sheet.number, number) not in bad else None
                if isinstance(outcome, Ready):
                    ready.append(outcome)
            try:
                size.learn(writing.stage(press, ready, [], sheet.first + at))
            except writing.Overtaken as error:
                raise ActRefused(_("Another process is going on with this import.")) from error
            steps.move(errand, cursor=batch.good, tries=0)
            rest()
    batches.finish(batch)


def _wrong_rows(errand: Errand) -> Iterator[tuple[int, int]]:
    """Yield the rows that may not be written: wrong when they were judged, whether or not they came again."""
    return iter(
        ErrandRow.objects.filter(errand=errand, state__in=(RowState.BAD, RowState.DONE)).values_list("sheet", "row")
    )


def _open_batch(errand: Errand, team: Team) -> Batch:
    plan, kind = kind_for(errand.kind)
    if errand.shape != plan.hash:
        raise ActRefused(_("The plan has changed since the rows were checked. Let them be checked again first."))
    sheet = errand.sheets.order_by("number")[0]
    with transaction.atomic():
        batch = batches.begin(
            plan,
            kind,
            uploads.raw(sheet).with_name(sheet.name),
            importing.digest_of(errand),
            team,
            unit=None if errand.settings["units_in_sheet"] else errand.unit,
            keep_good=True,
            again=True,
            demo=False,
            now=clock.now(),
        )
        steps.move(errand, batch=batch)
    return batch


def _remembered(errand: Errand) -> dict[str, str]:
    """Return how columns of this unit and kind were named before, those of this import's own sheets above all."""
    memory = ColumnMemory.objects.filter(unit=errand.unit, kind=errand.kind).first()
    known: dict[str, str] = dict(memory.columns) if memory else {}
    for sheet in errand.sheets.exclude(mapping=[]).order_by("number"):
        known |= mapping.to_remember(sheet.headers, sheet.mapping)
    return known


def _give_back(errand: Errand, sheet: ErrandSheet, sentence: str) -> None:
    """Drop a file that cannot be read: the whole import if it was the first, else that sheet alone."""
    with transaction.atomic():
        if sheet.number == 1:
            steps.move(errand, state=ErrandState.DROPPED, said=sentence[:500])
        else:
            sheet.delete()
            steps.move(errand, state=ErrandState.CHECKED, said=f"{sheet.name}: {sentence}"[:500])


def _chunks(
    rows: Iterator[tuple[int, Cells]], done: int, size: Callable[[], int]
) -> Iterator[tuple[int, list[tuple[int, Cells]]]]:
    """Gather rows; yields how many are dealt with once the chunk is."""
    gathered: list[tuple[int, Cells]] = []
    for row in rows:
        gathered.append(row)
        if len(gathered) >= size():
            done += len(gathered)
            yield done, gathered
            gathered = []
    if gathered:
        yield done + len(gathered), gathered


def _present(actor: Actor | None) -> Actor:
    if actor is None:
        raise ActRefused(_("It is not known who did a step of this import; drop it and begin anew."))
    return actor

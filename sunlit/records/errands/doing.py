"""What the background does with many records: each row its own act, done or refused, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.ledger.models import Release
from sunlit.records import acts
from sunlit.records.acts import ending_many
from sunlit.records.acts.retiring import Why
from sunlit.records.acts.rules import ActRefused, kind_for
from sunlit.records.errands import bulk, steps
from sunlit.records.errands.tables import ErrandState, RowState, Sort
from sunlit.records.models import Errand, ErrandRow, Record, Work
from sunlit.records.states import RevisionState, Validity
from sunlit.records.steps import StepName
from sunlit.units.actors import Actor

FEW = 5
"""Texts in one transaction: each takes several acts, and all of a transaction stays under a tenth of a second."""
Rest = Callable[[], None]


def run(errand: Errand, rest: Rest) -> None:
    """Go on with a job on published records to its end, or until someone stops it."""
    if errand.undoes_id is not None:
        _undo(errand, rest)
    elif errand.sort == Sort.EDIT:
        _phase(errand, rest)
    elif errand.sort == Sort.VALIDITY:
        _each(errand, RowState.WAITING, lambda row: _set_validity(errand, row), rest)
        steps.move(errand, state=ErrandState.DONE, tries=0)
    else:
        while rows := list(errand.rows.filter(state=RowState.WAITING).order_by("row")[: ending_many.MOST]):
            _end_rows(errand, rows)
            rest()
        steps.move(errand, state=ErrandState.DONE, tries=0)


def is_held_up(errand: Errand) -> bool:
    """Tell whether a job has to wait: what an import published must be in the log before it is taken back."""
    if errand.undoes is None:
        return False
    return Release.objects.filter(batch=errand.undoes.batch_id or 0, done=False).exists()


def _undo(errand: Errand, rest: Rest) -> None:
    """End the records of an import in the order of their ids; the cursor is the last one dealt with."""
    batch = (errand.undoes.batch_id if errand.undoes else None) or -1
    while records := list(
        _whole(Record.objects.filter(batch_id=batch, pk__gt=errand.cursor)).order_by("pk")[: ending_many.MOST]
    ):
        titles = {record.pk: record.title or record.index_no or "" for record in records}
        with transaction.atomic():
            outcome = _end(errand, records)
            ErrandRow.objects.bulk_create(
                _told(ErrandRow(errand=errand, row=pk, title=titles[pk][:200]), outcome[pk]) for pk in titles
            )
            _count(errand, outcome.values(), cursor=records[-1].pk)
        rest()
    steps.move(errand, state=ErrandState.DONE, tries=0)


def _end_rows(errand: Errand, rows: Sequence[ErrandRow]) -> None:
    with transaction.atomic():
        records = list(_whole(Record.objects.filter(pk__in=[row.row for row in rows])))
        outcome = _end(errand, records)
        gone = _("There is no such record any more.")
        for row in rows:
            _told(row, outcome.get(row.row, gone))
        ErrandRow.objects.bulk_update(rows, ["state", "words"])
        _count(errand, [outcome.get(row.row, gone) for row in rows], cursor=errand.cursor + len(rows))


def _end(errand: Errand, records: Sequence[Record]) -> dict[int, str]:
    told = errand.settings
    why = Why(told["reason"], told["basis"], told["code"])
    verb = bulk.VERBS[Sort(errand.sort)]
    return ending_many.end_many(verb, records, why, actor=_actor(errand, steps.BEGUN), now=clock.now())


def _phase(errand: Errand, rest: Rest) -> None:
    """Do one thing with every text of a change, then hand it on."""
    phase = errand.settings["phase"]
    acting = {bulk.DRAFT: _draft, bulk.BACK: _give_up, bulk.RECALL: _give_up}.get(phase, _step)
    _each(errand, RowState.WAITING if phase == bulk.DRAFT else RowState.BEGUN, lambda row: acting(errand, row), rest)
    left = errand.rows.filter(state=RowState.BEGUN).exists()
    _plan, kind = kind_for(errand.kind)
    after = (
        steps.first_step(kind) if phase == bulk.DRAFT else steps.step_after(kind, phase) if _is_step(phase) else None
    )
    if phase in (bulk.BACK, bulk.RECALL):
        steps.move(errand, state=ErrandState.DROPPED, tries=0)
    elif left and after is not None:
        steps.move(errand, state=ErrandState.WAITING, waits_for=after.name, cursor=0, tries=0)
    else:
        steps.move(errand, state=ErrandState.DONE, tries=0)


def _each(errand: Errand, state: RowState, act: Callable[[ErrandRow], RowState], rest: Rest) -> None:
    """Do something with each row that is in a state, few in a transaction; a refusal concerns its own row alone.

    The cursor is the row last dealt with, so that a row which stays in its state is not met twice.
    """
    while rows := list(errand.rows.filter(state=state, row__gt=errand.settings.get("last", 0)).order_by("row")[:FEW]):
        with transaction.atomic():
            refusals = []
            for row in rows:
                refusals.append(_one(row, act))
            ErrandRow.objects.bulk_update(rows, ["state", "words", "revision", "title"])
            told = {**errand.settings, "last": rows[-1].row}
            _count(errand, refusals, cursor=errand.cursor + len(rows), settings=told)
        rest()
    settings = {name: value for name, value in errand.settings.items() if name != "last"}
    steps.move(errand, settings=settings)


def _one(row: ErrandRow, act: Callable[[ErrandRow], RowState]) -> str:
    try:
        with transaction.atomic():
            row.state = act(row)
            row.words = ""
    except ActRefused as refused:
        row.state, row.words = RowState.REFUSED, refused.reason[:500]
        # A text that goes no further with the others stands on the desk by itself from now on.
        Work.objects.filter(pk=row.revision).update(errand=None)
        return row.words
    return ""


def _draft(errand: Errand, row: ErrandRow) -> RowState:
    """Open a correction, change its field, hand it in."""
    plan, kind = kind_for(errand.kind)
    record = _whole(Record.objects.filter(pk=row.row)).first()
    if record is None:
        raise ActRefused(_("There is no such record any more."))
    field, actor, now = errand.settings["field"], _actor(errand, steps.BEGUN), clock.now()
    value = bulk.value_of(plan, kind, field, errand.settings["written"])
    if bulk.before(plan, kind, record, field) == value:
        raise ActRefused(_("It says that already."))
    text = acts.correct(record, actor=actor, now=now, note=errand.settings["note"])
    data = {name: one for name, one in text.data.items() if name != field}
    if value is not None:
        data[field] = value
    acts.edit(text, data, actor=actor, now=now)
    acts.submit(text, actor=actor, now=now)
    Work.objects.filter(pk=text.pk).update(errand=errand)
    row.revision = text.pk
    return RowState.BEGUN


def _step(errand: Errand, row: ErrandRow) -> RowState:
    """Take one step with a text; the last one releases it."""
    text = bulk.text_of(row)
    if text is None:
        raise ActRefused(_("Its text is gone."))
    name, now = StepName(errand.settings["phase"]), clock.now()
    actor = _actor(errand, name)
    acts.take_step(text, name, actor=actor, now=now)
    if name != StepName.APPROVE:
        return RowState.BEGUN
    acts.publish(text, actor=actor, now=now)
    return RowState.DONE


def _give_up(errand: Errand, row: ErrandRow) -> RowState:
    text = bulk.text_of(row)
    if text is None:
        raise ActRefused(_("Its text is gone."))
    now, author = clock.now(), _actor(errand, steps.BEGUN)
    if text.state != RevisionState.DRAFT:
        if errand.settings["phase"] == bulk.BACK:
            acts.send_back(text, actor=_actor(errand, steps.BACK), now=now, reason=errand.said)
        else:
            acts.recall(text, actor=author, now=now)
    acts.discard(text, actor=author, now=now)
    return RowState.REFUSED


def _set_validity(errand: Errand, row: ErrandRow) -> RowState:
    record = _whole(Record.objects.filter(pk=row.row)).first()
    if record is None:
        raise ActRefused(_("There is no such record any more."))
    told = errand.settings
    acts.set_validity(
        record,
        Validity(told["validity"]),
        actor=_actor(errand, steps.BEGUN),
        now=clock.now(),
        reason=told["reason"],
        basis=told["basis"],
        code=told["code"],
    )
    return RowState.DONE


def _count(errand: Errand, refusals: Iterable[str], *, cursor: int, **changes: object) -> None:
    words = list(refusals)
    bad = sum(bool(one) for one in words)
    ending = errand.sort != Sort.EDIT or errand.settings["phase"] == StepName.APPROVE
    good = errand.good + (len(words) - bad if ending else 0)
    steps.move(errand, cursor=cursor, good=good, bad=errand.bad + bad, tries=0, **changes)


def _told(row: ErrandRow, refusal: str) -> ErrandRow:
    row.state = RowState.REFUSED if refusal else RowState.DONE
    row.words = refusal[:500]
    return row


def _is_step(phase: str) -> bool:
    return phase in list(StepName)


def _whole(rows: QuerySet[Record]) -> QuerySet[Record]:
    return rows.select_related("unit", "live")


def _actor(errand: Errand, step: str) -> Actor:
    actor = steps.taken(errand, step)
    if actor is None:
        raise ActRefused(_("It is not known who began this job."))
    return actor

"""What people do with many published records at once: one field, one end, one report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import cleaner
from sunlit.records import upgrading
from sunlit.records.acts import retiring
from sunlit.records.acts.rules import ActRefused, allow, given, kind_for
from sunlit.records.errands import steps
from sunlit.records.errands.tables import ErrandState, RowState, Sort
from sunlit.records.models import Errand, ErrandRow, Record, Revision
from sunlit.records.states import Audience, BatchState, RevisionState, Validity
from sunlit.records.steps import StepName
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Verb

MOST = 10_000
"""Records that one job may take."""
SLICE = 500
VERBS = {
    Sort.IMPORT: Verb.IMPORT,
    Sort.EDIT: Verb.CORRECT,
    Sort.WITHDRAW: Verb.WITHDRAW,
    Sort.UNPUBLISH: Verb.UNPUBLISH,
    Sort.VALIDITY: Verb.SUPERSEDE,
}
_ALLOWED_FOR = {Sort.WITHDRAW: "withdraw", Sort.UNPUBLISH: "unpublish", Sort.VALIDITY: "validity"}
DRAFT, BACK, RECALL = "draft", "back", "recall"
"""What the background does with the texts of a change of one field, beside the steps of their review."""


def fields_of(kind: Kind) -> list[tuple[str, str]]:
    """Return the fields that can be set to one value in many records: name and label."""
    simple = [one for one in kind.fields if one.type not in ("file", "table", "richtext")]
    return [(one.name, one.label.zh) for one in simple]


def value_of(plan: Plan, kind: Kind, field: str, written: str) -> object:
    """Return a value as records keep it, None for an empty one; raise ActRefused for one that the field cannot take."""
    if field not in dict(fields_of(kind)):
        raise ActRefused(_("Choose one of the fields of the list."))
    declared = kind.by_name[field]
    if not written.strip():
        if declared.required.always:
            raise ActRefused(_("“%(label)s” is required and cannot be emptied.") % {"label": declared.label.zh})
        return None
    cleaned = cleaner(kind, plan).clean({field: written})
    wrong = [error for error in cleaned.errors if error.field == field]
    if wrong:
        raise ActRefused(f"{declared.label.zh}: {wrong[0].message}", wrong)
    return cleaned.payload.get(field)


def before(plan: Plan, kind: Kind, record: Record, field: str) -> object:
    """Return what a published record says in a field now."""
    return upgrading.payload(plan, kind, record.live).get(field) if record.live else None


def begin_edit(
    kind: Kind, unit: Unit, records: Sequence[int], field: str, written: str, *, note: str, actor: Actor, now: datetime
) -> Errand:
    """Open a job that corrects one field of many records; its texts go to review as one piece of work."""
    allow(actor, Verb.CORRECT, unit, now=now)
    plan = plans.current()
    value_of(plan, kind, field, written)
    told = {"field": field, "written": written.strip(), "phase": DRAFT}
    told["note"] = given(note, _("what the correction changes, and why"))
    return _begin(Sort.EDIT, unit, records, told, kind=kind.code, audience=_audience(records), actor=actor, now=now)


def begin_end(
    sort: Sort,
    unit: Unit,
    records: Sequence[int],
    *,
    reason: str,
    basis: str = "",
    code: str = "",
    validity: str = "",
    actor: Actor,
    now: datetime,
) -> Errand:
    """Open a job that withdraws many records, takes them off the site, or says whether they are in force."""
    allow(actor, VERBS[sort], unit, now=now)
    told = _why(sort, reason, basis, code)
    if sort == Sort.VALIDITY:
        if validity not in Validity.values or not validity:
            raise ActRefused(_("Choose whether the document is in force."))
        told["validity"] = validity
    return _begin(sort, unit, records, told, audience=_audience(records), actor=actor, now=now)


@transaction.atomic
def undo(
    errand: Errand, sort: Sort, *, reason: str, basis: str = "", code: str = "", actor: Actor, now: datetime
) -> Errand:
    """Open a job that withdraws all records of a released import, or takes them off the site."""
    if sort not in (Sort.WITHDRAW, Sort.UNPUBLISH):
        raise ActRefused(_("Choose whether the records are withdrawn or taken off the site."))
    allow(actor, VERBS[sort], errand.unit, now=now)
    if errand.sort != Sort.IMPORT or errand.batch is None or errand.batch.state != BatchState.RELEASED:
        raise ActRefused(_("Only an import that was released can be undone; drop one that was not."))
    if errand.undone_by.exclude(state=ErrandState.DONE).exists():
        raise ActRefused(_("This import is being undone already."))
    told = _why(sort, reason, basis, code)
    job = _create(sort, errand.unit, told, kind=errand.kind, audience=errand.audience, actor=actor, now=now)
    total = Record.objects.filter(batch_id=errand.batch.pk).count()
    steps.move(job, undoes=errand, total=total, state=ErrandState.RUNNING)
    steps.note(job, steps.BEGUN, actor=actor, now=now, words=told["reason"])
    steps.note(errand, "undone", actor=actor, now=now, words=told["reason"])
    return job


@transaction.atomic
def take_step(errand: Errand, name: str, *, actor: Actor, now: datetime) -> None:
    """Take one step with every text of a change; the background does it text by text and reports on each."""
    _expect_waiting(errand, name)
    _plan, kind = kind_for(errand.kind)
    allow(actor, steps.verb_of(kind, name), errand.unit, now=now, authors=[errand.author_id])
    if name == StepName.APPROVE:
        allow(actor, Verb.PUBLISH, errand.unit, now=now, authors=[errand.author_id])
    _go(errand, name)
    steps.note(errand, name, actor=actor, now=now)


@transaction.atomic
def send_back(errand: Errand, *, actor: Actor, now: datetime, reason: str) -> None:
    """Refuse a change as a whole: its texts are given up, and whoever began it reads why."""
    _expect_waiting(errand, errand.waits_for)
    why = steps.why_back(errand, reason, actor=actor, now=now)
    _go(errand, BACK, said=why)
    steps.note(errand, steps.BACK, actor=actor, now=now, words=why)


@transaction.atomic
def recall(errand: Errand, *, actor: Actor, now: datetime) -> None:
    """Give a change up that nobody has looked at yet."""
    allow(actor, Verb.CORRECT, errand.unit, now=now)
    _plan, kind = kind_for(errand.kind)
    _expect_waiting(errand, steps.first_step(kind).name)
    _go(errand, RECALL)
    steps.note(errand, "dropped", actor=actor, now=now)


@transaction.atomic
def stop(errand: Errand, *, actor: Actor, now: datetime) -> None:
    """Stop a withdrawal on its way: what is done stays done, and the report says what is not."""
    allow(actor, VERBS[Sort(errand.sort)], errand.unit, now=now)
    if errand.state != ErrandState.RUNNING or errand.sort in (Sort.IMPORT, Sort.EDIT):
        raise ActRefused(_("There is nothing to stop here."))
    steps.move(errand, state=ErrandState.DONE, said=_("Stopped on the way."))
    steps.note(errand, "stopped", actor=actor, now=now)


def _go(errand: Errand, phase: str, **changes: object) -> None:
    waiting = ErrandRow.objects.filter(errand=errand, state=RowState.BEGUN).count()
    told = {**errand.settings, "phase": phase}
    steps.move(
        errand, state=ErrandState.RUNNING, waits_for="", cursor=0, total=waiting, tries=0, settings=told, **changes
    )


def _why(sort: Sort, reason: str, basis: str, code: str) -> dict[str, str]:
    return {
        "reason": given(reason, _("the reason")),
        "basis": basis.strip()[:300],
        "code": retiring.chosen(_ALLOWED_FOR[sort], code),
    }


def _begin(
    sort: Sort,
    unit: Unit,
    records: Sequence[int],
    told: dict[str, str],
    *,
    kind: str = "",
    audience: str,
    actor: Actor,
    now: datetime,
) -> Errand:
    if not records:
        raise ActRefused(_("No record is chosen."))
    if len(records) > MOST:
        raise ActRefused(_("At most %(most)d records at once; narrow the filter.") % {"most": MOST})
    errand = _create(sort, unit, told, kind=kind, audience=audience, actor=actor, now=now)
    # In slices, so that nobody waits while thousands are written down; the job begins when all of them are.
    for part in _slices(list(dict.fromkeys(records))):
        _gather(errand, part)
    with transaction.atomic():
        total = ErrandRow.objects.filter(errand=errand).count()
        steps.move(errand, state=ErrandState.RUNNING, total=total)
        steps.note(errand, steps.BEGUN, actor=actor, now=now, words=told.get("reason") or told.get("note", ""))
    return errand


@transaction.atomic
def _gather(errand: Errand, keys: Sequence[int]) -> None:
    titles = dict(Record.objects.filter(pk__in=keys).values_list("pk", "title"))
    ErrandRow.objects.bulk_create(
        ErrandRow(errand=errand, row=pk, state=RowState.WAITING, title=titles[pk][:200]) for pk in keys if pk in titles
    )


def _create(
    sort: Sort, unit: Unit, told: dict[str, str], *, kind: str, audience: str, actor: Actor, now: datetime
) -> Errand:
    return Errand.objects.create(
        sort=sort,
        kind=kind,
        unit=unit,
        unit_path=unit.path,
        audience=audience,
        state=ErrandState.GATHERING,
        settings=told,
        shape=plans.current().hash,
        author_id=actor.user_id,
        created_at=now,
        changed_at=now,
    )


def _audience(records: Sequence[int]) -> str:
    """Return the narrowest audience among some records: who may not read one of them may not see the job."""
    order = (Audience.SEALED, Audience.STAFF, Audience.GROUP, Audience.PUBLIC)
    found: set[str] = set()
    for part in _slices(records):
        found |= set(Record.objects.filter(pk__in=part).values_list("audience", flat=True).distinct().order_by())
    return next((one for one in order if one in found), Audience.PUBLIC)


def _slices(records: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(records), SLICE):
        yield records[at : at + SLICE]


def _expect_waiting(errand: Errand, name: str) -> None:
    if errand.sort != Sort.EDIT or errand.state != ErrandState.WAITING or errand.waits_for != name:
        raise ActRefused(_("It does not wait for that step; look at it again."))


def text_of(row: ErrandRow) -> Revision | None:
    """Return the text that a job has made of a row, with its record."""
    found = Revision.objects.filter(pk=row.revision).select_related("record__unit", "record__live", "work")
    return found.exclude(state=RevisionState.DISCARDED).first()

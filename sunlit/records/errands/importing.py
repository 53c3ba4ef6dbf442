"""What people do with an import: bring a file, name its columns, hand it in, look at it, release it, drop it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind
from sunlit.records.acts.rules import ActRefused, allow, kind_for, local_day
from sunlit.records.errands import steps, uploads
from sunlit.records.errands.tables import ENDED, ErrandState, RowState, Sort
from sunlit.records.imports import mapping
from sunlit.records.imports.columns import SCOPE, UNIT
from sunlit.records.models import Batch, ColumnMemory, Errand, ErrandRow, ErrandSheet
from sunlit.records.states import Audience, BatchState
from sunlit.records.steps import StepName
from sunlit.units.actors import Actor
from sunlit.units.models import Unit
from sunlit.units.roles import Verb


@transaction.atomic
def begin(
    kind: Kind,
    unit: Unit,
    path: Path,
    name: str,
    sha256: str,
    *,
    actor: Actor,
    now: datetime,
    units_in_sheet: bool = False,
    waive: str = "",
    again: bool = False,
) -> Errand:
    """Open an import with a file that was taken in; raise ActRefused for a file that was imported, or is being.

    With ``units_in_sheet`` a column names the unit of each row, which is the given one or lies below it.
    """
    allow(actor, Verb.IMPORT, unit, now=now)
    plan = plans.current()
    if not units_in_sheet and unit.code not in plan.select(kind.holders):
        raise ActRefused(
            _("%(unit)s does not publish “%(kind)s” according to the plan.")
            % {"unit": unit.name, "kind": kind.label.zh}
        )
    if units_in_sheet and kind.settings.audience == Audience.SEALED.value:
        raise ActRefused(_("Records for people named one by one are imported for one unit at a time."))
    _refuse_doubles(kind, sha256, again=again)
    errand = Errand.objects.create(
        sort=Sort.IMPORT,
        kind=kind.code,
        unit=unit,
        unit_path=unit.path,
        audience=kind.settings.audience,
        state=ErrandState.READING,
        settings={"units_in_sheet": units_in_sheet, "waive": waive.strip()[:200]},
        shape=plan.hash,
        author_id=actor.user_id,
        created_at=now,
        changed_at=now,
    )
    _add(errand, path, name, sha256, actor=actor, now=now)
    steps.note(errand, steps.BEGUN, actor=actor, now=now, words=name)
    return errand


@transaction.atomic
def add_sheet(errand: Errand, path: Path, name: str, sha256: str, *, actor: Actor, now: datetime) -> ErrandSheet:
    """Take corrected rows in as part of the same import, beside those that were in order."""
    allow(actor, Verb.IMPORT, errand.unit, now=now)
    _expect(errand, ErrandState.CHECKED)
    if errand.sheets.filter(sha256=sha256).exists():
        raise ActRefused(_("This very file is part of this import already."))
    sheet = _add(errand, path, name, sha256, actor=actor, now=now)
    steps.move(errand, state=ErrandState.READING, cursor=0, said="")
    steps.note(errand, "added", actor=actor, now=now, words=name)
    return sheet


@transaction.atomic
def name_columns(errand: Errand, names: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Say what the columns of the latest sheet hold; remembered for the unit. Raises ActRefused naming every fault."""
    allow(actor, Verb.IMPORT, errand.unit, now=now)
    _expect(errand, ErrandState.MAPPING)
    sheet = latest(errand)
    _plan, kind = kind_for(errand.kind)
    if len(names) != len(sheet.headers):
        raise ActRefused(_("The sheet has other columns; look at the page again."))
    if wrong := faults(errand, kind, names):
        raise ActRefused(" ".join(wrong))
    settle_columns(errand, sheet, names)
    memory, _new = ColumnMemory.objects.get_or_create(unit=errand.unit, kind=errand.kind)
    memory.columns = {**memory.columns, **mapping.to_remember(sheet.headers, names)}
    memory.save(update_fields=["columns"])


def settle_columns(errand: Errand, sheet: ErrandSheet, names: Sequence[str]) -> None:
    """Take a mapping for good and go on to the check, in the caller's transaction."""
    sheet.mapping = list(names)
    sheet.save(update_fields=["mapping"])
    steps.move(errand, state=ErrandState.CHECKING, cursor=0, total=sheet.rows, tries=0, said="")


def faults(errand: Errand, kind: Kind, names: Sequence[str]) -> list[str]:
    """Return what speaks against a mapping for an import."""
    needs_scope = kind.settings.audience == Audience.GROUP.value
    known = {*mapping.takeable(kind), UNIT, SCOPE, mapping.LEFT_OUT}
    if not known.issuperset(names):
        return [_("One of the fields is unknown; choose from the list.")]
    return mapping.faults(names, kind, unit_is_given=not errand.settings["units_in_sheet"], needs_scope=needs_scope)


@transaction.atomic
def check_again(errand: Errand, *, actor: Actor, now: datetime) -> None:
    """Judge every row anew, under the plan of today."""
    allow(actor, Verb.IMPORT, errand.unit, now=now)
    _expect(errand, ErrandState.CHECKED)
    restart_checks(errand)
    steps.note(errand, "checked-again", actor=actor, now=now)


def restart_checks(errand: Errand, said: str = "") -> None:
    """Forget what was found in any sheet and begin with the first, in the caller's transaction."""
    ErrandRow.objects.filter(errand=errand).delete()
    first = errand.sheets.order_by("number")[0]
    steps.move(
        errand,
        state=ErrandState.CHECKING,
        waits_for="",
        cursor=0,
        total=first.rows,
        good=0,
        bad=0,
        warned=0,
        tries=0,
        said=said,
        shape=plans.current().hash,
        settings={**errand.settings, "sheet": first.number},
    )


@transaction.atomic
def send(errand: Errand, *, actor: Actor, now: datetime) -> None:
    """Hand an import in: its good rows go to review as one piece of work."""
    allow(actor, Verb.SUBMIT, errand.unit, now=now)
    _expect(errand, ErrandState.CHECKED)
    _plan, kind = kind_for(errand.kind)
    _expect_fresh(errand)
    if not errand.good:
        raise ActRefused(_("There is no row in order to hand in. Correct the sheet of mistakes and bring it again."))
    steps.move(errand, state=ErrandState.WAITING, waits_for=steps.first_step(kind).name, said="")
    steps.note(errand, steps.SENT, actor=actor, now=now)


@transaction.atomic
def take_step(errand: Errand, name: str, *, actor: Actor, now: datetime) -> None:
    """Find an import in order; the last step approves and releases it. Never by anyone who brought part of it."""
    _plan, kind = kind_for(errand.kind)
    expect_waiting(errand, name)
    verb = steps.verb_of(kind, name)
    allow(actor, verb, errand.unit, now=now, authors=authors_of(errand))
    if name == StepName.APPROVE:
        allow(actor, Verb.PUBLISH, errand.unit, now=now, authors=authors_of(errand))
    _expect_fresh(errand)
    after = steps.step_after(kind, name)
    if after is not None:
        steps.move(errand, waits_for=after.name)
    else:
        steps.move(errand, state=ErrandState.STAGING, waits_for="", cursor=0, total=errand.good, tries=0, said="")
    steps.note(errand, name, actor=actor, now=now)


@transaction.atomic
def send_back(errand: Errand, *, actor: Actor, now: datetime, reason: str) -> None:
    """Return an import to whoever brought it, with a reason; every look at it begins again."""
    expect_waiting(errand, errand.waits_for)
    why = steps.why_back(errand, reason, actor=actor, now=now)
    steps.move(errand, state=ErrandState.CHECKED, waits_for="", said=why)
    steps.note(errand, steps.BACK, actor=actor, now=now, words=why)


@transaction.atomic
def drop(errand: Errand, *, actor: Actor, now: datetime) -> None:
    """Give an import up before it is released; what was written of it goes without a trace."""
    allow(actor, Verb.IMPORT, errand.unit, now=now)
    if errand.sort != Sort.IMPORT or errand.state in (*ENDED, ErrandState.DROPPING):
        raise ActRefused(_("This import has come to its end already."))
    is_written = errand.batch_id is not None
    steps.move(errand, state=ErrandState.DROPPING if is_written else ErrandState.DROPPED, waits_for="", cursor=0)
    steps.note(errand, "dropped", actor=actor, now=now)


def authors_of(errand: Errand) -> list[int | None]:
    """Return the ids of all who had a hand in an import: who began it and who brought rows."""
    return [errand.author_id, *errand.sheets.values_list("author", flat=True)]


def latest(errand: Errand) -> ErrandSheet:
    """Return the sheet that was brought last."""
    return errand.sheets.order_by("-number")[0]


def digest_of(errand: Errand) -> str:
    """Return the SHA-256 of an import's file, or of all of theirs if it has several."""
    each = list(errand.sheets.order_by("number").values_list("sha256", flat=True))
    return each[0] if len(each) == 1 else hashlib.sha256("\n".join(each).encode()).hexdigest()


def expect_waiting(errand: Errand, name: str) -> None:
    """Raise ActRefused unless a job waits for a step."""
    if errand.state != ErrandState.WAITING or errand.waits_for != name:
        raise ActRefused(_("It does not wait for that step; look at it again."))


def _add(errand: Errand, path: Path, name: str, sha256: str, *, actor: Actor, now: datetime) -> ErrandSheet:
    before = errand.sheets.order_by("-number").first()
    sheet = ErrandSheet.objects.create(
        errand=errand,
        number=before.number + 1 if before else 1,
        name=name,
        sha256=sha256,
        first=before.first + before.rows if before else 0,
        author_id=actor.user_id,
        at=now,
    )
    errand.settings = {**errand.settings, "sheet": sheet.number}
    Errand.objects.filter(pk=errand.pk).update(settings=errand.settings)
    uploads.place(sheet, path)
    return sheet


def _expect(errand: Errand, *states: str) -> None:
    if errand.state not in states:
        raise ActRefused(
            _("This import is “%(state)s”, so that is not open now.") % {"state": errand.get_state_display()}
        )


def _expect_fresh(errand: Errand) -> None:
    if errand.shape != plans.current().hash:
        raise ActRefused(_("The plan has changed since the rows were checked. Let them be checked again first."))


def _refuse_doubles(kind: Kind, sha256: str, *, again: bool) -> None:
    open_ones = ErrandSheet.objects.filter(sha256=sha256, errand__kind=kind.code).exclude(errand__state__in=ENDED)
    if (held := open_ones.values_list("errand", flat=True).first()) is not None:
        raise ActRefused(_("This very file is being imported already: job %(job)d.") % {"job": held})
    done = Batch.objects.filter(kind=kind.code, file_sha256=sha256, state=BatchState.RELEASED).last()
    done_here = ErrandSheet.objects.filter(sha256=sha256, errand__kind=kind.code, errand__state=ErrandState.DONE).last()
    day = done.started_at if done else done_here.at if done_here else None
    if day is not None and not again:
        raise ActRefused(
            _("This very file was imported on %(day)s. If it is to be imported once more, say so below the file.")
            % {"day": local_day(day).isoformat()}
        )


def left_bad(errand: Errand) -> int:
    """Return how many rows of the sheets have a mistake, whether or not they came again corrected."""
    return ErrandRow.objects.filter(errand=errand, state=RowState.BAD).count()

"""Many texts at once: what waits for a person's look, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records import acts, desk, guarding, steps
from sunlit.records.desk import DOERS
from sunlit.records.models import Revision, Work
from sunlit.records.states import Waits
from sunlit.records.steps import StepName
from sunlit.screens.components import Link
from sunlit.units.models import User
from sunlit.workbench import seeing
from sunlit.workbench.door import acting
from sunlit.workbench.pages.rows import TextRow, next_words, row_of, rows_of

SHOWN = 5
"""Findings shown of one text in the list; the text's own page has all."""
LOOKS = tuple(waits for waits in DOERS if waits != Waits.RELEASE)


@dataclass(frozen=True)
class ReviewPage:
    """The texts that wait for a person's look, all of one step."""

    crumbs: list[Link]
    rows: list[TextRow]
    tabs: list[Link]
    step: str
    label: str
    is_more: bool


@dataclass(frozen=True)
class Asked:
    """What is to be done with the chosen texts: the step that was shown, or sending them back for a reason."""

    step: str
    reason: str
    is_back: bool
    seen: frozenset[int] = frozenset()
    """Texts whose warnings were ticked as seen."""


@dataclass(frozen=True)
class Outcome:
    """What became of one text."""

    title: str
    url: str
    is_done: bool
    words: str


@dataclass(frozen=True)
class ReportPage:
    """What became of each text that was chosen."""

    crumbs: list[Link]
    done: int
    refused: int
    rows: list[Outcome]


def review_page(user: User, viewer: sight.Viewer, step: str, *, today: date) -> ReviewPage:
    """Fill the list of the texts that wait for one step by this person."""
    plan = plans.current()
    waiting = desk.mine(user, viewer).filter(waits_for__in=LOOKS)
    counts = desk.counts(waiting)
    chosen = step if step in counts else next((one for one in LOOKS if one in counts), LOOKS[0].value)
    found = desk.page(waiting.filter(waits_for=chosen), None)
    return ReviewPage(
        crumbs=_crumbs(),
        rows=_with_findings(plan, rows_of(plan, found[: desk.PAGE], today), found),
        tabs=[
            Link(f"{next_words(one)} {counts[one]}", "" if one == chosen else f"?step={one}")
            for one in LOOKS
            if one in counts
        ],
        step=str(chosen),
        label=next_words(chosen),
        is_more=len(found) > desk.PAGE,
    )


def report(user: User, viewer: sight.Viewer, ids: Iterable[int], asked: Asked) -> ReportPage:
    """Take one step with each of some texts, or send each back; every one is an act of its own, and none is left out.

    A text that went on while the list was open is not touched: whoever chose it meant the step that they saw.
    """
    wanted = list(dict.fromkeys(ids))[: desk.PAGE]
    waiting = {work.pk: work for work in desk.mine(user, viewer).filter(pk__in=wanted, waits_for=asked.step)}
    outcomes = [_one(user, waiting[pk], asked) if pk in waiting else _gone(viewer, pk) for pk in wanted]
    found = [one for one in outcomes if one is not None]
    done = sum(one.is_done for one in found)
    return ReportPage(_crumbs(Link(_("Report"))), done, len(found) - done, found)


def _with_findings(plan: Plan, rows: Sequence[TextRow], works: Sequence[Work]) -> list[TextRow]:
    """Add to each row what the guard warns of, in words; most texts were judged before and hold nothing."""
    prefetch_related_objects(works, "revision__verdict")
    revisions = {work.pk: work.revision for work in works}
    return [replace(row, findings=_findings(plan, revisions[row.pk])) for row in rows]


def _findings(plan: Plan, revision: Revision) -> list[str]:
    kind = plan.kinds.get(revision.record.kind)
    if kind is None:
        return []
    verdict = guarding.standing(revision, plan, revision.data)
    if verdict is not None and not verdict.findings:
        return []
    found = guarding.judge_revision(plan, kind, revision, today=clock.today())
    passed = guarding.overridden(revision) if found else {}
    return [guarding.sentence(kind, one.finding) for one in found if one.key not in passed][:SHOWN]


def _gone(viewer: sight.Viewer, pk: int) -> Outcome | None:
    """Say of a text that it waits for this person no longer; None for one that they may not know of."""
    revision = desk.revision(viewer, pk)
    if revision is None:
        return None
    words = _("Nothing was done: it no longer waits for your look. Now: %(state)s.")
    title = revision.title or str(revision.record)
    return Outcome(title, reverse("workbench:text", args=[pk]), False, words % {"state": revision.get_state_display()})


def _one(user: User, work: Work, asked: Asked) -> Outcome:
    plan, revision = plans.current(), work.revision
    shown = row_of(plan, work, clock.today())
    try:
        step = steps.next_step(plan.kinds[work.kind], revision.state)
        if step is None:
            raise acts.ActRefused(_("This text waits for no step."))
        actor, now = acting(user, step.verb, revision.record.unit), clock.now()
        if asked.is_back:
            acts.send_back(revision, actor=actor, now=now, reason=asked.reason)
        else:
            with transaction.atomic():
                seeing.expect_seen(revision, revision.pk in asked.seen, actor=actor, now=now)
                acts.take_step(revision, step.name, actor=actor, now=now)
    except acts.ActRefused as refused:
        return Outcome(shown.title, shown.url, False, refused.reason)
    return Outcome(shown.title, shown.url, True, _("sent back") if asked.is_back else _done()[step.name])


def _done() -> Mapping[StepName, str]:
    return {
        StepName.REVIEW: _("reviewed"),
        StepName.LEGAL: _("passed by the legality review"),
        StepName.SECRECY: _("cleared by the secrecy review"),
        StepName.APPROVE: _("approved"),
    }


def _crumbs(*more: Link) -> list[Link]:
    return [Link(_("Today"), reverse("workbench:today")), Link(_("Review"), reverse("workbench:review")), *more]

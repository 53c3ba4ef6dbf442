"""What someone did alone in an emergency, looked at afterwards by someone else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.calendars import clock
from sunlit.records import acts, desk
from sunlit.records.models import LaterReview, Notice, Record
from sunlit.screens.components import Link
from sunlit.screens.words import unit_name
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.workbench.door import acting
from sunlit.workbench.pages.texts import name_of

TAKEDOWN, PUBLICATION = "takedown", "publication"


@dataclass(frozen=True)
class LaterPage:
    """One emergency act, and the question whether it was right."""

    crumbs: list[Link]
    what: str
    title: str
    unit: str
    by: str
    at: datetime
    reason: str
    due: date | None
    text: Link | None
    record: Link
    confirm: str
    undo: str


@dataclass(frozen=True)
class TakedownPage:
    """The question which record has to go."""

    crumbs: list[Link]
    address: str
    is_unknown: bool


def takedown_page(written: str) -> TakedownPage:
    """Fill the page on which a takedown begins."""
    crumbs = [Link(_("Today"), reverse("workbench:today")), Link(_("Emergency takedown"))]
    return TakedownPage(crumbs, written, bool(written))


def later_page(user: User, viewer: sight.Viewer, what: str, pk: int) -> LaterPage | None:
    """Fill the page of one emergency act; None if there is none that this person is to review."""
    crumbs = [Link(_("Today"), reverse("workbench:today")), Link(_("Review afterwards"))]
    if what == TAKEDOWN:
        notice = _takedown(user, viewer, pk)
        if notice is None:
            return None
        record, number = notice.record, notice.revision
        shown = record.revisions.filter(number=number).first()
        confirm, undo = _("It was right: it stays down"), _("It was not needed: bring the record back")
        return LaterPage(
            *(crumbs, what, shown.title if shown else record.index_no or "", unit_name(record.unit)),
            *(name_of(notice.actor), notice.at, notice.reason, notice.review_due),
            Link(_("The text"), reverse("workbench:text", args=[shown.pk])) if shown else None,
            _record(record),
            confirm,
            undo,
        )
    later = _publication(user, viewer, pk) if what == PUBLICATION else None
    if later is None:
        return None
    revision = later.revision
    confirm, undo = _("It was right: it stays public"), _("It was wrong: take it off the site")
    return LaterPage(
        *(crumbs, what, revision.title, unit_name(revision.record.unit)),
        *(name_of(later.actor), later.at, later.reason, later.due),
        Link(_("The text"), reverse("workbench:text", args=[revision.pk])),
        _record(revision.record),
        confirm,
        undo,
    )


def decide(user: User, viewer: sight.Viewer, what: str, pk: int, *, upheld: bool, reason: str) -> None:
    """Confirm or undo an emergency act; raise ActRefused in words."""
    now = clock.now()
    if what == TAKEDOWN and (notice := _takedown(user, viewer, pk)):
        actor = acting(user, Verb.REVIEW_TAKEDOWN, notice.record.unit)
        acts.review_takedown(notice, actor=actor, now=now, upheld=upheld, reason=reason)
    elif what == PUBLICATION and (later := _publication(user, viewer, pk)):
        actor = acting(user, Verb.REVIEW_LATER, later.revision.record.unit)
        acts.review_publication(later, actor=actor, now=now, upheld=upheld, reason=reason)


def _takedown(user: User, viewer: sight.Viewer, pk: int) -> Notice | None:
    return desk.takedowns(user, viewer).filter(pk=pk).first()


def _publication(user: User, viewer: sight.Viewer, pk: int) -> LaterReview | None:
    return desk.later_reviews(user, viewer).filter(pk=pk).first()


def _record(record: Record) -> Link:
    return Link(record.index_no or _("the record"), reverse("workbench:record", args=[record.pk]))

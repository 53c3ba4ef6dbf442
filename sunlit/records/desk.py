"""Everything that finds texts in work and records for the people who work on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet

from sunlit import sight
from sunlit.records import guarding, newest, references
from sunlit.records.models import LaterReview, Notice, Record, Revision, Trace, Wording, Work
from sunlit.records.states import READABLE, RecordState, Waits
from sunlit.units import permissions
from sunlit.units.models import User
from sunlit.units.roles import Verb
from sunlit.units.selectors import path_range

# Who does what a text waits for. What waits for its author or its minute needs nobody else.
DOERS = {
    Waits.REVIEW: Verb.REVIEW,
    Waits.LEGAL: Verb.REVIEW_LEGAL,
    Waits.SECRECY: Verb.REVIEW_SECRECY,
    Waits.APPROVE: Verb.APPROVE,
    Waits.RELEASE: Verb.PUBLISH,
}
PAGE = 50
"""Rows of one page of a list."""


@dataclass(frozen=True)
class Place:
    """Where a list goes on: behind a due day (None: those without one come last) and an id."""

    due_on: date | None
    pk: int


def mine(user: User, viewer: sight.Viewer) -> QuerySet[Work]:
    """Return the texts that wait for a person: own drafts, and what they may review, approve or release.

    Nobody is offered a text that they wrote; the four-eyes rule would refuse it.
    """
    waiting = Q(waits_for=Waits.AUTHOR, author=user)
    for waits, verb in DOERS.items():
        reach = within(permissions.reach(user, verb))
        if reach is not None:
            waiting |= Q(waits_for=waits) & reach & ~Q(author=user)
    return _rows(viewer).filter(waiting)


def of_paths(viewer: sight.Viewer, paths: Iterable[str], *, exactly: bool = False) -> QuerySet[Work]:
    """Return every text in work of some units, with all below them unless ``exactly``."""
    rows = _rows(viewer)
    if exactly:
        return rows.filter(unit_path__in=list(paths))
    reach = within(tuple(paths))
    return rows.filter(reach) if reach is not None else rows.none()


def page(rows: QuerySet[Work], after: Place | None, *, size: int = PAGE) -> list[Work]:
    """Return one page of texts, the most urgent first; one more than ``size`` tells that there are more."""
    if after is not None:
        later = Q(due_on=after.due_on, pk__gt=after.pk)
        later |= Q(due_on__gt=after.due_on) | Q(due_on=None) if after.due_on else Q(pk__in=[])
        rows = rows.filter(later)
    order = (F("due_on").asc(nulls_last=True), "pk")
    # Sorted without all that a list shows beside the order: thousands of texts would take three times as long.
    shown = list(rows.order_by(*order).values_list("pk", flat=True)[: size + 1])
    return list(_shown(Work.objects.filter(pk__in=shown)).order_by(*order))


def counts(rows: QuerySet[Work]) -> dict[str, int]:
    """Return how many texts wait for whom."""
    return dict(rows.order_by().values_list("waits_for").annotate(count=Count("pk")))


def revision(viewer: sight.Viewer, pk: int) -> Revision | None:
    """Return a text, in work or not, if the viewer works on its unit's records."""
    rows = Revision.objects.select_related("record__unit", "record__live", "author", "work")
    return rows.filter(pk=pk, record__in=sight.workable(viewer, Record.objects.filter(revisions=pk))).first()


def record(viewer: sight.Viewer, pk: int) -> Record | None:
    """Return a record, whatever its state, if the viewer works on its unit's records."""
    rows = sight.workable(viewer, Record.objects.filter(pk=pk))
    return rows.select_related("unit", "live", "successor").first()


def records(viewer: sight.Viewer, *, kind: str = "", state: str = "", words: str = "") -> QuerySet[Record]:
    """Return the records on which the viewer works, the last published first."""
    rows = sight.workable(viewer, Record.objects.exclude(state=RecordState.DRAFT))
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    for word in words.split()[:6]:
        rows = rows.filter(Q(title__icontains=word) | Q(index_no__iexact=word) | Q(slug__iexact=word))
    return rows.select_related("unit").order_by("-published_at", "-pk")


def newest_records(
    viewer: sight.Viewer,
    *,
    size: int,
    kind: str = "",
    state: str = "",
    words: str = "",
    behind: tuple[datetime, int] | None = None,
) -> list[Record]:
    """Return one page of ``records``; ``behind`` is the place at which the last page ended: instant and id."""
    rows = records(viewer, kind=kind, state=state, words=words)
    among = Record.objects.filter(published_at__isnull=False)
    if behind is not None:
        moment, pk = behind
        rows = rows.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=pk))
        among = among.filter(published_at__lte=moment)
    return newest.first(rows, among, ("-published_at", "-pk"), size)


def by_address(viewer: sight.Viewer, written: str) -> Record | None:
    """Return the record behind an address or an index number, if the viewer works on it."""
    name = written.strip().partition("?")[0].partition("#")[0].rstrip("/")
    slug = name.rpartition("/r/")[2].partition("/")[0] if "/r/" in name else name.replace("/", "-")
    rows = sight.workable(viewer, Record.objects.filter(slug=slug)) if slug else Record.objects.none()
    return rows.select_related("unit", "live").first()


def to_point_to(viewer: sight.Viewer, kinds: Iterable[str], words: str, *, most: int = 20) -> list[tuple[str, str]]:
    """Return what a field may name that points to a record: its value and its title.

    Published records are named by index number; texts in work that were never published as ``draft:`` and their
    record's id, which gives way to the number when both are released together.
    """
    asked = words.split()[:6]
    if not asked:
        return []
    wanted = list(kinds)
    there = sight.visible(viewer, Record.objects.filter(kind__in=wanted, state__in=READABLE))
    drafts = sight.workable(viewer, Work.objects.filter(kind__in=wanted, revision__record__index_no=None))
    for word in asked:
        there = there.filter(Q(title__icontains=word) | Q(index_no__iexact=word))
        drafts = drafts.filter(revision__title__icontains=word)
    rows = drafts.select_related("revision__record")[:most]
    # What is not judged yet may have a number in its title that is nobody else's business.
    found = [(references.to(row.revision.record), guarding.scrubbed(row.revision.title)) for row in rows]
    numbered = there.order_by("-published_at", "-pk").values_list("index_no", "title")[: most - len(found)]
    return [*found, *((number or "", title) for number, title in numbered)]


def naming(viewer: sight.Viewer, record: Record, kind: str, field: str) -> list[Revision]:
    """Return the texts in work of a kind that name a record in a field, as an interpretation names its document."""
    mark = f'"{field}":"{references.to(record)}"'
    seen = sight.workable(viewer, Work.objects.filter(kind=kind))
    rows = Revision.objects.filter(work__in=seen, payload__contains=mark).select_related("record")
    return list(rows.order_by("pk")[:PAGE])


def open_revision(record: Record) -> Revision | None:
    """Return the text of a record that is in work, or None."""
    return Revision.objects.filter(record=record, work__isnull=False).select_related("author", "work").first()


def takedowns(user: User, viewer: sight.Viewer) -> QuerySet[Notice]:
    """Return the takedowns that a person is to review: none of their own."""
    reach = within(permissions.reach(user, Verb.REVIEW_TAKEDOWN), "record__unit_path")
    if reach is None:
        return Notice.objects.none()
    rows = Notice.objects.filter(reach, review_due__isnull=False, reviewed_at=None).exclude(actor=user)
    return sight.workable(viewer, rows).select_related("record__unit", "actor").order_by("review_due", "pk")


def later_reviews(user: User, viewer: sight.Viewer) -> QuerySet[LaterReview]:
    """Return the emergency publications that a person is to review: none of their own or that they wrote."""
    reach = within(permissions.reach(user, Verb.REVIEW_LATER), "revision__record__unit_path")
    if reach is None:
        return LaterReview.objects.none()
    rows = LaterReview.objects.filter(reach, reviewed_at=None).exclude(actor=user).exclude(revision__author=user)
    found = sight.workable(viewer, rows).select_related("revision__record__unit", "actor")
    return found.order_by("due", "pk")


def traces(viewer: sight.Viewer, *, record: Record | None = None, person: int | None = None) -> QuerySet[Trace]:
    """Return what was done to a record, or by a person, latest first, as far as the viewer works on the records."""
    rows = sight.workable(viewer, Trace.objects.all())
    if record is not None:
        rows = rows.filter(record=record)
    if person is not None:
        rows = rows.filter(actor=person)
    return rows.select_related("actor", "record__unit").order_by("-pk")


def newest_traces(viewer: sight.Viewer, *, size: int, person: int | None = None, before: int = 0) -> list[Trace]:
    """Return one page of ``traces``; ``before`` is the id at which the last page ended."""
    rows, among = traces(viewer, person=person), Trace.objects.all()
    if person is not None:
        among = among.filter(actor=person)
    if before:
        rows, among = rows.filter(pk__lt=before), among.filter(pk__lt=before)
    return newest.first(rows, among, ("-pk",), size)


def wordings(revision: Revision) -> Sequence[Wording]:
    """Return the saved states of a draft that are kept, latest first."""
    return list(Wording.objects.filter(revision=revision).select_related("by").order_by("-version"))


def may(user: User, verb: Verb, record: Record, revision: Revision | None = None) -> bool:
    """Tell whether a person may do something with a record, by role and by the four-eyes rule."""
    hands = {revision.author_id, *revision.co_authors} if revision else set()
    return permissions.may(user, verb, record.unit, author_id=user.pk if user.pk in hands else None)


def _rows(viewer: sight.Viewer) -> QuerySet[Work]:
    # Texts that go their way with a job on many are one piece of work, the job, and stand nowhere else.
    return _shown(sight.workable(viewer, Work.objects.filter(errand=None)))


def _shown(rows: QuerySet[Work]) -> QuerySet[Work]:
    return rows.select_related("revision__record__unit", "author")


def within(paths: Sequence[str], column: str = "unit_path") -> Q | None:
    """Return the condition that a path lies at or below one of some; None where there are none."""
    found: Q | None = None
    for path in paths:
        low, high = path_range(path)
        one = Q(**{f"{column}__gte": low, f"{column}__lt": high})
        found = one if found is None else found | one
    return found

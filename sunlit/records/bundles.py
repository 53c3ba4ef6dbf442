"""Everything that finds bundles and waivers, for staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from sunlit.records.models import Bundle, BundleState, Member, Revision, Waiver


def open_bundles() -> QuerySet[Bundle]:
    """Return the bundles that are neither released nor dissolved, the latest first."""
    return Bundle.objects.filter(state=BundleState.OPEN).order_by("-pk")


def of(revision: Revision) -> Bundle | None:
    """Return the bundle in which a text is or with which it came out, or None."""
    membership = Member.objects.filter(revision=revision).select_related("bundle").first()
    return membership.bundle if membership else None


def open_of(revisions: Iterable[int]) -> dict[int, Bundle]:
    """Return the open bundle of each of several texts that is in one, by the ids of the texts."""
    rows = Member.objects.filter(revision__in=list(revisions), bundle__state=BundleState.OPEN)
    return {one.revision_id: one.bundle for one in rows.select_related("bundle")}


def texts(bundle: Bundle) -> list[Revision]:
    """Return the texts of a bundle in the order in which they were put in."""
    rows = Revision.objects.filter(membership__bundle=bundle).select_related("record__unit", "record__live")
    return list(rows.order_by("membership__pk"))


def waiver(revision: Revision) -> Waiver | None:
    """Return why a text may come out, or came out, without what belongs to it; None if nothing was waived."""
    return Waiver.objects.filter(revision=revision).first()


def overdue(now: datetime) -> int:
    """Return how many texts are in bundles whose minute is past."""
    return Member.objects.filter(bundle__state=BundleState.OPEN, bundle__scheduled_for__lt=now).count()

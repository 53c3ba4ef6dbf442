"""Texts that are released together: gathered, given a minute, released in one moment or not at all, parted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sunlit.ledger import alarms, commitments, events
from sunlit.ledger.actions import append
from sunlit.ledger.models import Pending
from sunlit.records import bundles, documents
from sunlit.records.acts import journal, releasing
from sunlit.records.acts.rules import (
    ActRefused,
    allow,
    authors_of,
    expect,
    given,
    local_day,
    swap_revision,
)
from sunlit.records.models import Bundle, BundleState, Member, Revision, Waiver
from sunlit.records.states import RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

MOST = 20
"""Texts of one bundle: what one short transaction can release while others wait to save."""


@transaction.atomic
def bundle(revisions: Iterable[Revision], *, actor: Actor, now: datetime, label: str = "") -> Bundle:
    """Gather approved texts that are to be released together; each must be one that ``actor`` may publish."""
    texts = list(revisions)
    gathered = Bundle.objects.create(
        label=label.strip()[:200], salt=commitments.new_salt(), created_by_id=actor.user_id, created_at=now
    )
    _note(gathered, "bundled", actor=actor, now=now)
    for revision in texts:
        _take_in(gathered, revision, actor=actor, now=now)
    return gathered


@transaction.atomic
def add_to_bundle(gathered: Bundle, revision: Revision, *, actor: Actor, now: datetime) -> Bundle:
    """Put one more approved text into a bundle; a minute that was set is taken off, for it was set for others."""
    _expect_open(gathered)
    _take_in(gathered, revision, actor=actor, now=now)
    _swap(gathered, scheduled_for=None, reason=_why_off(gathered, _("a text was added")))
    _note(gathered, f"added {revision.pk}", actor=actor, now=now)
    return gathered


@transaction.atomic
def remove_from_bundle(gathered: Bundle, revision: Revision, *, actor: Actor, now: datetime) -> Bundle:
    """Take a text out of a bundle; it stays as far as it has come, and a minute that was set is taken off."""
    _expect_open(gathered)
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    if not Member.objects.filter(bundle=gathered, revision=revision).delete()[0]:
        raise ActRefused(_("This text is not in the bundle."))
    swap_revision(revision)
    journal.trace(revision.record, revision.number, "unbundled", actor=actor, now=now, note=gathered.label)
    _swap(gathered, scheduled_for=None, reason=_why_off(gathered, _("a text was taken out")))
    _note(gathered, f"removed {revision.pk}", actor=actor, now=now)
    return gathered


@transaction.atomic
def schedule_bundle(gathered: Bundle, at: datetime, *, actor: Actor, now: datetime) -> Bundle:
    """Set the minute at which a bundle is released; raise ActRefused for a text that could not be, were it now."""
    _expect_open(gathered)
    texts = _allowed(gathered, actor=actor, now=now)
    if at <= now:
        raise ActRefused(_("That time is past. Publish now, or choose a later time."))
    _rehearse(gathered, texts, actor=actor, now=now)
    _swap(gathered, scheduled_for=at, reason="")
    _note(gathered, f"scheduled {documents.instant(at)}", actor=actor, now=now)
    alarms.clear(alarm(gathered), now=now)
    return gathered


@transaction.atomic
def publish_bundle(gathered: Bundle, *, actor: Actor, now: datetime) -> Bundle:
    """Release every text of a bundle in this moment, or none; the refusal names the text that cannot be, and why."""
    keep_entries_together()
    _expect_open(gathered)
    _allowed(gathered, actor=actor, now=now)
    return release_now(gathered, actor=actor, now=now)


@transaction.atomic
def publish_scheduled_bundle(gathered: Bundle, *, actor: Actor, now: datetime) -> Bundle:
    """Release a bundle whose minute has come; whoever set the minute was allowed to."""
    keep_entries_together()
    _expect_open(gathered)
    if gathered.scheduled_for is None or gathered.scheduled_for > now:
        raise ActRefused(_("Its time has not come."))
    return release_now(gathered, actor=actor, now=now)


@transaction.atomic
def dissolve(gathered: Bundle, *, actor: Actor, now: datetime) -> Bundle:
    """Part the texts of a bundle; each stays as far as it has come and can be released alone or in another one."""
    _expect_open(gathered)
    for revision in bundles.texts(gathered):
        allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
        swap_revision(revision)
    gathered.members.all().delete()
    _swap(gathered, state=BundleState.DISSOLVED, scheduled_for=None)
    _note(gathered, "dissolved", actor=actor, now=now)
    alarms.clear(alarm(gathered), now=now)
    return gathered


@transaction.atomic
def waive(revision: Revision, *, actor: Actor, now: datetime, reason: str) -> Waiver:
    """Let a text out without what the plan asks for beside it; readers see the reason. Only by an approver.

    The waiver is for the text as it was approved: it goes when the text goes back to its author.
    """
    allow(actor, Verb.APPROVE, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.REVIEWED, RevisionState.VETTED, RevisionState.CLEARED, RevisionState.APPROVED)
    said = given(reason, _("the reason"))
    if len(said) > 200:
        raise ActRefused(_("Shorten the reason to 200 characters."))
    swap_revision(revision)
    waiver, _new = Waiver.objects.update_or_create(
        revision=revision, defaults={"reason": said, "actor_id": actor.user_id, "at": now}
    )
    journal.worked(revision.record, revision, "waived", actor=actor, now=now, note=said)
    return waiver


def release_now(gathered: Bundle, *, actor: Actor, now: datetime) -> Bundle:
    """Release a bundle in the caller's transaction."""
    texts = bundles.texts(gathered)
    _release(gathered, texts, actor=actor, now=now)
    _swap(gathered, state=BundleState.RELEASED, released_at=now)
    _note(gathered, "released", actor=actor, now=now)
    alarms.clear(alarm(gathered), now=now)
    return gathered


def take_time_off(gathered: Bundle, reason: str, *, now: datetime) -> None:
    """Leave a bundle without a minute because it could not be released at the one it had, and say so aloud.

    Its texts stay approved and together: nothing was wrong with most of them, and a person decides what to do.
    """
    same = Bundle.objects.filter(pk=gathered.pk, version=gathered.version, state=BundleState.OPEN)
    if same.update(scheduled_for=None, reason=reason[:500], version=F("version") + 1):
        alarms.sound(alarm(gathered), f"was not released at its time, nor any text of it: {reason}", now=now)


def alarm(gathered: Bundle) -> str:
    """Return the name of the alarm that a bundle was not released at its time."""
    return f"bundle {gathered.pk} release"


def expect_unbundled(revision: Revision) -> None:
    """Raise ActRefused for a text that is in a bundle: it has no minute of its own."""
    membership = Member.objects.filter(revision=revision, bundle__state=BundleState.OPEN).first()
    if membership is not None:
        raise ActRefused(
            _("This text is in bundle %(bundle)d: release the bundle, or take the text out of it first.")
            % {"bundle": membership.bundle_id}
        )


def keep_entries_together() -> None:
    """Keep others from appending to the ledger until this transaction ends, so that its entries stand side by side.

    First in its transaction: whoever waits for others here holds nothing that they could wait for. SQLite has one
    writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Pending._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _take_in(gathered: Bundle, revision: Revision, *, actor: Actor, now: datetime) -> None:
    allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    expect(revision, RevisionState.APPROVED)
    expect_unbundled(revision)
    if gathered.members.count() >= MOST:
        raise ActRefused(_("A bundle holds %(most)d texts at most.") % {"most": MOST})
    # Whoever read the text before must look again: it is not released alone any more.
    swap_revision(revision)
    Member.objects.create(bundle=gathered, revision=revision)
    journal.trace(revision.record, revision.number, "bundled", actor=actor, now=now, note=gathered.label)


def _allowed(gathered: Bundle, *, actor: Actor, now: datetime) -> list[Revision]:
    """Return the texts of a bundle; raise ActRefused unless ``actor`` may publish each of them."""
    texts = bundles.texts(gathered)
    for revision in texts:
        allow(actor, Verb.PUBLISH, revision.record.unit, now=now, authors=authors_of(revision))
    return texts


def _release(gathered: Bundle, texts: Sequence[Revision], *, actor: Actor, now: datetime) -> None:
    if not texts:
        raise ActRefused(_("There is no text in this bundle."))
    try:
        for revision in texts:
            _expect_approved(revision)
        releasing.release(texts, actor=actor, now=now, bundle=gathered)
    except releasing.TextRefused as refusal:
        raise ActRefused(_named(refusal), refusal.errors) from refusal


def _expect_approved(revision: Revision) -> None:
    try:
        expect(revision, RevisionState.APPROVED)
    except ActRefused as refusal:
        raise releasing.TextRefused(revision, refusal) from refusal


def _named(refusal: releasing.TextRefused) -> str:
    """Say which text keeps a bundle back: by its kind and number, for a title may say what is not public yet."""
    revision = refusal.revision
    return _("Text %(text)d (%(kind)s): %(reason)s") % {
        "text": revision.pk,
        "kind": revision.record.kind,
        "reason": refusal.reason,
    }


class _Undo(Exception):
    """Takes back what was only tried."""


def _rehearse(gathered: Bundle, texts: Sequence[Revision], *, actor: Actor, now: datetime) -> None:
    """Release a bundle and take it back: what is refused then would be refused now."""
    try:
        with transaction.atomic():
            _release(gathered, texts, actor=actor, now=now)
            raise _Undo
    except _Undo:
        return


def _why_off(gathered: Bundle, what: str) -> str:
    return what if gathered.scheduled_for is not None else gathered.reason


def _expect_open(gathered: Bundle) -> None:
    if gathered.state != BundleState.OPEN:
        raise ActRefused(
            _("This bundle is “%(state)s”, so that is not possible now.") % {"state": gathered.get_state_display()}
        )


def _swap(gathered: Bundle, **changes: object) -> None:
    same = Bundle.objects.filter(pk=gathered.pk, version=gathered.version, state=gathered.state)
    if same.update(version=F("version") + 1, **changes) != 1:
        raise ActRefused(_("A colleague has changed this bundle meanwhile. Look at it again before you go on."))
    for name, value in changes.items():
        setattr(gathered, name, value)
    gathered.version += 1


def _note(gathered: Bundle, step: str, *, actor: Actor, now: datetime) -> None:
    """Write down a step with a bundle: the world learns the day and a commitment, nothing else."""
    document = {"step": step, "bundle": gathered.pk, "by": actor.opaque, "at": documents.instant(now)}
    append(
        events.PRIVATE,
        subject=gathered.subject,
        actor=actor,
        commitment=commitments.commit(bytes(gathered.salt), document),
        day=local_day(now),
        ref=step.split(" ", 1)[0],
        private=True,
    )

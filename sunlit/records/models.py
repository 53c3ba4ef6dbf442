"""What a record is, what it says, and what is copied from it so that lists need not read inside it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from sunlit.records.bundled import Bundle, BundleState, Member, Waiver
from sunlit.records.errands.tables import ColumnMemory, Errand, ErrandRow, ErrandSheet, ErrandStep
from sunlit.records.guarded import Leak, Override, Verdict
from sunlit.records.imports.oldsite.tables import OldAddress
from sunlit.records.people import person
from sunlit.records.startpages.tables import UnitPage, UnitPageVersion
from sunlit.records.states import (
    FROZEN,
    GONE,
    IN_WORK,
    READABLE,
    Audience,
    BatchState,
    RecordState,
    RevisionState,
    Validity,
    Waits,
)
from sunlit.sight import SightFields

__all__ = [
    "Attachment",
    "Batch",
    "BatchError",
    "Bundle",
    "BundleState",
    "Chain",
    "ColumnMemory",
    "Counter",
    "Errand",
    "ErrandRow",
    "ErrandSheet",
    "ErrandStep",
    "IndexSequence",
    "Leak",
    "Member",
    "Notice",
    "OldAddress",
    "Override",
    "Record",
    "Refill",
    "Relation",
    "Revision",
    "Slot",
    "UnitPage",
    "UnitPageVersion",
    "Verdict",
    "Waiver",
]

TEXT_SLOTS = ("t1", "t2", "t3", "t4", "t5", "t6")
NUMBER_SLOTS = ("n1", "n2", "n3", "n4", "n5", "n6")
DATE_SLOTS = ("d1", "d2", "d3", "d4")
INDEXED = (*TEXT_SLOTS[:4], *NUMBER_SLOTS[:3], *DATE_SLOTS[:3])
"""Columns with an index of their own; fields that are only listed lie in the others as long as there is room."""
SLOT_TEXT_LENGTH = 200


def _optional_text(length: int, *, unique: bool = False) -> models.CharField[str | None, str | None]:
    """Describe a text that is NULL when absent: several rows without one stay unique, and partial indexes skip them."""
    return models.CharField(max_length=length, unique=unique, null=True)


def hidden_batches() -> models.QuerySet[Any, Any]:
    """Return the ids of the imports that are not released; there are never more than a few."""
    return Batch.objects.exclude(state=BatchState.RELEASED).values("pk")


class Record(models.Model):
    """A thing that a unit publishes; it keeps its number and its address for good."""

    SIGHT = SightFields(
        shown={"state": (*READABLE, *GONE)},
        hidden_batches=hidden_batches,
        stub=("index_no", "slug", "title", "kind", "unit__name", "published_at"),
    )

    kind = models.CharField(max_length=64)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit_path = models.CharField(max_length=64)
    index_no = _optional_text(64, unique=True)
    slug = _optional_text(64, unique=True)
    audience = models.CharField(max_length=8)
    scope = models.CharField(max_length=100, blank=True, default="", help_text="the group's key, for audience group")
    state = models.CharField(max_length=12, choices=RecordState.choices, default=RecordState.DRAFT)
    live = models.ForeignKey("Revision", null=True, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    title = models.CharField(max_length=500, blank=True, default="")
    published_at = models.DateTimeField(null=True, help_text="when the first revision went live")
    changed_at = models.DateTimeField(null=True, help_text="when a reader last saw a change")
    validity = models.CharField(max_length=8, choices=Validity.choices, blank=True, default=Validity.NOT_STATED)
    expires_on = models.DateField(null=True, help_text="last day of display")
    demo = models.BooleanField(default=False)
    batch_id = models.BigIntegerField(default=0, help_text="the import it came with, 0 for none")
    version = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "unit_path"], name="record_of_unit"),
            models.Index(
                fields=["-published_at", "-id"], condition=Q(published_at__isnull=False), name="record_latest"
            ),
            # Of a group's records everyone may see the stubs, in the list of their kind and on the page of their unit.
            *(
                models.Index(fields=[one, "-published_at", "-id"], condition=Q(audience=Audience.GROUP), name=name)
                for one, name in (("kind", "record_stub_kind"), ("unit_path", "record_stub_unit"))
            ),
            models.Index(fields=["expires_on", "id"], condition=Q(expires_on__isnull=False), name="record_expiry"),
            models.Index(fields=["batch_id", "id"], condition=Q(batch_id__gt=0), name="record_of_batch"),
            models.Index(
                fields=["audience", "state"], condition=Q(state__in=(*READABLE[1:], *GONE)), name="record_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.index_no or f"draft {self.pk}"

    @property
    def is_readable(self) -> bool:
        """Tell whether its address still shows a text, perhaps with a notice."""
        return self.state in READABLE

    @property
    def subject(self) -> str:
        """Its name in the ledger's local columns."""
        return f"record:{self.pk}"


class Revision(models.Model):
    """One wording of a record; once published it is frozen, and the database refuses a change to it."""

    SIGHT = SightFields(
        prefix="record__", shown={"state": FROZEN, "record__state": READABLE}, hidden_batches=hidden_batches
    )

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    number = models.IntegerField()
    payload = models.TextField(help_text="canonical JSON, in the shape of its plan")
    shape = models.CharField(max_length=64, help_text="hash of the plan in whose shape the payload is written")
    title = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=12, choices=RevisionState.choices, default=RevisionState.DRAFT)
    author = person()
    reviewer = person()
    secrecy_reviewer = person()
    approver = person()
    co_authors = models.JSONField(default=list, help_text="ids of everyone else who changed the text")
    work_salt = models.BinaryField(null=True, help_text="for the acts before publication; never shown")
    salt = models.BinaryField(null=True, help_text="for the published document; shown with it")
    commitment = models.BinaryField(null=True)
    note = models.CharField(max_length=500, blank=True, default="", help_text="what a correction changes, and why")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was last sent back")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    scheduled_for = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="revision_number"),
            models.UniqueConstraint(fields=["record"], condition=Q(state=RevisionState.LIVE), name="one_live_revision"),
            models.UniqueConstraint(fields=["record"], condition=Q(state__in=IN_WORK), name="one_revision_in_work"),
        ]
        indexes = [
            models.Index(
                fields=["scheduled_for", "id"], condition=Q(state=RevisionState.SCHEDULED), name="revision_schedule"
            ),
            models.Index(fields=["state", "author", "-id"], condition=Q(state__in=IN_WORK), name="revision_in_work"),
            # Only to be counted: how many records have more than one published wording.
            models.Index(fields=["state"], condition=Q(number=2), name="revision_second"),
        ]

    def __str__(self) -> str:
        return f"{self.record} #{self.number}"

    @property
    def data(self) -> dict[str, Any]:
        """The payload, parsed; empty once erased."""
        return json.loads(self.payload) if self.payload else {}


class Work(models.Model):
    """Where a text in work stands, for the lists of the desk; a row exists from its first draft until its release.

    What a text waits for follows from its state and its kind; ``Revision.state`` is the truth.
    """

    SIGHT = SightFields(scope="revision__record__scope")

    revision = models.OneToOneField(Revision, primary_key=True, on_delete=models.CASCADE, related_name="work")
    kind = models.CharField(max_length=64)
    unit_path = models.CharField(max_length=64)
    audience = models.CharField(max_length=8, help_text="the record's, which never changes")
    waits_for = models.CharField(max_length=12, choices=Waits.choices, default=Waits.AUTHOR)
    author = person()
    errand = models.ForeignKey(
        Errand, null=True, on_delete=models.SET_NULL, related_name="+", help_text="the job with which it goes its way"
    )
    due_on = models.DateField(null=True, help_text="last day of the strictest limit that is known to run")
    remarks = models.JSONField(
        default=dict, help_text="field -> what whoever sent the text back says of it; '' for all"
    )
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["waits_for", "unit_path", "due_on"], name="work_of_unit"),
            models.Index(fields=["author", "waits_for", "due_on"], name="work_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} waits for {self.waits_for}"


class Wording(models.Model):
    """One saved state of a draft: what two editors' changes are told apart by, and what can be fetched back.

    The rows of a text go when it is published or given up.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="wordings", db_index=False)
    version = models.IntegerField(help_text="version of the revision from which on it said this")
    payload = models.TextField()
    by = person()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "version"], name="wording_version")]

    def __str__(self) -> str:
        return f"version {self.version} of {self.revision_id}"


class Autosave(models.Model):
    """What somebody has typed into a form and not saved; kept beside the sessions, and gone once it is saved."""

    user_id = models.IntegerField()
    revision_id = models.BigIntegerField()
    version = models.IntegerField(help_text="version of the revision with which the form was filled")
    form = models.TextField(help_text="the form's fields as they were posted, URL-encoded")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "revision_id"], name="one_autosave")]

    def __str__(self) -> str:
        return f"what {self.user_id} typed into {self.revision_id}"


class Trace(models.Model):
    """One step of a record's history as staff read it: the ledger keeps that it happened, this says who and why."""

    SIGHT = SightFields(prefix="record__", hidden_batches=hidden_batches)

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="traces", db_index=False)
    revision = models.IntegerField(help_text="number of the revision")
    step = models.CharField(max_length=40, help_text="word of the act, or the ledger's type of it")
    at = models.DateTimeField()
    actor = person()
    role = models.CharField(max_length=24, blank=True, default="")
    unit = models.CharField(max_length=64, blank=True, default="", help_text="code of the unit for which they acted")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["record", "-id"], name="trace_of_record"),
            models.Index(fields=["actor", "-id"], name="trace_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.record_id} #{self.revision}"


class UnitTemplate(models.Model):
    """A text that a unit begins with again and again."""

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    payload = models.TextField()
    author = person()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "name"], name="one_template_of_a_name")]

    def __str__(self) -> str:
        return self.name


class LaterReview(models.Model):
    """An emergency publication, which someone else looks at on the next working day."""

    SIGHT = SightFields(prefix="revision__record__", hidden_batches=hidden_batches)

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="later_review")
    reason = models.CharField(max_length=500)
    actor = person()
    at = models.DateTimeField()
    due = models.DateField()
    reviewed_by = person()
    reviewed_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due"], condition=Q(reviewed_at__isnull=True), name="later_review_open")]

    def __str__(self) -> str:
        return f"review of {self.revision_id} by {self.due}"


class Notice(models.Model):
    """What a reader is told when a record was withdrawn, unpublished, superseded, ended, erased or restored."""

    SIGHT = SightFields(prefix="record__", hidden_batches=hidden_batches)

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=40, help_text="the ledger's type of the act")
    revision = models.IntegerField(help_text="number of the revision that was live")
    day = models.DateField()
    at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True, default="", help_text="term of the plan's list of reasons")
    reason = models.CharField(max_length=500)
    basis = models.CharField(max_length=300, blank=True, default="")
    salt = models.BinaryField()
    commitment = models.BinaryField()
    actor = person()
    review_due = models.DateField(null=True, help_text="for an emergency takedown: the day by which it is reviewed")
    reviewed_by = person()
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["review_due"],
                condition=Q(review_due__isnull=False, reviewed_at__isnull=True),
                name="notice_to_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.record}"


class Slot(models.Model):
    """What a list needs to filter, sort and chart one published record, in the current shape of its kind.

    A row exists exactly while its record is live. ``slots.slot_of`` says what a column holds for a kind.
    """

    SIGHT = SightFields(hidden_batches=hidden_batches)

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="slot")
    kind = models.CharField(max_length=64)
    unit_path = models.CharField(max_length=64)
    audience = models.CharField(max_length=8)
    scope = models.CharField(max_length=100, default="")
    batch_id = models.BigIntegerField(default=0)
    year = models.IntegerField(help_text="year of publication in the plan's zone")
    published_at = models.DateTimeField()
    t1 = _optional_text(SLOT_TEXT_LENGTH)
    t2 = _optional_text(SLOT_TEXT_LENGTH)
    t3 = _optional_text(SLOT_TEXT_LENGTH)
    t4 = _optional_text(SLOT_TEXT_LENGTH)
    t5 = _optional_text(SLOT_TEXT_LENGTH)
    t6 = _optional_text(SLOT_TEXT_LENGTH)
    n1 = models.BigIntegerField(null=True)
    n2 = models.BigIntegerField(null=True)
    n3 = models.BigIntegerField(null=True)
    n4 = models.BigIntegerField(null=True)
    n5 = models.BigIntegerField(null=True)
    n6 = models.BigIntegerField(null=True)
    d1 = models.DateField(null=True)
    d2 = models.DateField(null=True)
    d3 = models.DateField(null=True)
    d4 = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["audience", "-published_at", "-record"], name="slot_recent"),
            models.Index(fields=["kind", "-published_at", "-record"], name="slot_of_kind"),
            models.Index(fields=["kind", "unit_path", "-published_at", "-record"], name="slot_of_unit"),
            models.Index(fields=["unit_path", "-published_at", "-record"], name="slot_of_any_kind"),
            # A kind that leaves a column empty does not pay for its index.
            *(
                models.Index(
                    fields=["kind", column, "-published_at", "-record"],
                    condition=Q(**{f"{column}__isnull": False}),
                    name=f"slot_{column}",
                )
                for column in INDEXED
            ),
        ]

    def __str__(self) -> str:
        return f"slot of record {self.pk}"


class Refill(models.Model):
    """How far the slots of a kind have been brought into the shape of a new plan; the row goes when all are."""

    kind = models.CharField(max_length=64, primary_key=True)
    shape = models.CharField(max_length=64, help_text="hash of the plan that asked for it")
    fields = models.JSONField(default=list, help_text="names of the fields whose slots are not complete")
    last = models.BigIntegerField(default=0, help_text="id of the last record dealt with")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"slots of {self.kind}: {self.done} of {self.total}"


class Chain(models.Model):
    """One process as readers see it: how many of its stages are public and how many are missing; a view of the ledger.

    ``titled_by`` is the record whose title it shows, so that a title goes when its record does.
    """

    process = models.CharField(max_length=64)
    number = models.CharField(max_length=SLOT_TEXT_LENGTH)
    title = models.CharField(max_length=500)
    titled_by = models.BigIntegerField()
    unit_path = models.CharField(max_length=64)
    present = models.IntegerField()
    missing = models.IntegerField()
    gaps = models.JSONField(default=list, help_text="kinds of the missing stages")
    latest = models.DateTimeField(help_text="when its latest record was published")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="chain_once")]
        indexes = [
            models.Index(fields=["process", "-latest", "-id"], name="chain_latest"),
            models.Index(fields=["process", "-latest", "-id"], condition=Q(missing__gt=0), name="chain_with_gaps"),
            models.Index(fields=["titled_by"], name="chain_titled_by"),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.number}"


class Relation(models.Model):
    """A link between two records, named from the source's side and readable from both."""

    source = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relations", db_index=False)
    target = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="inverse_relations")
    name = models.CharField(max_length=64, help_text="the relation's name in the source's kind")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name", "target"], name="relation_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.name} {self.target}"


class Attachment(models.Model):
    """A file of one revision; a later revision has its own."""

    SIGHT = SightFields(
        prefix="revision__record__",
        shown={"revision__state": FROZEN, "revision__record__state": READABLE},
        hidden_batches=hidden_batches,
    )

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    field = models.CharField(max_length=64)
    position = models.IntegerField(help_text="1 for the first file of the revision")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "position"], name="attachment_position")]

    def __str__(self) -> str:
        return self.name


class IndexSequence(models.Model):
    """The last index number given out by a unit in a year; it only grows."""

    org9 = models.CharField(max_length=9)
    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org9", "year"], name="one_sequence_a_year")]

    def __str__(self) -> str:
        return f"{self.org9}/{self.year}: {self.last}"


class Batch(models.Model):
    """One import: its rows stay hidden until one short act releases all of them."""

    kind = models.CharField(max_length=64)
    unit = models.ForeignKey("units.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.STAGING)
    shape = models.CharField(max_length=64, help_text="hash of the plan under which it began")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    keep_good = models.BooleanField(default=False)
    next_row = models.IntegerField(default=0, help_text="rows of the file already dealt with")
    good = models.IntegerField(default=0, help_text="rows written")
    bad = models.IntegerField(default=0, help_text="rows with a mistake")
    errors_kept = models.IntegerField(default=0, help_text="mistakes kept for the report")
    salt = models.BinaryField(null=True, help_text="for the release's own entry")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    demo = models.BooleanField(default=False)
    started_at = models.DateTimeField(help_text="the instant of publication of its records")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "file_sha256"], condition=Q(state=BatchState.STAGING), name="one_reading_of_a_file"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=~Q(state=BatchState.RELEASED), name="batch_hidden"),
            models.Index(fields=["file_sha256", "kind"], name="batch_of_file"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} of {self.file_name}"


class BatchError(models.Model):
    """A mistake in one field of one row of an import."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="errors")
    row = models.IntegerField(help_text="row of the sheet as the clerk sees it: the header is row 1")
    field = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    excerpt = models.CharField(max_length=60, help_text="the value, shortened, masked where it may name a person")
    sentence = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"row {self.row}, {self.label}: {self.sentence}"


class Counter(models.Model):
    """How many live records there are of a kind, unit, audience and year; a view of the ledger."""

    kind = models.CharField(max_length=64)
    unit_path = models.CharField(max_length=64)
    audience = models.CharField(max_length=8)
    year = models.IntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "unit_path", "audience", "year"], name="one_counter")]
        indexes = [models.Index(fields=["unit_path", "kind"], name="counter_of_unit")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_path} {self.audience} {self.year}: {self.count}"

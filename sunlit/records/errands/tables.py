"""Jobs on many records: how far each has come, what became of each row, who did what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sunlit.records.people import person
from sunlit.sight import SightFields


class Sort(models.TextChoices):
    """What a job does."""

    IMPORT = "import", _("import")
    EDIT = "edit", _("change of one field")
    WITHDRAW = "withdraw", _("withdrawal")
    UNPUBLISH = "unpublish", _("taking off the site")
    VALIDITY = "validity", _("change of validity")


class ErrandState(models.TextChoices):
    """How far a job has come."""

    GATHERING = "gathering", _("the records are being gathered")
    READING = "reading", _("the file is being read")
    MAPPING = "mapping", _("the columns have to be named")
    CHECKING = "checking", _("every row is being checked")
    CHECKED = "checked", _("checked, not handed in")
    WAITING = "waiting", _("waits for someone's look")
    STAGING = "staging", _("is being written")
    RUNNING = "running", _("is being done")
    DROPPING = "dropping", _("is being dropped")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


BUSY = (
    ErrandState.READING,
    ErrandState.CHECKING,
    ErrandState.STAGING,
    ErrandState.RUNNING,
    ErrandState.DROPPING,
)
"""States in which the background has something to do."""
ENDED = (ErrandState.DONE, ErrandState.DROPPED)


class RowState(models.TextChoices):
    """What became of one row of a job."""

    BAD = "bad", _("wrong")
    WARNED = "warned", _("taken, with a warning")
    WAITING = "waiting", _("not done yet")
    BEGUN = "begun", _("on its way")
    DONE = "done", _("done")
    REFUSED = "refused", _("not done")


class Errand(models.Model):
    """A job on many records of one unit and all below it; ``state`` and ``cursor`` say where it goes on."""

    SIGHT = SightFields()

    sort = models.CharField(max_length=12, choices=Sort.choices)
    kind = models.CharField(max_length=64, blank=True, default="", help_text="'' for records of several kinds")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit_path = models.CharField(max_length=64)
    audience = models.CharField(max_length=8)
    state = models.CharField(max_length=12, choices=ErrandState.choices)
    waits_for = models.CharField(max_length=12, blank=True, default="", help_text="the step for which it waits")
    settings = models.JSONField(default=dict, help_text="what the job was told: field and value, reasons, the waiver")
    shape = models.CharField(max_length=64, help_text="hash of the plan under which its rows were judged")
    cursor = models.BigIntegerField(default=0, help_text="what has been dealt with in the present state")
    total = models.BigIntegerField(default=0)
    good = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    warned = models.IntegerField(default=0)
    tries = models.IntegerField(default=0, help_text="how often the background has begun without getting on")
    said = models.CharField(max_length=500, blank=True, default="", help_text="why it stands still")
    batch = models.ForeignKey("Batch", null=True, on_delete=models.SET_NULL, related_name="errands")
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    author = person()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=BUSY), name="errand_busy"),
            models.Index(fields=["unit_path", "-id"], name="errand_of_unit"),
            models.Index(fields=["waits_for", "unit_path"], condition=~Q(waits_for=""), name="errand_waiting"),
            models.Index(fields=["author", "-id"], name="errand_of_author"),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"

    @property
    def is_busy(self) -> bool:
        """Tell whether the background is at work on it."""
        return self.state in BUSY

    @property
    def is_over(self) -> bool:
        """Tell whether it has come to its end."""
        return self.state in ENDED

    @property
    def subject(self) -> str:
        """Its name in the ledger's local columns."""
        return f"errand:{self.pk}"


class ErrandSheet(models.Model):
    """A file of an import: the first, or rows of it that were corrected and brought again."""

    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="sheets", db_index=False)
    number = models.IntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=list)
    sample = models.JSONField(default=list, help_text="the first rows, for the page that asks what the columns hold")
    mapping = models.JSONField(default=list, help_text="for each column the field it holds, '' for one left out")
    rows = models.IntegerField(default=0)
    first = models.BigIntegerField(default=0, help_text="rows of the sheets before it")
    author = person()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["errand", "number"], name="errand_sheet_number")]

    def __str__(self) -> str:
        return f"{self.errand} sheet {self.number}"


class ErrandRow(models.Model):
    """What became of one row: of an import those with mistakes or warnings, of other jobs every record."""

    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="rows", db_index=False)
    sheet = models.IntegerField(default=0)
    row = models.BigIntegerField(help_text="row of the sheet as the clerk sees it, or the id of the record")
    revision = models.BigIntegerField(default=0, help_text="the text that the job has made")
    state = models.CharField(max_length=8, choices=RowState.choices)
    title = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    mistakes = models.JSONField(default=list, help_text="of an import: column, label, excerpt, sentence, remedy")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["errand", "sheet", "row"], name="errand_row_once")]
        indexes = [
            models.Index(fields=["errand", "state", "row"], name="errand_row_state"),
            models.Index(fields=["row"], condition=Q(sheet=0), name="errand_row_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.errand} row {self.row}"


class ErrandStep(models.Model):
    """One thing that somebody did with a job, and in which role."""

    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=24)
    at = models.DateTimeField()
    actor = person()
    role = models.CharField(max_length=24, blank=True, default="")
    unit = models.CharField(max_length=64, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.step} of {self.errand}"


class ColumnMemory(models.Model):
    """What the columns of a unit's sheets were said to hold: header -> field."""

    unit = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="one_column_memory")]

    def __str__(self) -> str:
        return f"columns of {self.kind} at {self.unit_id}"

"""What the guard said of a text, who let it pass all the same, and what it found in what is public already."""

from __future__ import annotations

from django.db import models

from sunlit.guard.findings import Severity
from sunlit.records.people import person


class Verdict(models.Model):
    """What the guard said of one text when it was last judged; it stands while text, files and rules are the same.

    ``findings`` hold rule, place, remedy and an excerpt in which what was found is masked: no personal datum.
    """

    revision = models.OneToOneField(
        "records.Revision", primary_key=True, on_delete=models.CASCADE, related_name="verdict"
    )
    rules = models.CharField(max_length=32, help_text="version of the rules and of what reads files")
    judged = models.CharField(max_length=64, help_text="SHA-256 of the text, which names its files by their hashes")
    findings = models.JSONField(default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"verdict on {self.revision_id}"


class Override(models.Model):
    """Lets one finding pass, for a reason; it ends when the text or the file at its place is another one.

    ``key`` is made of the rule, the place and what stands there, so that another wording has another key.
    """

    revision = models.ForeignKey("records.Revision", on_delete=models.CASCADE, related_name="overrides")
    key = models.CharField(max_length=32)
    rule = models.CharField(max_length=40)
    place = models.CharField(max_length=300, help_text="the place in words, long numbers in it masked")
    reason = models.CharField(max_length=300)
    actor = person()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="override_once")]

    def __str__(self) -> str:
        return f"{self.rule} in {self.revision_id} overridden"


class Leak(models.Model):
    """Something that the guard found in what is public; rows are written anew whenever the record is looked through."""

    revision = models.ForeignKey("records.Revision", on_delete=models.CASCADE, related_name="leaks")
    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="+", db_index=False)
    unit_path = models.CharField(max_length=64)
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Severity])
    place = models.CharField(max_length=300, help_text="the place in words, long numbers in it masked")
    excerpt = models.CharField(max_length=300, blank=True, default="", help_text="what was found is masked in it")
    remedy = models.CharField(max_length=500)
    found_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["severity", "unit_path", "id"], name="leak_of_unit")]

    def __str__(self) -> str:
        return f"{self.rule} in {self.revision_id}"

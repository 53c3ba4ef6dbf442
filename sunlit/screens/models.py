"""What the screens keep: drawings, which can be made again at any time."""

from __future__ import annotations

from django.db import models


class Chart(models.Model):
    """A drawing of one record or of one kind's records, in each language in which names differ.

    ``due`` says that it must be drawn (again); until then the former drawing is shown, or none.
    """

    subject = models.CharField(max_length=80, primary_key=True, help_text="record:12 or kind:air-daily")
    due = models.BooleanField(default=True)
    asked = models.IntegerField(default=1, help_text="grows with every reason to draw again")
    tries = models.IntegerField(default=0, help_text="how often drawing has failed in a row")
    digest = models.CharField(max_length=16, blank=True, default="", help_text="of the drawings; '' if there are none")
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    zh = models.BinaryField(default=b"", help_text="SVG, compressed")
    en = models.BinaryField(default=b"", help_text="SVG, compressed")

    class Meta:
        indexes = [models.Index(fields=["subject"], condition=models.Q(due=True), name="chart_due")]

    def __str__(self) -> str:
        return f"chart of {self.subject}"

"""The start page of a unit and all its versions, which are kept for good."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sunlit.records.people import person


class VersionState(models.TextChoices):
    """What became of a version of a start page."""

    PROPOSED = "proposed", _("proposed")
    IN_FORCE = "in_force", _("in force")
    PAST = "past", _("was in force")
    OVERTAKEN = "overtaken", _("overtaken by a later proposal")
    SENT_BACK = "sent_back", _("sent back")
    TAKEN_BACK = "taken_back", _("taken back")


class UnitPage(models.Model):
    """The start page of a unit; ``version`` counts every change, so that of two people who act at once one is told."""

    unit = models.OneToOneField("units.Unit", on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"start page of {self.unit_id}"

    @property
    def subject(self) -> str:
        """Its name in the ledger's local columns."""
        return f"unit-page:{self.pk}"


class UnitPageVersion(models.Model):
    """What somebody proposed for a start page, and what became of it."""

    page = models.ForeignKey(UnitPage, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    content = models.TextField(help_text="canonical JSON, see records.startpages.content")
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.PROPOSED)
    proposed_by = person()
    proposed_at = models.DateTimeField()
    authors = models.JSONField(default=list, help_text="ids of all whose hand is in it; none of them puts it in force")
    decided_by = person()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was sent back")
    salt = models.BinaryField(help_text="for its own steps in the ledger; never shown")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="unit_page_number"),
            models.UniqueConstraint(fields=["page"], condition=Q(state="proposed"), name="one_unit_page_proposed"),
            models.UniqueConstraint(fields=["page"], condition=Q(state="in_force"), name="one_unit_page_in_force"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.page}"

"""What is released together, and what is released without what belongs to it: tables of their own beside the texts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sunlit.records.people import person


class BundleState(models.TextChoices):
    """How far a bundle has come."""

    OPEN = "open", _("open")
    RELEASED = "released", _("released")
    DISSOLVED = "dissolved", _("dissolved")


class Bundle(models.Model):
    """Approved texts that are released in one moment or not at all; their own state says nothing of the moment."""

    label = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=BundleState.choices, default=BundleState.OPEN)
    scheduled_for = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why its time was taken off")
    salt = models.BinaryField(help_text="for its own steps in the ledger; never shown")
    created_by = person()
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["scheduled_for", "id"],
                condition=Q(state=BundleState.OPEN, scheduled_for__isnull=False),
                name="bundle_schedule",
            ),
        ]

    def __str__(self) -> str:
        return f"bundle {self.pk}"

    @property
    def subject(self) -> str:
        """Its name in the ledger's local columns."""
        return f"bundle:{self.pk}"


class Member(models.Model):
    """A text of a bundle; rows go when it is taken out or the bundle dissolved, so a text is in one bundle at most."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="members")
    revision = models.OneToOneField("records.Revision", on_delete=models.CASCADE, related_name="membership")

    def __str__(self) -> str:
        return f"{self.revision} in {self.bundle}"


class Waiver(models.Model):
    """Allows one text to be released without what the plan asks for beside it, for a reason that readers see."""

    revision = models.OneToOneField("records.Revision", on_delete=models.CASCADE, related_name="waiver")
    reason = models.CharField(max_length=200)
    actor = person()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"waiver for {self.revision}"

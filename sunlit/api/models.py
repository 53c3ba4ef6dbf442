"""Tokens of other systems, what they sent, and what they were answered."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q


class Token(models.Model):
    """The right of another system to bring records of some kinds for a unit; its secret is kept as a keyed hash."""

    name = models.CharField(max_length=100)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    below = models.BooleanField(default=False, help_text="also for the units below it")
    kinds = models.JSONField(default=list)
    sandbox = models.BooleanField(default=False, help_text="everything is answered, nothing is kept")
    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA256 of the token")
    ending = models.CharField(max_length=4, help_text="its last characters, to tell tokens apart")
    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_on = models.DateField(help_text="the last day on which it is taken")
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the approver who answers for what it publishes without a review",
    )
    vouched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "name", "id"], name="token_of_unit")]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"

    def holds(self, day: date) -> bool:
        """Tell whether it is taken on a day."""
        return self.revoked_at is None and day <= self.expires_on


class Sent(models.Model):
    """A record that a system sent, under the number by which the system asks for it.

    In the sandbox there is no record: ``payload`` keeps what was sent for a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="sent")
    record = models.ForeignKey("records.Record", null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=200, blank=True, default="", help_text="the system's own number")
    payload = models.JSONField(null=True, help_text="only in the sandbox")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token", "reference"], condition=~Q(reference=""), name="one_record_a_reference"
            )
        ]
        indexes = [models.Index(fields=["token", "at", "id"], name="sent_by_token")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Upload(models.Model):
    """A file that a system sent: only its own ones may it attach."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="uploads")
    file = models.ForeignKey("files.File", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "file"], name="one_upload_of_a_file")]

    def __str__(self) -> str:
        return self.name


class Wish(models.Model):
    """A system asks that a published record be withdrawn; people decide."""

    sent = models.ForeignKey(Sent, on_delete=models.CASCADE, related_name="wishes")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sent"], condition=Q(declined_at__isnull=True), name="one_open_wish_of_a_record"
            )
        ]

    def __str__(self) -> str:
        return f"withdraw {self.sent_id}"


class Answer(models.Model):
    """What a call was answered, so that the same call again is answered alike.

    It is written in the transaction of what the call did: neither is ever there without the other.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    status = models.IntegerField(default=0)
    body = models.TextField(default="")
    location = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["at"], name="answer_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"


class Meter(models.Model):
    """How many calls somebody made in a window of time, over all processes; kept beside the sessions."""

    who = models.CharField(max_length=40)
    window = models.BigIntegerField()
    count = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "window"], name="one_meter_a_window")]
        indexes = [models.Index(fields=["window"], name="meter_age")]

    def __str__(self) -> str:
        return f"{self.who}: {self.count}"

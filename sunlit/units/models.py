"""People and organisations."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from sunlit.units.events import AuditEvent
from sunlit.units.roles import Role

STEP = 4
"""Digits that a path grows by from a unit to its children."""


def new_opaque() -> str:
    """Return a name for a person that tells nothing about the person; the ledger knows no other."""
    return uuid.uuid4().hex


class User(AbstractUser):
    """A person who can log in; what they may do follows from their memberships alone, never from Django's flags."""

    opaque = models.CharField(max_length=32, unique=True, default=new_opaque, editable=False)
    machine = models.BooleanField(default=False, help_text="another system, which never logs in")


class Unit(models.Model):
    """An organisation of the plan; it stays in the register after it has closed, and so does its address."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=300, blank=True, default="")
    short = models.CharField(max_length=100, blank=True, default="")
    cls = models.CharField(max_length=64, help_text="code of its class")
    level = models.CharField(max_length=16, help_text="province, city, county, township, village or none")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=64, unique=True, help_text="four digits per step from the root")
    org9 = models.CharField(max_length=9, unique=True, null=True, help_text="organisation code (GB 11714)")  # noqa: DJ001 - absent codes must not collide
    region = models.CharField(max_length=12, blank=True, default="", help_text="division code")
    aliases = models.JSONField(default=list)
    functions = models.JSONField(default=list, help_text="held when it entered the register; see Succession")
    renamed = models.JSONField(default=list, help_text="earlier names, each with the day on which it ended")
    sort_key = models.CharField(max_length=400, help_text="order by sound")
    search_key = models.TextField(help_text="folded names, one a line")
    opened = models.DateField(null=True)
    closed = models.DateField(null=True, help_text="first day without it")
    address = models.CharField(max_length=300, blank=True, default="")
    phone = models.CharField(max_length=100, blank=True, default="")
    hours = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["parent", "sort_key", "id"], name="unit_children"),
            models.Index(fields=["cls", "sort_key", "id"], name="unit_of_class"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_within(self, path: str) -> bool:
        """Tell whether it is the unit at a path or lies below it."""
        return self.path.startswith(path)


class Succession(models.Model):
    """A function passed from one unit to another on a day; old addresses and duties follow it."""

    function = models.CharField(max_length=64)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handed_over")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="taken_over")
    on = models.DateField()
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_unit", "function", "on", "to_unit"], name="one_succession"),
        ]

    def __str__(self) -> str:
        return f"{self.function}: {self.from_unit_id} → {self.to_unit_id} on {self.on}"


class Member(models.Model):
    """A person's role for a unit and for all below it, from one day up to and including another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=24, choices=Role.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role", "since"], name="one_membership"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} of {self.unit_id}"

    def holds(self, day: date) -> bool:
        """Tell whether the role is held on a day; both ends belong to it."""
        return self.since <= day and (self.until is None or day <= self.until)


class GroupMember(models.Model):
    """A person belongs to a group that the law lets see more, as the villagers of one village."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_memberships")
    group = models.CharField(max_length=32, help_text="code of a group of the plan")
    scope_key = models.CharField(max_length=64, help_text="which one of its kind, as the code of a village")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group", "scope_key", "since"], name="one_group_membership"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="group_membership_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.scope}"

    @property
    def scope(self) -> str:
        """The group as records name it."""
        return f"{self.group}:{self.scope_key}"


class Delegation(models.Model):
    """While a person is away a deputy acts in one of their roles, for a unit and all below it."""

    absent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_given")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_held")
    role = models.CharField(max_length=24, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="nobody_is_their_own_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.absent_id}: {self.role} of {self.unit_id}"

    def holds(self, day: date) -> bool:
        """Tell whether the deputy acts on a day; both ends belong to it."""
        return self.since <= day <= self.until


class AuditEntry(models.Model):
    """Who did what to accounts, and who read or took out what few may see; the database lets nothing be changed."""

    at = models.DateTimeField()
    # Plain numbers and words, no references: what was done stays written when the account is long gone.
    actor = models.BigIntegerField(null=True, help_text="id of the account; null for commands and unknown names")
    opaque = models.CharField(max_length=32, blank=True, default="")
    event = models.CharField(max_length=24, choices=AuditEvent.choices)
    subject = models.CharField(max_length=200, blank=True, default="", help_text="user:12, record:34, a list's name")
    unit_path = models.CharField(max_length=64, blank=True, default="", help_text="whose administrators may read it")
    address = models.CharField(max_length=43, blank=True, default="", help_text="network of the asker, /24 or /48")
    detail = models.JSONField(default=dict, help_text="codes, dates and numbers; nothing personal")

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "-id"], name="audit_of_unit"),
            models.Index(fields=["actor", "-id"], name="audit_of_actor"),
            models.Index(fields=["subject", "-id"], name="audit_of_subject"),
            models.Index(fields=["event", "-id"], name="audit_of_event"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event} {self.subject}"

"""The demo city's accounts: one person for each role, named for the role and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from sunlit.units import actors
from sunlit.units.actors import Actor
from sunlit.units.models import GroupMember, Member, Unit, User
from sunlit.units.roles import Role

# The city's records go back three years, and nobody acts before the day of their role.
SINCE = date(2023, 1, 1)


@dataclass(frozen=True)
class Account:
    """A demo log-in, as shown by ``make run``."""

    username: str
    password: str
    does: str
    unit: str


@dataclass(frozen=True)
class Cast:
    """Those who publish the demo city: several people, because nobody approves what they wrote."""

    editor: Actor
    reviewer: Actor
    legal_reviewer: Actor
    secrecy_reviewer: Actor
    approver: Actor

    def of(self, role: Role) -> Actor:
        """Return who plays a role."""
        actor: Actor = getattr(self, role.value)
        return actor


def read(directory: Path) -> list[dict[str, Any]]:
    """Read the accounts of a demo directory."""
    text = (directory / "people.yaml").read_text(encoding="utf-8")
    people: list[dict[str, Any]] = yaml.load(text, Loader=yaml.BaseLoader)["people"]  # noqa: S506
    return people


def accounts(directory: Path) -> list[Account]:
    """Return the log-ins for the screen."""
    return [Account(each["username"], each["password"], each["does"], each["unit"]) for each in read(directory)]


@transaction.atomic
def create(directory: Path) -> None:
    """Create the accounts that are missing; their passwords are public, so only a demo instance has them."""
    for each in read(directory):
        user, new = User.objects.get_or_create(username=each["username"], defaults={"first_name": each["does"]})
        if new:
            user.set_password(each["password"])
            user.save(update_fields=["password"])
        _grant(user, each)


def _grant(user: User, each: Mapping[str, Any]) -> None:
    unit = Unit.objects.get(code=each["unit"])
    for role in each.get("roles", []):
        Member.objects.get_or_create(user=user, unit=unit, role=Role(role), since=SINCE)
    for key in each.get("groups", []):
        group, _, scope = key.partition(":")
        GroupMember.objects.get_or_create(user=user, group=group, scope_key=scope, since=SINCE)


def cast(directory: Path, root: str) -> Cast:
    """Return those of the accounts that hold the publishing roles for the whole city."""
    unit = Unit.objects.get(code=root)
    found: dict[str, Actor] = {}
    for each in read(directory):
        for role in each.get("roles", []):
            if each["unit"] == root:
                found.setdefault(role, actors.of(User.objects.get(username=each["username"]), unit, role))
    return Cast(
        editor=found["editor"],
        reviewer=found["reviewer"],
        legal_reviewer=found["legal_reviewer"],
        secrecy_reviewer=found["secrecy_reviewer"],
        approver=found["approver"],
    )


def author(directory: Path, username: str) -> Actor:
    """Return one of the accounts as an editor of its own unit."""
    each = next(one for one in read(directory) if one["username"] == username)
    return actors.of(User.objects.get(username=username), Unit.objects.get(code=each["unit"]), Role.EDITOR)

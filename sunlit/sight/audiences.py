"""The closed list of audiences."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who may read: everyone, a group of people concerned, the unit's own staff, or people named one by one."""

    PUBLIC = "public"
    GROUP = "group"
    STAFF = "staff"
    SEALED = "sealed"

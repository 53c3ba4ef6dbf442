"""The closed lists of roles and of verbs, and which role may do what."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member does for a unit and for every unit below it."""

    EDITOR = "editor", _("editor")
    REVIEWER = "reviewer", _("reviewer")
    LEGAL_REVIEWER = "legal_reviewer", _("legal reviewer")
    SECRECY_REVIEWER = "secrecy_reviewer", _("secrecy reviewer")
    APPROVER = "approver", _("approver")
    UNIT_ADMINISTRATOR = "unit_administrator", _("unit administrator")
    OPERATOR = "operator", _("operator")
    SUPERVISOR = "supervisor", _("supervisor")
    ASSESSOR = "assessor", _("assessor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")


class Verb(StrEnum):
    """Everything that needs permission."""

    WRITE = "write"
    SUBMIT = "submit"
    CORRECT = "correct"
    IMPORT = "import"
    REVIEW = "review"
    REVIEW_LEGAL = "review_legal"
    REVIEW_SECRECY = "review_secrecy"
    APPROVE = "approve"
    PUBLISH = "publish"
    PUBLISH_AT_ONCE = "publish_at_once"
    REVIEW_LATER = "review_later"
    OVERRIDE_GUARD = "override_guard"
    WITHDRAW = "withdraw"
    UNPUBLISH = "unpublish"
    SUPERSEDE = "supersede"
    RESTORE = "restore"
    ERASE = "erase"
    TAKE_DOWN = "take_down"
    REVIEW_TAKEDOWN = "review_takedown"
    HANDLE_CASE = "handle_case"
    SEE_OVERSIGHT = "see_oversight"
    ASSESS = "assess"
    MANAGE_MEMBERS = "manage_members"
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"


_WRITING = frozenset({Role.EDITOR})
_DECIDING = frozenset({Role.APPROVER})

# The one table of authority. Who administers the system decides nothing about what is published.
ALLOWED: dict[Verb, frozenset[Role]] = {
    Verb.WRITE: _WRITING,
    Verb.SUBMIT: _WRITING,
    Verb.CORRECT: _WRITING,
    Verb.IMPORT: _WRITING,
    Verb.REVIEW: frozenset({Role.REVIEWER}),
    Verb.REVIEW_LEGAL: frozenset({Role.LEGAL_REVIEWER}),
    Verb.REVIEW_SECRECY: frozenset({Role.SECRECY_REVIEWER}),
    Verb.APPROVE: _DECIDING,
    Verb.PUBLISH: _DECIDING,
    Verb.PUBLISH_AT_ONCE: _DECIDING,
    Verb.REVIEW_LATER: _DECIDING,
    Verb.OVERRIDE_GUARD: _DECIDING,
    Verb.WITHDRAW: _DECIDING,
    Verb.UNPUBLISH: _DECIDING,
    Verb.SUPERSEDE: _DECIDING,
    Verb.RESTORE: _DECIDING,
    Verb.ERASE: _DECIDING,
    Verb.TAKE_DOWN: _DECIDING,
    Verb.REVIEW_TAKEDOWN: _DECIDING,
    Verb.HANDLE_CASE: frozenset({Role.OPERATOR}),
    Verb.SEE_OVERSIGHT: frozenset({Role.SUPERVISOR}),
    Verb.ASSESS: frozenset({Role.ASSESSOR}),
    Verb.MANAGE_MEMBERS: frozenset({Role.UNIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR}),
    Verb.SEE_AUDIT: frozenset({Role.SUPERVISOR, Role.UNIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR}),
    Verb.ADMINISTER: frozenset({Role.SYSTEM_ADMINISTRATOR}),
}

# Four eyes: nobody does these to a text, or an act, of their own. Taking an own text off the site stays possible:
# in an emergency the author may be the only one at hand, and the review of it the next day is another's. The same
# holds for publishing at once in an emergency.
FOUR_EYES = frozenset(
    {
        Verb.REVIEW,
        Verb.REVIEW_LEGAL,
        Verb.REVIEW_SECRECY,
        Verb.APPROVE,
        Verb.PUBLISH,
        Verb.OVERRIDE_GUARD,
        Verb.REVIEW_LATER,
        Verb.REVIEW_TAKEDOWN,
    }
)

# The roles that work on what a unit publishes and therefore read what is meant for its own staff.
WORKING = frozenset(
    {
        Role.EDITOR,
        Role.REVIEWER,
        Role.LEGAL_REVIEWER,
        Role.SECRECY_REVIEWER,
        Role.APPROVER,
        Role.UNIT_ADMINISTRATOR,
        Role.OPERATOR,
    }
)

# Which roles an administrator may give and end. Those who watch over a unit are not chosen by whom they watch.
ADMINISTERS: dict[Role, frozenset[Role]] = {
    Role.UNIT_ADMINISTRATOR: frozenset(
        {
            Role.EDITOR,
            Role.REVIEWER,
            Role.SECRECY_REVIEWER,
            Role.LEGAL_REVIEWER,
            Role.APPROVER,
            Role.OPERATOR,
            Role.UNIT_ADMINISTRATOR,
        }
    ),
    Role.SYSTEM_ADMINISTRATOR: frozenset(Role),
}

# Roles that nobody gives to themselves: all that decide, watch or administer.
NOT_TO_ONESELF = frozenset(Role) - {Role.EDITOR, Role.OPERATOR}

# Who runs the system cannot have it run by a deputy: a second system administrator is appointed instead.
NOT_BY_DEPUTY = frozenset({Role.SYSTEM_ADMINISTRATOR})

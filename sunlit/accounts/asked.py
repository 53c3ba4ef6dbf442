"""Read what a form was answered with; a wrong answer is said in a sentence."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from sunlit.units.models import Unit, User
from sunlit.units.roles import Role


class BadAnswer(ValueError):
    """Say what is wrong with an answer."""


def day(text: str) -> date | None:
    """Return a day, or None for no answer; raises BadAnswer."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadAnswer(_("Write the day as 2026-03-01.")) from None


def role(text: str) -> Role:
    """Return a role; raises BadAnswer."""
    try:
        return Role(text)
    except ValueError:
        raise BadAnswer(_("Choose a role.")) from None


def unit(text: str) -> Unit:
    """Return the unit in service with a code, or with a name that no other has; raises BadAnswer."""
    named = text.strip()
    found = Unit.objects.filter(code=named, closed=None).first()
    if found is None:
        both = list(Unit.objects.filter(name=named, closed=None)[:2])
        found = both[0] if len(both) == 1 else None
    if found is None:
        raise BadAnswer(_("No unit in service has this code or name, or several have it."))
    return found


def person_named(text: str) -> User:
    """Return the person with a user name whose account is open; raises BadAnswer."""
    user = User.objects.filter(username=text.strip(), is_active=True, machine=False).first()
    if user is None:
        raise BadAnswer(_("No open account has this user name."))
    return user

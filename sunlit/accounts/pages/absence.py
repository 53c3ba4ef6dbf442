"""What a person sees of deputies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from sunlit.accounts.pages.people import DeputyRow, deputy_row
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.words import unit_name
from sunlit.units import selectors
from sunlit.units.models import Delegation, User
from sunlit.units.roles import NOT_BY_DEPUTY, Role


@dataclass(frozen=True)
class AbsencePage:
    """One's deputies, and for whom one stands in."""

    given: list[DeputyRow]
    held: list[DeputyRow]
    errors: list[str]
    values: dict[str, str]
    choices: list[tuple[str, str]] = field(metadata=HTML_ONLY)
    today: date = field(metadata=HTML_ONLY)


def absence_page(user: User, *, today: date, errors: list[str], values: dict[str, str]) -> AbsencePage:
    """Fill the page of one's absence."""
    found = Delegation.objects.filter(Q(absent=user) | Q(deputy=user), until__gte=today)
    rows = list(found.select_related("absent", "deputy", "unit").order_by("since", "id"))
    held = selectors.memberships(user, today=today).order_by("unit__path", "role")
    return AbsencePage(
        given=[deputy_row(each) for each in rows if each.absent_id == user.pk],
        held=[deputy_row(each) for each in rows if each.deputy_id == user.pk],
        errors=errors,
        values=values,
        choices=[
            (f"{member.role}@{member.unit.code}", f"{Role(member.role).label} · {unit_name(member.unit)}")
            for member in held
            if member.role not in NOT_BY_DEPUTY
        ],
        today=today,
    )

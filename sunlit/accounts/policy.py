"""For whom a second factor is compulsory."""

from __future__ import annotations

from collections.abc import Iterable

from sunlit.units.roles import Role

_ADMINISTRATORS = frozenset({Role.UNIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR})


def needs_second_factor(policy: str, roles: Iterable[str]) -> bool:
    """Tell whether a holder of some roles must have a second factor; ``policy`` is staff, administrators or off."""
    held = set(roles)
    if policy == "staff":
        return bool(held)
    return policy == "administrators" and bool(held & _ADMINISTRATORS)

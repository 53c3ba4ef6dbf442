"""What reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading.

    ``seconds`` are both processor and wall time, ``memory`` is address space in bytes, ``characters`` and ``parts``
    bound what is found, ``depth`` says how many archives may lie within each other.
    """

    seconds: int = 10
    memory: int = 512 << 20
    characters: int = 16_000_000
    parts: int = 400_000
    depth: int = 3


def configured() -> Limits:
    """Return the limits that this instance is set to."""
    usual = Limits()
    return Limits(
        seconds=int(getattr(settings, "EXTRACT_SECONDS", usual.seconds)),
        memory=int(getattr(settings, "EXTRACT_MEMORY", usual.memory)),
    )

"""Finds drawings: what a page must know to show one, and the drawing itself in the reader's language."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from django.utils.translation import get_language

from sunlit.screens.models import Chart
from sunlit.screens.words import is_english
from sunlit.text.folding import to_traditional


@dataclass(frozen=True)
class Picture:
    """A drawing at its address; the address changes with what is drawn, so that it may be kept for long."""

    url: str
    width: int
    height: int


def picture(subject: str, address: str) -> Picture | None:
    """Return the drawing of a record or a kind, or None if there is none (yet)."""
    found = Chart.objects.filter(pk=subject).exclude(digest="").values_list("digest", "width", "height").first()
    return Picture(f"{address}?v={found[0]}", found[1], found[2]) if found else None


def svg(subject: str) -> str | None:
    """Return a drawing as SVG in the reader's language, or None."""
    column = "en" if is_english() else "zh"
    packed = Chart.objects.filter(pk=subject).exclude(digest="").values_list(column, flat=True).first()
    if packed is None:
        return None
    drawn = gzip.decompress(bytes(packed)).decode()
    return to_traditional(drawn) if get_language() == "zh-hant" else drawn

"""Codes that lead from paper back to the page."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(address: str) -> SafeString:
    """Return the address as an inline SVG without styles or scripts, quiet zone included."""
    # Readers take any of the eight masks; trying all of them would take longer than half of the page.
    code = segno.make(address, error="m", micro=False, mask=3)
    drawn = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass="")
    return mark_safe(drawn)  # noqa: S308  # drawn by the library from module positions; the address is not in it

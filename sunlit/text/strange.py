"""Tells whether a text holds characters that are rare in Chinese: other scripts, private use, full-width digits."""

from __future__ import annotations

import re
from functools import lru_cache

# Few ranges are scanned fast; several questions begin with this one, so the answer about the last texts is kept.
_STRANGE = re.compile("[À-ÖØ-ï\u0660-\u1c59\ua620-\uabf9\ue000-\uf8ff\uff10-\uff19\U0001d7ce-\U0001d7ff]")


@lru_cache(maxsize=2)
def is_strange(text: str) -> bool:
    """Tell whether a text holds any of these characters."""
    return not text.isascii() and _STRANGE.search(text) is not None

"""Text within bytes that no reader understands."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UTF8 = re.compile(rb"(?:[\x20-\x7e]|[\xe3-\xe9][\x80-\xbf]{2}|\xef\xbc[\x80-\xbf]){6,}")
_CHINESE8 = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}")
_UTF16 = re.compile(rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x4e-\x9f]){4,}")
MOST = 200_000


def strings(content: bytes) -> Iterator[str]:
    """Yield runs that read as UTF-8 or as UTF-16 of ASCII and Chinese, each of some length."""
    left = MOST
    for pattern, encoding in ((_UTF8, "utf-8"), (_CHINESE8, "utf-8"), (_UTF16, "utf-16-le")):
        for found in pattern.finditer(content):
            text = found[0].decode(encoding, "replace")
            left -= len(text)
            if left < 0:
                return
            yield text

"""Blackens what must not be public and proves that it is gone, or says that it could not.

A PDF keeps its pages: those with something to blacken become pictures. A Word file or a workbook is written anew from
the text that readers see, and from nothing else.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.files import rebuilding
from sunlit.files.extraction import process
from sunlit.files.extraction.limits import Limits
from sunlit.files.extraction.reading import Row, extract_from, read, rows
from sunlit.files.kinds import PDF

SECONDS = 120
_ENCODINGS = ("utf-8", "gb18030", "utf-16-be", "utf-16-le")
_CHUNK, _OVERLAP = 1 << 20, 4096


class RedactionFailed(Exception):
    """Says, in a sentence for a clerk, why a file could not be blackened; nothing was written."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page, counted from 1, in points from the lower left corner of the page."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was done: the pages that became pictures, and how many places were blackened because of their words."""

    pages: tuple[int, ...]
    found: int


def redact(
    source: Path, media_type: str, target: Path, *, areas: Sequence[Area] = (), words: Iterable[str] = ()
) -> Redaction:
    """Write ``source`` to ``target`` without what stands in ``areas`` and without ``words``, and prove it.

    Raises RedactionFailed, and leaves no target, where anything is still found, or the type cannot be blackened.
    """
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not wanted and not areas:
        raise RedactionFailed(_("Say what is to be blackened."))
    with tempfile.TemporaryDirectory(prefix="redaction.", dir=target.parent) as folder:
        draft = Path(folder) / "draft"
        if media_type == PDF:
            done = _pdf(source, draft, areas, wanted)
        elif media_type in rebuilding.WRITERS and not areas:
            done = _rebuilt(source, media_type, draft, wanted)
        else:
            raise RedactionFailed(_("Only PDF, Word and Excel files can be blackened. Save this one as PDF."))
        prove(draft, media_type, wanted, bare=done.pages if media_type == PDF else ())
        draft.replace(target)
    return done


def keep_seen(source: Path, media_type: str, target: Path) -> Redaction:
    """Write ``source`` to ``target`` without what readers do not see at once, and prove it; raises as ``redact``."""
    with tempfile.TemporaryDirectory(prefix="redaction.", dir=target.parent) as folder:
        draft = Path(folder) / "draft"
        if media_type == PDF:
            done = _pdf(source, draft, (), [])
        elif media_type in rebuilding.WRITERS:
            done = _rebuilt(source, media_type, draft, [])
        else:
            raise RedactionFailed(_("Only PDF, Word and Excel files can be blackened. Save this one as PDF."))
        prove(draft, media_type, (), bare=done.pages if media_type == PDF else ())
        left = next(
            (part for part in read(draft, media_type, limits=Limits(seconds=SECONDS)).parts if part.hidden), None
        )
        if left is not None:
            raise RedactionFailed(_("Something hidden is still found at “%s”; nothing was kept.") % left.where)
        draft.replace(target)
    return done


def prove(path: Path, media_type: str, words: Sequence[str], *, bare: Sequence[int] = ()) -> None:
    """Raise RedactionFailed if a word is still found by reading the file or in its bytes, or a bare page has text."""
    found = list(rows(path, media_type, limits=Limits(seconds=SECONDS)))
    if any(_is_unread(row) for row in found):
        raise RedactionFailed(_("What was written could not be looked through, so it was not kept."))
    pages = {f"page {number}" for number in bare}
    for part in extract_from(found).parts:
        if part.where in pages:
            raise RedactionFailed(_("A page still holds text below its picture, so it was not kept."))
        if any(_plain(word) in _plain(part.text) for word in words):
            raise RedactionFailed(_("A word that was to go is still found at “%s”; nothing was kept.") % part.where)
    if any(_in_bytes(path, word) for word in words):
        raise RedactionFailed(_("A word that was to go is still found in the file; nothing was kept."))


def _is_unread(row: Row) -> bool:
    """Tell whether a row keeps an extract from proving anything; a picture is what we made of a page, or was seen."""
    return row[0] == "n" and not row[3] and row[1] != "picture"


def _pdf(source: Path, draft: Path, areas: Sequence[Area], words: list[str]) -> Redaction:
    limits = Limits(seconds=SECONDS)
    task: dict[str, object] = {
        "path": str(source.resolve()),
        "to": str(draft.resolve()),
        "memory": limits.memory,
        "seconds": limits.seconds,
        "most": 1 << 30,
        "words": words,
        "areas": [[one.page, one.left, one.bottom, one.right, one.top] for one in areas],
    }
    answer = process.answer("redacted", task, limits)
    match answer:
        case {"pages": [*pages], "found": int(found)} if draft.exists():
            return Redaction(tuple(int(str(page)) for page in pages), found)
        case {"error": "damaged"}:
            raise RedactionFailed(_("The PDF is damaged or has a password. Save it again without one."))
    raise RedactionFailed(_("The PDF takes more time or memory than allowed. Split it."))


def _rebuilt(source: Path, media_type: str, draft: Path, words: list[str]) -> Redaction:
    extract = read(source, media_type, limits=Limits(seconds=SECONDS))
    if not extract.complete:
        sentence = " ".join(extract.notices)
        raise RedactionFailed(_("Not all of the file can be read: %s Save it as PDF and blacken that.") % sentence)
    found = 0
    seen = []
    for part in extract.parts:
        if part.hidden is None:
            text, count = mask(part.text, words)
            seen.append((part.where, text))
            found += count
    rebuilding.WRITERS[media_type](seen, draft)
    return Redaction((), found)


def mask(text: str, words: Iterable[str]) -> tuple[str, int]:
    """Return a text with words blackened, also where spaces or lines cut them, and how many there were."""
    found = 0
    for word in words:
        pattern = r"\s*".join(re.escape(one) for one in word if not one.isspace())
        text, count = re.subn(pattern, lambda hit: "█" * len(hit[0]), text, flags=re.I)
        found += count
    return text, found


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _in_bytes(path: Path, word: str) -> bool:
    """Tell whether a word stands in a file, as it is or in hexadecimal figures."""
    wanted = []
    for encoding in _ENCODINGS:
        raw = word.encode(encoding, "ignore")
        if len(raw) >= 4:
            wanted += [raw, raw.hex().encode(), raw.hex().upper().encode()]
    with path.open("rb") as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            if any(one in rest + chunk for one in wanted):
                return True
            rest = chunk[-_OVERLAP:]
    return False

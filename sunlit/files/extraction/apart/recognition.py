"""Text in pictures, by tesseract where it is installed; else a notice."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from typing import Any

from sunlit.files.extraction.apart.place import Source

_LANGUAGES = "chi_sim+eng"


def recognise(source: Source, where: str, picture: Callable[[], Any]) -> None:
    """Hand on the text of a picture with a notice of how sure it is; without a recogniser, only a notice."""
    label = source.at(where)
    if not source.tesseract:
        source.notice("picture", label)
        return
    stream = io.BytesIO()
    try:
        picture().save(stream, "PNG")
    except (OSError, ValueError, SyntaxError):
        source.notice("unrecognised", label)
        return
    words = _words(source, stream.getvalue())
    if not words:
        source.notice("unrecognised", label)
        return
    source.part(where or "picture", "\n".join(line for line, _sure in words))
    sure = round(sum(sure for _line, sure in words) / len(words))
    source.notice("recognised", label, sure, complete=True)


def _words(source: Source, content: bytes) -> list[tuple[str, float]]:
    """Return the lines that were recognised, each with its mean confidence in per cent."""
    command = [source.tesseract, "stdin", "stdout", "-l", _LANGUAGES, "tsv"]
    try:
        done = subprocess.run(  # noqa: S603  # a program of the machine, given only bytes
            command,
            input=content,
            capture_output=True,
            timeout=max(0.1, source.sink.seconds_left()),
            check=False,
            env={"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except (subprocess.TimeoutExpired, OSError):
        return []
    lines: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in done.stdout.decode("utf-8", "replace").splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[11].strip():
            try:
                sure = float(cells[10])
            except ValueError:
                continue
            lines.setdefault(tuple(cells[1:5]), []).append((cells[11], sure))
    return [
        (" ".join(word for word, _sure in found), sum(sure for _word, sure in found) / len(found))
        for found in lines.values()
    ]

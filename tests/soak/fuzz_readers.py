"""Feeds readers what atheris makes of real files; run: ``fuzz_readers.py CORPUS -max_total_time=120``."""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["sunlit.files", "zipfile", "csv"]):
    import django
    from django.conf import settings

    settings.configure(USE_I18N=False, FILES_ROOT=tempfile.gettempdir())
    django.setup()
    from sunlit.files.extraction.apart import (  # noqa: F401
        anyxml,
        archive,
        opensheet,
        page,
        pdf,
        picture,
        plain,
        readers,
        slides,
        table,
        word,
        workbook,
    )
    from sunlit.files.kinds import FileRefused
    from sunlit.files.taking import bombs, pictures, polyglots
    from tests.files import fuzzing

KINDS = fuzzing.KINDS
DRAFT = Path(tempfile.mkdtemp()) / "draft"


def one(data: bytes) -> None:
    """Read one input as the type that its first byte names, and look at it as when it is taken in."""
    if len(data) < 2:
        return
    kind, content = KINDS[data[0] % len(KINDS)], data[1:]
    fuzzing.attempt(content, kind)
    pictures.cleaned(content, kind)
    DRAFT.write_bytes(content)
    for check in (lambda: polyglots.check(DRAFT, kind), lambda: bombs.check(DRAFT)):
        with suppress(FileRefused):
            check()


def corpus(folder: Path) -> None:
    """Write a file for each carrier, its type named by its first byte."""
    for number, (kind, made) in enumerate(fuzzing.SEEDS):
        (folder / str(number)).write_bytes(bytes([KINDS.index(kind)]) + made)


if __name__ == "__main__":
    corpus(Path(sys.argv[1]))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()

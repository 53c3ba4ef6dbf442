"""Writes a PDF anew without properties; run by itself: ``cleaned.py '{"path": …, "to": …}'``.

Says in one JSON object whether anything was taken out, or why the file cannot be written anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_PERSONAL = ("/PieceInfo", "/Metadata", "/LastModified", "/Thumb")


def main(task: dict[str, Any]) -> None:
    """Write what comes of a file."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    from sunlit.files.extraction.apart.main import limit_self

    limit_self(task["memory"], task["seconds"], most=task["most"])
    import pikepdf

    try:
        with pikepdf.open(task["path"], access_mode=pikepdf.AccessMode.stream) as document:
            answer: dict[str, object] = (
                {"error": "encrypted"} if document.is_encrypted else _clean(document, task["to"])
            )
    except pikepdf.PasswordError:
        answer = {"error": "encrypted"}
    except (pikepdf.PdfError, OSError, ValueError, MemoryError, RecursionError):
        answer = {"error": "damaged"}
    json.dump(answer, sys.stdout)


def _clean(document: Any, to: str) -> dict[str, object]:
    import pikepdf

    found = "/Info" in document.trailer and bool(list(document.trailer.Info.keys()))
    if "/Info" in document.trailer:
        title = document.trailer.Info.get("/Title")
        found = found and not (title is not None and len(list(document.trailer.Info.keys())) == 1)
        del document.trailer["/Info"]
        if title is not None:
            # The title is what readers see at the top of their window.
            document.trailer["/Info"] = document.make_indirect(pikepdf.Dictionary(Title=title))
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            for key in _PERSONAL:
                if key in item:
                    found = True
                    del item[key]
    if found:
        document.save(to, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return {"changed": found}


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

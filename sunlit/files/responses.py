"""How a file leaves the house. Whoever calls this has already asked whether the reader may have it."""

from __future__ import annotations

from typing import Protocol

from django.http import FileResponse, Http404

from sunlit.files.kinds import INLINE, PDF
from sunlit.files.models import File

# A document that a browser shows may run nothing and load nothing. The viewer for PDF does not start inside a sandbox.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"
_VIEWER = "default-src 'none'; object-src 'self'; frame-ancestors 'none'"


class Attached(Protocol):
    """Anything that attaches a file under a name."""

    @property
    def file(self) -> File:
        """The file itself."""

    @property
    def name(self) -> str:
        """The name under which a reader saves it."""


def download(attachment: Attached) -> FileResponse:
    """Return the bytes of an attachment with headers that keep a browser from making a page of them.

    Raises Http404 where the bytes are missing from the store.
    """
    file = attachment.file
    try:
        stream = file.path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stream, as_attachment=file.type not in INLINE, filename=attachment.name, content_type=_content_type(file.type)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _VIEWER if file.type == PDF else _SANDBOX
    # A takedown must hold at once, also in caches on the way.
    response["Cache-Control"] = "no-cache"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _content_type(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

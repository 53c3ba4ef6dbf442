"""A look for viruses by ClamAV, where an instance has one: the file is handed to clamd over a socket (INSTREAM)."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sunlit.files.kinds import FileRefused

SECONDS = 60
_CHUNK = 1 << 18


class NoScanner(Exception):
    """Says why the scanner that is set cannot be asked."""


def address() -> str:
    """Return the address of clamd, or nothing if this instance has none: ``/run/clamd.sock`` or ``HOST:PORT``."""
    return str(getattr(settings, "CLAMD", "") or "")


def check(path: Path) -> None:
    """Raise FileRefused for a file that holds a virus, and for any file while the scanner cannot be asked."""
    if not address():
        return
    try:
        answer = _scan(path)
    except (OSError, NoScanner) as error:
        raise FileRefused(
            _("The virus scanner does not answer, so no file is taken now. Try again later or tell the administrator.")
        ) from error
    if answer.endswith("FOUND"):
        raise FileRefused(_("The virus scanner found something in this file. It is not taken."))


def ping() -> None:
    """Raise OSError or NoScanner unless clamd answers."""
    with _connected(5) as link:
        link.sendall(b"zPING\0")
        if _answer(link) != "PONG":
            raise NoScanner(address())


def _scan(path: Path) -> str:
    with _connected(SECONDS) as link, path.open("rb") as stream:
        link.sendall(b"zINSTREAM\0")
        while chunk := stream.read(_CHUNK):
            link.sendall(len(chunk).to_bytes(4, "big") + chunk)
        link.sendall(bytes(4))
        answer = _answer(link)
    # Anything else, such as a size that clamd is set not to take, is no word that the file is clean.
    if not answer.endswith(("FOUND", "OK")):
        raise NoScanner(answer)
    return answer


def _connected(seconds: float) -> socket.socket:
    where = address()
    if where.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(seconds)
        try:
            link.connect(where)
        except OSError:
            link.close()
            raise
        return link
    try:
        parts = urlsplit(f"//{where}")
        target = (parts.hostname or "127.0.0.1", parts.port or 3310)
    except ValueError as error:
        raise NoScanner(where) from error
    return socket.create_connection(target, timeout=seconds)


def _answer(link: socket.socket) -> str:
    found = b""
    while len(found) < 4096 and not found.endswith(b"\0"):
        chunk = link.recv(4096)
        if not chunk:
            break
        found += chunk
    return found.rstrip(b"\0\n").decode("utf-8", "replace").strip()

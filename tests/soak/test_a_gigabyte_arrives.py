"""A file of one gigabyte arrives in pieces, breaks off, goes on and is taken in; memory stays flat."""

from __future__ import annotations

import io
import resource

import pytest

from sunlit.calendars import clock
from sunlit.files import uploads
from sunlit.files.models import File

pytestmark = [pytest.mark.soak, pytest.mark.django_db]
MB = 1 << 20
HEAD, TAIL = b"%PDF-1.7\n", b"\n%%EOF\n"


class Broken(io.RawIOBase):
    """Zeros for so many bytes, and then the connection is gone."""

    def __init__(self, first: bytes, left: int, last: bytes, *, breaks: bool) -> None:
        self.first, self.left, self.last, self.breaks = first, left, last, breaks

    def read(self, size: int = -1) -> bytes:
        if self.first:
            found, self.first = self.first, b""
            return found
        if self.left:
            count = min(size, self.left)
            self.left -= count
            return bytes(count)
        if self.breaks:
            raise ConnectionResetError
        found, self.last = self.last, b""
        return found


def test_a_gigabyte_arrives_over_a_lost_connection_in_flat_memory(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"
    settings.FILE_LIMITS = {"application/pdf": 1 << 30}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    upload = uploads.begin(1, "scans.pdf", 1 << 30, now=clock.now())
    with pytest.raises(ConnectionResetError):
        uploads.append(upload, 0, Broken(HEAD, 400 * MB, b"", breaks=True))
    again = uploads.find(upload.token, 1, now=clock.now())
    offset = again.offset
    assert offset == 400 * MB + len(HEAD)
    rest = (1 << 30) - offset - len(TAIL)
    uploads.append(again, offset, Broken(b"", rest, TAIL, breaks=False))
    taken = uploads.finish(again, now=clock.now())
    assert taken.file.path.stat().st_size == 1 << 30
    assert File.objects.get().type == "application/pdf"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    assert grown < 64, f"memory grew by {grown} MB"

"""Where an instance has ClamAV, every file is shown to it first; if it does not answer, no file is taken."""

from __future__ import annotations

import io
import socket
import socketserver
import threading

import pytest

from sunlit.files.actions import store
from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.files.taking import scanning

pytestmark = pytest.mark.django_db
SIGNATURE = b"X5O!P%@AP-EICAR"


class Clamd(socketserver.StreamRequestHandler):
    """Speaks what clamd speaks: zPING, zINSTREAM."""

    def handle(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        found = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            found += self.rfile.read(size)
        self.server.seen.append(len(found))
        self.wfile.write(self.server.answer or (b"stream: Eicar FOUND\0" if SIGNATURE in found else b"stream: OK\0"))


class TCP(socketserver.ThreadingTCPServer):
    daemon_threads = True


class Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture(params=["TCP", "Unix socket"])
def clamd(request, tmp_path, settings):
    where = ("127.0.0.1", 0) if request.param == "TCP" else str(tmp_path / "clamd.sock")
    with (TCP if request.param == "TCP" else Unix)(where, Clamd) as server:
        server.seen, server.answer = [], b""
        settings.CLAMD = where if isinstance(where, str) else f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_clean_file_is_taken_after_the_scanner_saw_all_of_it(clamd):
    store(io.BytesIO(b"x" * 1_000_000), "a.txt")
    assert clamd.seen == [1_000_000]


def test_a_file_with_a_virus_is_refused(clamd):
    with pytest.raises(FileRefused, match="scanner found"):
        store(io.BytesIO(SIGNATURE), "a.txt")
    assert not File.objects.exists()


def test_an_answer_that_is_not_ok_is_no_word_that_a_file_is_clean(clamd):
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(FileRefused, match="does not answer"):
        store(io.BytesIO(b"x"), "a.txt")


def test_a_scanner_that_is_set_and_cannot_be_reached_stops_every_file(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CLAMD = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(FileRefused, match="does not answer"):
            store(io.BytesIO(b"x"), "a.txt")


def test_without_a_scanner_files_are_taken(settings):
    settings.CLAMD = ""
    assert store(io.BytesIO(b"x"), "a.txt").size == 1


def test_the_scanner_can_be_asked_whether_it_is_there(clamd, settings):
    scanning.ping()
    settings.CLAMD = "127.0.0.1:notaport"
    with pytest.raises(scanning.NoScanner):
        scanning.ping()

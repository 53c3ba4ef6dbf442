"""A large file arrives in pieces: over a lost connection and a restart, its sender's alone, in little memory."""

from __future__ import annotations

import hashlib
import http.client
import io
import socket
import time
from base64 import b64encode
from datetime import timedelta

import pytest
from django.urls import reverse

from sunlit.calendars import clock
from sunlit.files import uploads
from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.screens.forms.keeping import read_token
from sunlit.units.models import User
from tests.files.carriers import pdf

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
MB = 1 << 20


def large(size: int) -> bytes:
    """Return text of some size that compresses badly enough to be no trick."""
    line = hashlib.sha256(b"line").hexdigest().encode() + b"\n"
    return (line * (size // len(line) + 1))[:size]


def path(name: str, *args: object) -> str:
    return reverse(f"workbench:{name}", args=args)


def start(client, text, size, name="名单.txt"):
    said = f"filename {b64encode(name.encode()).decode()}"
    return client.post(
        path("uploads", text.pk), HTTP_UPLOAD_LENGTH=str(size), HTTP_UPLOAD_METADATA=said, HTTP_ACCEPT_LANGUAGE="en"
    )


def piece(client, address, offset, content):
    return client.patch(
        address, content, content_type="application/offset+octet-stream", HTTP_UPLOAD_OFFSET=str(offset)
    )


def test_thirty_megabytes_arrive_piece_by_piece_and_become_a_file_of_the_form(at, begun):
    content, client = large(30 * MB), at("editor")
    began = start(client, begun, len(content))
    assert began.status_code == 201
    address, offset = began["Location"], 0
    while offset < len(content):
        answer = piece(client, address, offset, content[offset : offset + 8 * MB])
        offset = int(answer["Upload-Offset"])
    found = answer.json()
    assert answer.status_code == 200
    assert found["name"] == "名单.txt"
    value = read_token(found["token"])
    file = File.objects.get(sha256=value["sha256"])
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert file.path.stat().st_size == len(content)
    assert client.head(address).status_code == 404


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_after_a_lost_connection_it_goes_on_where_it_stood(at, begun, live_server):
    content, client = large(12 * MB), at("editor")
    address = start(client, begun, len(content))["Location"]
    host, port = live_server.thread.host, live_server.thread.port
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    head = (
        f"PATCH {address} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nX-CSRFToken: {'a' * 32}\r\n"
        f"Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((host, port)) as link:
        link.sendall(head.encode() + content[: 5 * MB])
    offset, until = -1, time.monotonic() + 10
    while time.monotonic() < until:
        now = int(client.head(address)["Upload-Offset"])
        if now and now == offset:
            break
        offset = now
        time.sleep(0.3)
    assert 0 < offset <= 5 * MB
    # Somebody else's server process: nothing of an upload is in memory.
    assert piece(client, address, 0, content[:MB]).status_code == 409
    answer = http.client.HTTPConnection(host, port)
    answer.request(
        "PATCH",
        address,
        content[offset:],
        {"Cookie": cookie, "X-CSRFToken": "a" * 32, "Upload-Offset": str(offset), "Content-Type": "application/offset"},
    )
    response = answer.getresponse()
    assert response.status == 200, response.read()[:500]
    assert File.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_another_person_does_not_find_it(at, begun):
    address = start(at("editor"), begun, 10)["Location"]
    assert at("reviewer").head(address).status_code == 404
    assert piece(at("reviewer"), address, 0, b"x" * 10).status_code == 404
    assert at("editor").head(address)["Upload-Offset"] == "0"


def test_it_can_be_given_up(at, begun):
    client = at("editor")
    address = start(client, begun, 10)["Location"]
    assert client.delete(address).status_code == 204
    assert client.head(address).status_code == 404


def test_what_is_not_taken_is_refused_with_a_sentence_and_leaves_nothing(at, begun, settings):
    client = at("editor")
    address = start(client, begun, 4, "a.exe")["Location"]
    answer = piece(client, address, 0, b"\x7fE\x00F")
    assert answer.status_code == 400
    assert "a.exe" in answer.json()["refused"]
    assert client.head(address).status_code == 404
    assert not File.objects.exists()


def test_only_a_pdf_may_be_very_large(at, begun, settings):
    settings.FILE_LIMIT, settings.FILE_LIMITS = 1000, {"application/pdf": 5000}
    client = at("editor")
    assert start(client, begun, 6000).status_code == 400
    answer = piece(client, start(client, begun, 2000)["Location"], 0, b"x" * 100)
    assert "larger" in answer.json()["refused"]
    made = pdf(b"% " + b"x" * 2000)
    assert piece(client, start(client, begun, len(made), "a.pdf")["Location"], 0, made).status_code == 200


def test_more_than_was_announced_is_refused(at, begun):
    client = at("editor")
    assert piece(client, start(client, begun, 3)["Location"], 0, b"abcdef").status_code == 400


def test_the_taker_is_told_that_metadata_was_taken_out(at, begun):
    client = at("editor")
    made = pdf(change=lambda document: document.docinfo.__setitem__("/Author", "x"))
    answer = piece(client, start(client, begun, len(made), "a.pdf")["Location"], 0, made)
    assert "was taken out" in answer.json()["said"][0]


def test_a_person_cannot_fill_the_disk(begun, settings):
    settings.UPLOAD_QUOTA = 100
    editor, now = User.objects.get(username="editor").pk, clock.now()
    uploads.begin(editor, "a", 80, now=now)
    with pytest.raises(FileRefused, match="at once"):
        uploads.begin(editor, "b", 80, now=now)
    uploads.begin(editor + 1, "b", 80, now=now)
    # Two days later the first one is forgotten.
    uploads.begin(editor, "b", 80, now=now + timedelta(days=3))


def test_two_requests_never_write_at_once(begun):
    upload = uploads.begin(1, "a", 100, now=clock.now())

    class Slow(io.BytesIO):
        def read(self, *size):
            with pytest.raises(uploads.Displaced):
                uploads.append(upload, 0, io.BytesIO(b"y"))
            return super().read(*size)

    assert uploads.append(upload, 0, Slow(b"x" * 10)) == 10


def test_an_expired_upload_and_a_made_up_name_are_not_found(begun):
    upload = uploads.begin(1, "a", 100, now=clock.now())
    assert uploads.find(upload.token, 1, now=clock.now())
    assert uploads.find(upload.token, 1, now=clock.now() + timedelta(days=3)) is None
    assert uploads.find("../" * 8, 1, now=clock.now()) is None

"""Outgoing HTTP: named hosts only, no redirects, no private addresses by accident, and an end in good time."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import outgoing
from sunlit.ledger.outgoing import NoAnswer, NotAllowed, Outgoing

HERE = Outgoing(frozenset({"127.0.0.1"}), timeout=1)


class Host(BaseHTTPRequestHandler):
    """Answers as the address asks it to."""

    def do_GET(self) -> None:
        {"/redirect": self.redirect, "/large": self.large, "/short": self.short, "/drip": self.drip}.get(
            self.path, self.plain
        )()

    def do_POST(self) -> None:
        self.plain(self.rfile.read(int(self.headers["Content-Length"])))

    def plain(self, data: bytes = b"hello") -> None:
        self.start(200, len(data))
        self.wfile.write(data)

    def start(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def redirect(self) -> None:
        self.start(302, 0, Location="/elsewhere")

    def large(self) -> None:
        self.plain(b"x" * (outgoing.LIMIT + 1))

    def short(self) -> None:
        self.start(200, 100)
        self.wfile.write(b"hello")

    def drip(self) -> None:
        self.start(200, 100)
        for _ in range(100):
            time.sleep(0.2)
            self.wfile.write(b"x")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    server.seen = []  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}", server.seen  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


def test_a_named_host_is_asked() -> None:
    with serving() as (url, _):
        answer = HERE.get(f"{url}/plain?x=1")
        assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hello", "5")
        assert HERE.post(f"{url}/", b"question", "text/plain").body == b"question"


def test_what_is_no_http_is_told_in_printable_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as strange:

        def answer() -> None:
            line, _ = strange.accept()
            with line:
                line.recv(1_000)
                line.sendall(b"\0\x1b[31mno\xff " * 100 + b"\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(NoAnswer) as caught:
            HERE.get(f"http://127.0.0.1:{strange.getsockname()[1]}/")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving() as (url, seen):
        assert HERE.get(f"{url}/redirect").status == 302
        assert seen == ["/redirect"]


def test_no_proxy_of_the_environment_comes_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving() as (url, _):
        assert HERE.get(url).status == 200


@pytest.mark.parametrize(
    ("path", "words"),
    [("large", "more than 65536 bytes"), ("short", "broke off"), ("drip", "did not answer within 1 seconds")],
)
def test_an_answer_that_is_too_large_short_or_slow_is_none(path: str, words: str) -> None:
    with serving() as (url, _):
        started = time.monotonic()
        with pytest.raises(NoAnswer, match=words):
            HERE.get(f"{url}/{path}")
        assert time.monotonic() - started < 3


def test_a_host_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NoAnswer, match="within 1 seconds"):
        HERE.get(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_nobody_there() -> None:
    with pytest.raises(NoAnswer, match="could not be reached"):
        HERE.get("http://127.0.0.1:1/")


def test_a_host_that_nobody_named_is_not_asked() -> None:
    with serving() as (url, seen):
        with pytest.raises(NotAllowed, match="no setting names it"):
            Outgoing(frozenset({"witness.example"})).get(url)
        assert not seen


def test_a_host_that_others_chose_is_asked_at_public_addresses_only() -> None:
    with serving() as (url, seen):
        with pytest.raises(NotAllowed, match=r"127\.0\.0\.1, which is not a public address"):
            Outgoing(frozenset(), chosen=frozenset({"127.0.0.1"})).get(url)
        with pytest.raises(NotAllowed, match="not a public address"):
            Outgoing(frozenset(), chosen=frozenset({"localhost"})).get(url.replace("127.0.0.1", "localhost"))
        assert not seen


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0",
     "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


@given(st.ip_addresses())
def test_what_is_public_is_what_the_registries_say(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if outgoing.is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/", "file:///etc/passwd", "https://", "//a.example", "http://user@a.example/", "http://a.example/#x",
     "http://a.example:0/", "http://a.example:99999/", "http://a.example/\r\nX: y", "http://a.example/a b", "http://a.例/"],
)  # fmt: skip
def test_what_is_no_address_is_not_asked(url: str) -> None:
    with pytest.raises(NotAllowed):
        Outgoing(frozenset({"a.example"})).get(url)


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[str], Path]:
    def make(address: str) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        start = datetime.datetime.now(datetime.UTC)
        built = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(start - datetime.timedelta(days=1))
            .not_valid_after(start + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        path = tmp_path / f"{address}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + built.public_bytes(Encoding.PEM))
        return path

    return make


@pytest.mark.parametrize(("issued_to", "trusted", "words"), [
    ("127.0.0.1", True, ""),
    ("127.0.0.1", False, "self-signed certificate"),
    ("127.0.0.2", True, "certificate is not valid for '127.0.0.1'"),
])  # fmt: skip
def test_a_secure_host_has_to_show_a_certificate_for_its_name(
    certificate: Callable[[str], Path], issued_to: str, trusted: bool, words: str
) -> None:
    path = certificate(issued_to)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    trust = ssl.create_default_context(cafile=str(path) if trusted else None)
    client = Outgoing(frozenset({"127.0.0.1"}), trust=trust, timeout=2)
    with serving(server) as (url, _):
        if not words:
            assert client.get(url).body == b"hello"
            with pytest.raises(NoAnswer, match="within 2 seconds"):
                client.get(f"{url}/drip")
            return
        with pytest.raises(NoAnswer, match=words):
            client.get(url)

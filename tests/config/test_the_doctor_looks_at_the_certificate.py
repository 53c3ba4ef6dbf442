"""The certificate is read from a real server, as a browser would read it."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sunlit.config.doctor import machine
from sunlit.config.doctor.findings import Level, Situation

Serve = Callable[[int], None]


def make(folder: Path, days: int) -> Path:
    """Make a key and a certificate for 127.0.0.1 that is valid for ``days`` days from now; both in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sunlit.example")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=90)).not_valid_after(now + timedelta(days=days, hours=1))
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "site.pem"
    path.write_bytes(pem + builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def site(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve the site over TLS with a certificate of so many days; whoever asks trusts it."""
    opened: list[socket.socket] = []

    def serve(days: int) -> None:
        path = make(tmp_path, days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        listening = socket.create_server(("127.0.0.1", 0))
        opened.append(listening)
        threading.Thread(target=answer, args=(listening, context), daemon=True).start()
        settings.HTTPS, settings.HOST = True, f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("SSL_CERT_FILE", str(path))

    yield serve
    for listening in opened:
        listening.close()


def answer(listening: socket.socket, context: ssl.SSLContext) -> None:
    try:
        plain, _ = listening.accept()
        with context.wrap_socket(plain, server_side=True) as secured:
            secured.recv(1)
    except OSError:
        pass


def look() -> tuple[Level, str, str]:
    return machine.certificate(Situation(now=datetime.now(UTC)))


def test_one_that_holds_for_months_is_fine(site: Serve) -> None:
    site(60)
    assert look()[:2] == (Level.OK, "valid for 60 days")


def test_one_that_ends_within_a_fortnight_is_a_problem(site: Serve) -> None:
    site(13)
    level, why, remedy = look()
    assert level is Level.PROBLEM
    assert "expires in 13 days" in why
    assert "Renew" in remedy


def test_one_that_has_ended_is_a_problem(site: Serve) -> None:
    site(-2)
    level, why, _ = look()
    assert level is Level.PROBLEM
    assert "expired" in why


def test_a_site_that_cannot_be_reached_from_here_is_worth_knowing(settings: Any) -> None:
    settings.HTTPS, settings.HOST = True, "127.0.0.1:1"
    assert look()[0] is Level.NOTICE


def test_a_site_without_https_is_not_asked(settings: Any) -> None:
    settings.HTTPS = False
    assert look()[0] is Level.OK

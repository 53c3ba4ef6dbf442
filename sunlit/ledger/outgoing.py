"""The one client for outgoing HTTP: it goes where the operator has said, once, quickly, and nowhere else.

No proxy of the environment is used and no redirect is followed: the answer of the named host is the answer.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

TIMEOUT = 5.0
LIMIT = 64 * 1024
_PORTS = {"http": 80, "https": 443}


class NoAnswer(Exception):
    """Say why a host gave no answer that can be used; asking again later may help."""


class NotAllowed(NoAnswer):
    """Say why a host is not asked at all; asking again does not help before a setting has changed."""


@dataclass(frozen=True)
class Answer:
    """Hold what a host has answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Outgoing:
    """Ask hosts over HTTP.

    ``named`` are hosts that the operator wrote into a setting; they may lie in the operator's own network. ``chosen``
    are hosts that somebody else wrote down, for instance in a plan: they are asked at public addresses only. All else
    is refused. ``headers`` go with every question, such as a log-in.
    """

    named: frozenset[str]
    chosen: frozenset[str] = frozenset()
    timeout: float = TIMEOUT
    limit: int = LIMIT
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, url: str) -> Answer:
        """Return what ``url`` answers; raise NotAllowed or NoAnswer."""
        return self._ask("GET", url, None, {})

    def post(self, url: str, body: bytes, content_type: str) -> Answer:
        """Return what ``url`` answers to ``body``; raise NotAllowed or NoAnswer."""
        return self._ask("POST", url, body, {"Content-Type": content_type})

    def ask(self, method: str, url: str, body: bytes | None = None, content_type: str = "") -> Answer:
        """Return what ``url`` answers to any method; raise NotAllowed or NoAnswer."""
        return self._ask(method, url, body, {"Content-Type": content_type} if content_type else {})

    def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        parts = split(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            address = self._address(host, port)
            with self._connection(parts.scheme, address, host, port) as connection:
                connection.request(method, target, body, {"User-Agent": "sunlit", **self.headers, **headers})
                response = connection.getresponse()
                data = response.read(self.limit + 1)
                if len(data) > self.limit:
                    raise NoAnswer(f"{host} answered with more than {self.limit} bytes")
                if response.length:
                    raise NoAnswer(f"{host} broke off in the middle of its answer")
                return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, data)
        except TimeoutError as error:
            raise NoAnswer(f"{host} did not answer within {self.timeout:g} seconds") from error
        except (OSError, HTTPException, UnicodeError) as error:
            raise NoAnswer(f"{host} could not be reached: {printable(str(error)) or type(error).__name__}") from error

    def _address(self, host: str, port: int) -> str:
        """Return the address at which ``host`` is asked, looked up once, so that what is checked is what is used."""
        if host not in self.named and host not in self.chosen:
            raise NotAllowed(f"{host} is not asked: no setting names it")
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        allowed = [address for address in found if host in self.named or is_public(address)]
        if not allowed:
            raise NotAllowed(f"{host} is not asked: it leads to {found[0]}, which is not a public address")
        return allowed[0]

    @contextmanager
    def _connection(self, scheme: str, address: str, host: str, port: int) -> Iterator[HTTPConnection]:
        """Open a connection that is cut off when its time is over, however slowly the other side goes on talking."""
        line = socket.create_connection((address, port), self.timeout)
        if scheme == "https":
            line = self.trust.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        late = threading.Event()
        clock = threading.Timer(self.timeout, _cut, (line, late))
        clock.daemon = True
        clock.start()
        connection = HTTPConnection(host, port)
        connection.sock = line
        try:
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            yield connection
        except (OSError, HTTPException, NoAnswer) as error:
            raise (TimeoutError() if late.is_set() else error) from error
        finally:
            clock.cancel()
            connection.close()
            line.close()
        if late.is_set():
            raise TimeoutError


def split(url: str) -> SplitResult:
    """Return the parts of an address that can be asked; raise NotAllowed where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed(f"{url!r} is not an address: {error}") from error
    proper = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in _PORTS or not parts.hostname or port == 0 or not proper:
        raise NotAllowed(f"{url!r} is not an address that begins with https:// or http:// and a host")
    if parts.username is not None or parts.fragment:
        raise NotAllowed(f"{url!r} must hold neither a user name nor a #")
    return parts


def printable(words: str) -> str:
    """Return what another side said as one short line that can be stored and shown."""
    return "".join(c for c in " ".join(words[:300].split()) if c.isprintable())


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


def _cut(line: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        # Not the method of a TLS socket, which would take its state from under the thread that reads.
        socket.socket.shutdown(line, socket.SHUT_RDWR)

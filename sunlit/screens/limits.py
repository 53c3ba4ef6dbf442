"""How often one address may ask: reading is counted in each process, posting across all of them."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from functools import wraps
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

Network = IPv4Network | IPv6Network
View = Callable[..., HttpResponseBase]
MAX_ADDRESSES = 20_000
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")

_windows: dict[tuple[str, str], tuple[int, int]] = {}
_lock = threading.Lock()


def client_address(request: HttpRequest) -> str:
    """Return the asker's address; a forwarded one counts only if a proxy named in ``TRUSTED_PROXIES`` hands it on."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if direct in getattr(settings, "TRUSTED_PROXIES", ()):
        # The proxy appends what it saw itself; anything further left was written by the client.
        return str(request.META.get("HTTP_X_FORWARDED_FOR", direct)).rpartition(",")[2].strip() or direct
    return direct


def is_within(request: HttpRequest, networks: Iterable[Network]) -> bool:
    """Tell whether the asker's address lies in one of ``networks``; one that cannot be told lies in none.

    Behind a proxy that ``TRUSTED_PROXIES`` does not name, everyone would seem to ask from the proxy's own address.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    is_handed_on = any(name in request.META for name in FORWARDED)
    if is_handed_on and direct not in getattr(settings, "TRUSTED_PROXIES", ()):
        return False
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)


def limit_reading(name: str, *, times: int, seconds: int) -> Callable[[View], View]:
    """Allow each address ``times`` GETs in ``seconds`` per process; more are answered with 429."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _count(name, client_address(request), seconds) > times:
                return too_many(request, seconds)
            return view(request, *args, **kwargs)

        return limited

    return decorate


def may_post(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Take one of ``times`` places of this window for ``who``; False when none is left, over all processes."""
    cache = caches["shared"]
    window = int(time.time()) // seconds
    digest = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
    # ``add`` is the one atomic verb of the database cache: it succeeds for exactly one of two who ask at once.
    return any(cache.add(f"limit:{name}:{digest}:{window}:{place}", 1, timeout=seconds) for place in range(times))


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 with a page that says when to come back."""
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def forget() -> None:
    """Empty the counters of this process (for tests)."""
    with _lock:
        _windows.clear()


def _count(name: str, address: str, seconds: int) -> int:
    window = int(time.monotonic()) // seconds
    with _lock:
        if len(_windows) > MAX_ADDRESSES:
            _windows.clear()
        started, count = _windows.get((name, address), (window, 0))
        count = count + 1 if started == window else 1
        _windows[(name, address)] = (window, count)
    return count

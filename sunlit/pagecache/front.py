"""The front: answers from the store what can be answered from it, and lets Django make the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sunlit.calendars import clock
from sunlit.pagecache import counts
from sunlit.pagecache.board import Board
from sunlit.pagecache.flights import Flights
from sunlit.pagecache.pages import NOTE, Note
from sunlit.pagecache.store import LARGEST, Form, Headers, Key, Page, Store, page
from sunlit.pagecache.tags import slot

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
LONGEST = 300.0
"""Seconds that a page is kept at most, whatever is known about it."""
MOST_ALIASES = 50_000
_OK = "200 OK"
_KNOWN = ("sessionid", "messages")
"""Cookies of someone who is known to the site: nothing is kept for them, and nothing kept is given to them."""
_FORM = "csrftoken"
"""Cookie of someone who was shown a form: kept pages are good enough for them, but theirs is not kept for others."""


class Front:
    """A WSGI application in front of another one."""

    def __init__(self, application: Application, board: Board, *, limit: int) -> None:
        self._application = application
        self._board = board
        self._store = Store(board, limit)
        self._flights = Flights()
        # What was asked -> the reduced question under which its page is kept; learnt from the views.
        self._aliases: dict[Key, Key] = {}

    def __call__(self, wsgi: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if wsgi["REQUEST_METHOD"] not in ("GET", "HEAD") or _is_known(wsgi) or self._board.is_late():
            counts.here().outcome(counts.BYPASS)
            return self._application(wsgi, start_response)
        asked = self._asked(wsgi)
        alias = self._aliases.get(asked)
        if alias is not None:
            found = self._store.get(alias, clock.now().timestamp())
            if found is not None:
                counts.here().outcome(counts.HIT)
                return _send(found, wsgi, start_response)
        if wsgi["REQUEST_METHOD"] == "HEAD" or _FORM in wsgi.get("HTTP_COOKIE", ""):
            counts.here().outcome(counts.BYPASS)
            return self._application(wsgi, start_response)
        return self._make(asked, wsgi, start_response)

    def _asked(self, wsgi: Environ) -> Key:
        large = "1" if "sunlit_text=large" in wsgi.get("HTTP_COOKIE", "") else ""
        scheme = wsgi.get("HTTP_X_FORWARDED_PROTO", "") or wsgi["wsgi.url_scheme"]
        place = (wsgi.get("HTTP_HOST", ""), scheme, wsgi["PATH_INFO"], large, str(self._board.plan))
        return (*place, wsgi.get("QUERY_STRING", ""))

    def _make(self, asked: Key, wsgi: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let Django make the page, and keep it if its view allows; noted first is what has changed so far."""
        flying: list[Key] = []

        def find(query: str) -> Page | None:
            key = (*asked[:-1], query)
            found = self._flights.join(key, lambda: self._store.get(key, clock.now().timestamp()))
            if found is None:
                flying.append(key)
            return found

        note = Note(find)
        count = self._board.count
        answer: list[Any] = []
        wsgi[NOTE] = note
        try:
            body = self._application(wsgi, lambda *given: answer.extend(given[:2]))
            if note.query is None:
                counts.here().outcome(counts.BYPASS)
                start_response(*answer)
                return body
            key = (*asked[:-1], note.query)
            made = note.found or self._finished(note, count, answer, body)
            if made is None:
                counts.here().outcome(counts.BYPASS)
                start_response(*answer)
                return body
            counts.here().outcome(counts.MADE if note.found is None else counts.HIT)
            if note.found is None:
                self._store.put(key, made)
            else:
                _close(body)
            self._learn(asked, key)
            return _send(made, wsgi, start_response)
        finally:
            for key in flying:
                self._flights.land(key)

    def _finished(self, note: Note, count: int, answer: list[Any], body: Iterable[bytes]) -> Page | None:
        """Return the answer as a page to keep, or None where it must not be kept; its body is read once at most."""
        status, headers = answer
        if status != _OK or note.never or getattr(body, "streaming", False) or not _may_keep(headers):
            return None
        content = b"".join(body)
        slots = tuple(sorted({slot(tag) for tag in note.all_tags()}))
        made = page(headers, content, count=count, slots=slots, until=_until())
        _close(body)
        return made

    def _learn(self, asked: Key, key: Key) -> None:
        if len(self._aliases) >= MOST_ALIASES:
            self._aliases.clear()
        self._aliases[asked] = key


def _is_known(wsgi: Environ) -> bool:
    cookies = wsgi.get("HTTP_COOKIE", "")
    return bool(cookies) and any(name in cookies for name in _KNOWN)


def _may_keep(headers: Headers) -> bool:
    for name, value in headers:
        lower = name.lower()
        if lower == "set-cookie":
            return False
        if lower == "cache-control" and ("private" in value or "no-store" in value):
            return False
        if lower == "content-length" and int(value) > LARGEST:
            return False
    return True


def _until() -> float:
    """Return until when a page holds at most: five minutes, or the end of the day, for days are counted on many."""
    now = clock.now()
    tomorrow = clock.today() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), ZoneInfo(settings.TIME_ZONE)).timestamp()
    return min(now.timestamp() + LONGEST, midnight)


def _send(found: Page, wsgi: Environ, start_response: StartResponse) -> Iterable[bytes]:
    form = found.packed if "gzip" in wsgi.get("HTTP_ACCEPT_ENCODING", "") else found.plain
    if wsgi.get("HTTP_IF_NONE_MATCH") == form.etag:
        start_response("304 Not Modified", _without_body(form))
        return []
    start_response(_OK, form.headers)
    return [form.body] if wsgi["REQUEST_METHOD"] == "GET" else []


def _without_body(form: Form) -> Headers:
    return [(name, value) for name, value in form.headers if name not in ("Content-Length", "Content-Encoding")]


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()

"""Pages are kept ready in front of Django: the same for everyone, and never older than what was published."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from wsgiref.util import setup_testing_defaults
from zoneinfo import ZoneInfo

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from sunlit.calendars import clock
from sunlit.pagecache import counts
from sunlit.pagecache.board import Board
from sunlit.pagecache.copier import Copier
from sunlit.pagecache.front import Front
from sunlit.plan.language import Plan
from sunlit.plan.models import PlanVersion
from sunlit.plan.selectors import current
from sunlit.records import acts
from sunlit.records.models import Record
from sunlit.units import actors
from sunlit.units.models import Unit, User
from sunlit.units.roles import Role
from tests.city import settle

pytestmark = pytest.mark.django_db(databases="__all__")
django = WSGIHandler()
LATER = timedelta(days=400)


@dataclass
class Answer:
    """What came back."""

    status: str
    headers: dict[str, str]
    body: bytes
    queries: int

    @property
    def text(self) -> str:
        return self.body.decode()


class House:
    """A front with its board, and a copier that is moved by hand."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.front = Front(django, board, limit=20_000_000)
        self.copier = Copier(board)
        self.copier.start()

    def get(self, address: str, front: Front | None = None, **more: str) -> Answer:
        self.board.beat()
        path, _question, query = address.partition("?")
        wsgi: dict[str, Any] = {"HTTP_HOST": "testserver", "PATH_INFO": path, "QUERY_STRING": query, **more}
        setup_testing_defaults(wsgi)
        said: list[Any] = []
        with CaptureQueriesContext(connection) as asked:
            body = b"".join((front or self.front)(wsgi, lambda *given: said.extend(given)))
        return Answer(said[0], dict(said[1]), body, len(asked))


@pytest.fixture
def connected() -> Iterator[None]:
    """Keep the test's own connection open, which holds all that it has done, over the end of each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def house(city: Any, tmp_path: Any, connected: None) -> Iterator[House]:
    built = House(Board(tmp_path / "board"))
    yield built
    built.board.still()


@pytest.fixture
def address(city: Any) -> str:
    return f"/r/{city['public'].slug}"


@pytest.fixture
def approver(city: Any) -> Any:
    root = Unit.objects.get(path="0001")
    return actors.of(User.objects.get(pk=city.people["staff-approver"]), root, Role.APPROVER)


@pytest.fixture
def withdraw(city: Any, approver: Any) -> Callable[[], None]:
    def act() -> None:
        record = Record.objects.get(pk=city["public"].pk)
        acts.withdraw(record, actor=approver, now=record.published_at + LATER, reason="withdrawn in a test")

    return act


def test_a_page_that_was_made_once_costs_no_query(house, address):
    assert house.get(address).queries > 0
    assert house.get(address).queries == 0


def test_what_became_of_each_request_is_counted(house, address):
    def counted() -> dict[str, int]:
        return counts.figures().outcomes

    before = counted()
    for page in (address, address, address, "/healthz"):
        house.get(page)
    after = counted()
    assert {name: after[name] - before[name] for name in after} == {"hit": 2, "made": 1, "bypass": 1}


def test_what_is_kept_is_what_was_made(house, address):
    assert house.get(address).body == house.get(address).body


def test_an_act_on_a_record_makes_its_page_anew(house, address, withdraw):
    house.get(address)
    withdraw()
    house.copier.carry()
    assert "withdrawn in a test" in house.get(address).text


def test_an_act_on_one_record_leaves_the_page_of_another_as_it_is(house, city, withdraw):
    alone = (f"/r/{slug}" for kind, slug in city.slugs.items() if kind not in current().process_of_kind)
    other = next(page for page in alone if house.get(page).status.startswith("200"))
    withdraw()
    house.copier.carry()
    assert house.get(other).queries == 0


@pytest.mark.parametrize("page", ["/", "/kinds/policy/", "/catalogue/", "/statistics/", "/plan/"])
def test_an_act_makes_anew_every_page_that_shows_something_of_it(page, house, withdraw):
    house.get(page)
    withdraw()
    house.copier.carry()
    assert house.get(page).queries > 0


def test_the_pages_of_the_units_above_are_made_anew(house, city, withdraw):
    unit = Record.objects.get(pk=city["public"].pk).unit
    above = Unit.objects.get(path=unit.path[:-4]) if len(unit.path) > 4 else unit
    house.get(f"/units/{above.code}/")
    withdraw()
    house.copier.carry()
    assert house.get(f"/units/{above.code}/").queries > 0


def test_a_page_is_made_anew_once_more_when_the_counts_have_followed(house, withdraw):
    withdraw()
    house.copier.carry()
    before = house.get("/statistics/").text
    settle(clock.now() + LATER)
    house.copier.carry()
    assert house.get("/statistics/").text != before


def test_a_page_ends_by_time_alone_at_midnight(house, address):
    with clock.fixed(datetime(2027, 5, 3, 23, 59, 50, tzinfo=ZoneInfo("Asia/Shanghai"))):
        house.get(address)
        assert house.get(address).queries == 0
    with clock.fixed(datetime(2027, 5, 4, 0, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert house.get(address).queries > 0


def test_a_page_made_while_an_act_was_committed_is_not_given_to_anyone_else(house, address, withdraw):
    def django_with_an_act_in_between(wsgi: Any, start: Any) -> Any:
        made = django(wsgi, start)
        withdraw()
        house.copier.carry()
        return made

    racing = Front(django_with_an_act_in_between, house.board, limit=1_000_000)
    assert "withdrawn in a test" not in house.get(address, racing).text
    settled = Front(django, house.board, limit=1_000_000)
    settled._store = racing._store
    settled._aliases = racing._aliases
    assert "withdrawn in a test" in house.get(address, settled).text


def test_without_a_copier_every_page_is_made_anew(house, address):
    house.get(address)
    house.board.still()
    wsgi: dict[str, Any] = {"HTTP_HOST": "testserver", "PATH_INFO": address, "QUERY_STRING": ""}
    setup_testing_defaults(wsgi)
    with CaptureQueriesContext(connection) as asked:
        b"".join(house.front(wsgi, lambda *given: None))
    assert len(asked) > 0


def test_what_one_process_learns_of_an_act_the_other_learns_too(house, address, withdraw):
    second = Front(django, Board(house.board.path), limit=1_000_000)
    house.get(address, second)
    withdraw()
    house.copier.carry()
    assert "withdrawn in a test" in house.get(address, second).text


def test_a_new_plan_makes_every_page_anew(house, address):
    house.get(address)
    document = _changed_document()
    PlanVersion.objects.filter(active=True).update(active=False)
    PlanVersion.objects.create(
        hash=sha256(document.encode()).hexdigest(), document=document, active=True, applied_at=clock.now()
    )
    house.copier.carry()
    assert "另一个站名" in house.get(address).text


def _changed_document() -> str:
    document: str = PlanVersion.objects.values_list("document", flat=True).get(active=True)
    return document.replace(Plan.from_json(document).head.site.zh, "另一个站名")


@pytest.mark.parametrize(("path", "word"), [("", "索引号"), ("/zh-hant", "索引號"), ("/en", "Index number")])
def test_each_language_has_a_page_of_its_own(path, word, house, address):
    for language in ("", "/zh-hant", "/en"):
        house.get(f"{language}{address}")
    answer = house.get(f"{path}{address}")
    assert answer.queries == 0
    assert word in answer.text


def test_a_parameter_that_the_page_does_not_know_never_gets_onto_it(house, address):
    assert "zqxspoiled" not in house.get(f"{address}?utm=zqxspoiled").text
    assert house.get(f"{address}?utm=other").body == house.get(address).body


def test_a_parameter_that_the_page_knows_makes_another_page(house):
    assert house.get("/catalogue/?year=2026").text != house.get("/catalogue/?year=2019").text


def test_pages_differ_by_the_host_only_if_the_site_has_it(house, address):
    house.get(address)
    assert house.get(address, HTTP_HOST="evil.example").status.startswith("400")


def test_whoever_is_logged_in_is_given_no_kept_page(house, city, address):
    house.get(address)
    assert house.get(address, HTTP_COOKIE=f"sessionid={city.cookies['staff-editor']}").queries > 0


def test_the_page_of_whoever_is_logged_in_is_kept_for_nobody(house, city, address):
    house.get(address, HTTP_COOKIE=f"sessionid={city.cookies['staff-editor']}")
    assert house.get(address).queries > 0


def test_a_page_with_a_form_is_never_kept(house):
    house.get("/login/")
    assert "Set-Cookie" in house.get("/login/").headers


def test_large_text_is_a_page_of_its_own(house, address):
    usual = house.get(address).text
    large = house.get(address, HTTP_COOKIE="sunlit_text=large").text
    assert large != usual
    assert house.get(address).text == usual


def test_a_page_is_sent_compressed_to_whoever_can_read_that(house, address):
    plain = house.get(address).body
    packed = house.get(address, HTTP_ACCEPT_ENCODING="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain


def test_a_reader_who_has_the_page_is_told_that_it_still_stands(house, address):
    tag = house.get(address).headers["ETag"]
    assert house.get(address, HTTP_IF_NONE_MATCH=tag).status.startswith("304")


def test_a_browser_asks_each_time_whether_its_copy_stands(house, address):
    assert house.get(address).headers["Cache-Control"] == "no-cache"


def test_a_page_that_is_not_there_is_not_kept(house):
    house.get("/r/113300001-1999-99999")
    assert house.get("/r/113300001-1999-99999").queries > 0


def test_what_was_taken_down_is_gone_from_the_next_look_on(house, city, address, approver):
    house.get(address)
    record = Record.objects.get(pk=city["public"].pk)
    acts.take_down(record, actor=approver, now=record.published_at + LATER, reason="taken down in a test")
    house.copier.carry()
    answer = house.get(address)
    assert answer.status.startswith("410")
    assert city["public"].mark not in answer.text


def test_the_page_of_a_linked_record_is_made_anew(house, city, address, approver):
    public = Record.objects.get(pk=city["public"].pk)
    linked = public.relations.model.objects.exclude(source=public).exclude(target=public).first()
    page = f"/r/{linked.target.slug}"
    house.get(page)
    acts.withdraw(linked.source, actor=approver, now=linked.source.published_at + LATER, reason="withdrawn")
    house.copier.carry()
    assert house.get(page).queries > 0


def test_a_page_of_results_is_kept_and_ends_with_any_act(house, address, withdraw, monkeypatch):
    monkeypatch.setattr("sunlit.asked.level._REST_SECONDS", 0.0)
    asked = "/find/?q=%E9%A2%84%E7%AE%97&unknown=1"
    house.get(asked)
    assert house.get(asked).queries == 0
    withdraw()
    house.copier.carry()
    assert house.get(asked).queries > 0


def test_many_who_want_the_same_page_wait_for_one_to_make_it(tmp_path):
    board = Board(tmp_path / "board")
    board.beat()
    made: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def application(wsgi: Any, start: Any) -> Any:
        note = wsgi["sunlit.pagecache"]
        note.query = ""
        note.found = note.find("")
        if note.found is None:
            made.append(1)
            begun.set()
            go_on.wait(5)
        start("200 OK", [("Content-Type", "text/html")])
        return [b"page"]

    front = Front(application, board, limit=1_000_000)

    def ask() -> None:
        wsgi: dict[str, Any] = {"PATH_INFO": "/x"}
        setup_testing_defaults(wsgi)
        answers.append(b"".join(front(wsgi, lambda *given: None)))

    answers: list[bytes] = []
    threads = [threading.Thread(target=ask) for _ in range(8)]
    threads[0].start()
    begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert answers == [b"page"] * 8
    assert len(made) == 1

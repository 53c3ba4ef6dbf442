"""A page is a dataclass; its JSON says what its HTML says, except what only serves the drawing."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.test import RequestFactory

from sunlit.screens.components import Link
from sunlit.screens.page import HTML_ONLY, as_data, respond


@dataclass(frozen=True)
class Page:
    title: str
    day: date
    at: datetime
    links: list[Link]
    counts: dict[int, int]
    drawing: str = field(default="svg", metadata=HTML_ONLY)


PAGE = Page("办法", date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), [Link("a", "/a/")], {1: 2})


def test_a_page_becomes_json_without_what_only_serves_the_drawing():
    assert as_data(PAGE) == {
        "title": "办法",
        "day": "2026-03-02",
        "at": "2026-03-02T00:00:00+00:00",
        "links": [{"label": "a", "url": "/a/", "note": ""}],
        "counts": {"1": 2},
    }


def test_json_may_be_read_by_any_site_and_keeps_its_status():
    response = respond(RequestFactory().get("/"), PAGE, "none.html", fmt="json", status=410)
    assert response.status_code == 410
    assert response["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.content)["title"] == "办法"
    assert "办法" in response.content.decode()


def test_values_of_any_other_type_are_written_as_text():
    assert as_data({"a": {1}, "b": None, "c": True, "d": object}) == {
        "a": [1],
        "b": None,
        "c": True,
        "d": "<class 'object'>",
    }

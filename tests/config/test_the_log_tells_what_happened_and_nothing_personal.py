"""One object per line, one line per answer, a number to find it by; no path, no question, nobody's data."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import path

from sunlit.config import logs
from sunlit.screens import asking

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = "13800138000"


def broken(request, word):
    raise RuntimeError(f"no answer for {PERSONAL}")


def plain(request, word):
    from django.http import HttpResponse

    return HttpResponse("12345")


urlpatterns = [path("broken/<str:word>", broken, name="broken"), path("plain/<str:word>", plain, name="plain")]
handler500 = "sunlit.screens.errors.server_error"


@pytest.fixture
def lines(caplog):
    """Return what was logged so far, as it would be written."""
    caplog.set_level(logging.INFO, logger="sunlit.access")
    return lambda: [json.loads(logs.JsonLines().format(record)) for record in caplog.records]


@pytest.fixture
def ask():
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def access(said):
    return [line for line in said if line["logger"] == "sunlit.access"]


def test_an_answer_is_one_line_without_path_or_question(ask, lines):
    ask.get("/plain/secretword?q=secretquestion", HTTP_COOKIE="a=secretcookie", REMOTE_ADDR="198.51.100.7")
    [line] = access(lines())
    assert (line["route"], line["method"], line["status"], line["bytes"]) == ("plain", "GET", 200, 5)
    assert line["ms"] >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert not re.search("secret|198", json.dumps({key: line[key] for key in line if key not in ("time", "request")}))


def test_a_method_that_somebody_invented_is_not_repeated(ask, lines):
    ask.generic("ZHANGSAN", "/plain/x")
    assert access(lines())[0]["method"] == "-"


def test_a_failure_is_found_by_the_number_that_the_page_shows(ask, lines):
    response = ask.get("/broken/x")
    number = response["X-Request-ID"]
    assert response.status_code == 500
    assert f"<code>{number}</code>" in response.content.decode()
    [failure] = [line for line in lines() if line.get("exception") == "RuntimeError"]
    assert failure["request"] == number == access(lines())[0]["request"]
    assert "in broken" in failure["stack"]
    assert PERSONAL not in json.dumps(failure)
    assert "no answer for ***" in failure["stack"]


@pytest.mark.parametrize(
    ("address", "given", "is_taken"),
    [
        ("10.0.0.1", "0123456789abcdef-A", True),
        ("10.0.0.1", "short", False),
        ("10.0.0.1", "x" * 65, False),
        ("10.0.0.1", 'abcdefgh"><script>', False),
        ("10.0.0.1", "abcdefgh\n", False),
        ("198.51.100.7", "0123456789abcdef-A", False),
    ],
)
def test_only_a_trusted_proxy_names_a_request(ask, settings, address, given, is_taken):
    settings.TRUSTED_PROXIES = ("10.0.0.1",)
    name = ask.get("/plain/x", REMOTE_ADDR=address, HTTP_X_REQUEST_ID=given)["X-Request-ID"]
    assert (name == given) is is_taken
    assert asking._ACCEPTED.fullmatch(name)


def test_lines_for_people_are_free_of_personal_data_as_well(ask, caplog):
    ask.get("/broken/x")
    text = "\n".join(map(logs.Lines().format, caplog.records))
    assert "RuntimeError: no answer for ***" in text
    assert PERSONAL not in text
    assert " request=" in text


def test_arguments_are_looked_at_with_their_message():
    record = logging.LogRecord("a", logging.INFO, "", 0, "to %s and %s", (PERSONAL, "li@example.cn"), None)
    assert json.loads(logs.JsonLines().format(record))["message"] == "to *** and ***@***"


def test_a_line_break_does_not_begin_another_entry():
    text = logs.written("json", logging.ERROR, "a", 'x\n{"level": "INFO"}')
    assert "\n" not in text
    assert json.loads(text)["message"].startswith("x\n")


def test_a_format_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="SUNLIT_LOG_FORMAT is 'yaml'; it can be line or json"):
        logs.configuration("yaml", "INFO")


def test_everything_that_a_server_writes_is_json(environment, port):
    serve = [sys.executable, "-m", "sunlit.cli", "serve", "--port", str(port), "--workers", "2"]
    environment = {**environment, "SUNLIT_LOG_FORMAT": "json", "SUNLIT_HOST": f"127.0.0.1:{port}"}
    server = subprocess.Popen(
        serve, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        root = f"http://127.0.0.1:{port}"
        wait_for_answer(f"{root}/healthz")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{root}/readyz", timeout=5)  # noqa: S310 - our own server
        assert "no plan is in force" in refused.value.read().decode()
        with urllib.request.urlopen(f"{root}/metrics", timeout=5) as answer:  # noqa: S310 - our own server
            assert (
                'sunlit_request_seconds_count{route="portal:ready",method="GET",status="5xx"} 1'
                in answer.read().decode()
            )
    finally:
        server.terminate()
        written, _ = server.communicate(timeout=30)
    said = [json.loads(line) for line in written.splitlines()]
    routes = [line["route"] for line in said if line["logger"] == "sunlit.access"]
    assert "portal:metrics" in routes
    assert routes.count("portal:ready") == 1
    assert {"_granian", "sunlit.access"} <= {line["logger"] for line in said}


def wait_for_answer(address: str) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{address} does not answer")

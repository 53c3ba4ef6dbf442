"""What holds for every page: no foreign script runs in it, it is small, and it is sound HTML for every reader."""

import gzip
import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db(databases="__all__")

LARGEST = 60 * 1024
FIXED = [
    *("/", "/plan/", "/plan/1/", "/plan/22/", "/plan/26/", "/catalogue/", "/catalogue/?year=2026", "/kinds/policy/"),
    *("/kinds/penalty-decision/", "/kinds/gov-budget/", "/units/", "/find/", "/find/?q=镇", "/verify/", "/about/"),
    "/verify/root/",
    *("/about/accessibility/", "/sitemap/", "/login/", "/nothing-here/"),
]
ADDRESSES = [*FIXED, "records", "units"]


@pytest.fixture
def each(city, reader):
    """Answer with the pages behind a name: fixed ones are one page, others as many as there are."""

    def read(name):
        if name == "records":
            paths = [f"/r/{slug}" for slug in city.slugs.values()] + [
                f"/r/{one.slug}" for one in city.specimens.values()
            ]
        elif name == "units":
            paths = [f"/units/{one.unit}/" for one in city.specimens.values()] + ["/units/510900/"]
        else:
            paths = [name]
        client = reader()
        return {path: client.get(path) for path in dict.fromkeys(paths)}

    return read


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_inline_script_or_style(name, each):
    for path, response in each(name).items():
        html = response.content.decode()
        assert not re.search(r"<style\b", html), path
        assert not re.search(r"<[^>]+\sstyle=", html), f"{path} has a style attribute"
        assert not re.search(r"<[^>]+\son[a-z]+=", html), f"{path} has an event handler"
        assert not re.search(r"<script\b(?![^>]*\bsrc=)", html), f"{path} has an inline script"
        assert "javascript:" not in html, path


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_policy_forbids_what_is_not_ours(name, each):
    for path, response in each(name).items():
        policy = response.headers.get("Content-Security-Policy", "")
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
        assert rules["default-src"] == "'none'", path
        assert "unsafe" not in policy, path
        assert rules["script-src"] == rules["style-src"] == "'self'", path
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'", path
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_no_page_is_larger_than_60_kilobytes(name, prefix, each, reader):
    css = len(gzip.compress(Path(finders.find("screens/screens.css")).read_bytes(), 6))
    for path in each(name):
        html = len(gzip.compress(reader().get(prefix + path).content, 6))
        assert html + css <= LARGEST, f"{path}: {html:,} + {css:,} octets"


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_is_fetched_from_elsewhere(name, each):
    for path, response in each(name).items():
        html = response.content.decode()
        fetched = re.findall(r"<(?:link|script|img|iframe|source|video|audio)\b[^>]*\b(?:href|src)=\"([^\"]*)\"", html)
        foreign = [url for url in fetched if re.match(r"(https?:)?//", url) and settings.HOST not in url]
        assert not foreign, f"{path}: {foreign}"


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_has_one_heading_one_main_a_title_and_unique_ids(name, each, page):
    for path, response in each(name).items():
        html = response.content.decode()
        assert html.startswith("<!doctype html>"), path
        assert len(re.findall(r"<h1[ >]", html)) == 1, path
        assert len(re.findall(r"<main[ >]", html)) == 1, path
        assert re.search(r"<title>[^<]{4,}</title>", html), path
        ids = re.findall(r"\sid=\"([^\"]*)\"", html)
        assert len(ids) == len(set(ids)), f"{path} repeats {sorted({one for one in ids if ids.count(one) > 1})}"
        for target in re.findall(r"aria-(?:labelledby|describedby)=\"([^\"]*)\"", html):
            assert set(target.split()) <= set(ids), f"{path} names {target}, which is not there"
        for target in re.findall(r"href=\"#([^\"]+)\"", html):
            assert target in ids, f"{path} leads to #{target}, which is not there"


def test_headings_do_not_skip_a_level(each):
    for name in ADDRESSES:
        for path, response in each(name).items():
            levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", response.content.decode())]
            jumps = [(one, other) for one, other in itertools.pairwise(levels) if other > one + 1]
            assert not jumps, f"{path}: {levels}"


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_template_leaves_its_seams(name, each):
    for path, response in each(name).items():
        html = response.content.decode()
        for seam in ("{{", "{%", "None</", ">None", "object at 0x", "datetime.", "Traceback"):
            assert seam not in html, f"{path} shows {seam}"


def test_a_page_that_is_not_there_leads_on(city, page):
    found = page("/nothing-here/", status=404)
    assert "/" in found.links
    assert found.find("form", role="search") or "/find/" in found.links or "/catalogue/" in found.links


def test_a_wrong_address_asked_as_data_is_answered_as_data(city, reader):
    response = reader().get("/plan/99.json")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json")


def test_an_error_of_ours_shows_nothing_of_the_inside(city, reader, monkeypatch):
    from sunlit.portal.pages import home

    def breaks(viewer):
        raise RuntimeError("secret inside")

    monkeypatch.setattr(home, "home", breaks)
    response = reader().get("/")
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_only_read(method, city, reader):
    for path in ("/", "/plan/", "/kinds/policy/", f"/r/{city['public'].slug}", "/ledger/checkpoint"):
        assert getattr(reader(), method)(path).status_code in (403, 405), path


@pytest.mark.parametrize(
    "path", ["/find/?q=%00", "/find/?q=" + "水" * 3000, "/find/?q=%ff%fe", "/units/?q=%00", "/kinds/policy/?year=९९९९"]
)
def test_odd_questions_get_an_answer(path, city, reader):
    assert reader().get(path).status_code in (200, 400)

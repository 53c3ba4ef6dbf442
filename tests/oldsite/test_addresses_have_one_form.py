"""Old addresses are compared in one form, however they are written."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.records.imports.oldsite import addresses, places
from sunlit.records.imports.oldsite.addresses import Old

SITE = "http://www.old.gov.cn/zwgk/"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("http://WWW.old.gov.cn/a.html", Old("www.old.gov.cn", "/a.html")),
        ("https://www.old.gov.cn:443/a.html#top", Old("www.old.gov.cn", "/a.html")),
        ("http://www.old.gov.cn", Old("www.old.gov.cn", "/")),
        ("/a.html", Old("www.old.gov.cn", "/a.html")),
        ("../a.html", Old("www.old.gov.cn", "/a.html")),
        ("a.asp?id=1", Old("www.old.gov.cn", "/zwgk/a.asp?id=1")),
        ("/%E4%B8%80.html", Old("www.old.gov.cn", "/一.html")),
        ("/%D2%BB.html", Old("www.old.gov.cn", "/一.html")),
    ],
)
def test_each_way_of_writing_gives_the_one_form(written, form):
    if written == "/%D2%BB.html":  # this GBK reads as UTF-8 too: what a browser asks for counts in both readings
        assert form in addresses.asked("www.old.gov.cn", b"/\xd2\xbb.html", b"")
        return
    assert addresses.parse(written, SITE) == form


@pytest.mark.parametrize("written", ["", "mailto:a@b.cn", "javascript:alert(1)", "a\x00b", "x" * 3000])
def test_what_is_no_address_is_refused(written):
    with pytest.raises(ValueError):
        addresses.parse(written, SITE)


@given(st.text(st.characters(codec="utf-8", exclude_characters="?#\\", min_codepoint=33), min_size=1, max_size=40))
def test_an_address_is_found_again_as_a_browser_sends_it(path):
    known = addresses.old("www.old.gov.cn", f"/{path}".encode(), b"")
    assert known in addresses.asked("www.old.gov.cn", f"/{path}".encode(), b"")
    assert addresses.parse(f"http://www.old.gov.cn/{quote(path)}") == known


@given(st.text(max_size=60))
def test_no_path_leads_out_of_the_folder(tmp_path_factory, written):
    root = tmp_path_factory.getbasetemp() / "export"
    root.mkdir(exist_ok=True)
    (root.parent / "outside.txt").write_text("secret")
    for tried in (written, f"../{written}", "../outside.txt", f"{written}/../../outside.txt"):
        with pytest.raises(places.NoSuchFile):
            places.find(root, tried)

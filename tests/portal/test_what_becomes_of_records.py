"""Corrected, withdrawn, superseded, unpublished, expired and erased are six different things to a reader."""

import json

import pytest

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("withdrawn", "文件依据已经改变"), ("superseded", "已有新的办法")],
    ids=["withdrawn", "superseded"],
)
def test_it_stays_readable_with_a_notice_and_leaves_the_lists(name, reason, city, page, reader):
    one = city[name]
    found = page(f"/r/{one.slug}")
    assert one.mark in found.text
    assert reason in found.text
    assert found.find("div", role="note")
    listed = json.loads(reader().get("/kinds/policy.json").content)
    assert f"/r/{one.slug}" not in [row["url"] for row in listed["rows"]]


def test_what_was_superseded_points_on(city, page):
    assert f"/r/{city['public'].slug}" in page(f"/r/{city['superseded'].slug}").links


@pytest.mark.parametrize("name", ["unpublished", "expired", "erased"])
@pytest.mark.parametrize("ending", ["", ".json", ".tlog-proof", "/revisions/1", "/files/1/{mark}.pdf"])
def test_what_is_gone_says_so_and_nothing_else(name, ending, city, reader):
    one = city[name]
    response = reader().get(f"/r/{one.slug}{ending.format(mark=one.mark)}")
    text = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
    assert response.status_code in ((410,) if not ending else (404, 410))
    # A page that is not found repeats its own address, and the file's name with it.
    assert one.mark not in text.replace(f"{one.mark}.pdf", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [("unpublished", ["不应公开", "条例第十四条"]), ("erased", ["当事人请求", "个人信息保护法第四十七条"])],
    ids=["unpublished", "erased"],
)
def test_a_tombstone_gives_number_day_reason_and_basis(name, words, city, page):
    found = page(f"/r/{city[name].slug}", status=410)
    number = city[name].slug.replace("-", "/", 1)
    assert all(word in found.text for word in [number, "2026-03-02", *words])
    assert "noindex" in found.meta("robots")


def test_a_correction_shows_what_changed_and_why(city, page):
    one = city["corrected"]
    found = page(f"/r/{one.slug}")
    assert "更正文字" in found.text
    assert found.find("del")
    assert found.find("ins")
    assert f"/r/{one.slug}/revisions/1" in found.links


def test_an_earlier_wording_says_that_it_no_longer_holds_and_keeps_its_own_file(city, page, reader):
    one = city["corrected"]
    old = page(f"/r/{one.slug}/revisions/1")
    assert f"{one.mark}OLD" in old.text
    assert f"/r/{one.slug}" in old.links
    assert "noindex" in old.meta("robots")
    files = {number: file_of(reader, one, page(f"/r/{one.slug}/revisions/{number}")) for number in (1, 2)}
    assert f"{one.mark}OLD".encode() in files[1]
    assert one.mark.encode() in files[2]
    assert f"{one.mark}OLD".encode() not in files[2]


def file_of(reader, one, page):
    address = next(link for link in page.links if f"/r/{one.slug}/files/" in link)
    response = reader().get(address)
    assert response.status_code == 200, address
    return b"".join(response.streaming_content)


def test_a_file_is_sent_so_that_no_browser_runs_it(city, reader):
    one = city["public"]
    response = reader().get(f"/r/{one.slug}/files/1/{one.file}")
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert "Content-Disposition" in response
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["other.pdf", "..%2F..%2Fdb.sqlite3", "%00", "ZQXPUBLIC.pdf%2f.."])
def test_a_file_has_no_other_name(name, city, reader):
    assert reader().get(f"/r/{city['public'].slug}/files/1/{name}").status_code == 404


def test_a_group_record_shows_others_that_it_exists_and_no_more(city, page):
    one = city["group"]
    found = page(f"/r/{one.slug}")
    assert "stub-title" in found.text
    assert one.mark not in found.html
    assert "noindex" in found.meta("robots")
    assert any(link.startswith("/login/") for link in found.links)

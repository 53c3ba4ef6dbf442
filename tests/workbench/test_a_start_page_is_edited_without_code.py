"""The start page of a unit at the desk: edited with buttons, proposed, compared, put in force, brought back."""

from __future__ import annotations

import re

import pytest

from sunlit.records.startpages.tables import UnitPageVersion, VersionState

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

SITE, PROPOSAL, HISTORY = "/en/desk/site/market/", "/en/desk/site/market/proposal/", "/en/desk/site/market/history/"


def form(*columns, do="look", version=0, **texts):
    """Return what the editor posts; a column is (title, kinds) or (title, kinds, more)."""
    posted = {"do": do, "version": version, "count": len(columns), **texts}
    for n, (title, kinds, *more) in enumerate(columns):
        posted |= {f"c{n}-title": title, f"c{n}-kinds": kinds, f"c{n}-rows": "5", f"c{n}-layout": "list"}
        for one in more:
            posted |= {f"c{n}-{name}": value for name, value in one.items()}
    return posted


@pytest.fixture
def post(at):
    def go(address=SITE, who="editor", **posted):
        answer = at(who).post(address, posted, follow=True)
        return answer.content.decode()

    return go


@pytest.fixture
def read(at):
    def go(address=SITE, who="editor", status=200):
        answer = at(who).get(address)
        assert answer.status_code == status
        return answer.content.decode()

    return go


def titles(html):
    return re.findall(r'name="c\d+-title" value="([^"]*)"', html)


TWO = (("甲", ["penalty"]), ("乙", ["notice"]))


def test_it_begins_with_the_columns_of_the_plan(read):
    assert titles(read()) == ["处罚", "项目"]


def test_columns_move_and_go_by_buttons(post):
    assert titles(post(**form(*TWO, do="down-0"))) == ["乙", "甲"]
    assert titles(post(**form(*TWO, do="up-1"))) == ["乙", "甲"]
    assert titles(post(**form(*TWO, do="up-0"))) == ["甲", "乙"]
    assert titles(post(**form(*TWO, do="remove-0"))) == ["乙"]
    assert titles(post(**form(*TWO, do="add"))) == ["甲", "乙", ""]


@pytest.mark.parametrize("do", ["up-", "up-9", "down-x", "remove-99999", "remove--1", "nothing", "up-²"])
def test_a_button_that_is_none_changes_nothing(do, post):
    assert titles(post(**form(*TWO, do=do))) == ["甲", "乙"]


def test_a_kind_is_chosen_by_its_name(post):
    html = post(**form(("甲", [], {"add": "行政处罚决定"}), do="take-0"))
    assert 'value="penalty" checked' in html
    html = post(**form(("甲", [], {"add": "无此种类"}), do="propose"))
    assert "publishes no kind called “无此种类”" in html
    assert not UnitPageVersion.objects.exists()


def test_a_fault_is_said_beside_its_column_and_nothing_typed_is_lost(at):
    answer = at("editor").post(SITE, form(("甲", ["village-list"]), do="propose", opening="管市场的。"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "does not publish" in html
    assert "管市场的。" in html


def test_an_empty_column_is_said_to_be_empty(read):
    assert read().count("Empty: readers do not see this column") == 2


def test_a_preview_shows_what_is_typed(post):
    html = post(**form(*TWO, do="phone", opening="管市场的。"))
    assert 'class="site-preview phone"' in html
    assert "start-opening" in html


def test_a_proposal_is_put_in_force_by_another(post, read, at):
    post(**form(*TWO, do="propose", opening="管市场的。"))
    assert "管市场的。" not in at("editor").get("/en/units/market/").content.decode()
    html = read(PROPOSAL, "approver")
    assert "What changes" in html
    assert "管市场的。" in html
    html = post(PROPOSAL, "approver", do="put-in-force", version="1")
    assert "In force: readers see it now." in html
    assert "管市场的。" in at("editor").get("/en/units/market/").content.decode()


def test_who_may_only_propose_is_refused(post):
    post(**form(*TWO, do="propose"))
    assert "no role" in post(PROPOSAL, "colleague", do="put-in-force", version="1")
    assert UnitPageVersion.objects.get().state == VersionState.PROPOSED


def test_it_is_sent_back_with_a_reason_that_the_editor_reads(post, read):
    post(**form(*TWO, do="propose"))
    post(PROPOSAL, "approver", do="send-back", version="1", reason="请加公告")
    html = read()
    assert "Sent back by approver: 请加公告" in html
    assert titles(html) == ["甲", "乙"]


def test_the_second_of_two_editors_keeps_what_they_typed(post):
    post(**form(*TWO, do="propose"))
    html = post(who="colleague", **form(("丙", ["penalty"]), do="propose"))
    assert "A colleague has changed this start page meanwhile" in html
    assert titles(html) == ["丙"]
    post(who="colleague", **form(("丙", ["penalty"]), do="propose", version=1))
    assert [one.state for one in UnitPageVersion.objects.order_by("number")] == ["overtaken", "proposed"]


def test_an_earlier_version_is_brought_back(post, read):
    post(**form(*TWO, do="propose"))
    post(PROPOSAL, "approver", do="put-in-force", version="1")
    post(**form(("丙", ["penalty"]), do="propose", version=2))
    post(PROPOSAL, "approver", do="put-in-force", version="3")
    html = read(HISTORY)
    assert "?version=1" in html
    assert "?version=2" not in html
    html = read(f"{SITE}?version=1")
    assert titles(html) == ["甲", "乙"]
    post(**form(*TWO, do="propose", version=4))
    assert UnitPageVersion.objects.get(number=3).content == UnitPageVersion.objects.get(number=1).content


def test_an_approver_is_led_to_the_proposal(at):
    answer = at("approver").get(SITE)
    assert (answer.status_code, answer["Location"]) == (302, PROPOSAL)


def test_a_unit_out_of_reach_is_not_found(read):
    read(who="reviewer", status=404)
    read("/en/desk/site/nowhere/", status=404)


def test_the_list_finds_units_by_name_and_names_what_waits(post, read):
    post(**form(*TWO, do="propose"))
    html = read("/en/desk/site/?q=五星", "approver")
    assert "五星村" in html
    assert "Waiting for a decision" in html
    assert 'href="/en/desk/site/market/proposal/"' in html

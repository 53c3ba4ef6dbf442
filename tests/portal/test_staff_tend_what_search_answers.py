"""Staff promote answers and add synonyms; what is asked is counted without who asked, and never about a person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from sunlit.asked import counting, promotions, synonyms
from sunlit.asked.models import Count, Promotion, Synonyms
from sunlit.calendars import clock, today
from sunlit.units.models import AuditEntry, User

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
ABOVE = "approver-above"


@pytest.fixture(autouse=True)
def _fresh():
    synonyms.forget()
    counting.forget_heard()
    yield
    synonyms.forget()
    counting.forget_heard()


def promote(reader, name=ABOVE, **more):
    asked = {"query": "高考 报名", "title": "高考报名怎么办", "address": "/catalogue/", **more}
    return reader(name).post(reverse("workbench:search_promote"), asked)


def ask_for_minutes(query, minutes, *, found=True):
    now = clock.now() - timedelta(hours=1)
    for minute in range(minutes + 1):
        counting.note(query, found=found, now=now + timedelta(minutes=minute))


def test_a_promoted_answer_stands_above_the_results_on_its_days(city, reader, page):
    assert promote(reader, until=str(today())).status_code == 302
    assert "高考报名怎么办" in page("/find/?q=高考　報名").text
    Promotion.objects.update(until=today() - timedelta(days=1))
    assert "高考报名怎么办" not in page("/find/?q=高考 报名").text


def test_what_is_promoted_is_in_the_audit_journal(city, reader):
    promote(reader)
    entry = AuditEntry.objects.get(event="search_tuned")
    assert (entry.actor, entry.detail) == (city.people[ABOVE], {"act": "promoted"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "https://example.com/"},
        {"address": "//example.com/"},
        {"address": "/no/such/page/"},
        {"address": "javascript:alert(1)"},
        {"title": ""},
        {"query": " "},
        {"title": "身份证510903199001011238"},
        {"since": "2026-03-02", "until": "2026-03-01"},
    ],
)
def test_what_cannot_be_promoted_is_refused_with_what_was_typed(city, reader, wrong):
    response = promote(reader, **wrong)
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert not Promotion.objects.exists()


@pytest.mark.parametrize("name", ["approver-elsewhere", "editor-above", "supervisor-above", "member"])
def test_only_who_publishes_for_the_city_changes_search(city, reader, name):
    assert promote(reader, name).status_code == 403
    assert reader(name).post(reverse("workbench:synonyms_add"), {"words": "甲乙 丙丁"}).status_code == 403


def test_who_watches_over_the_city_sees_it(city, reader):
    shown = reader("supervisor-above").get(reverse("workbench:search"))
    assert shown.status_code == 200
    assert reverse("workbench:synonyms_add") not in shown.content.decode()


@pytest.mark.parametrize("audience", ["group", "staff", "sealed", "unpublished"])
def test_a_promoted_record_is_shown_to_those_only_who_may_read_it(city, page, audience):
    row = {"query": "通知", "key": "通知", "title": "只给他们看的", "since": today(), "at": clock.now()}
    Promotion.objects.create(address=f"/r/{city[audience].slug}", **row)
    assert "只给他们看的" not in page("/find/?q=通知").text
    Promotion.objects.update(address=f"/r/{city['public'].slug}")
    assert "只给他们看的" in page("/find/?q=通知").text


def test_a_promotion_is_taken_away(city, reader, page):
    promote(reader)
    row = Promotion.objects.get()
    assert reader(ABOVE).post(reverse("workbench:search_end", args=[row.pk])).status_code == 302
    assert "高考报名怎么办" not in page("/find/?q=高考 报名").text


def test_a_synonym_of_staff_finds_without_a_restart_and_is_removed_again(city, reader):
    mark = city["public"].mark
    find = reader()

    def found():
        return find.get("/find.json", {"q": "“阳光小筑”"}).json()["total"], find.get(
            "/find.json", {"q": "阳光小筑"}
        ).json()

    assert mark not in str(found()[1]["hits"])
    assert reader(ABOVE).post(reverse("workbench:synonyms_add"), {"words": f"阳光小筑，{mark}"}).status_code == 302
    after = found()[1]
    assert f"/r/{city['public'].slug}" in [hit["url"] for hit in after["hits"]]
    assert any(mark in said for said in after["understood"])
    row = Synonyms.objects.get()
    reader(ABOVE).post(reverse("workbench:synonyms_remove", args=[row.pk]))
    assert mark not in str(found()[1]["hits"])


@pytest.mark.parametrize("typed", ["", "一个", "水", "水 电", "甲乙 甲乙", " ".join(f"词语{n}" for n in range(13))])
def test_what_is_no_group_of_synonyms_is_refused(city, reader, typed):
    assert reader(ABOVE).post(reverse("workbench:synonyms_add"), {"words": typed}).status_code == 400


def test_what_is_asked_in_enough_minutes_is_offered_to_others(city, page):
    ask_for_minutes("公租房", counting.MINUTES)
    ask_for_minutes("小学招生", counting.MINUTES - 1)
    shown = page("/find/")
    assert "/find/?q=%E5%85%AC%E7%A7%9F%E6%88%BF" in shown.links
    assert "小学招生" not in shown.text


def test_asking_often_within_a_minute_counts_once(city):
    now = clock.now()
    for _ in range(30):
        counting.write({"公租房": True}, int(now.timestamp()) // 60)
    assert Count.objects.get(query="公租房").minutes == 1


def test_what_finds_nothing_public_any_more_is_not_offered(city, page):
    ask_for_minutes(city["staff"].mark, counting.MINUTES)
    assert city["staff"].mark not in page("/find/").text


@pytest.mark.parametrize(
    "query",
    [
        "510903199001011238",
        "13812345678",
        "电话 13812345678",
        "张伟",
        "王小明",
        "王小明 低保",
        "6222020200112230",
        "a@b.cn",
        "水",
        "x" * 41,
    ],
)
def test_what_may_be_about_a_person_is_not_even_heard(city, query):
    ask_for_minutes(query, counting.MINUTES)
    assert not Count.objects.exists()


@pytest.mark.parametrize("query", ["公积金", "高新区", "遂府发〔2025〕12号", "低保怎么申请"])
def test_what_is_about_the_city_is_counted(city, query):
    assert counting.may_be_kept(query)


def test_only_readers_who_are_not_logged_in_are_counted(city, reader):
    reader("member").get("/find/", {"q": "公租房"})
    assert not counting._held
    reader().get("/find/", {"q": "公租房"})
    reader().get("/find/", {"q": "公租房", "year": "2025"})
    assert counting._held == {"公租房": True}


def test_nothing_that_is_counted_says_who_asked():
    assert {field.name for field in Count._meta.get_fields()} == {
        "id",
        "day",
        "query",
        "is_found",
        "minutes",
        "last_minute",
    }


def test_what_was_asked_in_vain_is_shown_to_staff(city, reader):
    ask_for_minutes("火星移民", counting.MINUTES, found=False)
    assert "火星移民" in reader(ABOVE).get(reverse("workbench:search")).content.decode()


def test_counts_are_forgotten(city):
    ask_for_minutes("公租房", counting.MINUTES)
    ask_for_minutes("小学招生", 1)
    counting.forget_old(clock.now() + timedelta(days=8))
    assert list(Count.objects.values_list("query", flat=True)) == ["公租房"]
    counting.forget_old(clock.now() + timedelta(days=32))
    assert not Count.objects.exists()


def test_an_address_is_kept_without_host_and_language(city, settings):
    assert promotions.local(f"http://{settings.HOST}/zh-hant/catalogue/?year=2025") == "/catalogue/?year=2025"


def test_the_account_of_who_promoted_may_go(city, reader):
    promote(reader)
    assert Promotion.objects.get().by == User.objects.get(pk=city.people[ABOVE])

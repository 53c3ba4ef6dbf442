"""Search is no way round the one door: what a viewer may not see is not found, not counted and not suggested."""

import pytest

from sunlit import sight
from sunlit.records import acts
from sunlit.search import asking, following, suggesting
from sunlit.search.answers import Chosen
from sunlit.units.models import User
from tests.city import KNOWN, settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


def viewer(build, name):
    return sight.viewer_for(User.objects.get(pk=build.city.people[name]))


def found(viewer, text, **more):
    return [hit.target.code for hit in asking.ask(viewer, text, **more).hits if hit.target.page == "record"]


def test_everyone_finds_what_is_public(city):
    specimen = city.city["public"]
    assert found(sight.anonymous(), specimen.mark) == [specimen.slug]


@pytest.mark.parametrize("audience", ["group", "staff", "sealed"])
def test_others_neither_find_nor_count_what_is_for_few(city, audience):
    answer = asking.ask(sight.anonymous(), city.city[audience].mark)
    assert (answer.total, list(answer.hits), answer.facets) == (0, [], {})


@pytest.mark.parametrize(
    ("name", "audience"),
    [("member", "group"), ("member", "sealed"), ("editor-here", "group"), ("editor-here", "staff")],
)
def test_those_for_whom_it_is_find_it(city, name, audience):
    specimen = city.city[audience]
    answer = asking.ask(viewer(city, name), specimen.mark)
    assert [hit.target.code for hit in answer.hits] == [specimen.slug]
    assert answer.total == 1


@pytest.mark.parametrize("name", ["other-member", "former-member", "former-editor", "superuser"])
@pytest.mark.parametrize("audience", ["group", "staff", "sealed"])
def test_a_reader_of_another_group_or_time_does_not(city, name, audience):
    answer = asking.ask(viewer(city, name), city.city[audience].mark)
    assert (answer.total, list(answer.hits)) == (0, [])


@pytest.mark.parametrize("fate", ["unpublished", "erased", "expired", "draft", "submitted", "scheduled", "staged"])
def test_what_is_not_shown_is_not_found(city, fate):
    assert asking.ask(sight.anonymous(), city.city[fate].mark).total == 0


@pytest.mark.parametrize("fate", ["withdrawn", "superseded"])
def test_what_is_over_is_found_and_says_so(city, fate):
    (hit,) = asking.ask(sight.anonymous(), city.city[fate].mark).hits
    assert hit.state == fate


def test_only_the_live_wording_is_found(city):
    assert found(sight.anonymous(), city.city["corrected"].mark) == [city.city["corrected"].slug]
    assert asking.ask(sight.anonymous(), f"{city.city['corrected'].mark}OLD").total == 0


def test_hidden_words_are_in_no_index(city):
    for word in city.city.hidden:
        answer = asking.ask(sight.anonymous(), f'"{word}"')
        assert answer.total == 0, word


def test_a_takedown_is_gone_before_the_index_knows_of_it(city):
    record = city.a_policy("ZQXGONE")
    settle(city._next())
    following.catch_up()
    assert found(sight.anonymous(), "ZQXGONE") == [record_slug(record)]
    acts.take_down(record, actor=city.actors["approver"], now=city._next(), reason="个人信息外泄，先行撤下")
    answer = asking.ask(sight.anonymous(), "ZQXGONE")
    assert (answer.total, list(answer.hits)) == (0, [])
    assert not [one for one in suggesting.suggest(sight.anonymous(), record.title[:6]) if "ZQXGONE" in one.text]
    settle(city._next())
    following.catch_up()
    assert asking.ask(sight.anonymous(), "ZQXGONE").total == 0


def test_what_was_published_is_found_after_the_next_turn(city):
    record = city.a_policy("ZQXNEW")
    settle(city._next())
    librarian = following.Librarian()
    librarian.turn(city.now)
    librarian.close()
    assert found(sight.anonymous(), "ZQXNEW") == [record_slug(record)]


def test_filters_narrow_and_what_they_name_wrongly_finds_nothing(city):
    specimen = city.city["public"]
    chosen = Chosen(types=("records",), kinds=(specimen.kind,), units=(specimen.unit,))
    assert found(sight.anonymous(), specimen.mark, filters=chosen) == [specimen.slug]
    assert found(sight.anonymous(), specimen.mark, filters=Chosen(kinds=("no-such-kind",))) == []
    assert asking.ask(sight.anonymous(), specimen.mark, filters=Chosen(units=("nobody",))).ways[0].count == 1


def test_a_groups_known_title_is_found_by_its_members_only(city):
    assert asking.ask(sight.anonymous(), KNOWN).total == 0


def record_slug(record):
    from sunlit.records.models import Record

    return Record.objects.get(pk=record.pk).slug

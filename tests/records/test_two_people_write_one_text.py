"""Two people have one draft open: what one of them wrote never goes without somebody having seen it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.http import QueryDict

from sunlit.records import acts
from sunlit.records.models import Revision, Wording
from sunlit.screens.forms import Draft
from sunlit.workbench import composing
from tests.records.conftest import NOW, PENALTY, City, open_city

pytestmark = pytest.mark.both_databases


def read(pk: int) -> Revision:
    return Revision.objects.select_related("record__unit").get(pk=pk)


def save(city: City, plan: Any, pk: int, version: int, *, by: str = "editor", take: str = "", **changes: str) -> Any:
    """Save a form that was filled with a version of the text."""
    post = QueryDict(mutable=True)
    post.update({"version": str(version), **({"take-fact": take} if take else {})})
    kind, form = plan.kinds["penalty"], Draft({**PENALTY, **changes})
    return composing.save(read(pk), plan, kind, form, post, actor=getattr(city, by), now=NOW)


@pytest.fixture
def text(city: City, draft: Any) -> Revision:
    return draft()


def test_changes_of_different_fields_are_joined(city, plan, text):
    save(city, plan, text.pk, 0, fact="甲")
    second = save(city, plan, text.pk, 0, by="colleague", number="乙")
    assert (second.is_saved, second.joined) == (True, ("fact",))
    assert (read(text.pk).data["fact"], read(text.pk).data["number"]) == ("甲", "乙")


def test_a_field_that_both_changed_is_asked_about_with_both_wordings(city, plan, text):
    save(city, plan, text.pk, 0, fact="甲")
    second = save(city, plan, text.pk, 0, by="colleague", fact="乙")
    assert not second.is_saved
    assert [(one.mine, one.theirs) for one in second.conflicts] == [("乙", "甲")]
    assert read(text.pk).data["fact"] == "甲"


@pytest.mark.parametrize(("choice", "stands"), [("mine", "乙"), ("theirs", "甲")])
def test_what_was_chosen_stands(city, plan, text, choice, stands):
    save(city, plan, text.pk, 0, fact="甲")
    asked = save(city, plan, text.pk, 0, by="colleague", fact="乙")
    chosen = save(city, plan, text.pk, asked.version, by="colleague", fact="乙", take=choice)
    assert chosen.is_saved
    assert read(text.pk).data["fact"] == stands


def test_my_own_wording_is_not_chosen_over_one_that_i_have_not_seen(city, plan, text):
    save(city, plan, text.pk, 0, fact="甲")
    asked = save(city, plan, text.pk, 0, by="colleague", fact="乙")
    save(city, plan, text.pk, asked.version, fact="丙")
    again = save(city, plan, text.pk, asked.version, by="colleague", fact="乙", take="mine")
    assert [(one.mine, one.theirs) for one in again.conflicts] == [("乙", "丙")]
    assert read(text.pk).data["fact"] == "丙"


@pytest.mark.django_db(transaction=True)
def test_whoever_is_overtaken_in_the_last_moment_is_joined_as_well(plan):
    city = open_city(plan)
    made = [acts.draft("penalty", city["market"], PENALTY, actor=city.editor, now=NOW).pk for _text in range(20)]
    together, saved = threading.Barrier(2), []

    def work(by: str, field: str) -> None:
        for pk in made:
            together.wait(30)
            saved.append(save(city, plan, pk, 0, by=by, **{field: f"{by}写的"}).is_saved)
        connections.close_all()

    people = [threading.Thread(target=work, args=each) for each in (("editor", "fact"), ("colleague", "number"))]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert saved == [True] * 40
    for pk in made:
        assert (read(pk).data["fact"], read(pk).data["number"]) == ("editor写的", "colleague写的")
        assert Wording.objects.filter(revision=pk).count() == 3

"""The newest of what somebody works on, however much of it there is and however much of others lies between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sunlit.records import acts, desk, newest
from sunlit.records.models import Record
from sunlit.sight import Viewer
from tests.records.conftest import NOW

pytestmark = pytest.mark.both_databases


@pytest.fixture(params=[(500, 5_000), (2, 4), (1,)], ids=["all among the newest", "some", "hardly any"])
def _stages(request, monkeypatch):
    monkeypatch.setattr(newest, "STAGES", request.param)


@pytest.fixture
def seen(city, publish) -> tuple[Viewer, Viewer]:
    """The whole city's reviewer and the water bureau's: every fourth record is the bureau's."""
    for n in range(12):
        kind = "policy" if n % 4 else "penalty"
        publish(kind, now=NOW + timedelta(days=n))
    return tuple(Viewer(1, ((city[code].path, "reviewer"),)) for code in ("city", "market"))


@pytest.mark.usefixtures("_stages")
def test_records_come_as_the_plain_question_gives_them(seen):
    for viewer in seen:
        plain = list(desk.records(viewer))
        assert plain
        assert desk.newest_records(viewer, size=3) == plain[:3]
        assert desk.newest_records(viewer, size=50) == plain
        assert desk.newest_records(viewer, size=50, kind="policy") == [one for one in plain if one.kind == "policy"]
        last = plain[1]
        assert desk.newest_records(viewer, size=50, behind=(last.published_at, last.pk)) == plain[2:]


@pytest.mark.usefixtures("_stages")
def test_history_comes_as_the_plain_question_gives_it(city, seen):
    for viewer in seen:
        plain = list(desk.traces(viewer))
        assert plain
        assert desk.newest_traces(viewer, size=7) == plain[:7]
        assert desk.newest_traces(viewer, size=500) == plain
        assert desk.newest_traces(viewer, size=500, before=plain[3].pk) == plain[4:]
        reviewed = [one for one in plain if one.actor_id == city.reviewer.user_id]
        assert desk.newest_traces(viewer, size=500, person=city.reviewer.user_id) == reviewed


def test_an_emergency_is_nobodys_who_does_not_work_on_the_record(city, publish):
    from sunlit.sight import viewer_for
    from sunlit.units.models import User

    mine, theirs = publish("penalty"), publish("policy")
    for record in (mine, theirs):
        acts.take_down(Record.objects.get(pk=record.pk), actor=city.approver, now=NOW, reason="误", basis="据")
    other = User.objects.get(pk=city.other.user_id)
    assert desk.takedowns(other, viewer_for(other)).count() == 2
    assert [one.record_id for one in desk.takedowns(other, Viewer(other.pk, ((city["market"].path, "approver"),)))] == [
        mine.pk
    ]

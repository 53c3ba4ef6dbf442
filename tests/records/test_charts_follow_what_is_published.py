"""A chart is asked for by publication, drawn by a process of its own, and never shows what is not public."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import translation

from sunlit import sight
from sunlit.ledger import sequencer
from sunlit.ledger.followers import Followers, rebuild, run_once
from sunlit.records import acts
from sunlit.screens.charts import drawing, figures, follower, specs
from sunlit.screens.charts.selectors import picture, svg
from sunlit.screens.models import Chart
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ANYONE = sight.anonymous()
GOODS = [{"name": "纸张", "price": "40"}, {"name": "墨水", "price": "60"}]


def catch_up() -> None:
    sequencer.sequence(10_000, now=NOW)
    while run_once(Followers(views=(follower.VIEW,)), now=NOW):
        pass


@pytest.fixture
def award(publish):
    return publish("award", goods=GOODS)


def test_publication_asks_for_the_charts_of_record_and_kind(award):
    catch_up()
    assert set(Chart.objects.values_list("pk", "due")) == {(award.subject, True), ("kind:award", True)}


def test_what_has_no_chart_asks_for_none(publish):
    publish("penalty")
    catch_up()
    assert not Chart.objects.exists()


def test_a_drawing_holds_the_names_and_shares_of_its_record(award):
    catch_up()
    assert drawing.draw_due() == 2
    found = svg(award.subject)
    drawn = ElementTree.fromstring(found)  # noqa: S314  # drawn here
    assert drawn.tag.endswith("svg")
    for words in ("纸张", "墨水", "60.0%"):
        assert words in found
    shown = picture(award.subject, "/r/x/chart.svg")
    assert shown.url.startswith("/r/x/chart.svg?v=")
    assert shown.width > 100
    assert shown.height > 50


def test_traditional_readers_see_traditional_characters(award):
    catch_up()
    drawing.draw_due()
    with translation.override("zh-hant"):
        assert "紙張" in svg(award.subject)


def test_the_same_figures_give_the_same_drawing(award):
    catch_up()
    drawing.draw_due()
    before = Chart.objects.get(pk=award.subject).digest
    follower.ask([award.subject])
    drawing.draw_due()
    assert Chart.objects.get(pk=award.subject).digest == before


def test_one_point_is_no_chart(award):
    catch_up()
    drawing.draw_due()
    assert picture("kind:award", "") is None


def test_the_chart_of_a_kind_follows_its_public_records(award, publish, plan):
    publish("award", awarded_on="2026-01-27", amount="120")
    found = figures.of_kind(plan, plan.kinds["award"])
    assert [(point.x, point.value) for point in found.points] == [("2026-01-20", 90.0), ("2026-01-27", 120.0)]


def test_units_are_told_apart(award, publish, plan):
    publish("award", unit="water", awarded_on="2026-01-27")
    found = figures.of_kind(plan, plan.kinds["award"])
    assert len({point.series for point in found.points}) == 2


def test_a_withdrawn_record_leaves_the_chart_of_its_kind_and_loses_its_own(award, publish, city, plan):
    publish("award", awarded_on="2026-01-27", amount="120")
    catch_up()
    drawing.draw_due()
    acts.withdraw(award, actor=city.approver, now=NOW, reason="有误")
    catch_up()
    assert not Chart.objects.filter(pk=award.subject).exists()
    assert Chart.objects.get(pk="kind:award").due
    assert figures.of_kind(plan, plan.kinds["award"]) is None


def test_what_cannot_be_drawn_is_tried_three_times_and_then_left(award):
    def broken(spec: specs.Spec) -> str:
        raise RuntimeError("no ink")

    catch_up()
    assert drawing.draw_due(broken) == drawing.TRIES + 1  # a kind with one record has nothing to draw
    assert not Chart.objects.filter(due=True).exists()
    assert picture(award.subject, "") is None


def test_what_is_published_while_a_chart_is_drawn_asks_for_another(award):
    catch_up()

    def meanwhile(spec: specs.Spec) -> str:
        follower.ask([award.subject])
        return "<svg width='1' height='1'/>"

    drawing.draw_due(meanwhile, most=2)
    assert Chart.objects.get(pk=award.subject).due


def test_a_rebuilt_view_asks_for_the_same_charts(award, publish):
    publish("award", no="A-2", goods=GOODS, now=NOW + timedelta(minutes=1))
    catch_up()
    asked = set(Chart.objects.values_list("pk", flat=True))
    rebuild(follower.VIEW, now=NOW)
    assert set(Chart.objects.values_list("pk", flat=True)) == asked

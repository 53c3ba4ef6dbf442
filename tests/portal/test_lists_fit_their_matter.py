"""Lists are laid out as their matter asks: days with gaps, units side by side, groups with counts, prices in groups."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sunlit.screens.models import Chart
from tests.city import settle
from tests.portal.test_lists import builder  # noqa: F401  # publishes on

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def air(builder):  # noqa: F811
    """Publish the air of ten days in a row, of which two are missing."""
    example = builder.example_of("air-daily")
    for offset in range(10):
        if offset not in (3, 6):
            day = date(2026, 10, 10) + timedelta(days=offset)
            builder.publish(
                "air-daily", example.unit, {**example.data, "day": day.isoformat(), "aqi": str(40 + offset)}
            )
    settle(builder.now + timedelta(days=1))


def test_a_calendar_shows_which_days_are_missing(air, page):
    shown = page("/kinds/air-daily/")
    assert len(shown.find("table", class_="month")) >= 1
    gaps = shown.find("td", class_="gap")
    assert len(gaps) >= 2


def test_a_day_of_a_calendar_leads_to_its_record(air, reader):
    months = reader().get("/kinds/air-daily.json").json()["layout"]["calendar"]["months"]
    days = {
        day["day"]: day
        for month in months
        if month["label"] == "2026-10"
        for week in month["weeks"]
        for day in week
        if day
    }
    assert days[12]["value"] == "42"
    assert days[13]["is_gap"]
    assert reader().get(days[12]["url"]).status_code == 200


def test_units_that_owe_and_have_not_published_are_shown_beside_those_that_have(page, reader):
    regions = reader().get("/kinds/land-supply-plan.json").json()["layout"]["regions"]
    assert regions["missing"] == sum(row["record"] is None for row in regions["rows"]) > 0
    assert any(row["record"] for row in regions["rows"])
    assert "还没有" in page("/kinds/land-supply-plan/").text


def test_a_group_leads_to_exactly_what_it_counts(reader):
    for branch in reader().get("/kinds/power-item.json").json()["layout"]["tree"]:
        address = branch["figure"]["url"].partition("#")[0].replace("/kinds/power-item/", "/kinds/power-item.json")
        assert reader().get(address).json()["total"] == branch["figure"]["value"]


def test_a_price_says_what_it_is_counted_by(reader):
    rows = reader().get("/kinds/medical-price.json").json()["rows"]
    assert rows[0]["group"]
    assert rows[0]["values"]["counted_by"]


def test_a_layout_does_not_stand_over_later_pages(reader):
    assert reader().get("/kinds/power-item.json", {"after": "x"}).json()["layout"] is None


def test_a_chart_is_shown_with_its_size_and_without_scripts(city, page, reader):
    from sunlit.screens.charts import drawing

    slug = city.slugs["gov-budget"]
    subject = Chart.objects.get(pk__startswith="record:", pk=f"record:{pk_of(slug)}").pk
    Chart.objects.exclude(pk=subject).update(due=False)
    drawing.draw_due()
    (image,) = page(f"/r/{slug}").find("img", loading="lazy")
    assert int(image["width"]) > 100
    assert image["alt"]
    response = reader().get(image["src"])
    assert response["Content-Type"].startswith("image/svg+xml")
    assert "default-src 'none'" in response["Content-Security-Policy"]


def pk_of(slug):
    from sunlit.records.models import Record

    return Record.objects.get(slug=slug).pk


def test_there_is_no_chart_where_none_was_drawn(city, reader):
    assert reader().get(f"/r/{city.slugs['policy']}/chart.svg").status_code == 404

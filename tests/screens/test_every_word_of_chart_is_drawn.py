"""Every word by which a plan may ask for a chart gives a drawing that the engine accepts."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sunlit.plan.words import CHARTS
from sunlit.screens.charts import drawing, specs
from sunlit.screens.charts.figures import Figures, Point

DAYS = [f"2025-{month:02}-15" for month in range(1, 9)]
SERIES = {
    "days": ("day", [Point(day, "", "指数", float(at)) for at, day in enumerate(DAYS)]),
    "days of several": (
        "day",
        [Point(day, name, "指数", at + 1.0) for at, day in enumerate(DAYS) for name in "甲乙丙"],
    ),
    "measures": ("day", [Point(day, "", name, at + 1.0) for at, day in enumerate(DAYS) for name in ("收入", "支出")]),
    "years": ("year", [Point(str(year), "", "万元", float(year - 2000)) for year in range(2020, 2026)]),
    "names": ("text", [Point(f"项目{at}", "", "金额 (万元)", float(at)) for at in range(30)]),
    "names of several": (
        "text",
        [Point(f"项目{at}", name, "元", at + 1.0) for at in range(5) for name in ("收入", "支出")],
    ),
}


@pytest.fixture(scope="module")
def draw():
    return drawing.engine()


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("word", CHARTS)
def test_it_is_drawn(draw, word, series):
    scale, points = SERIES[series]
    svg = draw(specs.spec(Figures(word, scale, "图", points), "其他"))
    drawn = ElementTree.fromstring(svg)  # noqa: S314  # drawn here
    assert drawn.tag.endswith("svg")
    # Marks of the figures themselves, not only axes.
    assert 'aria-roledescription="' in svg
    assert "NaN" not in svg


def test_small_parts_of_a_whole_are_put_together(draw):
    scale, points = SERIES["names"]
    svg = draw(specs.spec(Figures("share", scale, "图", points), "其他各项"))
    assert "其他各项" in svg
    assert "项目29" in svg
    assert "项目3<" not in svg

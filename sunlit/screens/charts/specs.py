"""From figures to a Vega-Lite specification; pure, so that the same figures always give the same drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sunlit.screens.charts.figures import Figures, Point

Spec = dict[str, Any]

COLOURS = ("#17406d", "#d98f00", "#1f7a4d", "#b3261e", "#6b7fa3", "#7a5c99")
"""Blue and sun first; each can be told from its neighbours also in grey."""
WIDTH = 420
MOST_PARTS = 12
"""Parts of a whole that get a bar of their own; what is left is one bar."""
ROW = 30
_FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_CONFIG: Spec = {
    "font": _FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "range": {"category": list(COLOURS)},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": "#55606e",
        "titleColor": "#55606e",
        "domainColor": "#c9c5bb",
        "tickColor": "#c9c5bb",
        "gridColor": "#e4e0d8",
        "labelLimit": 190,
    },
    "legend": {"orient": "bottom", "title": None, "labelFontSize": 13, "labelLimit": 190, "columns": 2, "offset": 8},
    "title": {"fontSize": 13, "fontWeight": "normal", "color": "#55606e", "anchor": "start", "offset": 14},
    "bar": {"color": COLOURS[0]},
    "line": {"color": COLOURS[0], "strokeWidth": 2},
    "point": {"color": COLOURS[0], "filled": True, "size": 28},
    "text": {"fontSize": 13, "color": "#1b2430"},
}


def spec(figures: Figures, other: str) -> Spec:
    """Return the specification of a chart; ``other`` names the bar of all parts that are too small for their own."""
    drawn = _WORDS[figures.word](figures, other)
    if figures.note:
        drawn["title"] = figures.note
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": _CONFIG, **drawn}


def _rows(points: list[Point]) -> Spec:
    return {"values": [{"x": one.x, "s": one.series, "m": one.measure, "v": one.value} for one in points]}


def _series(figures: Figures) -> list[str]:
    return list(dict.fromkeys(point.series for point in figures.points))


def _colour(figures: Figures) -> Spec:
    names = _series(figures)
    if len(names) < 2:
        return {}
    return {"color": {"field": "s", "type": "nominal", "sort": names, "scale": {"range": list(COLOURS)}}}


def _across(figures: Figures) -> Spec:
    """Return the axis along the bottom: days, years, or names in their order."""
    if figures.scale == "day":
        return {"field": "x", "type": "temporal", "title": None, "axis": {"format": "%Y-%m", "labelOverlap": True}}
    axis = {"labelAngle": 0, "labelOverlap": True} if figures.scale == "year" else {"labelLimit": 120}
    return {"field": "x", "type": "ordinal", "title": None, "sort": None, "axis": axis}


def _by_month(across: Spec) -> Spec:
    """Return the axis of days as one of months, a place for each."""
    axis = {**across["axis"], "labelAngle": -45, "labelAlign": "right"}
    return {**across, "type": "ordinal", "timeUnit": "yearmonth", "axis": axis}


def _up(title: str, *, zero: bool) -> Spec:
    return {
        "field": "v",
        "type": "quantitative",
        "title": title,
        "scale": {"zero": zero},
        "axis": {
            "tickCount": 5,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleY": -12,
            "titleX": 0,
        },
    }


def _line(figures: Figures, other: str) -> Spec:
    """Draw values over time, one under the other where they are measures of their own."""
    views = []
    for measure in figures.measures:
        points = [point for point in figures.points if point.measure == measure]
        views.append(
            {
                "width": WIDTH,
                "height": 190,
                "data": _rows(points),
                "mark": {"type": "line", "point": len(points) <= 60},
                "encoding": {"x": _across(figures), "y": _up(measure, zero=False), **_colour(figures)},
            }
        )
    return views[0] if len(views) == 1 else {"vconcat": views, "resolve": {"legend": {"color": "shared"}}}


def _bar(figures: Figures, other: str) -> Spec:
    """Draw values side by side: upright over time, lying where names stand beside them."""
    if figures.scale == "text":
        return _lying(figures)
    views = []
    for measure in figures.measures:
        encoding = {"x": _across(figures), "y": _up(measure, zero=True), **_colour(figures)}
        if figures.scale == "day":
            encoding["x"] = _by_month(encoding["x"])
        if len(_series(figures)) > 1:
            encoding["xOffset"] = {"field": "s", "type": "nominal", "sort": _series(figures)}
        points = [point for point in figures.points if point.measure == measure]
        views.append({"width": WIDTH, "height": 190, "data": _rows(points), "mark": "bar", "encoding": encoding})
    return views[0] if len(views) == 1 else {"vconcat": views, "resolve": {"legend": {"color": "shared"}}}


def _lying(figures: Figures) -> Spec:
    names = list(dict.fromkeys(point.x for point in figures.points))
    several = len(_series(figures)) > 1
    encoding: Spec = {
        "y": {"field": "x", "type": "nominal", "sort": names, "title": None},
        "x": {"field": "v", "type": "quantitative", "title": figures.measures[0], "axis": {"tickCount": 4}},
        **_colour(figures),
    }
    if several:
        encoding["yOffset"] = {"field": "s", "type": "nominal", "sort": _series(figures)}
    height = ROW * len(names) * (len(_series(figures)) if several else 1) // (2 if several else 1)
    return {
        "width": WIDTH - 160,
        "height": max(height, 90),
        "data": _rows(figures.points),
        "mark": "bar",
        "encoding": encoding,
    }


def _stacked(figures: Figures, other: str) -> Spec:
    """Draw parts of a sum on top of each other; kept apart by series, or by measure where there is one series."""
    if figures.scale == "text":
        drawn = _lying(figures)
        drawn["encoding"].pop("yOffset", None)
        drawn["height"] = max(ROW * len({point.x for point in figures.points}), 90)
        return drawn
    by_measure = len(figures.measures) > 1 and len(_series(figures)) < 2
    key = "m" if by_measure else "s"
    title = "" if by_measure else figures.measures[0]
    colour = {"field": key, "type": "nominal", "sort": None, "scale": {"range": list(COLOURS)}}
    across = _across(figures)
    if figures.scale == "day":
        across = _by_month(across)
    return {
        "width": WIDTH,
        "height": 210,
        "data": _rows(figures.points),
        "mark": "bar",
        "encoding": {"x": across, "y": {**_up(title, zero=True), "aggregate": "sum"}, "color": colour},
    }


def _share(figures: Figures, other: str) -> Spec:
    """Draw parts of one whole as bars, the largest first, each with its part of a hundred."""
    total = sum(point.value for point in figures.points) or 1.0
    ordered = sorted(figures.points, key=lambda point: -point.value)
    kept, rest = ordered[:MOST_PARTS], ordered[MOST_PARTS:]
    if rest:
        kept.append(Point(other, "", figures.measures[0], sum(point.value for point in rest)))
    rows = [
        {"x": point.x, "v": point.value, "t": f"{point.value / total:.1%}", "at": at} for at, point in enumerate(kept)
    ]
    y = {"field": "x", "type": "nominal", "sort": {"field": "at"}, "title": None}
    x = {"field": "v", "type": "quantitative", "title": figures.measures[0], "axis": {"tickCount": 4}}
    return {
        "width": WIDTH - 160,
        "height": max(ROW * len(rows), 90),
        "data": {"values": rows},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": "bar"},
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"text": {"field": "t", "type": "nominal"}},
            },
        ],
    }


def _calendar(figures: Figures, other: str) -> Spec:
    """Draw a day a square, a month a row; a day without a value stays empty. What has no days becomes bars."""
    if figures.scale != "day":
        return _bar(figures, other)
    return {
        "width": WIDTH,
        "data": _rows([point for point in figures.points if point.measure == figures.measures[0]]),
        "mark": {"type": "rect", "stroke": "#fcfbf8", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "x", "timeUnit": "date", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "x", "timeUnit": "yearmonth", "type": "ordinal", "title": None, "axis": {"format": "%Y-%m"}},
            "color": {
                "field": "v",
                "aggregate": "mean",
                "type": "quantitative",
                "title": figures.measures[0],
                "scale": {"range": ["#e9f0f7", "#17406d"]},
            },
        },
    }


_WORDS: Mapping[str, Callable[[Figures, str], Spec]] = {
    "line": _line,
    "bar": _bar,
    "stacked": _stacked,
    "share": _share,
    "calendar": _calendar,
}

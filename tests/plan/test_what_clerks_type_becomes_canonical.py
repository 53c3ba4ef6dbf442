from __future__ import annotations

import pytest

from sunlit.plan.language import Plan
from sunlit.plan.payload import cleaner, typed

SHA = "ab" * 32
STORED = {"sha256": SHA, "name": "附件 1.pdf", "size": 12, "type": "application/pdf"}

# (field of the kind that has every type, what is given, the canonical value)
GOOD: list[tuple[str, object, object]] = [
    ("title", "  标题\u200b一 ", "标题\u200b一"),
    ("title", "e\u0301", "é"),
    ("title", "一\r\n二", "一\n二"),
    ("body", "<p>一</p><script>x()</script>", "<p>一</p>"),
    ("body", "一\n\n二 & <三", "<p>一</p><p>二 &amp; &lt;三</p>"),
    ("body", '<a href="javascript:x()" onclick="y()">z</a>', '<a rel="noopener nofollow">z</a>'),
    ("body", "<div>一</div>", "<p>一</p>"),
    ("body", "<p>&#824; onmouseover=alert(1)</p>", None),
    ("day", "2026-01-05", "2026-01-05"),
    ("day", "2026/1/5", "2026-01-05"),
    ("day", "2026.1.5", "2026-01-05"),
    ("day", "2026年1月5日", "2026-01-05"),
    ("day", "２０２６年０１月０５日", "2026-01-05"),
    ("day", "20260105", "2026-01-05"),
    ("sum", "1200", 120000),
    ("sum", "1,200.5", 120050),
    ("sum", "１，２００．５０", 120050),
    ("sum", "0.07", 7),
    ("sum", "-3", -300),
    ("sum", "¥ 5", 500),
    ("sum", "3万元", 3_000_000),
    ("sum", "1.5亿元", 15_000_000_000),
    ("sum", 120050, 120050),
    ("amount", "0012.500", "12.5"),
    ("amount", "1,234", "1234"),
    ("amount", "-0.0", "0"),
    ("amount", "12.50 吨", "12.5"),
    ("share", "76％", "76"),
    ("share", "0.5 %", "0.5"),
    ("choice", "fine", "fine"),
    ("choice", "罚款", "fine"),
    ("choice", "罰款", "fine"),
    ("choice", "FINE", "fine"),
    ("unit", "lt-finance", "lt-finance"),
    ("unit", "小城财政局", "lt-finance"),
    ("unit", "财政", "lt-finance"),
    ("unit", "finance bureau", "lt-finance"),
    ("units", "甲县；乙县;甲县", ["a-county", "b-county"]),
    ("units", '["甲县"]', ["a-county"]),
    ("units", ["a-county", "", None], ["a-county"]),
    ("region", "510921", "510921"),
    ("region", "甲县", "510921"),
    ("code", "91350100m000100y43", "91350100M000100Y43"),
    ("code", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43"),
    ("head", "王五，局长，0825-1234567", {"name": "王五", "post": "局长", "phone": "0825-1234567"}),
    ("head", "王五", {"name": "王五", "post": "", "phone": ""}),
    ("head", '{"name": "王五", "post": "局长"}', {"name": "王五", "post": "局长", "phone": ""}),
    ("identity", "11010519491231002x", "11010519491231002X"),
    ("phone", "（0825）1234567 转8", "(0825)1234567 转8"),
    ("phone", "12345", "12345"),
    ("site", "https://example.org/文件?a=b", "https://example.org/文件?a=b"),
    ("files", STORED, [STORED]),
    ("files", [STORED, STORED], [STORED]),
    ("rows", [{"day": "2026/1/5", "money": "3"}], [{"day": "2026-01-05", "money": 300}]),
    ("rows", [{"who": "乙县", "money": 3}], [{"money": 3, "who": "b-county"}]),
    ("rows", [{"钱": "1"}, {}, {"money": ""}], [{"money": 100}]),
    ("rows", '[{"money": "2"}]', [{"money": 200}]),
    ("place", "105.570, 30.51", {"lng": "105.57", "lat": "30.51"}),
    ("place", "105.57，30.51", {"lng": "105.57", "lat": "30.51"}),
    ("place", {"lng": "105.57", "lat": "30.51"}, {"lng": "105.57", "lat": "30.51"}),
    ("other", "115100001/2026-00001", "115100001-2026-00001"),
    ("other", "https://example.org/r/115100001-2026-00001/", "115100001-2026-00001"),
    ("other", "115100001-2026-123456", "115100001-2026-123456"),
]  # fmt: skip

# (field, what is given, part of the message)
BAD: list[tuple[str, object, str]] = [
    ("title", "长" * 41, "41 characters, at most 40"),
    ("title", "a\0b", "cannot be stored"),
    ("title", "a\ud800b", "cannot be stored"),
    ("title", 5, "must be text"),
    ("title", ["a"], "must be text"),
    ("day", "2026-02-30", "is no date"),
    ("day", "2026-1", "is no date"),
    ("day", "05/01/2026", "is no date"),
    ("day", "2026-W01-1", "is no date"),
    ("day", "1999-12-31", "lies outside 2000-01-01"),
    ("day", "2026年13月1日", "is no date"),
    ("sum", "0.001", "finer than one 分"),
    ("sum", "1,23", "is no number"),
    ("sum", "1e5", "is no number"),
    ("sum", "约3万元", "is no number"),
    ("sum", "9" * 20, "too large"),
    ("sum", 1.5, "must be text"),
    ("sum", True, "must be text"),
    ("amount", "-6", "less than -5"),
    ("amount", "十", "is no number"),
    ("amount", "NaN", "is no number"),
    ("share", "101%", "more than 100"),
    ("choice", "罚金", "is no term of this list; choose one"),
    ("choice", "clozure", "did you mean “closure”?"),
    ("unit", "五星村", "name of several (a-v1, b-v1); write the code"),
    ("unit", "市财政", "There is no unit"),
    ("units", "甲县;丙县", "There is no unit “丙县”"),
    ("region", "110000", "no division of this city"),
    ("region", "财政局", "no division of this city"),
    ("code", "91350100M000100Y44", "no unified social credit code"),
    ("head", "王五,局长,123456,另", "separated by commas"),
    ("head", {"post": "局长"}, "needs a name"),
    ("head", {"name": "王五", "age": "50"}, "separated by commas"),
    ("head", "王五,局长,电话", "is no telephone number"),
    ("identity", "110105194912310021", "no identity number"),
    ("phone", "电话", "is no telephone number"),
    ("phone", "12", "is no telephone number"),
    ("site", "example.org", "begin with https://"),
    ("site", "javascript:alert(1)", "begin with https://"),
    ("site", "https://user:pass@example.org/", "begin with https://"),
    ("site", "https:///path", "begin with https://"),
    ("files", "附件.pdf", "upload it"),
    ("files", {**STORED, "sha256": "AB" * 32}, "upload it again"),
    ("files", {**STORED, "name": "../x"}, "rename it"),
    ("files", {**STORED, "size": -1}, "size of this file"),
    ("rows", "表", "must be a table"),
    ("rows", "[{]", "cannot be read"),
    ("rows", ["x"], "Row 1, : this is no row"),
    ("rows", [{"money": "1"}, {"day": "2026-01-05"}], "Row 2, 钱: this is required"),
    ("rows", [{"money": "1", "no": "x"}], "Row 1, no: the table has no such column"),
    ("rows", [{"money": "1"}, {"money": "x"}], "Row 2, 钱: “x” is no number"),
    ("place", "200,10", "longitude and latitude"),
    ("place", "10", "longitude and latitude"),
    ("other", "2026-00001", "is no index number"),
]  # fmt: skip


def clean_one(plan: Plan, field: str, value: object) -> tuple[object, list[str]]:
    raw = {"title": "标题", "why": "因为", field: value}
    cleaned = cleaner(plan.kinds["everything"], plan).clean(raw)
    return cleaned.payload.get(field), [error.message for error in cleaned.errors if error.field == field]


@pytest.mark.parametrize(("field", "given", "canonical"), GOOD)
def test_it_is_understood(plan: Plan, field: str, given: object, canonical: object) -> None:
    found, errors = clean_one(plan, field, given)
    assert errors == []
    if canonical is not None:
        assert found == canonical
    assert clean_one(plan, field, found) == (found, [])


@pytest.mark.parametrize(("field", "given", "message"), BAD)
def test_it_is_refused_in_words(plan: Plan, field: str, given: object, message: str) -> None:
    found, errors = clean_one(plan, field, given)
    assert found is None
    assert any(message in error for error in errors), errors


def test_markup_never_comes_alive_through_the_canonical_form_of_unicode(plan: Plan) -> None:
    found, _errors = clean_one(plan, "body", "<p>&#824; onmouseover=alert(1) &gt;</p>")
    assert "<p≯" not in str(found)


def test_empty_values_are_left_out(plan: Plan) -> None:
    raw: dict[str, object] = {
        "title": "标题",
        "day": "",
        "sum": None,
        "units": [],
        "head": {},
        "rows": "[]",
        "site": "  ",
    }
    cleaned = cleaner(plan.kinds["everything"], plan).clean(raw)
    assert (cleaned.payload, cleaned.errors) == ({"title": "标题"}, [])


def test_all_errors_are_reported_together_by_field(plan: Plan) -> None:
    cleaned = cleaner(plan.kinds["penalty"], plan).clean(
        {"kinds": "罚款", "code": "1", "decided_on": "x", "colour": "red"}
    )
    assert {error.field for error in cleaned.errors} == {"number", "code", "decided_on", "colour", "fine"}
    assert len(cleaned.errors) == 5


def test_a_wrong_value_is_not_also_reported_as_missing(plan: Plan) -> None:
    cleaned = cleaner(plan.kinds["penalty"], plan).clean({"number": "1", "kinds": "警告", "decided_on": "x"})
    assert [error.field for error in cleaned.errors] == ["decided_on"]


def test_a_field_is_required_only_where_its_condition_holds(plan: Plan) -> None:
    raw: dict[str, object] = {"number": "1", "kinds": "警告", "decided_on": "2026-01-05"}
    clean = cleaner(plan.kinds["penalty"], plan).clean
    assert clean(raw).errors == []
    assert [error.field for error in clean({**raw, "kinds": "警告;罚款"}).errors] == ["fine"]
    everything = cleaner(plan.kinds["everything"], plan).clean
    assert [error.field for error in everything({"title": "标题", "day": "2026-01-05"}).errors] == ["why"]


def test_a_wrong_cell_is_reported_with_its_path(plan: Plan) -> None:
    rows = [{"money": "1"}, {"money": "x", "day": "y"}]
    cleaned = cleaner(plan.kinds["everything"], plan).clean({"title": "标题", "rows": rows})
    assert {(error.field, error.path) for error in cleaned.errors} == {("rows", (1, "money")), ("rows", (1, "day"))}


def test_money_typed_in_ten_thousands_is_kept_to_the_last_fen(plan: Plan) -> None:
    clean = cleaner(plan.kinds["budget"], plan).clean
    raw: dict[str, object] = {
        "year": "2026",
        "approved_on": "2026-01-20",
        "lines": [{"code": "201", "name": "x", "amount": "1"}],
    }
    assert clean({**raw, "total": "1,234.567891"}).payload["total"] == 1_234_567_891
    assert clean({**raw, "total": "3元"}).payload["total"] == 300
    assert clean({**raw, "total": "1.2345678"}).errors


def test_headers_are_known_by_code_label_and_name(plan: Plan) -> None:
    headers = cleaner(plan.kinds["penalty"], plan).headers()
    assert headers["XK_WSH"] == headers["行政处罚决定书文号"] == headers["number"] == "number"
    assert headers["罚款金额（万元）"] == headers["罚款金额(万元)"] == headers["fine"] == "fine"


def test_cleaners_are_compiled_once_per_plan(plan: Plan) -> None:
    again = Plan.from_json(plan.canonical)
    assert cleaner(plan.kinds["budget"], plan) is cleaner(again.kinds["budget"], again)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (100.0, "100"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (float("nan"), ""),
        (7, "7"),
        ("x", "x"),
    ],
)
def test_cells_of_spreadsheets_become_what_a_clerk_would_type(cell: object, text: str) -> None:
    assert typed(cell) == text

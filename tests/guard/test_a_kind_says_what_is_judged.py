"""What readers never see is not judged, what they see masked is judged as masked; a kind softens rules on a ground."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sunlit.files.extraction.parts import Extract, Hidden, Part
from sunlit.guard import passages, rules
from sunlit.guard.findings import Finding
from sunlit.guard.judging import judge
from sunlit.guard.many import judge_many
from sunlit.plan.language import Document, Kind, Plan
from tests.guard.conftest import TODAY

NUMBER = "510903199001011238"
CARD = "4111111111111111"


def kind_with(plan: Plan, fields: list[dict[str, Any]], guard: list[dict[str, Any]] | None = None) -> Kind:
    """Return a kind of the plan with other fields."""
    old = next(iter(plan.kinds.values())).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    settings = {"guard": guard} if guard else {}
    return Kind.model_validate_json(json.dumps({**old, "settings": settings, "fields": fields, "checks": []}))


def field(name: str, sort: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": sort, "label": label, **more}


def found(plan: Plan, kind: Kind, payload: dict[str, Any]) -> list[Finding]:
    return list(judge(passages.of_payload(kind, payload), rules.of(plan).for_kind(kind), today=TODAY))


def test_what_readers_never_see_is_not_judged(plan: Plan) -> None:
    kind = kind_with(
        plan, [field("inner", "text", "内部", show="internal"), field("number", "id_number", "证件", show="internal")]
    )
    assert found(plan, kind, {"inner": NUMBER, "number": NUMBER}) == []


def test_what_readers_see_masked_is_judged_as_masked(plan: Plan) -> None:
    shape = {"show": "masked", "basis": "法"}
    kind = kind_with(
        plan,
        [
            field("who", "person", "姓名", mask="surname", **shape),
            field("call", "phone", "电话", mask="phone", **shape),
            field("card", "text", "账号", mask="bank_card", **shape),
        ],
    )
    assert found(plan, kind, {"who": "张小明", "call": "13812345678", "card": CARD}) == []


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("text", NUMBER),
        ("number", NUMBER),
        ("richtext", f"<p>号码<b>{NUMBER}</b></p>"),
        ("url", f"https://example.org/{NUMBER}"),
        ("file", {"sha256": "0" * 64, "name": f"{NUMBER}.pdf", "size": 1, "type": "application/pdf"}),
        ("phone", NUMBER),
        ("money", int(NUMBER) * 100),
        ("officer", {"name": "某", "post": NUMBER, "phone": ""}),
    ],
)
def test_every_sort_of_public_field_is_judged(plan: Plan, sort: str, value: Any) -> None:
    kind = kind_with(plan, [field("it", sort, "内容")])
    told = found(plan, kind, {"it": value})
    assert [one.rule for one in told] == ["id-number"]
    assert told[0].place.field == "it"
    assert [(n, one.rule) for n, one in judge_many(kind, [{}, {"it": value}], rules.of(plan), today=TODAY)] == [
        (1, "id-number")
    ]


def test_a_finding_in_a_table_names_row_and_column(plan: Plan) -> None:
    columns = [{"name": "note", "type": "text", "label": "备注"}, {"name": "sum", "type": "money", "label": "金额"}]
    kind = kind_with(plan, [field("lines", "table", "明细", columns=columns)])
    told = found(plan, kind, {"lines": [{"note": "好"}, {"note": NUMBER, "sum": 100}]})
    assert [(one.place.row, one.place.column) for one in told] == [(2, "note")]
    assert [n for n, _ in judge_many(kind, [{"lines": [{"note": NUMBER}]}], rules.of(plan), today=TODAY)] == [0]


def test_names_in_a_list_warn_unless_the_kind_must_name_people(plan: Plan) -> None:
    text = kind_with(plan, [field("people", "table", "名单", columns=[{"name": "n", "type": "text", "label": "姓名"}])])
    assert [one.rule for one in found(plan, text, {"people": [{"n": "张小明"}]})] == ["name"]
    named = [{"name": "n", "type": "person", "label": "姓名", "mask": "none", "basis": "公务员法第三十二条"}]
    kind = kind_with(plan, [field("people", "table", "名单", columns=named), field("body", "text", "正文")])
    assert found(plan, kind, {"people": [{"n": "张小明"}], "body": "联系人：李建国"}) == []


def test_a_list_that_must_name_people_still_says_nothing_of_their_health(plan: Plan) -> None:
    columns = [
        {"name": "n", "type": "person", "label": "姓名", "mask": "none", "basis": "社会救助暂行办法"},
        {"name": "why", "type": "text", "label": "原因"},
    ]
    kind = kind_with(plan, [field("people", "table", "名单", columns=columns)])
    assert [one.rule for one in found(plan, kind, {"people": [{"n": "张小明", "why": "患尿毒症"}]})] == ["health"]


def test_the_telephone_of_an_office_is_silent_where_the_plan_declares_it(plan: Plan) -> None:
    kind = kind_with(
        plan, [field("office", "phone", "办公电话"), field("body", "text", "正文"), field("head", "officer", "负责人")]
    )
    landline = "0825-2345678"
    payload = {"office": landline, "body": landline, "head": {"name": "某", "post": "主任", "phone": landline}}
    assert [(one.rule, one.place.field) for one in found(plan, kind, payload)] == [("landline", "body")]


def test_a_kind_softens_and_sharpens_rules_in_its_fields(plan: Plan) -> None:
    guard = [
        {"rule": "mobile", "severity": "off", "basis": "村民委员会值班电话", "fields": ["duty"]},
        {"rule": "address", "severity": "block", "basis": "救助名单不公开住址"},
    ]
    kind = kind_with(plan, [field("duty", "text", "值班"), field("body", "text", "正文")], guard)
    told = found(plan, kind, {"duty": "13812345678", "body": "13812345678，船山区凯旋路88号5栋1201室"})
    assert [(one.rule, one.severity.value, one.place.field) for one in told] == [
        ("mobile", "warn", "body"),
        ("address", "block", "body"),
    ]


def test_hidden_parts_of_files_are_findings_and_are_judged_as_well(plan: Plan) -> None:
    parts = (
        Part("名单!A1", "姓名"),
        Part("名单!A2", "张小明"),
        Part("名单!B2", NUMBER, Hidden.HIDDEN_COLUMN),
        Part("p", "某", Hidden.METADATA),
    )
    told = list(judge(passages.of_extract("名单.xlsx", Extract(parts)), rules.of(plan), today=TODAY))
    assert [(one.rule, one.severity.value, one.place.part) for one in told] == [
        ("name", "warn", "名单!A2"),
        ("hidden-content", "block", "名单!B2"),
        ("id-number", "block", "名单!B2"),
        ("metadata", "warn", "p"),
    ]
    assert "hidden column" in told[1].remedy
    assert all(NUMBER not in one.excerpt for one in told)


def test_what_could_not_be_read_is_said(plan: Plan) -> None:
    extract = Extract((), complete=False, notices=("The file is encrypted.",))
    (told,) = judge(passages.of_extract("a.pdf", extract), rules.of(plan), today=TODAY)
    assert (told.rule, told.severity.value) == ("unread", "warn")
    assert "The file is encrypted." in told.remedy


def test_rules_have_a_version_that_follows_their_lists(plan: Plan) -> None:
    document: Document = plan.document
    other = Plan(document.model_copy(update={"guard": document.guard.model_copy(update={"forbidden": ()})}))
    assert rules.of(plan) is rules.of(plan)
    assert rules.of(other).version != rules.of(plan).version

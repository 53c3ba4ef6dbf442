"""What somebody would type who has never seen the site, and what must be among the first ten results."""

import time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sunlit import sight
from sunlit.search import asking, suggesting
from sunlit.search.answers import Chosen

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

FIRST_SCREEN = [
    # a few words
    ("小学招生", "record:admission-policy"),
    ("遂宁中学 招生计划", "record:admission-plan"),
    ("教师资格认定", "record:approval-decision-person"),
    ("公租房 申请", "record:housing-guide"),
    ("老旧小区改造", "record:livelihood-project"),
    ("食品抽检", "record:sampling-result"),
    ("部门预算", "record:dept-budget"),
    ("2025年 部门决算", "record:dept-final-account"),
    ("空气质量日报", "record:air-daily"),
    ("水质", "record:water-monthly"),
    ("污水处理厂", "record:eia-completion"),
    ("生活垃圾分类", "record:decision-evaluation"),
    ("停车", "record:decision-draft"),
    ("停车办法 草案", "record:decision-draft"),
    ("事业单位招聘", "record:institution-recruitment"),
    ("公务员遴选", "record:selection"),
    ("创业补贴", "record:employment-subsidy"),
    ("技能 鉴定", "record:skill-test"),
    ("排污费", "record:discharge-fee"),
    ("身份证工本费", "record:fee-item"),
    ("水压", "record:concern-response"),
    ("低保资金", "record:allowance-funds"),
    ("校园 报警", "record:procurement-notice"),
    ("直线加速器", "record:single-source-notice"),
    ("采矿权", "record:mining-offer"),
    ("村 财务", "record:village-finance"),
    ("厕所改造补助", "record:village-policy"),
    # one thing by its name
    ("遂宁市示例建材有限公司", "record:accident-report"),
    ("阿卡波糖", "record:drug-catalogue"),
    ("磁共振", "record:treatment-catalogue"),
    ("加降分", "record:special-admission"),
    ("桂花镇", "unit:510903106"),
    # other scripts, widths, cases
    ("小學招生", "record:admission-policy"),
    ("公共租賃住房申請", "record:housing-guide"),
    ("ＣＴ", "record:hospital-price"),
    ("led 显示屏", "record:screen-register"),
    ("１２３４５", "measure:37"),
    # other names and synonyms
    ("市国土局", "unit:sn-natural-resources"),
    ("国土资源局", "unit:sn-land-bureau"),
    ("市教育局", "unit:sn-education-sports"),
    ("廉租房", "record:housing-guide"),
    ("医疗保险 报销", "record:operator-training"),
    ("最低生活保障标准", "record:allowance-rule"),
    ("环评 包装材料", "record:eia-report"),
    ("政务大厅", "measure:32"),
    ("上访", "unit:sn-petitions"),
    # letters
    ("gongjijin", "unit:sn-provident-fund"),
    ("gjj", "unit:sn-provident-fund"),
    ("dibao", "record:allowance-funds"),
    # whole questions
    ("小孩上小学怎么报名？", "record:admission-policy"),
    ("进城务工人员子女怎么参加高考", "record:admission-qualification"),
    ("医保怎么报销", "record:operator-training"),
    ("公租房申请需要什么条件", "record:housing-guide"),
    ("水压不足怎么办", "record:concern-response"),
    ("丢了身份证补办要多少钱", "record:fee-item"),
    ("便民服务中心几点上班", "record:centre-profile"),
    ("普通门诊诊察费是多少", "record:medical-price"),
    ("政府信息公开怎么申请", "record:foi-guide"),
    # filters and signs
    ('"招生工作"', "record:admission-policy"),
    ("招生 -小学", "record:admission-plan"),
    ("unit:市教育和体育局 预算", "record:dept-budget"),
    ("单位：遂宁中学 招生", "record:admission-plan"),
    ("kind:部门预算 教育", "record:dept-budget"),
    ("year:2026 药房", "record:designated-provider"),
    # measures and columns
    ("依申请公开机制", "measure:39"),
    ("推进行政处罚信息公开", "measure:22"),
    ("阳光政务", "measure:36"),
    ("行政处罚决定", "kind:penalty-decision"),
    # a slip of the keyboard
    ("公积今", "unit:sn-provident-fund"),
    ("加强财政资金信息公kai", "measure:1"),
]


def shown(answer):
    found = set()
    for hit in answer.hits:
        found |= {f"{hit.target.page}:{hit.target.code}", f"{hit.target.page}:{hit.kind}"}
    return found


@pytest.mark.parametrize(("query", "wanted"), FIRST_SCREEN, ids=lambda value: value if ":" not in value else "")
def test_it_is_on_the_first_screen(city, query, wanted):
    answer = asking.ask(sight.anonymous(), query)
    assert wanted in shown(answer), (answer.total, answer.rung, [hit.title.text for hit in answer.hits])


@pytest.mark.parametrize(
    ("typed", "meant"), [("公积今", "公积金"), ("低宝", "低保"), ("行政处法", "行政处罚"), ("政务公凯", "政务公开")]
)
def test_a_slip_is_put_right(city, typed, meant):
    assert meant in [way.query for way in asking.ask(sight.anonymous(), typed).meant]


def test_a_document_number_is_found_in_any_bracket(city):
    from sunlit.records.models import Record

    record = Record.objects.get(slug=city.city["public"].slug)
    number = record.live.data["number"]
    for written in (
        number,
        number.replace("〔", "[").replace("〕", "]"),
        number.replace("〔", "（").replace("〕", "） "),
    ):
        answer = asking.ask(sight.anonymous(), written)
        assert record.slug in [hit.target.code for hit in answer.hits], written
    assert asking.ask(sight.anonymous(), record.index_no).hits[0].target.code == record.slug
    assert asking.ask(sight.anonymous(), record.slug).hits[0].target.code == record.slug


def test_marks_stand_where_the_words_are(city):
    answer = asking.ask(sight.anonymous(), "公共租賃住房")
    for hit in answer.hits:
        for part in (hit.title, hit.text):
            for begin, end in part.ranges:
                assert 0 <= begin < end <= len(part.text)
    assert any(hit.title.text[slice(*hit.title.ranges[0])] == "公共租赁住房" for hit in answer.hits if hit.title.ranges)


def test_facets_count_what_was_found(city):
    answer = asking.ask(sight.anonymous(), "公开")
    by_type = {one.value: one.count for one in answer.facets["type"]}
    assert sum(by_type.values()) == answer.total
    narrowed = asking.ask(sight.anonymous(), "公开", filters=Chosen(types=("measures",)))
    assert narrowed.total == by_type["measures"]
    assert {"kind", "area", "unit", "year", "validity"} <= set(answer.facets)


def test_pages_follow_each_other_without_repeating(city):
    seen = [
        (hit.target.page, hit.target.code)
        for page in (1, 2, 3)
        for hit in asking.ask(sight.anonymous(), "公开", page=page).hits
    ]
    assert len(seen) == 30
    assert len(set(seen)) == 30


def test_an_empty_result_shows_ways_out(city):
    answer = asking.ask(sight.anonymous(), '"招生" "凤凰卫视"')
    assert answer.total == 0
    assert answer.ways[0].query == "招生"
    narrowed = asking.ask(sight.anonymous(), "招生 year:1999")
    assert narrowed.total == 0
    assert narrowed.ways[0].everywhere


def test_suggestions_come_by_word_sound_and_title(city):
    def texts(prefix):
        return [one.text for one in suggesting.suggest(sight.anonymous(), prefix)]

    assert "公积金" in texts("公积")
    assert "公积金" in texts("gjj")
    assert "公积金" in texts("gongj")
    assert "遂宁市2026年10月水质月报" in texts("遂宁市2026年10月")
    assert texts("") == []


PARTS = st.sampled_from(
    [
        "招生",
        '"',
        "“",
        "-",
        "unit:",
        "year:20",
        "文号：",
        "〔2025〕",
        "号",
        "(",
        ")",
        "*",
        "?",
        "\\",
        "[",
        "AND",
        "OR",
        " ",
    ]
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    text=st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=12).map("".join), st.binary(max_size=60).map(repr))
)
def test_whatever_is_typed_is_answered_in_time(city, text):
    begun = time.perf_counter()
    answer = asking.ask(sight.anonymous(), text)
    suggesting.suggest(sight.anonymous(), text)
    assert not answer.trouble
    assert time.perf_counter() - begun < 5

"""The plan is the spine of the site: every clause stands on it word for word, with who answers for it."""

import json
import re

import pytest

from sunlit.plan.selectors import current

pytestmark = pytest.mark.django_db(databases="__all__")


def test_the_plan_page_has_all_44_clauses_word_for_word(city, page):
    plan = current()
    text = page("/plan/").text.replace(" ", "")
    assert len(plan.measures) == 44
    for number, measure in plan.measures.items():
        assert "".join(measure.text.split()) in text, f"clause {number} is not on the page of the plan"
    assert "".join(plan.preamble.split()) in text


def test_the_plan_page_is_divided_into_its_ten_parts(city, page):
    found = page("/plan/")
    assert [part["id"] for part in found.find("section") if part.get("id", "").startswith("part-")] == [
        f"part-{number}" for number in range(1, 11)
    ]


@pytest.mark.parametrize("number", range(1, 45))
def test_a_measure_shows_its_clause_its_highlights_and_who_leads_it(number, city, page):
    plan = current()
    measure = plan.measures[number]
    found = page(f"/plan/{number}/")
    assert "".join(measure.text.split()) in found.text.replace(" ", "")
    assert len(found.find("mark")) >= len(set(measure.highlights))
    for code in plan.leads(number):
        assert f"/units/{code}/" in found.links, f"measure {number} does not link its lead {code}"
    for kind in plan.kinds_of_measure(number):
        assert f"/kinds/{kind.code}/" in {link.partition("?")[0] for link in found.links}


def test_a_lead_that_took_over_a_function_is_shown_with_the_name_in_the_plan(city, page):
    plan = current()
    with_former = [
        (number, plan.units[step.source_unit])
        for number in plan.measures
        for step in plan.succession
        for code in plan.leads(number)
        if step.target_unit == code
        and any(step.function in plan.selectors[selector].functions for selector in plan.measures[number].lead)
    ]
    assert with_former
    for number, former in with_former[:6]:
        assert f"原{former.short or former.name}"[:6] in page(f"/plan/{number}/").text


def test_measures_lead_to_their_neighbours(city, page):
    assert "/plan/23/" in page("/plan/22/").links
    assert "/plan/21/" in page("/plan/22/").links
    assert not page("/plan/1/").find("a", rel="prev")
    assert not page("/plan/44/").find("a", rel="next")


@pytest.mark.parametrize("number", ["0", "45", "999999999999999999999"])
def test_there_is_no_other_measure(number, city, page):
    page(f"/plan/{number}/", status=404)


def test_the_figures_of_a_measure_count_what_their_links_list(city, reader):
    measure = json.loads(reader().get("/plan/22.json").content)
    assert measure["number"] == 22
    for figure in measure["figures"]:
        listed = json.loads(reader().get(re.sub(r"/(?=$|[?])", ".json", figure["url"])).content)
        assert listed["total"] == figure["value"] == len(listed["rows"])


def test_the_plan_as_data_has_the_same_clauses(city, reader):
    plan = json.loads(reader().get("/plan.json").content)
    texts = ["".join(part["text"] for part in one["clause"]) for part in plan["parts"] for one in part["measures"]]
    assert texts == [measure.text for measure in current().measures.values()]

"""People come by keyboard, without scripts, and on paper."""

import pytest

from tests.browser.conftest import DESK

pytestmark = pytest.mark.browser


def focused(page, what):
    return page.evaluate(f"document.activeElement.{what}")


def test_the_first_key_leads_past_the_masthead(window):
    page = window("/", size=DESK)
    page.keyboard.press("Tab")
    assert "skip" in focused(page, "className")
    box = page.locator("a.skip").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert focused(page, "id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_search_needs_no_mouse(window):
    page = window("/", size=DESK)
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page, "name") == "q":
            break
    assert focused(page, "name") == "q"
    page.keyboard.type("处罚")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")
    assert page.locator("a[href='/kinds/penalty-decision/']").count()


@pytest.mark.parametrize("path", ["/", "/kinds/policy/", "{corrected}"])
def test_whatever_has_the_focus_shows_it(path, window):
    page = window(path, size=DESK)
    for _ in range(25):
        page.keyboard.press("Tab")
        if focused(page, "type") == "date":
            continue  # the browser marks the part of the date that has the focus by itself
        shown = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            "return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none' })()"
        )
        assert shown, f"no focus is seen on {focused(page, 'outerHTML')[:160]}"


JOURNEYS = {
    "a penalty decision": ["a[href='/kinds/penalty-decision/']", "table a[href^='/r/']"],
    "a budget": ["a[href='/kinds/gov-budget/'], a[href='/kinds/dept-budget/']", "table a[href^='/r/']"],
    "measure 22": ["a[href='/plan/22/']"],
    "a village": ["a[href='/units/']", "a[href^='/units/5109']"],
}


@pytest.mark.parametrize("name", JOURNEYS)
def test_without_scripts_it_is_within_three_clicks(name, window):
    page = window("/", size=DESK, java_script_enabled=False)
    clicks = 0
    for step in JOURNEYS[name]:
        if not page.locator(step).count():
            page.locator("a[href='/catalogue/']").first.click()
            clicks += 1
        page.locator(step).first.click()
        clicks += 1
    assert clicks <= 3
    assert page.locator("h1").count() == 1


def test_without_scripts_a_list_can_be_narrowed_and_a_person_can_log_in(window):
    page = window("/kinds/policy/", java_script_enabled=False)
    page.locator(".filters summary").click()
    page.locator("aside select[name=sort]").select_option("published")
    page.locator("aside form button").click()
    assert "sort=published" in page.url
    page.goto(page.url.partition("/kinds/")[0] + "/login/")
    page.fill("input[name=username]", "editor-here")
    page.fill("input[name=password]", "a long enough phrase")
    page.locator("form.form button").click()
    assert page.url.endswith("/desk/")


def test_a_site_of_ours_runs_no_script_and_breaks_no_rule_of_its_own(window):
    """The browser itself says what the policy blocked."""
    said = []
    page = window("/", size=DESK)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for link in ("/plan/22/", "/kinds/policy/", "/verify/", "/units/"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + link)
        assert not page.locator("script:not([src])").count()
    assert not said


def test_paper_shows_the_code_and_leaves_out_what_cannot_be_pressed(window):
    page = window("{corrected}", size=DESK)
    assert not page.locator("svg.qr").is_visible()
    page.emulate_media(media="print")
    assert page.locator("svg.qr").is_visible()
    assert not page.locator("nav.nav").is_visible()
    assert not page.locator(".tools").is_visible()
    assert page.locator("h1").is_visible()


def test_a_list_becomes_cards_on_a_phone_with_the_names_of_its_columns(window):
    page = window("/kinds/penalty-decision/")
    cell = page.locator("table.rows td[data-label]").first
    assert page.evaluate("e => getComputedStyle(e, '::before').content", cell.element_handle()) not in (
        "none",
        "normal",
    )

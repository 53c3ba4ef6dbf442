"""A reader types, takes a suggestion by keyboard, narrows down, opens a result and comes back, on phone and desk."""

import re

import pytest

from tests.browser.conftest import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


def offered(page):
    page.wait_for_selector("[role=option]")
    return page.locator("[role=option]").all_inner_texts()


@SIZES
def test_from_the_first_letters_to_a_record_and_back(window, size):
    page = window("/", size=size)
    field = page.get_by_role("combobox", name="搜索")
    field.click()
    page.keyboard.type("gongzuf", delay=30)
    assert "公租房" in offered(page)[0]
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert field.input_value() == "公租房"
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/**")
    assert page.locator("mark").first.inner_text() in ("公租房", "公共租赁住房")

    before = page.url
    if size is PHONE:
        page.locator(".filters summary").click()
    page.locator(".facet a").first.click()
    page.wait_for_selector(".chips")
    assert page.locator(".hit").count() > 0
    page.locator(".chips a").first.click()
    page.wait_for_url(before)

    page.locator(".hit h3 a[href^='/r/']").first.click()
    page.wait_for_url(re.compile(r".*/r/.*"))
    page.go_back()
    page.wait_for_url(before)
    assert page.locator(".hit").count() > 0


@SIZES
def test_escape_gives_back_what_was_typed_and_closes_the_list(window, size):
    page = window("/find/", size=size)
    field = page.get_by_role("combobox", name="搜索").last
    field.click()
    page.keyboard.type("公积", delay=30)
    offered(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert field.input_value() == "公积"
    assert not page.locator("[role=listbox]").last.is_visible()


def test_while_an_input_method_is_at_work_nothing_is_asked_and_enter_is_its_own(window):
    page = window("/find/", size=DESK)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    field = page.get_by_role("combobox", name="搜索").last
    field.click()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "gong ji", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(400)
    assert asked == []
    session.send("Input.insertText", {"text": "公积"})
    assert "公积金" in offered(page)[0]
    assert len(asked) == 1
    assert "/find/" in page.url


def test_without_a_script_the_form_searches(window):
    page = window("/", size=PHONE, java_script_enabled=False)
    page.locator(".hero input[type=search]").fill("公租房")
    page.locator(".hero button").click()
    page.wait_for_url("**/find/**")
    assert page.locator(".hit").count() > 0


@SIZES
def test_nothing_is_wider_than_the_window_in_large_text(window, size):
    page = window("/find/?q=公租房", size=size, large=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

"""The form in a real browser, under the policy of the real site: with scripts, without, on a phone and on a desk."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE, ROOT, chromium  # noqa: F401  # a fixture

pytestmark = pytest.mark.browser

SIZES = {"phone": PHONE, "desk": DESK}
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    """Serve the forms, and return where."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.screens.forms.serving", str(port)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/told", timeout=2)  # noqa: S310 - our own server
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def told(root: str, question: str = "") -> Any:
    with urllib.request.urlopen(f"{root}/told{question}", timeout=5) as answer:  # noqa: S310 - our own
        return json.load(answer)["saved"]


@pytest.fixture
def window(root: str, chromium: Any) -> Iterator[Open]:  # noqa: F811
    told(root, "?conflict=")
    contexts, troubles = [], []

    def open_window(path: str, *, size: dict[str, int] = DESK, language: str = "zh-CN", **options: Any) -> Any:
        context = chromium.new_context(viewport=size, reduced_motion="reduce", locale=language, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{root}/{path}/")
        return page

    yield open_window
    for context in contexts:
        context.close()
    # The one answer that is meant to be an error is the one that comes too late.
    assert [one for one in troubles if "409" not in one] == []


def payload(page: Any) -> Any:
    return json.loads(page.locator("#payload").text_content())


def save(page: Any) -> None:
    page.locator("button[value=save]").last.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["policy", "policy/new", "gov-budget", "penalty-decision", "service-guide"])
def test_everyone_can_use_it(window: Open, path: str, size: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = window(path, size=SIZES[size])
    if path.endswith("new"):
        save(page)
        assert page.locator("#form-problems li").count() > 5
    if path.startswith("policy"):
        page.wait_for_selector(".prose-menubar")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("code", ["policy", "gov-budget", "penalty-decision", "service-guide", "foi-annual-report"])
def test_saved_untouched_it_says_what_it_said(window: Open, code: str, javascript: bool) -> None:
    page = window(code, java_script_enabled=javascript)
    if javascript and page.locator("[data-richtext]").count():
        page.wait_for_selector(".prose-menubar")
    before = payload(page)
    save(page)
    assert page.locator("#form-problems").count() == 0
    assert payload(page) == before


def test_without_scripts_rows_come_and_go(window: Open) -> None:
    page = window("gov-budget", java_script_enabled=False)
    rows = page.locator("[data-table=income] tbody tr") if page.locator("[data-table=income]").count() else None
    table = page.locator(".form-table").first
    before = (rows or table.locator("tbody tr")).count()
    table.locator("xpath=../..").locator("[data-add-row]").click()
    table = page.locator(".form-table").first
    assert table.locator("tbody tr").count() > before
    table.locator("button[value^=drop-row]").first.click()
    assert page.locator(".form-table").first.locator("tbody tr").count() < before + 5


def test_an_error_leads_to_its_input(window: Open) -> None:
    page = window("policy/new")
    save(page)
    link = page.locator("#form-problems a").first
    target = link.get_attribute("href")
    link.click()
    assert page.evaluate("document.activeElement && '#' + document.activeElement.id") == target


def test_a_field_under_a_condition_shows_when_it_holds(window: Open) -> None:
    page = window("policy/new")
    reason = page.locator("[data-field=openness_reason]")
    assert reason.is_hidden()
    page.locator("[name=f-openness][value=not-public]").check()
    assert reason.is_visible()
    assert reason.locator("[data-required]").is_visible()
    page.locator("[name=f-openness_reason]").fill("x")
    page.locator("[name=f-openness]").first.check()
    assert reason.is_visible()
    assert window("policy/new", java_script_enabled=False).locator("[data-field=openness_reason]").is_visible()


def paste(page: Any, selector: str, text: str, kind: str = "text/plain") -> None:
    page.evaluate(
        """([selector, text, kind]) => {
          const data = new DataTransfer();
          data.setData(kind, text);
          const target = document.querySelector(selector);
          target.focus();
          target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [selector, text, kind],
    )


def test_rows_are_pasted_out_of_a_spreadsheet(window: Open) -> None:
    page = window("dept-budget/new")
    table = page.locator(".form-table").first
    heads = [one.split("\n")[0].replace("*", "").strip() for one in table.locator("thead th").all_text_contents()][:-1]
    first = table.locator("tbody tr").first.locator("input, select, textarea").first.get_attribute("id")
    lines = ["\t".join(heads)] + ["\t".join(f"{row}{column}" for column in range(len(heads))) for row in range(1, 6)]
    paste(page, f"#{first}", "\r\n".join(lines) + "\r\n")
    values = [
        [cell.input_value() for cell in row.locator("input, select, textarea").all()]
        for row in table.locator("tbody tr").all()
    ]
    assert values[:5] == [[f"{row}{column}" for column in range(len(heads))] for row in range(1, 6)]


def test_a_unit_is_found_while_its_name_is_typed(window: Open) -> None:
    page = window("interpretation/new")
    page.locator("#f-drafted_by").press_sequentially("审计局")
    page.wait_for_selector("#f-drafted_by-list option", state="attached")
    values = [one.get_attribute("value") for one in page.locator("#f-drafted_by-list option").all()]
    assert 0 < len(values) <= 20
    assert any("审计局" in one for one in values)


def test_a_text_is_formatted_in_the_editor(window: Open) -> None:
    page = window("policy/new")
    page.wait_for_selector(".prose-menubar")
    page.locator("#f-body").click()
    page.keyboard.type("第一章")
    page.get_by_role("button", name="二级标题").first.click()
    page.keyboard.press("Enter")
    page.keyboard.type("第一条")
    page.get_by_role("button", name="插入表格").click()
    page.locator("dialog button[type=submit]").click()
    value = page.locator("#f-body-source").input_value()
    assert value.startswith("<h2>第一章</h2><p>第一条</p><table>")
    assert value.count("<tr>") == 3


def test_the_editor_speaks_english_too(window: Open) -> None:
    page = window("policy/new", language="en-GB")
    page.wait_for_selector(".prose-menubar [aria-label='Insert table']")
    assert page.locator(".prose-menubar [aria-label='Bold']").count() == 1


def test_what_word_puts_beside_a_text_is_left_out(window: Open) -> None:
    page = window("policy/new")
    page.wait_for_selector(".prose-menubar")
    html = (
        "<html xmlns:o='x'><head><style>p{color:red}</style><!--[if gte mso 9]><xml>x</xml><![endif]--></head><body>"
        "<h1 style='mso-x:1'>标题</h1><p class=MsoNormal style='text-indent:2em'>"
        "<span lang=EN-US style='font-family:仿宋'>"
        "第一条<b>粗</b><o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p style='mso-list:l0'><span style='mso-list:Ignore'>一、</span>甲</p><img src='file:///C:/a.png'>"
        "<table border=1><tr><td colspan=2 width=99><p>单位</p></td></tr>"
        "<tr><td><p>1</p></td><td><p>2</p></td></tr></table></body></html>"
    )
    paste(page, "#f-body", html, "text/html")
    value = page.locator("#f-body-source").input_value()
    assert "<h2>标题</h2><p>第一条<strong>粗</strong></p><p>一、甲</p><table>" in value
    assert '<td colspan="2"' in value
    assert not re.search(r"mso|style|class|file:|xml", value)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def test_a_picture_is_uploaded_shown_and_named_by_its_hash(window: Open) -> None:
    page = window("policy/new")
    page.wait_for_selector(".prose-menubar")
    page.locator("#f-body").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="图片").click()
    chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    page.locator("dialog input").fill("用水量图")
    page.locator("dialog button[type=submit]").click()
    page.wait_for_selector("#f-body img[alt=用水量图]")
    assert page.evaluate("document.querySelector('#f-body img:not(.ProseMirror-separator)').naturalWidth") == 1
    value = page.locator("#f-body-source").input_value()
    assert re.fullmatch(r'<p><img src="sha256:[0-9a-f]{64}" alt="用水量图"></p>', value)
    save(page)
    page.wait_for_selector("#f-body img[alt=用水量图]")
    assert page.locator("#f-body-source").input_value() == value


def test_a_draft_is_saved_while_it_is_written(window: Open, root: str) -> None:
    from playwright.sync_api import expect

    page = window("policy/new")
    page.locator("#f-title").fill("节水办法")
    expect(page.locator("[data-saved-at]")).to_contain_text(":03", timeout=8000)
    assert told(root)["title"] == "节水办法"
    page.locator("#f-title").fill("节水办法（修订）")
    told(root, f"?conflict={urllib.parse.quote('同事已经改过这份草稿。')}")
    expect(page.locator("[data-saved-at]")).to_contain_text("同事", timeout=9000)


def test_who_leaves_with_unsaved_words_is_warned(window: Open) -> None:
    page = window("policy/new")
    seen = []
    page.on("dialog", lambda dialog: (seen.append(dialog.type), dialog.accept()))
    page.locator("#f-title").press_sequentially("x")
    page.goto("about:blank")
    assert seen == ["beforeunload"]

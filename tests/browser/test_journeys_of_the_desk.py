"""A publishing day at the desk, from the first word to the tombstone, in a real browser on a phone and on a desk."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.browser.desk import SIZES, Desk, Seat, within
from tests.browser.desk_city import TITLE, VILLAGE

pytestmark = pytest.mark.browser

WORD = Path(__file__).resolve().parent.parent / "screens" / "forms" / "notice.docx"
LOOKS = ("review", "legal", "secrecy", "approve")
WHO = {
    "review": "staff-reviewer",
    "legal": "staff-legal_reviewer",
    "secrecy": "staff-secrecy_reviewer",
    "approve": "staff-approver",
}
BEGIN = "form.begin .btn"


def pdf(word: str) -> dict[str, Any]:
    return {"name": f"{word}.pdf", "mimeType": "application/pdf", "buffer": f"%PDF-1.4\n% {word}\n%%EOF\n".encode()}


def in_every_hand(desk: Desk, path: str, size: str = "desk", looks: tuple[str, ...] = LOOKS) -> None:
    """Let everyone whose look a text needs pass it, each finding it on their own first page."""
    for name in looks:
        seat = desk.sit(WHO[name], size).go("/desk/")
        seat.follow(f"a[href='{path}']").act(name)
        assert not seat.offers(name)


def published(desk: Desk, path: str, size: str = "desk") -> str:
    """Publish an approved text; return the address under which everyone reads it within two seconds."""
    seat = desk.sit("staff-approver", size).go(path)
    seat.act("publish")
    address = str(seat.page.locator("main a[href^='/r/']").first.get_attribute("href"))
    within(2, lambda: desk.answer(address)[0] == 200, since=seat.pressed)
    return address


def describe_the_picture(seat: Seat) -> None:
    """Say what the picture of the Word file shows, which the form asks for."""
    seat.page.locator(".ProseMirror img:not(.ProseMirror-separator)").first.click()
    seat.page.locator(".prose-menubar__button", has=seat.page.locator("text=image")).first.click()
    seat.page.locator(".prose-editor-dialog input").fill("盖了章的公告")
    seat.page.locator(".prose-editor-dialog [type=submit]").click()


@pytest.mark.parametrize("size", SIZES)
def test_a_word_file_with_two_attachments_goes_through_every_hand_onto_the_site(desk: Desk, size: str) -> None:
    title = TITLE.format(name=f"由Word文件写成-{size}")
    seat = desk.sit("staff-editor", size).go("/desk/new/").go("/desk/new/policy/?unit=sn-general-office")
    seat.tap("[name=start][value='']").follow(BEGIN)
    seat.tap("[data-field=body] summary")
    seat.page.set_input_files("[name=f-body-word]", WORD)
    seat.follow("[value='word:body']")
    describe_the_picture(seat)
    seat.page.set_input_files("[name=f-attachments-new]", [pdf(f"first-{size}"), pdf(f"second-{size}")])
    seat.follow("[value='upload:attachments']")
    assert seat.page.locator(".form-files li").count() == 2
    seat.fill(title=title, genre="notice", subject="general", issuers="遂宁市人民政府办公室", issued_on="2026-09-10")
    seat.fill(formed_on="2026-09-10", normative="no", openness="proactive", abstract="说明公开哪些信息。").save()
    assert seat.says(title)
    path = seat.path
    seat.act("submit")
    in_every_hand(desk, path, size)
    address = published(desk, path, size)
    _status, page = desk.answer(address)
    assert title in page
    assert "<table" in page
    files = re.findall(rf'href="({address}/files/[^"]+)"', page)
    assert len(files) == 2
    for file, word in zip(files, ("first", "second"), strict=True):
        status, content = desk.answer(file)
        assert status == 200
        assert f"{word}-{size}" in content


def test_a_village_clerk_publishes_the_accounts_on_a_phone_within_a_minute(desk: Desk, record_property: Any) -> None:
    desk.sit("clerk", "phone")
    begun = time.monotonic()
    seat = desk.sit("clerk", "phone").go("/desk/")
    seat.follow(f".starts a[href*='unit={VILLAGE}']").follow(BEGIN)
    assert seat.value("phone")
    assert seat.value("lines-0-item")
    assert not seat.value("lines-0-day")
    seat.fill(period="q4", period_end="2026-12-31", opening="56750.30", income="1000", expense="200")
    for _row in range(3):
        seat.tap("[data-table=lines] .form-drop button")
    seat.fill(closing="57550.30", signed_on="2027-01-06")
    names = [one.get_attribute("name") for one in seat.page.locator("[data-table=lines] [name$=item]").all()]
    first, second = (str(name).removeprefix("f-lines-").removesuffix("-item") for name in names[:2])
    seat.page.locator(f"[name='f-lines-{first}-expense']").fill("")
    row = {f"lines__{first}__day": "2026-11-12", f"lines__{first}__item": "公用经费", f"lines__{first}__income": "1000"}
    row |= {f"lines__{first}__account": "income-subsidy", f"lines__{second}__day": "2026-11-20"}
    row |= {f"lines__{second}__item": "路灯电费", f"lines__{second}__expense": "200"}
    seat.fill(**row).save("submit")
    took = time.monotonic() - begun
    path = seat.path
    assert not seat.offers("submit"), seat.page.locator("main").inner_text()
    record_property("taps", seat.taps)
    record_property("fields", seat.fields)
    record_property("seconds of the machine", round(took, 1))
    assert seat.taps <= 6
    assert seat.fields <= 15
    assert took < 15
    in_every_hand(desk, path, "phone", looks=("review", "approve"))
    address = published(desk, path, "phone")
    assert "57,550.30" in desk.answer(address)[1]


def test_a_text_goes_back_with_a_remark_on_a_field_and_comes_again(desk: Desk) -> None:
    path = desk.places["returned"]
    reviewer = desk.sit("staff-reviewer").go(path)
    reviewer.act("send-back", reason="请改一处", **{"remark-title": "标题要写全称"})
    author = desk.sit("staff-editor", "phone").go("/desk/")
    author.follow(f"a[href='{path}']")
    assert author.says("请改一处")
    assert author.says("标题要写全称")
    author.follow(f"a[href='{path}edit/']")
    assert author.says("标题要写全称")
    author.fill(title=TITLE.format(name="全称")).save("submit")
    reviewer.go("/desk/").follow(f"a[href='{path}']")
    assert reviewer.says(TITLE.format(name="全称"))
    reviewer.act("review")
    assert not reviewer.offers("review")


def test_a_correction_is_seen_against_what_readers_have_and_both_wordings_stay(desk: Desk) -> None:
    editor = desk.sit("staff-editor", "phone").go("corrected-desk")
    editor.act("correct", note="更正概述中的一个数字")
    editor.fill(abstract="更正以后的概述。").save("submit")
    path, address = editor.path, desk.places["corrected"]
    reviewer = desk.sit("staff-reviewer").go(path)
    assert "正以后的概述" in "".join(reviewer.page.locator("ins").all_inner_texts())
    assert "ZQCORRECTED" in "".join(reviewer.page.locator("del").all_inner_texts())
    assert reviewer.says("更正概述中的一个数字")
    in_every_hand(desk, path)
    assert "更正以后的概述" not in desk.answer(address)[1]
    assert published(desk, path) == address
    page = within(2, lambda: (found := desk.answer(address)[1]) and "更正以后的概述" in found and found)
    assert "更正概述中的一个数字" in page
    status, old = desk.answer(f"{address}/revisions/1")
    assert status == 200
    assert "更正以后的概述" not in old
    assert "规定乡镇便民服务中心应当公开哪些办事信息" in old


def test_two_editors_of_one_text_lose_nothing(desk: Desk) -> None:
    path = desk.places["mine-and-yours"]
    mine, yours = desk.sit("staff-editor"), desk.sit("second-editor", "phone")
    for seat in (mine, yours):
        seat.go(f"{path}edit/")
    yours.fill(keywords="您的主题词").save("stay")
    mine.fill(decision_no="我的-1").save("stay")
    assert (mine.value("keywords"), mine.value("decision_no")) == ("您的主题词", "我的-1")
    yours.go(f"{path}edit/")
    yours.fill(abstract="您写的概述。").save("stay")
    mine.fill(abstract="我写的概述。", source="https://www.example.com/mine").save("stay")
    assert mine.page.locator("[name=take-abstract]").count() == 2
    assert {"您写的概述。", "我写的概述。"} <= set(mine.page.locator(".conflicts .wording").all_inner_texts())
    assert mine.value("abstract") == "我写的概述。"
    mine.page.locator("[name=take-abstract][value=theirs]").check()
    mine.save("stay")
    assert (mine.value("abstract"), mine.value("source")) == ("您写的概述。", "https://www.example.com/mine")
    assert not mine.page.locator(".conflicts").count()


def test_what_was_typed_and_not_saved_is_there_again(desk: Desk) -> None:
    path = desk.places["typed"]
    seat = desk.sit("staff-editor", "phone").go(f"{path}edit/")
    seat.fill(keywords="还没有保存的话")
    within(8, lambda: any(map(str.isdigit, seat.page.locator("[data-saved-at]").inner_text())))
    seat.page.close()
    again = desk.sit("staff-editor").go(f"{path}edit/")
    assert again.value("keywords") == "还没有保存的话"
    again.follow("form[action$='/forget/'] button")
    assert again.value("keywords") != "还没有保存的话"


def test_an_emergency_publication_is_reviewed_by_someone_else(desk: Desk) -> None:
    path = desk.places["in-an-emergency"]
    seat = desk.sit("staff-approver", "phone").go(path)
    seat.act("publish-at-once", reason="汛情紧急，须立即告知")
    address = str(seat.page.locator("main a[href^='/r/']").first.get_attribute("href"))
    within(2, lambda: desk.answer(address)[0] == 200, since=seat.pressed)
    assert not seat.go("/desk/").page.locator("a[href*='/later/publication/']").count()
    other = desk.sit("second-approver").go("/desk/").follow("a[href*='/later/publication/']")
    later = other.path
    seat.page.goto(desk.root + later)
    assert seat.page.title()
    assert not seat.page.locator("[name=upheld]").count(), "who published it must not review it"
    other.tap("[name=upheld][value=yes]")
    other.page.fill("[name=reason]", "确属紧急，予以确认")
    other.follow("main form .btn")
    assert not other.page.locator("a[href*='/later/publication/']").count()
    assert desk.answer(address)[0] == 200


def test_a_takedown_is_everywhere_within_two_seconds_and_is_reviewed_by_someone_else(desk: Desk) -> None:
    address, title = desk.places["taken-down"], TITLE.format(name="taken-down")
    file = re.findall(rf'href="({address}/files/[^"]+)"', desk.answer(address)[1])[0]
    lists = ["/kinds/policy/", f"/find/?q={urllib.parse.quote(title)}"]

    def shown() -> list[bool]:
        """Say for page, document, file, list and search whether the record is there."""
        own = [desk.answer(one)[0] == 200 for one in (address, f"{address}.json", file)]
        return own + [f'href="{address}"' in desk.answer(one)[1] for one in lists]

    assert all(shown())
    seat = desk.sit("staff-approver", "phone").go("/desk/takedown/")
    seat.page.fill("[name=address]", desk.root + address)
    seat.follow("main form .btn")
    assert seat.page.locator("#take-down button").is_visible(), "in an emergency nobody looks for the form"
    seat.act("take-down", code="1", reason="含有不应公开的内容")
    within(2, lambda: not any(shown()), since=seat.pressed)
    status, tombstone = desk.answer(address)
    assert status == 410
    assert "含有不应公开的内容" in tombstone
    assert not seat.go("/desk/").page.locator("a[href*='/later/takedown/']").count()
    other = desk.sit("second-approver").go("/desk/").follow("a[href*='/later/takedown/']")
    other.tap("[name=upheld][value=no]")
    other.page.fill("[name=reason]", "核实后内容可以公开")
    other.follow("main form .btn")
    within(2, lambda: all(shown()), since=other.pressed)


def test_a_withdrawn_record_says_why_and_one_taken_off_leaves_a_tombstone(desk: Desk) -> None:
    seat = desk.sit("staff-approver").go("withdrawn-desk")
    seat.act("withdraw", code="1", reason="文件依据已经改变")
    within(2, lambda: "文件依据已经改变" in desk.answer(desk.places["withdrawn"])[1])
    assert desk.answer(desk.places["withdrawn"])[0] == 200
    assert TITLE.format(name="withdrawn") not in desk.answer("/kinds/policy/")[1]
    seat = desk.sit("staff-approver", "phone").go("unpublished-desk")
    seat.act("unpublish", code="1", reason="不应公开", basis="条例第十四条")
    _status, text = within(2, lambda: (found := desk.answer(desk.places["unpublished"])) and found[0] == 410 and found)
    assert "不应公开" in text
    assert TITLE.format(name="unpublished") not in text


def test_a_text_goes_out_by_itself_at_its_minute(desk: Desk) -> None:
    seat = desk.sit("staff-approver", "phone").go("at-its-minute")
    at = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(seconds=4)
    seat.tap("details:has(form[action$='/schedule/']) summary").look()
    # Forms name minutes; a minute of seconds keeps this test short.
    seat.page.locator("[name=time]").evaluate("e => { e.step = 1 }")
    seat.page.fill("[name=day]", f"{at:%Y-%m-%d}")
    seat.page.fill("[name=time]", f"{at:%H:%M:%S}")
    seat.follow("form[action$='/schedule/'] button")
    title = TITLE.format(name="at-its-minute")
    assert title not in desk.answer("/kinds/policy/")[1]
    assert seat.offers("unschedule")
    time.sleep(max(0, (at.replace(microsecond=0) - datetime.now(ZoneInfo("Asia/Shanghai"))).total_seconds()))
    within(2, lambda: title in desk.answer("/kinds/policy/")[1])
    seat.go("at-its-minute")
    assert seat.page.locator("main a[href^='/r/']").count()


def test_a_document_and_its_interpretation_come_out_in_one_moment_or_not_at_all(desk: Desk) -> None:
    seat = desk.sit("staff-approver", "phone").go("document")
    seat.act("publish")
    assert not seat.page.locator("main a[href^='/r/']").count()
    assert seat.page.locator(".messages .warn").count(), "nothing says why not"
    seat.go("/desk/bundles/")
    for name in ("document", "interpretation"):
        seat.page.check(f"#pick-{desk.places[name].rstrip('/').rpartition('/')[2]}")
    seat.page.fill("#label", "办法和解读")
    seat.follow("main form:has(#label) button")
    assert seat.says("办法和解读")
    assert TITLE.format(name="in-a-bundle") not in desk.answer("/kinds/policy/")[1]
    seat.act("publish")
    released = seat.pressed
    addresses = []
    for name in ("document", "interpretation"):
        seat.go(name)
        addresses.append(str(seat.page.locator("main a[href^='/r/']").first.get_attribute("href")))
    within(3, lambda: all(desk.answer(address)[0] == 200 for address in addresses), since=released)
    assert TITLE.format(name="解读") in desk.answer(addresses[0])[1]


def test_a_text_is_found_changed_and_handed_in_by_keyboard_alone(desk: Desk) -> None:
    seat = desk.sit("staff-editor").go("/desk/")
    path = desk.places["by-keyboard"]
    page = seat.page
    page.keyboard.press("Tab")
    assert "skip" in focused(page, "className")
    page.keyboard.press("Enter")
    assert focused(page, "id") == "main"
    tab_to(page, f"a[href='{path}']")
    press(seat, "Enter")
    tab_to(page, f"a[href='{path}edit/']")
    press(seat, "Enter")
    tab_to(page, "[name=f-title]")
    page.keyboard.press("End")
    page.keyboard.type("（键盘）")
    tab_to(page, "[name=f-openness]")
    page.keyboard.press("Space")
    tab_to(page, ".compose .actions [value=submit]")
    press(seat, "Enter")
    assert seat.path == path
    assert seat.says("（键盘）")
    assert not seat.offers("submit")


def focused(page: Any, what: str) -> Any:
    return page.evaluate(f"document.activeElement.{what}")


def press(seat: Seat, key: str) -> None:
    with seat.page.expect_navigation():
        seat.page.keyboard.press(key)
    seat.look()


def tab_to(page: Any, what: str) -> None:
    """Press Tab until something has the focus; whatever has it on the way must show it and be in sight."""
    for _step in range(150):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();"
            "return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none')"
            " && b.bottom > 0 && b.top < innerHeight })()"
        )
        assert shown, f"the focus is not seen on {focused(page, 'outerHTML')[:160]}"
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab does not lead to {what}")


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts_a_record_with_rows_and_a_file_is_handed_in(desk: Desk, size: str) -> None:
    seat = desk.sit("clerk", size, java_script_enabled=False)
    seat.go(f"/desk/new/village-finance/?unit={VILLAGE}")
    seat.page.locator("[name=start][value='']").check()
    seat.follow(BEGIN)
    seat.fill(year="2025", period="year", period_end="2025-12-31", opening="0", income="50", expense="20", closing="30")
    seat.fill(signed_on="2026-01-05", phone="0825-2220007")
    for name, value in (("name", "示例甲"), ("post", "主任"), ("phone", "0825-2220007")):
        seat.page.fill(f"[name='f-signed_by-0-{name}']", value)
    rows = seat.page.locator("[data-table=lines] tbody tr").count()
    seat.follow("[value='add-row:lines']")
    assert seat.page.locator("[data-table=lines] tbody tr").count() > rows
    seat.fill(lines__0__item="补助", lines__0__account="income-subsidy", lines__0__income="50")
    seat.fill(lines__1__item="电费", lines__1__account="expense-public", lines__1__expense="20")
    seat.page.set_input_files("[name=f-sheet-new]", pdf(f"sheet-{size}"))
    seat.follow("[value='upload:sheet']").save()
    assert not seat.page.locator(".compose").count(), seat.page.locator("main").inner_text()
    assert seat.says(f"sheet-{size}.pdf")
    seat.act("submit")
    assert not seat.offers("submit")


def test_many_texts_are_passed_at_once_with_a_word_on_each(desk: Desk) -> None:
    rows = [desk.places[name] for name in ("row-one", "row-two", "row-three")]
    reviewer = desk.sit("staff-reviewer", "phone").go("/desk/review/")
    for path in rows:
        reviewer.page.check(f"#pick-{path.rstrip('/').rpartition('/')[2]}")
    desk.sit("second-editor").go(rows[2]).act("recall")
    reviewer.follow("[name=do][value=pass]")
    assert reviewer.page.locator("main ul.ruled li").count() == 3
    assert reviewer.page.locator("main ul.ruled .met").count() == 2
    assert reviewer.page.locator("main ul.ruled .late").count() == 1
    reviewer.follow(f"main ul a[href='{rows[0]}']")
    assert not reviewer.offers("review")


@pytest.mark.parametrize("size", SIZES)
def test_nobody_reviews_a_text_of_their_own(desk: Desk, size: str) -> None:
    path = desk.places["own"]
    seat = desk.sit("many-hats", size).go(path)
    assert not seat.offers("review")
    assert seat.page.locator("main .notice").count(), "no sentence says why"
    before = seat.page.locator(".way").inner_text()
    token = seat.page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer = seat.page.request.post(
        f"{desk.root}{path}review/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": f"{desk.root}{path}"},
    )
    assert answer.ok
    assert 'class="messages' in answer.text()
    seat.go(path)
    assert seat.page.locator(".way").inner_text() == before
    assert not seat.go("/desk/review/").page.locator(f"a[href='{path}']").count()

"""A sheet of 300 rows with three wrong cells, in a real browser: mapped, checked, mended, released, undone."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.browser.desk import SIZES, Desk, Seat, within

pytestmark = pytest.mark.browser
UNIT = "sn-general-office"
NEW = f"/desk/imports/new/?kind=notice&unit={UNIT}"
WRONG = {10: "三月初", 150: "2026-02-30", 299: "昨天"}
WHO = {"review": "staff-reviewer", "secrecy": "staff-secrecy_reviewer", "approve": "staff-approver"}


def seen(seat: Seat, name: str, size: str) -> None:
    """Keep a picture of the page for whoever wants to look at it."""
    if folder := os.environ.get("SUNLIT_TEST_PICTURES"):
        seat.page.screenshot(path=str(Path(folder) / f"{name}-{size}.png"), full_page=True)


def sheet(size: str) -> dict[str, Any]:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([f"通知的名字（{size}）", "发布单位（原文）", "发布日期", "事项", "内容"])
    for n in range(2, 302):
        day = WRONG.get(n, "2026-02-10")
        writer.writerow([f"示例通知{size}{n}号", "遂宁市人民政府办公室", day, TOPIC, f"内容{n}"])
    return {"name": f"notices-{size}.csv", "mimeType": "text/csv", "buffer": stream.getvalue().encode()}


TOPIC = "公告通知"


def mended(content: bytes) -> dict[str, Any]:
    book = load_workbook(io.BytesIO(content))
    page = book.active
    at = [cell.value for cell in page[1]].index("发布日期") + 1
    assert page.max_row == 1 + len(WRONG)
    for row in range(2, page.max_row + 1):
        assert page.cell(row, at).comment.text
        page.cell(row, at).value = "2026-02-11"
    stream = io.BytesIO()
    book.save(stream)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "mended.xlsx", "mimeType": kind, "buffer": stream.getvalue()}


def settled(seat: Seat) -> Seat:
    """Wait until the background is done; the page brings itself up to date."""
    within(60, lambda: seat.page.locator("#job:not([data-busy])").count())
    seat.page.wait_for_load_state()
    return seat.look()


def act(seat: Seat, name: str) -> Seat:
    return seat.follow(f"form[action$='/{name}/'] button")


@pytest.mark.parametrize("size", SIZES)
def test_three_hundred_rows_come_in_and_go(size: str, desk: Desk) -> None:
    seat = desk.sit("staff-editor", size).go("/desk/imports/")
    seen(seat, "jobs", size)
    seat.go(NEW)
    seen(seat, "new", size)
    seat.page.set_input_files("[name=file]", sheet(size))
    seat.follow(".job-form .btn")
    settled(seat)
    job = seat.path
    seat.follow("a[href$='/columns/']")
    seat.page.select_option("#column-0", "title")
    seen(seat, "columns", size)
    seat.follow(".job-columns .btn")
    settled(seat)
    assert seat.page.locator(".job-counts b").all_inner_texts()[:2] == ["297", "3"]
    seen(seat, "checked", size)
    with seat.page.expect_download() as told:
        seat.page.locator("a[href$='mistakes.xlsx']").click()
    seat.page.set_input_files("[name=file]", mended(Path(told.value.path()).read_bytes()))
    seat.follow("form[action$='/sheet/'] button")
    settled(seat)
    assert seat.page.locator(".job-counts b").all_inner_texts()[:2] == ["300", "0"]
    act(seat, "send")
    for step, who in WHO.items():
        looker = desk.sit(who, size).go("/desk/")
        if not looker.page.locator(f"a[href='{job}']").count():
            continue
        seen(looker, f"today-{step}", size)
        looker.follow(f"a[href='{job}']")
        seen(looker, f"look-{step}", size)
        looker.follow(".job-lines a").go(job)
        act(looker, "pass")
    approver = settled(desk.sit("staff-approver", size).go(job))
    seen(approver, "released", size)
    within(10, lambda: f"示例通知{size}" in desk.answer(f"/kinds/notice/?unit={UNIT}")[1])
    approver.tap("summary:has-text('撤销'), details.act > summary")
    approver.page.fill("#undo-reason", "这一批导入错了")
    seen(approver, "undo", size)
    act(approver, "undo")
    settled(approver)
    assert approver.page.locator(".job-counts b").all_inner_texts()[:2] == ["300", "0"]
    seen(approver, "undone", size)
    within(10, lambda: f"示例通知{size}" not in desk.answer(f"/kinds/notice/?unit={UNIT}")[1])
    approver.go("/desk/records/?kind=notice")
    seen(approver, "records", size)
    approver.follow("button[name=all]")
    approver.page.fill("#reason", "试一试")
    approver.follow("button[value=preview]")
    seen(approver, "bulk", size)

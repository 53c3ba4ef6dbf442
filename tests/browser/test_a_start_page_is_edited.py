"""A unit's start page, edited, proposed and put in force in a real browser; every page is checked for barriers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.desk import SIZES, Desk, Seat

pytestmark = pytest.mark.browser
SITE = "/desk/site/sn-general-office/"


def seen(seat: Seat, name: str, size: str) -> None:
    """Keep a picture of the page for whoever wants to look at it."""
    if folder := os.environ.get("SUNLIT_TEST_PICTURES"):
        seat.page.screenshot(path=str(Path(folder) / f"{name}-{size}.png"), full_page=True)


def press(seat: Seat, do: str) -> Seat:
    return seat.follow(f"[name=do][value='{do}']")


@pytest.mark.parametrize("size", SIZES)
def test_from_an_empty_editor_to_the_page_of_the_unit(size: str, desk: Desk) -> None:
    words = f"市政府办公室的公开，看这里（{size}）。"
    seat = desk.sit("staff-editor", size).go("/desk/site/")
    seen(seat, "sites", size)
    seat.go(SITE)
    seat.page.fill("[name=opening]", words)
    before = seat.page.locator(".site-column").count()
    press(seat, "add")
    seat.page.fill(f"[name=c{before}-title]", f"文件（{size}）")
    seat.page.fill(f"[name=c{before}-add]", "政策文件")
    press(seat, f"take-{before}")
    press(seat, f"up-{before}")
    assert seat.page.input_value("[name=opening]") == words
    seen(seat, "editor", size)
    press(seat, "desktop")
    seen(seat, "preview-desktop", size)
    press(seat, "phone")
    seen(seat, "preview-phone", size)
    press(seat, "propose")
    approver = desk.sit("staff-approver", size).go(SITE)
    seen(approver, "proposal", size)
    press(approver, "put-in-force")
    seat.go("/desk/site/sn-general-office/history/")
    seen(seat, "history", size)
    seat.go("/units/sn-general-office/")
    assert seat.says(words)
    seen(seat, "unit", size)
    seat.go("/units/510903008200/")
    seen(seat, "village", size)

"""A publishing day at the desk, from the first word to the tombstone, in a real browser on a phone and on a desk."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import served
from tests.browser.desk import SIZES, Desk, within
from tests.browser.desk_city import TITLE

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


@pytest.fixture(scope="module")
def instance(chromium: Any) -> Iterator[Desk]:
    with served("tests.browser.desk_city") as (root, places):
        yield Desk(root, places, chromium)


@pytest.fixture
def desk(instance: Desk) -> Iterator[Desk]:
    instance.troubles.clear()
    yield instance
    instance.close()
    # A refusal is an answer, and the browser reports it as such.
    assert [one for one in instance.troubles if "Failed to load resource" not in one] == []


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
    pressed = time.monotonic()
    seat.act("publish")
    address = str(seat.page.locator("main a[href^='/r/']").first.get_attribute("href"))
    within(2, lambda: desk.answer(address)[0] == 200, since=pressed)
    return address


@pytest.mark.parametrize("size", SIZES)
def test_a_word_file_with_two_attachments_goes_through_every_hand_onto_the_site(desk: Desk, size: str) -> None:
    title = TITLE.format(name=f"由Word文件写成-{size}")
    seat = desk.sit("staff-editor", size).go("/desk/new/").go("/desk/new/policy/?unit=sn-general-office")
    seat.tap("[name=start][value='']").follow(BEGIN)
    seat.tap("[data-field=body] summary")
    seat.page.set_input_files("[name=f-body-word]", WORD)
    seat.follow("[value='word:body']")
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

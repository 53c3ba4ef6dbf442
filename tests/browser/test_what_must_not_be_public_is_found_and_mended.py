"""An editor pastes an identity number, sees it, masks it; a file is refused, or blackened; a finding is let pass."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.browser.desk import SIZES, Desk
from tests.browser.desk_city import TITLE, VILLAGE
from tests.files.carriers import drawn, pdf

pytestmark = pytest.mark.browser

NUMBER = "11010519491231002X"
CLASS = "补助收入"
BEGIN = "form.begin .btn"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(comment: str) -> dict[str, Any]:
    """Return a Word file that says nothing amiss, with a comment."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
        f'<Override PartName="/word/comments.xml" ContentType="{main}.comments+xml"/></Types>'
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{kinds}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{kinds}/comments" Target="comments.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>公示</w:t></w:r></w:p></w:body>'
        "</w:document>",
        "word/comments.xml": f'<w:comments xmlns:w="{_W}"><w:comment w:id="1"><w:p><w:r><w:t>{comment}</w:t></w:r>'
        "</w:p></w:comment></w:comments>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return {"name": "notice.docx", "mimeType": f"{main}.document", "buffer": stream.getvalue()}


@pytest.mark.parametrize("size", SIZES)
def test_a_pasted_number_is_seen_at_its_cell_and_masked_by_one_click(desk: Desk, size: str) -> None:
    seat = desk.sit("clerk", size).go("/desk/").follow(f".starts a[href*='unit={VILLAGE}']").follow(BEGIN)
    seat.tap("[data-field=lines] .form-more summary")
    seat.page.fill("[name=f-lines-paste]", f"日期\t事项\t类别\t收入\n2026-11-12\t困难补助 {NUMBER}\t{CLASS}\t1000\n")
    seat.page.check("[name=f-lines-replace]")
    seat.follow("[value='sheet:lines']")
    seat.fill(opening="100", income="1000", expense="0", closing="1100").save("stay")
    cell = seat.page.locator("[aria-describedby$='-item-error'][name$='-item']")
    assert cell.count() == 1, seat.page.locator("main").inner_text()[:1500]
    assert cell.input_value() == f"困难补助 {NUMBER}"
    seat.follow(".guard.stop [value^='mask:']")
    assert NUMBER not in seat.page.locator("[name$='-item']").first.input_value()
    assert not seat.page.locator(".guard.stop").count()


@pytest.mark.parametrize("size", SIZES)
def test_a_word_file_with_a_number_in_a_comment_is_refused_with_its_place(desk: Desk, size: str) -> None:
    seat = (
        desk.sit("staff-editor", size).go({"phone": "typed", "desk": "by-keyboard"}[size]).follow("a[href$='/edit/']")
    )
    seat.page.set_input_files("[name=f-attachments-new]", [docx(f"当事人{NUMBER}")])
    seat.page.wait_for_selector(".form-files li:has-text('notice.docx')")
    seat.save("submit")
    assert seat.says("notice.docx"), seat.page.locator("main").inner_text()[:1500]
    assert "comment" in seat.page.locator(".guard.stop").inner_text()
    assert seat.page.locator(".guard.stop").inner_text().count(NUMBER) == 0


@pytest.mark.parametrize("size", SIZES)
def test_an_approver_lets_a_finding_pass_and_it_is_in_the_history(desk: Desk, size: str) -> None:
    writer = desk.sit("staff-editor", size).go("mine-and-yours").follow("a[href$='/edit/']")
    writer.fill(title=f"{TITLE.format(name='送达公告')}{NUMBER}{size}").save()
    seat = desk.sit("staff-approver", size).go("mine-and-yours")
    form = seat.page.locator(".guard.stop li").first
    form.locator("summary").click()
    form.locator("[name=reason]").fill(f"送达公告依法写明 {size}")
    seat.look().follow(".guard.stop details[open] form .btn")
    assert seat.says("送达公告依法写明")
    assert seat.page.locator(".traces").inner_text().count(f"送达公告依法写明 {size}") == 1


@pytest.mark.parametrize("size", SIZES)
def test_what_is_found_in_a_pdf_is_blackened_by_one_click(desk: Desk, size: str) -> None:
    place, name = "mine-and-yours", f"list-{size}.pdf"
    seat = desk.sit("second-editor", size).go(place).follow("a[href$='/edit/']")
    paper = {
        "name": name,
        "mimeType": "application/pdf",
        "buffer": pdf(drawn(NUMBER) + drawn("rest", at="20 99")),
    }
    seat.page.set_input_files("[name=f-attachments-new]", [paper])
    seat.page.wait_for_selector(f".form-files li:has-text('{name}')")
    seat.save("stay")
    assert seat.page.locator(".mend [value^='found:']").count() == 1
    seat.go(place)
    assert seat.page.locator(".guard.stop").inner_text().count(NUMBER) == 0
    seat.follow("form[action$='/blacken/found/'] .btn")
    assert name in seat.page.locator(".messages").inner_text()
    assert not seat.page.locator(".guard.stop").count()
    assert not seat.page.locator("form[action$='/blacken/found/']").count()
    fold = seat.page.locator(".mend-words", has_text=name)
    fold.locator("summary").click()
    fold.locator("[name=words]").fill("absent")
    seat.look()
    seat.follow("details[open] form[action$='/blacken/words/'] .btn")
    assert seat.page.locator(".messages .warn").count() == 1
    seat.follow("a[href$='/edit/']")

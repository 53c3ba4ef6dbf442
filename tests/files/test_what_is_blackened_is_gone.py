"""What is blackened is gone from the file, and the proof is that nobody finds it any more."""

from __future__ import annotations

import io

import docx as reader
import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest

from sunlit.files.extraction.reading import read
from sunlit.files.redaction import Area, RedactionFailed, mask, prove, redact
from tests.files.carriers import CARRIERS, DOCX, PDF, PPTX, XLSX, docx, drawn, pdf, run, xlsx

WORD = "11010519491231002X"
IN_PDF = {"page", "invisible text", "layer that is off", "attachment", "XMP", "field of a form"}
IN_OFFICE = {"body", "deletion", "comment", "embedded workbook", "cell", "very hidden sheet", "pivot cache"}


@pytest.fixture
def place(tmp_path):
    def put(content: bytes, name: str = "source"):
        path = tmp_path / name
        path.write_bytes(content)
        return path, tmp_path / "target"

    return put


def two_pages(document: pikepdf.Pdf, second: bytes) -> None:
    document.add_blank_page(page_size=(400, 400))
    page = document.pages[1].obj
    page.Resources = document.pages[0].obj.Resources
    page.Contents = document.make_stream(second)


@pytest.mark.parametrize(
    "carrier", [one for one in CARRIERS if one.type == PDF and one.place in IN_PDF], ids=lambda one: one.place
)
def test_a_word_is_gone_wherever_a_pdf_carries_it(carrier, place):
    source, target = place(carrier.make(WORD))
    redact(source, PDF, target, words=[WORD])
    assert not [part for part in read(target, PDF).parts if WORD in part.text]


def test_other_pages_keep_their_text_and_the_blackened_one_becomes_a_picture(place):
    source, target = place(pdf(drawn(WORD), change=lambda one: two_pages(one, drawn("stays as it is"))))
    done = redact(source, PDF, target, words=[WORD])
    assert (done.pages, done.found) == ((1,), 1)
    found = {part.where: part.text for part in read(target, PDF).parts if part.hidden is None}
    assert found == {"page 2": "stays as it is"}


def test_what_is_around_the_blackened_word_is_still_seen_and_the_word_is_black(place):
    source, target = place(pdf(drawn(WORD)))
    redact(source, PDF, target, words=[WORD])
    picture = pdfium.PdfDocument(target)[0].render(scale=1).to_pil().convert("L")
    assert picture.getpixel((30, 400 - 204)) < 20
    assert picture.crop((20, 90, 60, 105)).getextrema()[0] < 150, "the line above it is there"
    assert picture.getpixel((300, 300)) > 240


def test_an_area_that_a_person_marked_becomes_black(place):
    source, target = place(pdf(drawn("a name")))
    assert redact(source, PDF, target, areas=[Area(1, 10, 190, 200, 220)]).pages == (1,)
    picture = pdfium.PdfDocument(target)[0].render(scale=1).to_pil().convert("L")
    assert picture.crop((20, 185, 190, 205)).getextrema()[1] < 40
    assert not [part for part in read(target, PDF).parts if "name" in part.text]


def test_an_area_on_a_turned_page_is_found(place):
    def turn(document):
        document.pages[0].obj.Rotate = 90

    source, target = place(pdf(drawn(WORD), turn))
    redact(source, PDF, target, words=[WORD])
    picture = pdfium.PdfDocument(target)[0].render(scale=1).to_pil().convert("L")
    assert picture.getpixel((204, 30)) < 20


def test_notes_attachments_and_properties_go_with_it(place):
    def change(document):
        document.docinfo["/Author"] = "somebody"
        document.attachments["a.txt"] = pikepdf.AttachedFileSpec(document, b"attached")

    source, target = place(pdf(drawn(WORD), change))
    redact(source, PDF, target, words=[WORD])
    with pikepdf.open(target) as document:
        assert "/Info" not in document.trailer
        assert not document.attachments
        assert set(document.Root.keys()) == {"/Type", "/Pages"}


def test_text_below_a_black_box_of_somebody_else_goes_as_well(place):
    source, target = place(pdf(drawn("below", after="0 g 10 190 380 30 re f"), lambda one: two_pages(one, drawn(WORD))))
    assert redact(source, PDF, target, words=[WORD]).pages == (1, 2)
    assert not [part for part in read(target, PDF).parts if "below" in part.text]


def test_a_word_that_a_line_cuts_in_two_is_found(place):
    source, target = place(pdf(drawn("11010519491231") + drawn("002X", at="20 185")))
    assert redact(source, PDF, target, words=[WORD]).found == 1


@pytest.mark.parametrize(
    "carrier",
    [one for one in CARRIERS if one.type in (DOCX, XLSX) and one.place in IN_OFFICE],
    ids=lambda one: f"{one.name}: {one.place}",
)
def test_a_word_is_gone_wherever_an_office_file_carries_it(carrier, place):
    source, target = place(carrier.make(WORD))
    redact(source, carrier.type, target, words=[WORD])
    assert not [part for part in read(target, carrier.type).parts if WORD in part.text]


def test_a_rebuilt_word_file_opens_and_says_the_rest(place):
    source, target = place(docx(f"<w:p>{run('张某，')}{run(WORD[:9])}{run(WORD[9:])}{run('，公开')}</w:p>"))
    assert redact(source, DOCX, target, words=[WORD]).found == 1
    assert [one.text for one in reader.Document(str(target)).paragraphs] == [f"张某，{'█' * 18}，公开"]


def test_a_rebuilt_workbook_opens_with_every_cell_in_its_place(place):
    def change(book, word):
        book.active["B3"], book.active["C3"] = "张某", word

    source, target = place(xlsx(change, WORD))
    redact(source, XLSX, target, words=[WORD])
    sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes()))["名单"]
    assert (sheet["A1"].value, sheet["B3"].value, sheet["C3"].value) == ("公开", "张某", "█" * 18)


def test_what_cannot_be_blackened_is_refused_and_nothing_is_written(place):
    for content, kind in ((b"x", PPTX), (b"broken", PDF), (b"broken", DOCX)):
        source, target = place(content)
        with pytest.raises(RedactionFailed, match=r"\.$|PDF"):
            redact(source, kind, target, words=[WORD])
        assert not target.exists()
    with pytest.raises(RedactionFailed):
        redact(source, PDF, target)


def test_the_proof_finds_what_was_only_painted_over(place):
    source, _target = place(pdf(drawn(WORD, after="0 g 10 190 380 30 re f")))
    with pytest.raises(RedactionFailed, match="still found"):
        prove(source, PDF, [WORD])


def test_words_are_masked_also_where_spaces_cut_them():
    assert mask("a 1101 0519\n49 b", ["1101051949"]) == (f"a {'█' * 12} b", 1)

"""What the check finds in a file is blackened by one click; what comes of it is clean and takes its place."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
from django.urls import reverse

from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.records import acts
from sunlit.records.acts import blackening as act
from sunlit.records.models import Trace
from sunlit.records.states import RevisionState
from tests.files.carriers import DOCX, PDF, XLSX, cell, docx, drawn, pdf, pptx, run, story, xlsx
from tests.records.conftest import NOW, POLICY

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

NUMBER, CARD, PHONE = "11010519491231002X", "6222020200012345670", "13800138000"


def in_pdf(document: pikepdf.Pdf) -> None:
    document.add_blank_page(page_size=(400, 400))
    page = document.pages[1].obj
    page.Resources = document.pages[0].obj.Resources
    page.Contents = document.make_stream(drawn("stays as it is"))


def in_cells(book, _word) -> None:
    for row, value in enumerate((NUMBER, CARD, NUMBER, "公开"), 2):
        book.active[f"B{row}"] = value


WITH_NUMBERS = {
    "list.pdf": (PDF, pdf(drawn(NUMBER) + drawn(CARD, at="20 150"), in_pdf)),
    "list.docx": (DOCX, docx(f"<w:p>{run('张某')}{run(NUMBER[:9])}{run(NUMBER[9:])}，{run(CARD)}</w:p>")),
    "list.xlsx": (XLSX, xlsx(in_cells, "")),
}


@pytest.fixture
def attach(city, at):
    """Begin a policy with files, as the editor."""

    def with_files(**contents: bytes):
        values = []
        for name, content in contents.items():
            kept = files.store(io.BytesIO(content), name, now=NOW, owner=files.of_person(city.editor.user_id))
            values.append({"sha256": kept.sha256, "name": name, "size": kept.size, "type": kept.type})
        return acts.draft("policy", city["city"], {**POLICY, "files": values}, actor=city.editor, now=NOW)

    return with_files


@pytest.fixture
def mend(at):
    """Press one of the buttons beside a file, and return the page that follows."""

    def post(text, what: str = "found", who: str = "editor", *, number: int = 0, **said: str) -> str:
        text.refresh_from_db()
        address = reverse("workbench:blacken", args=[text.pk, what])
        answer = at(who).post(address, {"file": sha256_of(text, number), **said}, follow=True)
        text.refresh_from_db()
        return answer.content.decode()

    return post


def sha256_of(text, number: int = 0) -> str:
    return text.data["files"][number]["sha256"]


def stored(text, number: int = 0) -> bytes:
    file = text.attachments.get(file__sha256=sha256_of(text, number)).file
    assert file.owner == files.of_person(text.author_id)
    return file.path.read_bytes()


def unpacked(content: bytes) -> bytes:
    """Return all bytes of a file, those that are compressed in it as well."""
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as document:
            streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
            return (
                content
                + b"".join(one.read_raw_bytes() for one in streams if one.get("/Filter") == "/DCTDecode")
                + (b"".join(one.read_bytes() for one in streams if one.get("/Filter") != "/DCTDecode"))
            )
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return content + b"".join(package.read(name) for name in package.namelist())


def page_of(at, text, name: str = "text", who: str = "editor") -> str:
    return at(who).get(reverse(f"workbench:{name}", args=[text.pk])).content.decode()


@pytest.mark.parametrize("name", WITH_NUMBERS)
def test_numbers_are_gone_from_every_byte_and_the_text_can_be_handed_in(name, attach, at, mend, press):
    text = attach(**{name: WITH_NUMBERS[name][1]})
    before = sha256_of(text)
    assert "Blacken what was found" in page_of(at, text)
    page = mend(text)
    assert sha256_of(text) != before
    assert text.data["files"][0]["name"] == name
    assert [one for one in (NUMBER, CARD) if one.encode() in unpacked(stored(text))] == []
    assert "identity number" not in page
    assert "Blacken what was found" not in page
    press(text, "submit", "editor", seen="1")
    assert text.state == RevisionState.SUBMITTED


def test_it_is_said_what_was_done_to_a_pdf(attach, mend):
    page = mend(attach(**{"list.pdf": WITH_NUMBERS["list.pdf"][1]}))
    assert "list.pdf: 2 places blackened. 1 page became a picture; the rest of the file keeps its text." in page


def test_it_is_said_that_a_workbook_was_written_anew(attach, mend):
    page = mend(attach(**{"list.xlsx": WITH_NUMBERS["list.xlsx"][1]}))
    assert "3 places blackened. The file was written anew" in page


def test_the_history_names_the_file_and_no_word(attach, mend):
    text = attach(**{f"{NUMBER}.docx": WITH_NUMBERS["list.docx"][1]})
    mend(text)
    notes = str(list(Trace.objects.values_list("step", "note")))
    assert "'blackened'" in notes
    assert [one for one in (NUMBER, CARD) if one in notes] == []


def test_no_word_travels_through_the_browser(attach, at):
    pages = page_of(at, attach(**{"list.docx": WITH_NUMBERS["list.docx"][1]}))
    assert [one for one in (NUMBER, CARD) if one in pages] == []


def test_what_it_only_warns_of_stays_unless_wanted(attach, mend):
    text = attach(**{"list.docx": docx(f"<w:p>{run(f'身份证{NUMBER}，手机{PHONE}')}</w:p>")})
    mend(text)
    assert (NUMBER.encode() in unpacked(stored(text)), PHONE.encode() in unpacked(stored(text))) == (False, True)
    mend(text, warned=sha256_of(text))
    assert PHONE.encode() not in unpacked(stored(text))


def test_what_an_approver_let_pass_stays(attach, at, mend, press):
    text = attach(**{"list.xlsx": xlsx(in_cells, "")})
    page = page_of(at, text, who="approver")
    press(
        text,
        "override",
        "approver",
        finding=page.partition('name="finding" value="')[2].partition('"')[0],
        reason="依法",
    )
    mend(text)
    content = unpacked(stored(text))
    assert CARD.encode() not in content


def test_hidden_parts_are_left_out_by_a_button_of_their_own(attach, at, mend):
    text = attach(**{"list.docx": docx(word__comments_xml=story("comments", "内部意见", "<w:comment>{}</w:comment>"))})
    assert "Keep only what readers see" in page_of(at, text)
    page = mend(text, "seen")
    assert "内部意见".encode() not in unpacked(stored(text))
    assert "comment" not in page.partition('class="guard')[2]


def test_a_hidden_sheet_is_left_out(attach, mend, press):
    text = attach(**{"list.xlsx": cell("C5", sheet="hidden")(NUMBER)})
    mend(text, "seen")
    assert NUMBER.encode() not in unpacked(stored(text))
    press(text, "submit", "editor")
    assert text.state == RevisionState.SUBMITTED


def test_words_by_hand_are_blackened_in_a_pdf(attach, mend):
    text = attach(**{"list.pdf": pdf(drawn("Project Nightingale"))})
    page = mend(text, "words", words="nightingale\n\nproject")
    assert "2 places blackened" in page
    assert b"Nightingale" not in unpacked(stored(text))
    assert "ightingale" not in str(list(Trace.objects.values_list("note")))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "one word or number on each line"), ("x", "each of 2 to 200"), ("absent", "None of these words")],
)
def test_words_that_cannot_be_blackened_change_nothing(words, sentence, attach, mend):
    text = attach(**{"list.pdf": pdf(drawn("public"))})
    before = (text.version, sha256_of(text))
    assert sentence in mend(text, "words", words=words)
    assert (text.version, sha256_of(text)) == before


def test_words_by_hand_are_refused_in_a_scan(attach, mend):
    def scan(document):
        document.pages[0].obj.Contents = document.make_stream(b"q Q")

    text = attach(**{"scan.pdf": pdf(change=scan)})
    assert "A scan holds no text" in mend(text, "words", words="某某")


@pytest.mark.parametrize("what", ["found", "seen"])
def test_a_type_that_cannot_be_blackened_is_refused_with_the_sentence(what, attach, at, mend):
    text = attach(**{"list.pptx": pptx(NUMBER)})
    assert "Blacken what was found" not in page_of(at, text)
    assert "Only PDF, Word and Excel files can be blackened" in mend(text, what)


def test_a_file_that_cannot_be_read_completely_is_refused_with_the_sentence(attach, mend):
    content = docx(f"<w:p>{run(NUMBER)}</w:p>", **{"word__embeddings__seal.bin": b"\x00\x01\x02"})
    text = attach(**{"list.docx": content})
    before = sha256_of(text)
    assert "Not all of the file can be read" in mend(text)
    assert sha256_of(text) == before


def test_a_colleague_who_saves_meanwhile_is_not_overwritten(attach, at, mend, monkeypatch, city):
    text = attach(**{"list.docx": WITH_NUMBERS["list.docx"][1]})
    before, real = sha256_of(text), act.redact
    known = set(File.objects.values_list("pk", flat=True))

    def slowly(*arguments, **more):
        done = real(*arguments, **more)
        theirs = type(text).objects.get(pk=text.pk)
        acts.edit(theirs, {**theirs.data, "title": "同事的题目"}, actor=city.editor, now=NOW)
        return done

    monkeypatch.setattr(act, "redact", slowly)
    page = mend(text)
    assert "A colleague has changed this text meanwhile" in page
    assert (text.data["title"], sha256_of(text)) == ("同事的题目", before)
    assert set(File.objects.values_list("pk", flat=True)) == known, "what was made is not left behind"


def test_a_form_that_was_open_keeps_the_blackened_file(attach, mend, save, at):
    text = attach(**{"list.docx": WITH_NUMBERS["list.docx"][1]})
    opened, old = text.version, text.data["files"][0]
    mend(text)
    new = sha256_of(text)
    save(text, version=opened, title="另一个题目")
    text.refresh_from_db()
    assert old["sha256"] != new
    assert (text.data["title"], sha256_of(text)) == ("另一个题目", new)


def test_saving_and_blackening_are_one_press_in_the_form(attach, at, save):
    text = attach(**{"list.docx": WITH_NUMBERS["list.docx"][1]})
    assert "Save and blacken what was found" in page_of(at, text, "edit")
    answer = save(text, do=f"found:{sha256_of(text)}", title="另一个题目")
    text.refresh_from_db()
    assert answer.status_code == 302
    assert (text.data["title"], NUMBER.encode() in unpacked(stored(text))) == ("另一个题目", False)


@pytest.mark.parametrize("who", ["reviewer", "approver"])
def test_nobody_else_blackens(who, attach, at, mend):
    text = attach(**{"list.docx": WITH_NUMBERS["list.docx"][1]})
    before = sha256_of(text)
    assert "Blacken what was found" not in page_of(at, text, who=who)
    mend(text, who=who)
    assert sha256_of(text) == before


def test_a_text_that_was_handed_in_is_not_touched(attach, at, mend, press):
    text = attach(**{"list.pdf": pdf(drawn("public"))})
    press(text, "submit", "editor")
    address = reverse("workbench:blacken", args=[text.pk, "words"])
    assert at("editor").post(address, {"file": sha256_of(text), "words": "public"}).status_code == 404

"""What reads a file is a process of its own: little memory and time, no files, no network, no afterlife."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from sunlit.files.actions import destroy, store
from sunlit.files.extraction import kept, process
from sunlit.files.extraction.limits import Limits
from sunlit.files.extraction.reading import is_sound, read
from sunlit.files.kinds import FileRefused
from tests.files import carriers
from tests.files.carriers import DOCX, PDF, XLSX, ZIP, docx, package, pdf

LIMITS = Limits()


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_ROOT = tmp_path / "files"


def sheet(path: Path, rows: int) -> Path:
    """Write a workbook with one sheet of so many rows, however many a sheet may have."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", carriers.TYPES)
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {carriers.S} {carriers.R}><sheets><sheet name="名" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="x"><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f"<worksheet {carriers.S}><sheetData>".encode())
            for start in range(1, rows + 1, 10_000):
                numbers = range(start, min(start + 10_000, rows + 1))
                stream.write("".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in numbers).encode())
            stream.write(b"</sheetData></worksheet>")
    return path


@pytest.mark.django_db
def test_a_sheet_of_two_million_rows_is_refused_with_a_reason_in_bounded_time(tmp_path):
    path = sheet(tmp_path / "a.xlsx", 2_000_000)
    began = time.monotonic()
    with path.open("rb") as stream, pytest.raises(FileRefused, match=r"1048576 rows|unpacks"):
        store(stream, "a.xlsx")
    assert time.monotonic() - began < 10
    began = time.monotonic()
    extract = read(path, XLSX, limits=replace(LIMITS, seconds=3))
    assert not extract.complete
    assert extract.notices
    assert time.monotonic() - began < 5


def test_time_is_up_when_it_is_up(tmp_path):
    path = sheet(tmp_path / "a.xlsx", 300_000)
    began = time.monotonic()
    extract = read(path, XLSX, limits=replace(LIMITS, seconds=1))
    assert time.monotonic() - began < 3
    assert not extract.complete
    assert "longer than allowed" in extract.notices[0]
    assert extract.parts, "what was read until then arrives"


def test_more_text_than_allowed_is_left_out_with_a_notice(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("字" * 100_000)
    extract = read(path, "text/plain", limits=replace(LIMITS, characters=70_000))
    assert not extract.complete
    assert "more text" in extract.notices[0]


def test_too_little_memory_is_a_notice_and_no_crash(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(docx("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 400_000))
    extract = read(path, DOCX, limits=replace(LIMITS, memory=150 << 20))
    assert not extract.complete
    assert extract.notices


def run(script: str, tmp_path: Path) -> dict[str, object] | None:
    """Let a script of ours take the place of a reader that was taken over by its file."""
    (tmp_path / "evil.py").write_text(
        "import json, sys, os, socket, subprocess, time\n"
        f"sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})\n"
        "from sunlit.files.extraction.apart.main import limit_self\n"
        f"limit_self({LIMITS.memory}, 5)\n{script}"
    )
    return process.answer(str((tmp_path / "evil").resolve()), {}, replace(LIMITS, seconds=2))


def test_it_inherits_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("SUNLIT_SECRET_KEY", "secret")
    with (tmp_path / "database").open("w") as handle:
        os.set_inheritable(handle.fileno(), True)
        said = run("print(json.dumps({'env': dict(os.environ), 'open': os.listdir('/proc/self/fd')}))", tmp_path)
    assert "SUNLIT_SECRET_KEY" not in said["env"]
    assert set(said["open"]) <= {"0", "1", "2", "3"}


def test_it_writes_no_file(tmp_path):
    target = tmp_path / "out"
    said = run(
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"try:\n    with open({str(target)!r}, 'w') as out:\n        out.write('x' * 100)\n    said = 'written'\n"
        "except OSError:\n    said = 'refused'\nprint(json.dumps({'said': said}))",
        tmp_path,
    )
    assert said == {"said": "refused"}
    assert not target.exists() or not target.read_bytes()


def test_it_has_no_network_where_the_kernel_allows_that(tmp_path):
    if subprocess.run(["unshare", "-Un", "true"], capture_output=True).returncode:
        pytest.skip("this kernel lets nobody make a network of their own")
    said = run("print(json.dumps({'names': [name for _at, name in socket.if_nameindex()]}))", tmp_path)
    assert said["names"] in ([], ["lo"])


def test_its_children_end_with_it(tmp_path):
    mark = tmp_path / "pid"
    mark.touch()
    run(
        "child = subprocess.Popen(['sleep', '60'])\nprint(child.pid, file=sys.stderr)\n"
        "sys.stdout.write(json.dumps({'pid': child.pid})); sys.stdout.flush(); time.sleep(60)",
        tmp_path,
    )
    time.sleep(0.1)
    alive = subprocess.run(["pgrep", "-f", "^sleep 60$"], capture_output=True, text=True).stdout.split()
    assert not [pid for pid in alive if Path(f"/proc/{pid}/stat").read_text().split()[3] == "1"]


@pytest.mark.parametrize(
    "row",
    [
        ["p", "a"],
        ["p", 1, "x", None],
        ["p", "a", "x", "seen"],
        ["n", "nothing", [], True],
        ["n", "large", [], False],
        {},
        3,
    ],
)
def test_a_reader_that_was_taken_over_can_only_say_what_a_reader_says(row):
    assert not is_sound(row)


@pytest.mark.parametrize("kind", [DOCX, XLSX, PDF, ZIP, "image/png", "application/x-nothing"])
def test_what_is_not_what_it_is_called_makes_an_incomplete_extract(kind, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"nothing of the kind")
    extract = read(path, kind)
    assert not extract.complete
    assert extract.notices


def test_archives_within_archives_are_read_so_deep_and_no_deeper(tmp_path):
    made = b"deepest"
    for number in range(8):
        made = package({f"{number}": made})
    (tmp_path / "a.zip").write_bytes(made)
    extract = read(tmp_path / "a.zip", ZIP)
    assert not extract.complete
    assert "too many archives" in extract.notices[0]


def test_a_scan_is_recognised_where_tesseract_is_installed_and_else_said_to_be_unread(tmp_path, monkeypatch):
    picture = carriers.picture("PNG")
    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (200, 100), 255).save(stream, "PNG")
    (tmp_path / "a.png").write_bytes(stream.getvalue())
    monkeypatch.setattr(process, "recogniser", lambda: "")
    extract = read(tmp_path / "a.png", "image/png")
    assert not extract.complete
    assert "cannot be recognised" in extract.notices[0]
    fake = tmp_path / "tesseract"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdin.buffer.read()\n"
        "print('\\t'.join('abcdefghijkl'))\n"
        "print('\\t'.join(['5', '1', '1', '1', '1', '1', '0', '0', '9', '9', '91.5', '身份证']))\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(process, "recogniser", lambda: str(fake))
    extract = read(tmp_path / "a.png", "image/png")
    assert extract.complete
    assert [part.text for part in extract.parts] == ["身份证"]
    assert "confidence 92" in extract.notices[0]
    assert picture


@pytest.mark.django_db
def test_an_extract_is_kept_by_content_and_goes_with_its_file(tmp_path, monkeypatch):
    file = store(io.BytesIO(pdf()), "a.pdf")
    first = kept.extract_of(file)
    assert kept.place_of(file.sha256).exists()
    monkeypatch.setattr(process, "rows", lambda *given: pytest.fail("read twice"))
    assert kept.extract_of(file) == first
    assert [part.text for part in first.parts if part.where == "page 1"] == ["public"]
    assert destroy(file)
    assert not kept.place_of(file.sha256).exists()


@pytest.mark.django_db
def test_a_kept_extract_that_was_cut_off_is_read_anew():
    file = store(io.BytesIO(pdf()), "a.pdf")
    first = kept.extract_of(file)
    place = kept.place_of(file.sha256)
    place.write_bytes(place.read_bytes()[:-10])
    assert kept.extract_of(file) == first


@pytest.mark.django_db
def test_the_extract_of_missing_bytes_is_an_error():
    file = store(io.BytesIO(b"x"), "a.txt")
    file.path.unlink()
    with pytest.raises(FileNotFoundError):
        kept.extract_of(file)

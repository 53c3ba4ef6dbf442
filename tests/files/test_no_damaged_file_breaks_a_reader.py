"""Whatever is done to a file, its reader comes to an end, the process that asked goes on, and no time is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunlit.files.extraction.reading import read
from sunlit.files.kinds import ENDINGS, FileRefused
from sunlit.files.taking import cleaning, pictures
from sunlit.plan.casts.base import Refused
from sunlit.screens.forms import apart, word
from tests.files.carriers import CARRIERS

FUZZER = Path(__file__).with_name("fuzzing.py")
SEEDS = [one.make("公开 11010519491231002X".encode("ascii", "ignore").decode().strip()) for one in CARRIERS]
KINDS = sorted({one.type for one in CARRIERS} | set(ENDINGS))
PICTURES = [kind for kind in KINDS if kind.startswith("image/")]

damage = st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=8)), max_size=12)
damaged = st.builds(
    lambda seed, changes, cut: changed(seed, changes)[: max(8, int(len(seed) * cut))],
    st.sampled_from(SEEDS),
    damage,
    st.sampled_from([1.0, 1.0, 0.9, 0.5]),
)
anything = st.one_of(damaged, st.binary(max_size=2000))
slow = settings(deadline=None, suppress_health_check=list(HealthCheck))


def changed(seed: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    made = bytearray(seed)
    for at, new in changes:
        at %= len(made)
        made[at : at + len(new)] = new
    return bytes(made)


@settings(slow, max_examples=30)
@given(anything, st.sampled_from(KINDS))
def test_a_damaged_file_is_read_or_said_to_be_unreadable(tmp_path_factory, content, kind):
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    began = time.monotonic()
    extract = read(path, kind)
    assert time.monotonic() - began < 11
    assert extract.complete or extract.notices


@settings(slow, max_examples=150)
@given(anything, st.sampled_from(["a.csv", "a.pdf", "a"]))
def test_a_damaged_file_is_taken_or_refused_with_a_sentence(tmp_path_factory, content, name):
    path = tmp_path_factory.getbasetemp() / "incoming"
    path.write_bytes(content)
    try:
        kind, _is_cleaned = cleaning.examine(path, name)
    except FileRefused as refused:
        assert str(refused)
    else:
        assert kind in ENDINGS


@given(st.one_of(st.binary(max_size=200), damaged), st.sampled_from(PICTURES))
@settings(slow, max_examples=300)
def test_taking_metadata_out_never_makes_a_picture_longer_and_happens_once(content, kind):
    once = pictures.cleaned(content, kind)
    assert len(once) <= len(content) + 40
    assert pictures.cleaned(once, kind) == once


@settings(slow, max_examples=10)
@given(damaged)
def test_a_damaged_word_file_is_imported_or_refused(content):
    try:
        word.convert(SimpleUploadedFile("a.docx", content))
    except (word.WordRefused, Refused) as refused:
        assert str(refused)


@settings(slow, max_examples=10)
@given(damaged)
def test_a_damaged_workbook_is_imported_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(content)
    try:
        answer = apart.run("sheet", str(path), "", "1000")
    except apart.TooMuch:
        return
    assert "error" in answer or "sheets" in answer


@pytest.mark.parametrize("seed", [1])
def test_thousands_of_damaged_files_break_no_reader_and_stay_within_memory(seed):
    """Many more than through processes of their own: one process under the same limits reads one after the other."""
    done = subprocess.run([sys.executable, str(FUZZER), str(seed), "5"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["files"] > 200
    assert said["slowest"] < 10
    assert said["memory"] < 512 << 20

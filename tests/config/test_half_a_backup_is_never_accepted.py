"""Whatever is missing from a backup or changed in it is named, and nothing of it is put back."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.config.backups import disk, keeping, manifests
from sunlit.config.backups.disk import Part
from sunlit.config.backups.manifests import BackupRefused, Facts, Manifest
from tests.config.instances import Instance

DATABASE = "database.dump" if os.environ.get("DATABASE_URL") else "db.sqlite3"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a flipped bit in the database": (lambda b: flip(b / DATABASE), f"{DATABASE} is damaged"),
    "a database cut short": (lambda b: shorten(b / DATABASE), f"{DATABASE} has"),
    "a key that is missing": (lambda b: (b / "keys/ledger.key").unlink(), "keys/ledger.key is missing"),
    "a flipped bit in an attachment": (lambda b: flip(next((b / "files").rglob("*/*/*"))), "is damaged"),
    "a file too many": (lambda b: (b / "more").write_text("x"), "more does not belong to this backup"),
    "a flipped bit in the manifest": (lambda b: flip(b / "manifest.json"), "manifest.json is"),
    "no manifest": (lambda b: (b / "manifest.json").unlink(), "is not a complete backup"),
}


@pytest.mark.both_databases
def test_a_damaged_backup_is_refused_and_the_damage_named(
    instance: Instance, elsewhere: Instance, shelf: Path, tmp_path: Path
) -> None:
    instance.python("publish(0, 3); attach('minutes')")
    instance.sunlit("backup", shelf)
    for number, (name, (damage, sentence)) in enumerate(DAMAGES.items()):
        damaged = tmp_path / f"damaged {number}"
        shutil.copytree(keeping.complete(shelf)[0], damaged)
        damage(damaged)
        assert sentence in elsewhere.sunlit("restore", damaged, code=1), name
        assert sentence in instance.sunlit("backup", "--check", damaged, code=1), name
    assert not (elsewhere.home / "db.sqlite3").exists()
    assert not (elsewhere.home / "keys" / "ledger.key").exists()


@pytest.mark.skipif(DATABASE != "db.sqlite3", reason="SQLite's own check")
def test_a_database_that_was_damaged_before_it_was_backed_up_is_found(instance: Instance, shelf: Path) -> None:
    instance.python("publish(0, 2_000)")
    instance.sunlit("backup", shelf)
    backup = keeping.complete(shelf)[0]
    known = manifests.read(backup)
    with (backup / DATABASE).open("r+b") as file:
        file.seek((backup / DATABASE).stat().st_size // 2)
        file.write(bytes(8192))
    files = {**known.files, DATABASE: disk.measure(backup / DATABASE)}
    manifests.write(backup, replace(known, files=files))
    assert "is damaged:" in instance.sunlit("backup", "--check", shelf, code=1)


@pytest.mark.both_databases
def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(
    instance: Instance, elsewhere: Instance, shelf: Path
) -> None:
    instance.python("publish(0, 5_000)\nfor n in range(50): attach(str(n))")
    for pause in (0, 0.01, 0.03, 0.06, 0.1, 0.2):
        process = instance.start("backup", str(shelf))
        while process.poll() is None and not list(shelf.glob(".draft-*")):
            time.sleep(0.001)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for left in shelf.glob(".draft-*"):
            assert "is not a complete backup" in elsewhere.sunlit("restore", left, code=1)
        for whole in keeping.complete(shelf):
            instance.sunlit("backup", "--check", whole)
    instance.sunlit("backup", shelf)
    assert not list(shelf.glob(".draft-*")), "the next backup clears away what is left of those before"
    elsewhere.sunlit("restore", keeping.complete(shelf)[-1])


names = st.from_regex(r"[a-z]{1,8}(/[a-z0-9.]{1,8}){0,3}", fullmatch=True).filter(lambda name: ".." not in name)
parts = st.builds(Part, st.from_regex(r"[0-9a-f]{64}", fullmatch=True), st.integers(0, 2**50))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
facts = st.builds(Facts, texts, st.integers(0, 2**50), texts, st.lists(texts, max_size=3).map(tuple))
written = st.builds(
    Manifest, texts, texts, texts, facts, texts, st.lists(names, max_size=2).map(tuple), st.dictionaries(names, parts)
)


@given(written)
def test_a_manifest_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, manifest: Manifest) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    manifests.write(folder, manifest)
    assert manifests.read(folder) == manifest


@given(written, st.data())
def test_a_manifest_in_which_anything_was_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, manifest: Manifest, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    manifests.write(folder, manifest)
    path = folder / manifests.NAME
    text = bytearray(path.read_bytes().rstrip())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(text)
    try:
        assert manifests.read(folder) == manifest  # a changed blank changes nothing
    except BackupRefused as refusal:
        assert str(path) in str(refusal)


def test_a_manifest_cannot_reach_out_of_its_folder(tmp_path: Path) -> None:
    known = Manifest("1", "sqlite", "", Facts("", 0, "", ()), "", (), {"../outside": Part("0" * 64, 1)})
    manifests.write(tmp_path, known)
    with pytest.raises(BackupRefused, match="lies outside"):
        manifests.read(tmp_path)

"""Indexes follow the ledger, are built beside those that serve, and put themselves right after whatever happened."""

import io
import json
import shutil
import subprocess
import sys
import textwrap

import pytest
from django.conf import settings as django_settings

from sunlit import sight
from sunlit.files import actions as files
from sunlit.search import asking, backends, building, following, reading, shelving
from sunlit.search.documents import Document, fields_of
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import All, EngineUnavailable, SearchRequest
from tests.city import settle

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


def total(text):
    reading.forget()
    return asking.ask(sight.anonymous(), text).total


def publish(city, mark):
    record = city.a_policy(mark)
    settle(city._next())
    return record


class Cut(Exception):
    """What a power cut looks like from inside."""


def test_an_entry_taken_twice_leaves_one_document(city):
    publish(city, "ZQXTWICE")
    folder = shelving.current()
    before = (folder / "state.json").read_text()
    following.catch_up()
    (folder / "state.json").write_text(before)  # it died between the index and its place
    following.catch_up()
    assert total("ZQXTWICE") == 1


def test_indexes_that_are_gone_are_built_anew(city):
    shutil.rmtree(shelving.home())
    following.catch_up()
    assert total(city.city["public"].mark) == 1


def test_indexes_of_another_log_are_built_anew(city):
    folder = shelving.current()
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps({**state, "root": "00" * 32}))
    following.catch_up()
    assert shelving.current() != folder
    assert total(city.city["public"].mark) == 1


def test_a_build_that_was_cut_off_goes_on_where_it_was(city, monkeypatch):
    monkeypatch.setattr(building, "CHUNK", 50)
    monkeypatch.setattr(building, "COMMIT", 100)
    served = shelving.current()
    seen = []

    def cut(what, done):
        seen.append(done)
        if done >= 150:
            raise Cut

    with pytest.raises(Cut):
        building.build(cut)
    assert shelving.current() == served
    assert total(city.city["public"].mark) == 1
    again = []
    folder = building.build(lambda what, done: again.append(done))
    assert again[0] == 150
    assert shelving.current() == folder != served
    index = backends.engine().reader(folder, "public")
    keys = [hit.key for hit in index.search(SearchRequest(All(()), limit=10_000)).hits]
    assert len(keys) == len(set(keys)) == index.health().documents


def test_what_is_published_while_indexes_are_built_is_not_lost(city):
    published = []

    def publish_once(what, done):
        if not published:
            published.append(publish(city, "ZQXMEANWHILE"))

    building.build(publish_once)
    following.catch_up()
    assert total("ZQXMEANWHILE") == 1


def test_only_one_writes(city):
    engine, folder = backends.engine(), shelving.current()
    with building.writers(engine, folder), pytest.raises(EngineUnavailable, match="another process writes"):
        engine.writer(folder, "public")


def test_the_worker_says_what_is_wrong_and_goes_on(city, monkeypatch):
    from sunlit.ledger.models import Alarm

    librarian = following.Librarian()
    (shelving.current() / "lexicon.json").write_text("{")
    assert librarian.turn(city.now) is None
    assert "sunlit rebuild search" in Alarm.objects.get(name=following.ALARM, cleared_at=None).sentence
    building.build()
    librarian.turn(city.now + following._AGAIN)
    assert not Alarm.objects.filter(name=following.ALARM, cleared_at=None).exists()
    librarian.close()


def test_a_reader_without_indexes_is_told_so(city):
    shutil.rmtree(shelving.home())
    reading.forget()
    assert "sunlit rebuild search" in asking.ask(sight.anonymous(), "预算").trouble


def test_a_writer_that_is_killed_loses_nothing_that_was_committed(tmp_path):
    script = """
        import os, signal
        from pathlib import Path
        from sunlit.search.backends.tantivy_engine import Tantivy
        from sunlit.search.documents import Document, fields_of
        from sunlit.search.lexicon import Lexicon

        index = Tantivy().writer(Path(os.environ["FOLDER"]), "public")
        index.upsert([fields_of(Document(1, 1, "committed"), Lexicon().words)])
        index.commit()
        index.upsert([fields_of(Document(1, 2, "not committed"), Lexicon().words)])
        os.kill(os.getpid(), signal.SIGKILL)
    """
    environment = {"FOLDER": str(tmp_path), "PYTHONPATH": str(django_settings.BASE_DIR), "PATH": "/usr/bin"}
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=environment, check=False)
    index = backends.engine("tantivy").writer(tmp_path, "public")
    assert index.health().documents == 1
    index.upsert([fields_of(Document(1, 1, "again"), Lexicon().words)])
    index.commit()
    assert index.health().documents == 1
    index.close()


def test_what_an_attachment_says_is_found_and_the_file_is_named(city):
    content = "附件所列：瑶池路口信号灯调整方案。".encode()
    kept = files.store(io.BytesIO(content), "signals.txt", owner=files.of_person(city.actors["editor"].user_id))
    value = {"sha256": kept.sha256, "name": "signals.txt", "size": kept.size, "type": kept.type}
    data = {**city.marked("policy", "ZQXSIGNAL"), "normative": "no", "attachments": [value]}
    city.publish("policy", city.example_of("policy").unit, data)
    settle(city._next())
    following.catch_up()
    assert total("瑶池路口信号灯") == 1
    assert asking.ask(sight.anonymous(), "瑶池路口信号灯").hits[0].inside == "signals.txt"

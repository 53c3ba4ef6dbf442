"""Fifty editors type and save all the time, some of them two on one draft: quick for everyone, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest

from sunlit.screens.forms.naming import input_name
from tests.soak import desk_clients
from tests.soak.desk_clients import ROOT, SERVE, Answer, Clerk

EDITORS, PAIRS = 50, 10
SECONDS = float(os.environ.get("SECONDS_EACH", "40"))
EVERY, AUTOSAVE = 5.0, 2.0
PATIENCE = 0.3
pytestmark = [pytest.mark.soak, pytest.mark.both_databases]

DRAFTS = """
import json, os
from bench.freshness import CARD
from sunlit.calendars import clock
from sunlit.records import acts
from sunlit.units import actors
from sunlit.units.models import Unit, User
unit = Unit.objects.get(code="ex-education")
actor = actors.of(User.objects.get(username="editor-0"), unit, "editor")
texts = [acts.draft("service-card", unit, {**CARD, "matter": "空"}, actor=actor, now=clock.now()).pk
         for _n in range(int(os.environ["DRAFTS"]))]
print(json.dumps(texts))
"""
STATE = """
import json
from sunlit.records.models import Revision, Trace, Wording
print(json.dumps({
    "texts": {one.pk: one.data for one in Revision.objects.all()},
    "wordings": [[one.revision_id, one.version, one.by.username, json.loads(one.payload)]
                 for one in Wording.objects.select_related("by").order_by("revision", "version")],
    "edits": Trace.objects.filter(step="edited").count(),
}))
"""


@dataclass(frozen=True)
class Saved:
    """A save that was acknowledged: the field, what it was to say, and what it said as far as its editor had seen."""

    by: str
    text: int
    name: str
    word: str
    seen: str


@dataclass
class Diary:
    """What all editors noted."""

    saved: list[Saved] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    asked: int = 0


class Editor(threading.Thread):
    """Opens a draft, types into one field of it, keeps it now and then, and saves."""

    def __init__(self, name: str, clerk: Clerk, text: int, fields: list[str], diary: Diary, until: float) -> None:
        super().__init__(daemon=True)
        self.editor, self.clerk, self.text, self.fields, self.diary, self.until = (
            *(name, clerk, text, fields, diary),
            until,
        )
        self.chance, self.turn = random.Random(name), 0

    def run(self) -> None:
        address = f"/desk/texts/{self.text}/edit/"
        time.sleep(self.chance.uniform(0, EVERY))
        try:
            page = self.clerk.get(address)
            assert page.status == 200, f"{page.status} {page.location} {page.body[:300]}"
            while time.monotonic() < self.until:
                page = self.type_and_save(address, page)
        except Exception as error:
            self.diary.wrong.append(f"{self.editor}: {error!r}")

    def type_and_save(self, address: str, page: Answer) -> Answer:
        """Save one new word, and return the page on which this editor goes on."""
        self.turn += 1
        form, name = page.form, self.chance.choice(self.fields)
        seen, word = form[input_name(name)], f"{self.editor}第{self.turn}次"
        form |= {input_name(name): word, "do": "stay"}
        end = time.monotonic() + EVERY * self.chance.uniform(0.8, 1.2)
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, AUTOSAVE))
            if left > AUTOSAVE:
                self.keep(address, form)
        answer = self.clerk.post(address, form)
        self.diary.took.append(answer.took)
        while answer.status == 409:
            self.diary.asked += 1
            answer, seen, word = self.decide(address, answer, name, word)
        if answer.status != 302:
            self.diary.wrong.append(f"{self.editor}: saving was answered with {answer.status}")
        elif word != seen:
            self.diary.saved.append(Saved(self.editor, self.text, name, word, seen))
        return self.clerk.get(answer.location or address)

    def keep(self, address: str, form: dict[str, str]) -> None:
        answer = self.clerk.post(f"{address}autosave/", form)
        self.diary.kept.append(answer.took)
        if answer.status != 200:
            self.diary.wrong.append(f"{self.editor}: keeping was answered with {answer.status}")

    def decide(self, address: str, asked: Answer, name: str, word: str) -> tuple[Answer, str, str]:
        """Choose between two wordings, both shown; return the answer, what was theirs, and what is to stand."""
        form = asked.form
        theirs = next((one for one in marks(asked.body) if one != word), "")
        if form.get(input_name(name)) != word or not theirs or f"take-{name}" not in form:
            self.diary.wrong.append(f"{self.editor}: a conflict did not show both wordings of {name}")
        choice = self.chance.choice(["mine", "theirs"])
        answer = self.clerk.post(address, {**form, f"take-{name}": choice, "do": "stay"})
        self.diary.took.append(answer.took)
        return answer, theirs, word if choice == "mine" else theirs


def marks(page: str) -> list[str]:
    """Return the words of editors that stand in a page's comparison; only what differs is marked there."""
    import re

    found = re.search(r'<div class="diff small">(.*?)</div>', page, re.DOTALL)
    plain = found[1] if found else ""
    old = re.sub(r"<ins>.*?</ins>", "", plain, flags=re.DOTALL)
    new = re.sub(r"<del>.*?</del>", "", plain, flags=re.DOTALL)
    return [re.sub(r"<[^>]*>|\s", "", one) for one in (old, new)]


def test_everyone_is_quick_and_no_save_is_lost(bare_instance, port):
    names = [f"editor-{n}" for n in range(EDITORS)]
    env, sessions = desk_clients.instance(bare_instance, port, {name: ["editor"] for name in names})
    texts = json.loads(desk_clients.script({**env, "DRAFTS": str(EDITORS - PAIRS)}, DRAFTS).splitlines()[-1])
    server = subprocess.Popen(SERVE, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        desk_clients.wait_for(port)
        diary = pressed(names, sessions, texts, port)
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert diary.wrong == []
    print(f"\n{len(diary.took)} saves, {len(diary.kept)} autosaves, {diary.asked} conflicts; {desk_clients.load()}")
    print(f"saving: {spread(diary.took)}; keeping: {spread(diary.kept)}")
    assert len(diary.saved) > EDITORS * SECONDS / EVERY / 3, "too little was saved to prove anything"
    assert diary.asked, "nobody ever met a colleague"
    assert lost(diary.saved, json.loads(desk_clients.script(env, STATE).splitlines()[-1])) == []
    assert statistics.quantiles(diary.took, n=20)[-1] <= PATIENCE


def pressed(names: list[str], sessions: dict[str, str], texts: list[int], port: int) -> Diary:
    """Let everyone write for a while: twenty in pairs, half of the pairs in the same fields."""
    diary, until, editors = Diary(), time.monotonic() + SECONDS, []
    for n, name in enumerate(names):
        text = texts[n // 2] if n < 2 * PAIRS else texts[n - PAIRS]
        apart = [["matter"], ["place"]][n % 2]
        fields = apart if n < PAIRS else ["matter", "place"]
        editors.append(Editor(name, Clerk(port, sessions[name]), text, fields, diary, until))
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join(SECONDS + 60)
    return diary


def lost(saved: list[Saved], found: dict[str, Any]) -> list[str]:
    """Return what was acknowledged and is not in the text, or went without its successor having seen it."""
    chains: dict[tuple[int, str], list[str]] = defaultdict(list)
    for text, _version, _by, payload in found["wordings"]:
        for name in ("matter", "place"):
            chain = chains[text, name]
            if not chain or chain[-1] != payload[name]:
                chain.append(payload[name])
    missing = []
    for one in saved:
        chain = chains[one.text, one.name]
        if one.word not in chain:
            missing.append(f"{one} is in no wording")
        elif chain[chain.index(one.word) - 1] != one.seen:
            missing.append(f"{one} took the place of {chain[chain.index(one.word) - 1]}, which was not seen")
    last = {(one.text, one.name): one for one in saved}
    for (text, name), chain in chains.items():
        if found["texts"][str(text)][name] != chain[-1]:
            missing.append(f"text {text} does not say what was saved last")
        if (text, name) in last and len({one.by for one in saved if one.text == text}) == 1:
            assert chain[-1] == last[text, name].word
    return missing


def spread(values: list[float]) -> str:
    """Return median, p95, p99 and the longest of some seconds, in milliseconds."""
    cuts = statistics.quantiles(values, n=100)
    marked = (("median", cuts[49]), ("p95", cuts[94]), ("p99", cuts[98]), ("longest", max(values)))
    return ", ".join(f"{name} {value * 1000:.0f} ms" for name, value in marked)

"""Staff write, approve and publish while web processes are killed: nothing acknowledged is lost or done twice."""

from __future__ import annotations

import http.client
import json
import random
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import pytest

from sunlit.screens.forms.naming import input_name
from tests.soak import desk_clients
from tests.soak.desk_clients import KIND, ROOT, SERVE, UNIT, Answer, Clerk
from tests.soak.killing import children, end

KILLS, TEAMS = 25, 3
GONE = (OSError, http.client.HTTPException)
STEPS = (("reviewer", "review", "reviewed"), ("approver", "approve", "approved"), ("approver", "publish", "published"))
CARD = {
    "served": "个人", "place": "政务服务中心二楼", "hours": "工作日九点到十七点", "days": "3",
    "phone": "0999-0000000", "changed_on": "2026-01-05",
}  # fmt: skip
pytestmark = [pytest.mark.soak, pytest.mark.both_databases]

STATE = """
import json
from collections import Counter
from sunlit.ledger.models import Entry, Pending
from sunlit.plan import selectors as plans
from sunlit.records import working
from sunlit.records.models import Record, Revision, Slot, Trace, Work
texts = {}
for one in Revision.objects.select_related("record"):
    traces = Trace.objects.filter(record=one.record, revision=one.number).order_by("pk")
    work = Work.objects.filter(pk=one.pk).first()
    waits = working.waits_for(plans.current().kinds[one.record.kind], one.state)
    texts[one.pk] = {
        "matter": one.data.get("matter", ""), "state": one.state,
        "steps": list(traces.values_list("step", flat=True)),
        "is_whole": (work.waits_for if work else None) == waits
            and (one.state == "live") == (one.record.live_id == one.pk) == (one.record.index_no is not None)
            and (one.state == "live") == Slot.objects.filter(record=one.record).exists(),
    }
public = Entry.objects.exclude(event="private").values_list("event", "subject", "ref")
print(json.dumps({
    "texts": texts, "pending": Pending.objects.count(),
    "traces": Trace.objects.count(), "entries": Entry.objects.filter(subject__startswith="record:").count(),
    "published": Entry.objects.filter(event="record.published").count(),
    "twice": [list(key) for key, n in Counter(public).items() if n > 1],
}))
"""


@dataclass
class Diary:
    """What staff were told was done, and what no answer may be."""

    done: list[tuple[int, str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    broken: int = 0


class Team(threading.Thread):
    """An editor, a reviewer and an approver who bring one text after another to its readers, whatever breaks."""

    def __init__(self, number: int, clerks: dict[str, Clerk], diary: Diary, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.clerks, self.diary, self.stop, self.turn = number, clerks, diary, stop, 0

    def run(self) -> None:
        while not self.stop.is_set():
            self.turn += 1
            try:
                self.one_text(f"第{self.number}组第{self.turn}件")
            except GONE:
                self.diary.broken += 1
                time.sleep(0.1)
            except Exception as error:
                self.diary.wrong.append(f"{error!r}")
                return

    def one_text(self, matter: str) -> None:
        """Begin a text, fill it in, and take each step with it; what broke off is pressed again."""
        editor = self.clerks["editor"]
        editor.get(f"/desk/new/{KIND}/?unit={UNIT}")
        begun = self.judged(editor.post(f"/desk/new/{KIND}/", {"unit": UNIT, "start": ""}), "beginning")
        pk = int(re.search(r"/texts/(\d+)/", begun.location)[1])
        self.diary.done.append((pk, "drafted", ""))
        self.again(lambda: self.hand_in(pk, matter))
        for role, name, word in STEPS:
            self.again(lambda role=role, name=name, word=word: self.press(self.clerks[role], pk, name, word, matter))

    def hand_in(self, pk: int, matter: str) -> None:
        editor, address = self.clerks["editor"], f"/desk/texts/{pk}/edit/"
        page = editor.get(address)
        if page.status == 404:  # it was handed in, and only the answer was lost
            return
        papers = {input_name("papers", 0, "name"): "身份证", input_name("papers", 0, "copies"): "1"}
        filled = {input_name(name): value for name, value in {**CARD, "matter": matter}.items()}
        answer = self.judged(editor.post(address, {**page.form, **papers, **filled, "do": "submit"}), "handing in")
        if answer.status == 302:
            self.diary.done.append((pk, "submitted", matter))

    def press(self, clerk: Clerk, pk: int, name: str, word: str, matter: str) -> None:
        """Press a button; it is done if the next page says so, and was done before if that is what is said."""
        clerk.cookies.pop("messages", None)
        address = f"/desk/texts/{pk}/"
        clerk.get(address)
        self.judged(clerk.post(f"{address}{name}/", {}), name)
        said = re.search(r'<div class="messages" role="status">(.*?)</div>', clerk.get(address).body, re.DOTALL)
        if said and "notice warn" not in said[1]:
            self.diary.done.append((pk, word, matter))

    def judged(self, answer: Answer, what: str) -> Answer:
        """Note an answer that nobody may get; one that a dying server sends is as if none came."""
        if answer.status in (502, 503):
            raise http.client.RemoteDisconnected
        if answer.status not in (200, 302, 422):
            self.diary.wrong.append(f"{what} was answered with {answer.status}")
        return answer

    def again(self, act: object) -> None:
        """Do something until it does not break off."""
        while not self.stop.is_set():
            try:
                act()  # type: ignore[operator]
                return
            except GONE:
                self.diary.broken += 1
                time.sleep(0.1)


class House:
    """The server of an instance; if it ends it is started again, as the system's service manager would."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.serve = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(SERVE, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill_web_processes(self) -> int:
        """Kill the older of the web processes again and again, for the server ends when a young one dies."""
        chance, kills = random.Random(7), 0
        for _kill in range(KILLS):
            time.sleep(chance.uniform(1.5, 4.5))
            if self.serve.poll() is not None:
                self.serve = self.start()
                desk_clients.wait_for(int(self.env["PORT"]))
            if found := [pid for name, pid in children(self.serve.pid) if name == "web"]:
                end(found[0])
                kills += 1
        return kills

    def close(self) -> None:
        self.serve.terminate()
        self.serve.wait(timeout=30)


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(bare_instance, port):
    roles = ("editor", "reviewer", "approver")
    staff = {f"{role}-{n}": [role] for n in range(TEAMS) for role in roles}
    env, sessions = desk_clients.instance(bare_instance, port, staff)
    house, diary, stop = House(env), Diary(), threading.Event()
    try:
        desk_clients.wait_for(port)
        teams = [
            Team(n, {role: Clerk(port, sessions[f"{role}-{n}"]) for role in roles}, diary, stop) for n in range(TEAMS)
        ]
        for team in teams:
            team.start()
        kills = house.kill_web_processes()
        time.sleep(3)
        stop.set()
        for team in teams:
            team.join(60)
        settle(house)
    finally:
        house.close()
    found = json.loads(desk_clients.script(env, STATE).splitlines()[-1])
    print(f"\n{kills} kills, {len(diary.done)} acts acknowledged, {diary.broken} broken off; {desk_clients.load()}")
    assert diary.wrong == []
    assert kills >= KILLS / 2
    assert diary.broken, "nobody was ever hit"
    assert len(diary.done) > KILLS, "too little was done to prove anything"
    assert amiss(diary.done, found) == []
    desk_clients.run([sys.executable, "-m", "sunlit.cli", "ledger", "verify", "--content"], env)


def settle(house: House) -> None:
    """Wait until the worker has given every act its place."""
    for _try in range(60):
        if house.serve.poll() is not None:
            house.serve = house.start()
        if not json.loads(desk_clients.script(house.env, STATE).splitlines()[-1])["pending"]:
            return
        time.sleep(1)


def amiss(done: list[tuple[int, str, str]], found: dict) -> list[str]:
    """Return what was acknowledged and is not there, and what is there twice or by half."""
    wrong = [f"{one} is in the log twice" for one in found["twice"]]
    for pk, word, matter in done:
        text = found["texts"].get(str(pk))
        step = "record.published" if word == "published" else word
        if text is None or step not in text["steps"]:
            wrong.append(f"text {pk} was {word}, and nothing says so: {text}")
        elif matter and text["matter"] != matter:
            wrong.append(f"text {pk} was {word} as {matter} and says {text['matter']}")
    for pk, text in found["texts"].items():
        doubled = {step for step in text["steps"] if text["steps"].count(step) > 1 and step != "edited"}
        if doubled or not text["is_whole"]:
            wrong.append(f"text {pk}: {text}")
    if found["pending"] or found["traces"] != found["entries"]:
        wrong.append(f"{found['traces']} lines of history, {found['entries']} entries, {found['pending']} waiting")
    live = [text for text in found["texts"].values() if text["state"] == "live"]
    if found["published"] != len(live):
        wrong.append(f"{len(live)} texts are out, and the log holds {found['published']} publications")
    return wrong

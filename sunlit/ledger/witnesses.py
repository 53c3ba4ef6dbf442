"""Asking witnesses: each is shown the newest published checkpoint and adds its cosignature, or raises an alarm.

The asking is done by threads that touch no database, one for each witness at most, so that a slow witness holds up
nobody; what they bring back is written down by the worker in its next turn.
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue

from django.conf import settings

from sunlit.ledger import alarms, cosignatures, merkle, notes, published, selectors, tiles
from sunlit.ledger.models import Checkpoint, Witness
from sunlit.ledger.outgoing import Answer, NoAnswer, Outgoing
from sunlit.ledger.peers import Outcome, Peer, Question, Verdict, judge, parse

SETTING_ALARM = "witnesses"
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=10)
PATIENCE = timedelta(hours=1)  # without an answer before a person is told
PLAIN = "text/plain; charset=utf-8"


def alarm_of(name: str) -> str:
    """Return the name of the alarm about a witness."""
    return f"witness {name}"


@dataclass(frozen=True)
class Cosigned:
    """Say that a witness has cosigned a checkpoint, and when; ``at`` is None where it has not."""

    name: str
    at: datetime | None


def cosigners(note: str) -> list[Cosigned]:
    """Return the witnesses that the operator has named, each with when it cosigned the checkpoint ``note``.

    A note that cannot be read, as after damage to the published copy, was cosigned by nobody.
    """
    try:
        parsed = notes.parse(note)
    except notes.BadNote:
        parsed = notes.Note("", ())
    found = [(peer.name, cosignatures.find(parsed, peer.cosigner)) for peer in parse(settings.WITNESSES)[0]]
    return [Cosigned(name, None if at is None else datetime.fromtimestamp(at, UTC)) for name, at in found]


@dataclass
class Rounds:
    """Keep what is under way; one instance lives as long as the worker.

    After a start every witness is asked once even if it has cosigned already: a log that was put back to an older state
    together with its published copy learns of it before it signs anything new.
    """

    _asked: dict[str, Question] = field(default_factory=dict)
    _greeted: set[str] = field(default_factory=set)
    _answers: SimpleQueue[tuple[Question, Answer | NoAnswer]] = field(default_factory=SimpleQueue)

    def turn(self, now: datetime) -> None:
        """Write down what witnesses have answered and ask those that have something to cosign."""
        peers, faults = parse(settings.WITNESSES)
        if faults:
            alarms.sound(SETTING_ALARM, " ".join(faults), now=now)
        else:
            alarms.clear(SETTING_ALARM, now=now)
        while (arrived := self._arrived()) is not None:
            question, answer = arrived
            del self._asked[question.peer.name]
            if question.peer in peers:
                _settle(question, answer, now)
        known = _known(peers, now)
        newest = _newest() if peers else None
        if newest is None:
            return
        for peer in peers:
            if peer.name not in self._asked and self._is_due(peer, known[peer.name], newest, now):
                self._ask(_question(peer, known[peer.name], newest), peers)

    def _arrived(self) -> tuple[Question, Answer | NoAnswer] | None:
        try:
            return self._answers.get_nowait()
        except Empty:
            return None

    def _is_due(self, peer: Peer, row: Witness, newest: Checkpoint, now: datetime) -> bool:
        if row.retry_at is not None and now < row.retry_at:
            return False
        return peer.name not in self._greeted or cosignatures.find(notes.parse(newest.note), peer.cosigner) is None

    def _ask(self, question: Question, peers: tuple[Peer, ...]) -> None:
        client = Outgoing(frozenset(peer.host for peer in peers))
        self._asked[question.peer.name] = question
        self._greeted.add(question.peer.name)
        threading.Thread(target=_post, args=(client, question, self._answers), daemon=True).start()


def _post(client: Outgoing, question: Question, answers: SimpleQueue[tuple[Question, Answer | NoAnswer]]) -> None:
    """Ask one witness, in a thread of its own; whatever happens, something is brought back."""
    found: Answer | NoAnswer = NoAnswer("asking it broke off")
    try:
        found = client.post(f"{question.peer.url}/add-checkpoint", question.body(), PLAIN)
    except NoAnswer as error:
        found = error
    finally:
        answers.put((question, found))


def _known(peers: tuple[Peer, ...], now: datetime) -> dict[str, Witness]:
    """Return what is known of each witness, and forget those that the operator no longer names."""
    rows = {row.name: row for row in Witness.objects.all()}
    names = {peer.name for peer in peers}
    for name in rows.keys() - names:
        Witness.objects.filter(name=name).delete()
        alarms.clear(alarm_of(name), now=now)
    for name in names - rows.keys():
        rows[name] = Witness.objects.create(name=name)
    return rows


def _newest() -> Checkpoint | None:
    """Return the published checkpoint as it is stored, with the cosignatures that it has by now."""
    seen = published.checkpoint()
    return Checkpoint.objects.filter(size=seen.size, root=seen.root).first() if seen else None


def _question(peer: Peer, row: Witness, newest: Checkpoint) -> Question:
    old = min(row.size, newest.size)
    proof = merkle.consistency_proof(old, newest.size, tiles.subtree_reader(selectors.tile))
    return Question(peer, old, newest.size, proof, newest.note)


def _settle(question: Question, answer: Answer | NoAnswer, now: datetime) -> None:
    """Keep the cosignature, or say what is wrong; and note when the witness is asked next."""
    last = selectors.last_checkpoint()
    verdict = judge(question, answer, last.size if last else 0)
    row = Witness.objects.get(name=question.peer.name)
    waiting = row.silent_since is not None
    row.answer = verdict.sentence[:300]
    if verdict.held is not None:
        row.size = verdict.held
    if verdict.outcome in (Outcome.COSIGNED, Outcome.REFUSED):
        row.answered_at, row.silent_since = now, None
    elif row.silent_since is None:
        row.silent_since = now
    if verdict.outcome is Outcome.COSIGNED and verdict.signature:
        _keep(question, verdict.signature)
        row.tries, row.retry_at = 0, None
    else:
        at_once = verdict.outcome is Outcome.AGAIN and not waiting  # but not for ever, whatever a witness says
        row.retry_at = None if at_once else now + min(FIRST_PAUSE * 2 ** min(row.tries, 10), LONGEST_PAUSE)
        row.tries = min(row.tries + 1, 1_000)
    row.save()
    _tell(row, verdict, question.peer, now)


def _tell(row: Witness, verdict: Verdict, peer: Peer, now: datetime) -> None:
    """Sound or clear the alarm about a witness."""
    if verdict.outcome is Outcome.COSIGNED:
        alarms.clear(alarm_of(row.name), now=now)
    elif verdict.outcome is Outcome.REFUSED:
        alarms.sound(alarm_of(row.name), verdict.sentence, now=now)
    elif row.silent_since is not None and now - row.silent_since >= PATIENCE:
        sentence = (
            f"The witness {row.name} has given no cosignature since {row.silent_since:%Y-%m-%d %H:%M} UTC: "
            f"{verdict.sentence}. The log goes on without it. See whether {peer.url} can be reached."
        )
        alarms.sound(alarm_of(row.name), sentence, now=now)


def _keep(question: Question, signature: notes.Signature) -> None:
    """Add a cosignature to the stored checkpoint, then to the published copy if that is still the same one."""
    row = Checkpoint.objects.get(size=question.size)
    if notes.parse(row.note).text != question.text:
        return
    note = cosignatures.add(row.note, signature)
    if Checkpoint.objects.filter(size=row.size, note=row.note).update(note=note):
        published.amend(note)

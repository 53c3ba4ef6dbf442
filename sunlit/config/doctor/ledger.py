"""The ledger: worker, queue, followers, effects, alarms, and what the world has seen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from sunlit.config import registry
from sunlit.config.doctor.findings import Level, Situation, fine, notice, problem
from sunlit.ledger import checkpoints, followers, guard, journal, keys, published, selectors
from sunlit.ledger.models import Cursor, Effect, Parked
from sunlit.pagecache.board import Board

Said = tuple[Level, str, str]
_SILENT = timedelta(seconds=30)
_WAITING = timedelta(minutes=1)
_LAG = 1_000
_START = "Start it: `sunlit worker`, or `sunlit serve`, which keeps one beside it. Its log says why it ended."


def worker(situation: Situation) -> Said:
    """Judge whether the worker has lately been seen."""
    age = selectors.heartbeat_age(situation.now)
    if age is None:
        return problem("it has never run here: nothing gets into the ledger", _START)
    if age > _SILENT:
        return problem(f"not seen for {_spoken(age)}: what is published waits for its place in the ledger", _START)
    return fine(f"seen {_spoken(age)} ago")


def queue(situation: Situation) -> Said:
    """Judge whether what was done gets into the ledger in time."""
    age = selectors.oldest_pending_age(situation.now)
    if age > _WAITING:
        remedy = "See whether the worker runs and what alarms are open (`sunlit doctor` lists both)."
        return problem(f"the oldest act has waited for {_spoken(age)}", remedy)
    return fine("nothing waits" if not age else f"the oldest act has waited for {_spoken(age)}")


def copier(situation: Situation) -> Said:
    """Judge whether this host learns what has changed, so that its finished pages may be shown again."""
    path = Path(settings.HOME) / "cache" / "board"
    if not path.exists():
        return fine("no web server has run on this host")
    board = Board(path)
    try:
        late = board.is_late()
    finally:
        board.close()
    if late:
        said = "not heard of for two seconds: every page is made anew for every reader, right but slow"
        return notice(said, "Start `sunlit worker` on this host, or `sunlit copier` beside a server without one.")
    return fine("at work")


def lag(situation: Situation) -> Said:
    """Judge whether the followers keep pace with the ledger."""
    size = selectors.head().size
    known = {*(view.name for view in registry.views()), *(reactor.name for reactor in registry.followers().reactors)}
    rows = Cursor.objects.filter(follower__in=known)
    behind = sorted(((size - row.position, row.follower) for row in rows), reverse=True)
    if behind and behind[0][0] > _LAG:
        count, name = behind[0]
        return notice(f"{name} is {count:,} entries behind", "It catches up while the worker runs; look again later.")
    return fine("at the end of the ledger" if not behind or behind[0][0] <= 0 else f"{behind[0][0]:,} entries behind")


def rebuilds(situation: Situation) -> Said:
    """Judge whether a view was dropped and not begun again, in which case it stands still."""
    names = list(Cursor.objects.filter(rebuilding=True).order_by("follower").values_list("follower", flat=True))
    if names:
        said = f"{names[0]} has been dropped and follows nothing until it is rebuilt"
        return notice(
            said, f"If `sunlit rebuild {names[0]}` is not at work just now, it was interrupted: run it again."
        )
    return fine("none under way")


def parked(situation: Situation) -> Said:
    """Judge whether followers have left entries behind that they could not take."""
    first = Parked.objects.order_by("parked_at").first()
    if first is None:
        return fine("none")
    said = f"{Parked.objects.count()} left behind; first: {first.follower} could not take entry {first.position}"
    return problem(said, f"Find the cause in the log, then `sunlit rebuild {first.follower}`.")


def history(situation: Situation) -> Said:
    """Judge whether every follower has followed this very log."""
    for cursor in Cursor.objects.order_by("follower"):
        try:
            same = followers.in_our_history(cursor)
        except LookupError:
            return problem("the tiles of the log are incomplete", "Run `sunlit ledger verify` to see where.")
        if not same:
            said = f"{cursor.pk} has followed entries that are not those of this log"
            return problem(said, f"`sunlit rebuild {cursor.pk}` if it is a view; otherwise look at what it did.")
    return fine("all have followed this log")


def effects(situation: Situation) -> Said:
    """Judge whether there are effects of which nobody knows whether they were carried out, or that failed."""
    counts = {state: Effect.objects.filter(state=state).count() for state in ("uncertain", "failed")}
    if any(counts.values()):
        said = " and ".join(f"{count} {state}" for state, count in counts.items() if count)
        return problem(said, "Find out what became of each; the open alarms name them.")
    return fine("none uncertain, none failed")


def alarms(situation: Situation) -> Said:
    """Judge whether something waits for a person."""
    found = selectors.open_alarms()
    if not found:
        return fine("none open")
    said = f"{len(found)} open, oldest of {found[0].raised_at:%Y-%m-%d %H:%M} UTC: {found[0].name}: {found[0].sentence}"
    return problem(said, "Do what it says; it closes by itself once its cause is gone.")


def copy(situation: Situation) -> Said:
    """Judge whether the published copy can be read."""
    try:
        seen = published.checkpoint()
    except (checkpoints.BadCheckpoint, UnicodeDecodeError, OSError) as error:
        return problem(f"{published.path()} cannot be read: {error}", "Put the checkpoint last shown in its place.")
    if seen is None and selectors.last_checkpoint() is not None:
        said = f"{published.path()} is missing: a restored, older database would not be noticed"
        return problem(said, "Start the worker, which writes it anew, if this database is the newest there is.")
    return fine(f"covers {seen.size:,} entries" if seen else "nothing has been signed yet")


def second_copy(situation: Situation) -> Said:
    """Judge whether the journal can be read and has what was signed."""
    last = selectors.last_checkpoint()
    try:
        seen = journal.checkpoint()
    except journal.JournalRefused as refusal:
        return problem(str(refusal), "Nothing is signed until then; publishing goes on.")
    if last is not None and (seen is None or seen.size < last.size):
        said = f"{journal.directory()} covers {seen.size if seen else 0:,} entries, {last.size:,} are signed"
        return problem(said, "Mount the right folder (SUNLIT_JOURNAL); the worker then writes what is missing.")
    return fine(f"covers {seen.size:,} entries" if seen else "nothing has been signed yet")


def head(situation: Situation) -> Said:
    """Judge whether the log is at least as long as what the world has seen, and the same."""
    found = selectors.head()
    try:
        guard.refuse_if_behind(found)
    except guard.SigningRefused as refusal:
        return problem(str(refusal), "Run `sunlit ledger recover`, or restore a newer backup.")
    return fine(f"{found.size:,} entries")


def key(situation: Situation) -> Said:
    """Judge whether the log's key can be used."""
    try:
        keys.signer()
    except (keys.KeyRefused, ValueError) as error:
        return problem(str(error), "Restore keys/ledger.key and keys/ledger.vkey from one backup.")
    return fine(keys.origin())


def _spoken(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"

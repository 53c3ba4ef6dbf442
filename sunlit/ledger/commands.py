"""``sunlit ledger``: the log's key, its verification, proofs, and a copy of it.

Exit codes: 0 all is well, 1 something is wrong or missing, 2 the command was not understood.
"""

from contextlib import closing
from pathlib import Path

import click

from sunlit.calendars import clock
from sunlit.ledger import (
    exports,
    house,
    journal,
    keys,
    notes,
    receipts,
    recovering,
    remote,
    reopening,
    rotation,
    selectors,
    surveying,
    verification,
    worker,
)
from sunlit.ledger.findings import Report
from sunlit.ledger.models import Entry

FILE = click.Path(dir_okay=False, path_type=Path)
SHOWN = 50
REFUSALS = (
    recovering.RecoveryRefused,
    reopening.OpeningRefused,
    journal.JournalRefused,
    keys.KeyRefused,
    worker.AnotherWorker,
)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def cli() -> None:
    """Look after the log in which every public act is recorded."""


@cli.command()
def vkey() -> None:
    """Print the verifier key, with which anyone can check what the log signs."""
    try:
        click.echo(keys.verifier().vkey())
    except keys.KeyRefused as error:
        raise click.ClickException(str(error)) from error


@cli.command()
@click.argument("url", required=False)
@click.option("--content", is_flag=True, help="Also recompute every document to which the log is bound.")
@click.option("--vkey", "vkey_text", default="", help="The key of the log at URL, or a file that holds it.")
@click.option("--state", type=FILE, help="A file that remembers what was seen of the log at URL last time.")
def verify(url: str | None, content: bool, vkey_text: str, state: Path | None) -> None:
    """Recompute the whole log, or the one at URL, and say what is wrong and where; exit 1 if anything is.

    Of a remote log everything that it serves is fetched and recomputed; nothing here is asked or changed.
    """
    if url is None and (vkey_text or state):
        raise click.UsageError("--vkey and --state belong to a log at a URL")
    if url is not None and content:
        raise click.UsageError("--content needs the tables of this instance; a log at a URL serves no documents")
    is_clean = _verify_own(content) if url is None else _verify_remote(url, vkey_text, state)
    if not is_clean:
        raise SystemExit(1)


def _verify_own(content: bool) -> bool:
    try:
        report = verification.verify(sources=house.content_sources() if content else ())
    except keys.KeyRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(_summary(report, content))
    for finding in report.findings:
        click.echo(f"  {finding}", err=True)
    for fault, count in report.counts.items():
        click.echo(f"{count} × {fault.value}", err=True)
    return report.is_clean


def _verify_remote(url: str, vkey_text: str, state: Path | None) -> bool:
    try:
        server = remote.Server(url)
        memory = remote.remembered(state) if state else None
        with closing(server):
            found = remote.verify(server, vkey=_vkey(vkey_text), memory=memory, progress=_progress)
    except remote.RemoteRefused as error:
        raise click.ClickException(f"NOT VERIFIED: {error}") from error
    for sentence in found.findings:
        click.echo(f"  {sentence}", err=True)
    said = found.checkpoint
    verdict = "all is as it was signed" if not found.faults else f"NOT as it was signed: {found.faults} faults"
    click.echo(f"{said.origin}: {found.entries} entries, {found.tiles} tiles: {verdict}")
    if not vkey_text and memory is None:
        click.echo(f"the log itself gave the key; keep it and give it next time: --vkey {found.vkey}")
    if memory and not found.faults:
        click.echo(f"it has only grown since last time: from {memory.size} entries to {said.size}")
    if state and not found.faults:
        remote.remember(state, found)
    return not found.faults


def _progress(done: int, size: int) -> None:
    click.echo(f"  {done} of {size} entries")


@cli.command()
@click.argument("entry")
@click.option("-o", "--output", type=FILE, help="Write the proof file here instead of printing it.")
def proof(entry: str, output: Path | None) -> None:
    """Give the proof file of ENTRY: a position, or the reference of a record (113300001/2026-00012#1)."""
    try:
        text = selectors.proof_for(_position(entry))
    except LookupError as error:
        raise click.ClickException(
            f"{error}; a checkpoint is signed every ten seconds while the worker runs"
        ) from error
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        click.echo(f"written to {output}")


@cli.command("check-proof")
@click.argument("file", type=EXISTING)
@click.option("--vkey", "vkey_text", required=True, help="The log's verifier key, or a file that holds it.")
@click.option("--entry", type=EXISTING, help="The entry, for proof files that do not carry it.")
@click.option("--document", type=EXISTING, help="A record's JSON: also check that it is what the entry is bound to.")
def check_proof(file: Path, vkey_text: str, entry: Path | None, document: Path | None) -> None:
    """Check the proof in FILE without asking anyone; exit 1 if it proves nothing."""
    try:
        verifier = notes.parse_vkey(_vkey(vkey_text))
        receipt = receipts.check(_text(file), verifier, entry=entry.read_bytes() if entry else None)
        if document:
            receipts.check_document(receipt, _text(document))
    except (notes.BadNote, receipts.ReceiptRefused, UnicodeDecodeError) as error:
        raise click.ClickException(f"NOT PROVED: {error}") from error
    said = receipt.statement
    click.echo(f"proved: entry {receipt.index} of the {receipt.checkpoint.size} signed by {receipt.checkpoint.origin}")
    click.echo(f"  {said.day} {said.type} {said.ref}".rstrip())
    if document:
        click.echo("  the document is the one to which the entry is bound")


@cli.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def export(directory: Path) -> None:
    """Write a static copy of the whole log to DIRECTORY, to be served by any web server and verified by anyone."""
    try:
        size = exports.export(directory)
    except (LookupError, keys.KeyRefused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{size} entries in {directory}")


@cli.command("rotate-key")
@click.option("--retire", is_flag=True, help="End the time in which both keys sign: the old secret key is deleted.")
def rotate_key(retire: bool) -> None:
    """Change the log's key: make a new one, with which the old one signs together until it is retired."""
    today = clock.today()
    try:
        if retire:
            click.echo(f"this key does not sign any more, and its secret is deleted: {rotation.retire(today).vkey()}")
        else:
            click.echo(f"the log signs with a new key as well: {rotation.begin(today).vkey()}")
            click.echo("tell those who check the log; later end the old one with `sunlit ledger rotate-key --retire`")
    except keys.KeyRefused as error:
        raise click.ClickException(str(error)) from error


@cli.command()
@click.option("--checkpoint", type=EXISTING, help="What the world has seen last, where the published copy is lost.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--new-origin", metavar="NAME", help="Where nothing else helps: open a new log called NAME.")
@click.option("--yes", is_flag=True, help="Open the new log without asking.")
def recover(checkpoint: Path | None, dry_run: bool, new_origin: str | None, yes: bool) -> None:
    """Bring the log back to what the world has seen, after a restored backup or damage; exit 1 if it cannot be.

    The worker must not run. Safe to interrupt and to repeat.
    """
    try:
        with worker.alone():
            if new_origin:
                _open_new(new_origin, checkpoint, yes)
            else:
                _recover(checkpoint, dry_run)
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error


def _recover(checkpoint: Path | None, dry_run: bool) -> None:
    if reopening.unfinished():
        raise reopening.OpeningRefused("the opening of a new log is unfinished: give --new-origin with its name")
    seen = recovering.seen_by_the_world(checkpoint)
    for claim in seen.claims:
        click.echo(f"  {claim.where} covers {claim.size} entries")
    try:
        found = recovering.plan(seen)
    except surveying.Unrecoverable as error:
        raise click.ClickException(
            f"{error}. Look for a newer backup or another copy of the journal ({journal.directory()}). If there is "
            "none, this log cannot go on; `sunlit ledger recover --new-origin NAME` opens a new one that names its end."
        ) from error
    click.echo(_plan(found))
    if not dry_run:
        click.echo(_outcome(recovering.recover(seen, found, _say)))
        _print_lost()


def _open_new(name: str, checkpoint: Path | None, yes: bool) -> None:
    """Open a new log, after asking, unless the old one can go on."""
    if reopening.unfinished() is None and _can_go_on(checkpoint):
        raise reopening.OpeningRefused("the old log can go on: run `sunlit ledger recover` without --new-origin")
    opening = reopening.prepare(name, checkpoint)
    click.echo(f"the log {opening.old_origin} ends with {opening.old_size} entries, root {opening.old_root}")
    click.echo(f"it is archived in {opening.archive}; {name} names this end and takes every entry that is left")
    if not yes:
        click.confirm("Readers and witnesses have to be told of the new name and key. Go on?", abort=True)
    size = reopening.open_log(opening, _say)
    click.echo(f"{name} is open with {size} entries; the worker signs it when it runs again")


def _can_go_on(checkpoint: Path | None) -> bool:
    try:
        keys.signer()
        recovering.plan(recovering.seen_by_the_world(checkpoint))
    except (surveying.Unrecoverable, recovering.RecoveryRefused, keys.KeyRefused):
        return False
    return True


def _say(line: str) -> None:
    click.echo(f"  {line}")


def _plan(found: surveying.Plan) -> str:
    replayed = found.size - found.base
    parts = [f"the log has {found.size} entries: {found.base - len(found.wrong)} are sound in the database"]
    if found.wrong:
        parts.append(f"{len(found.wrong)} have to be put right")
    if replayed:
        parts.append(f"{replayed} come out of the journal")
    return ", ".join(parts)


def _outcome(done: recovering.Outcome) -> str:
    parts = {
        "entries put right": done.righted,
        "unsigned entries waiting again": done.set_aside,
        "tiles written anew": done.retiled,
        "entries replayed": done.replayed,
    }
    said = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    return f"{done.size} entries are as the world has seen them: {said or 'nothing was wrong'}"


def _print_lost() -> None:
    """Tell which documents of replayed entries are not in the tables, and what to do about views."""
    lost = recovering.without_content()
    if not recovering.listed():
        return
    click.echo(f"{len(lost)} replayed entries have no document in the tables; what is missing has to be entered again:")
    for row in lost[:SHOWN]:
        click.echo(f"  {row['position']} {row['day']} {row['event']} {row['ref']} ({row['subject']})")
    if len(lost) > SHOWN:
        click.echo("  …")
    click.echo(f"every replayed entry is listed in {recovering.list_path()}")
    click.echo("views catch up by themselves; where figures look wrong, `sunlit rebuild NAME` computes them anew")


def _vkey(text: str) -> str:
    """Return a verifier key that was given itself or as a file."""
    return Path(text).read_text("utf-8") if text and "+" not in text and Path(text).exists() else text


def _text(path: Path) -> str:
    """Return a file as it is, with every newline left alone."""
    return path.read_bytes().decode("utf-8")


def _position(entry: str) -> int:
    if entry.isascii() and entry.isdigit():
        return int(entry)
    found = selectors.entries_with_ref(entry)
    if not found:
        raise click.ClickException(f"no entry has the reference {entry!r}")
    _mention_others(found)
    return found[0].position


def _mention_others(found: list[Entry]) -> None:
    for other in found[1:]:
        click.echo(f"there is also entry {other.position}, {other.event}", err=True)


def _summary(report: Report, content: bool) -> str:
    parts = [f"{report.entries} entries", f"{report.tiles} tiles", f"{report.checkpoints} checkpoints"]
    if content:
        parts.append(f"{report.contents} documents")
    return f"{', '.join(parts)}: {'all is as it was signed' if report.is_clean else 'NOT as it was signed'}"

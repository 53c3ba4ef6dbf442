"""``sunlit ledger``: the log's key, its verification, proofs, and a copy of it.

Exit codes: 0 all is well, 1 something is wrong or missing, 2 the command was not understood.
"""

from pathlib import Path

import click
from django.conf import settings
from django.utils.module_loading import import_string

from sunlit.ledger import exports, keys, notes, receipts, selectors, verification
from sunlit.ledger.contents import ContentSource
from sunlit.ledger.findings import Report
from sunlit.ledger.models import Entry

FILE = click.Path(dir_okay=False, path_type=Path)
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
@click.option("--content", is_flag=True, help="Also recompute every document to which the log is bound.")
def verify(content: bool) -> None:
    """Recompute the whole log and say what is wrong and where; exit 1 if anything is."""
    try:
        report = verification.verify(sources=_content_sources() if content else ())
    except keys.KeyRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(_summary(report, content))
    for finding in report.findings:
        click.echo(f"  {finding}", err=True)
    for fault, count in report.counts.items():
        click.echo(f"{count} × {fault.value}", err=True)
    if not report.is_clean:
        raise SystemExit(1)


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
        known = Path(vkey_text)
        verifier = notes.parse_vkey(known.read_text("utf-8") if "+" not in vkey_text and known.exists() else vkey_text)
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


def _content_sources() -> list[ContentSource]:
    """Return the sources that the house has registered; the setting names the function that lists them."""
    name = getattr(settings, "LEDGER_CONTENT_SOURCES", "")
    return list(import_string(name)()) if name else []


def _summary(report: Report, content: bool) -> str:
    parts = [f"{report.entries} entries", f"{report.tiles} tiles", f"{report.checkpoints} checkpoints"]
    if content:
        parts.append(f"{report.contents} documents")
    return f"{', '.join(parts)}: {'all is as it was signed' if report.is_clean else 'NOT as it was signed'}"

"""Checking a receipt without a database: proof file, verifier key, and where given the document itself."""

import hmac
import json
from dataclasses import dataclass

from sunlit.ledger import checkpoints, commitments, entries, notes, proofs


class ReceiptRefused(ValueError):
    """Say why a receipt proves nothing."""


@dataclass(frozen=True)
class Receipt:
    """Hold what a receipt has proved."""

    index: int
    statement: entries.Statement
    checkpoint: checkpoints.Checkpoint


def check(text: str, verifier: notes.Verifier, *, entry: bytes | None = None) -> Receipt:
    """Return what the proof file ``text`` proves; raise ReceiptRefused where it proves nothing.

    ``entry`` is needed only for proof files that do not carry their entry.
    """
    try:
        proof = proofs.parse(text)
        body = entry or proof.extra
        if not body:
            raise ReceiptRefused("the proof file does not carry its entry; give it with --entry")
        signed = proofs.verify(proof, body, verifier)
        return Receipt(proof.index, entries.parse(body), signed)
    except (proofs.BadProof, entries.EntryRefused) as error:
        raise ReceiptRefused(str(error)) from error


def check_document(receipt: Receipt, text: str) -> None:
    """Raise ReceiptRefused unless ``text`` (JSON with ``document`` and ``salt``) is what the entry is bound to."""
    try:
        data = json.loads(text)
        commitment = commitments.commit(notes.decode64(data["salt"]), data["document"])
    except (ValueError, KeyError, TypeError) as error:
        raise ReceiptRefused(f"the document is not a record's JSON with `document` and `salt`: {error!r}") from error
    if not hmac.compare_digest(commitment, receipt.statement.commitment):
        raise ReceiptRefused("the document is not the one to which the entry is bound: one of the two was changed")

"""Changing the log's key: for a while both sign, the log itself says so, and what the old one signed stays provable.

Every step can be repeated; a change that was interrupted is finished by the same command.
"""

from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.timezone import localdate

from sunlit.ledger import actions, commitments, keys, notes, selectors
from sunlit.ledger.keys import KeyRefused, Term
from sunlit.ledger.models import Checkpoint, Entry, Pending
from sunlit.units import actors

EVENT = "key.rotated"


def terms(today: date) -> list[Term]:
    """Return the terms of all keys, the oldest first; raise KeyRefused where the instance has no key."""
    return keys.history() or [Term(keys.verifier(), _first_day(today).isoformat())]


def begin(today: date) -> notes.Verifier:
    """Make a new key, let both sign, and enter this in the log; return the new verifier.

    Raises KeyRefused while an earlier change is not ended, or before anything was signed.
    """
    if selectors.published_note() is None:
        raise KeyRefused("nothing has been signed with the key yet; there is nothing that a change would keep provable")
    with keys.lock():
        if keys.old_key_path().exists() and not _is_interrupted():
            raise KeyRefused("two keys are signing already; end that with `sunlit ledger rotate-key --retire` first")
        if not keys.old_key_path().exists():
            _prepare(today)
        if keys.new_key_path().exists():
            keys.new_key_path().replace(keys.key_path())
        present = notes.verifier_of(keys.origin(), keys.load(keys.key_path()))
        keys.replace_file(keys.vkey_path(), f"{present.vkey()}\n".encode())
    return present


def retire(today: date) -> notes.Verifier:
    """Delete the old secret key and return its verifier, which is kept; raise KeyRefused where that is too early."""
    with keys.lock():
        if not keys.old_key_path().exists():
            raise KeyRefused("only one key is signing; `sunlit ledger rotate-key` makes a new one")
        if _is_interrupted():
            raise KeyRefused("the change of keys was interrupted; run `sunlit ledger rotate-key` again first")
        present, old = keys.verifier(), _verifier(keys.load(keys.old_key_path()))
        told = Entry.objects.filter(event=EVENT, ref=present.key_id.hex()).values_list("position", flat=True).first()
        if told is None or told >= selectors.published_size():
            raise KeyRefused("the new key is not yet in a signed log; the worker signs it within seconds of running")
        _write([Term(t.verifier, t.begin, today.isoformat() if t.verifier == old else t.end) for t in terms(today)])
        keys.old_key_path().unlink()
    return old


def _prepare(today: date) -> None:
    """Make the new key, list it, enter it, and keep the old one under its own name; nothing signs with it yet."""
    if not keys.new_key_path().exists():
        keys.create(keys.new_key_path(), keys.new_pem())
    new = _verifier(keys.load(keys.new_key_path()))
    known = terms(today)
    if new not in [term.verifier for term in known]:
        _write([*known, Term(new, today.isoformat())])
    _enter(new, today)
    keys.old_key_path().hardlink_to(keys.key_path())


def _enter(new: notes.Verifier, today: date) -> None:
    """Let the log tell of the new key, once."""
    ref = new.key_id.hex()
    if any(table.objects.filter(event=EVENT, ref=ref).exists() for table in (Pending, Entry)):
        return
    # What it binds is public, so the public key itself is salt enough.
    commitment = commitments.commit(new.public, {"vkey": new.vkey()})
    subject = f"key:{ref}"
    actions.append(EVENT, subject=subject, actor=actors.system(), commitment=commitment, day=today, ref=ref)


def _is_interrupted() -> bool:
    """Tell whether the old key lies apart already while the new one is not in use yet."""
    return keys.new_key_path().exists() or _verifier(keys.load(keys.key_path())) != keys.verifier()


def _verifier(key: Ed25519PrivateKey) -> notes.Verifier:
    return notes.verifier_of(keys.origin(), key)


def _write(found: list[Term]) -> None:
    keys.replace_file(keys.history_path(), "".join(term.line() for term in found).encode())


def _first_day(today: date) -> date:
    first = Checkpoint.objects.order_by("size").values_list("signed_at", flat=True).first()
    return localdate(first) if first else today

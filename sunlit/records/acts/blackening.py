"""Mending a file of a draft without leaving the desk: blacken words in it, or keep only what readers see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sunlit.files import actions as files
from sunlit.files.kinds import PDF, FileRefused
from sunlit.files.models import File
from sunlit.files.redaction import Redaction, RedactionFailed, keep_seen, redact
from sunlit.records import blackening, guarding
from sunlit.records.acts import drafting, journal
from sunlit.records.acts.rules import ActRefused, allow, expect, kind_for, local_day
from sunlit.records.models import Revision
from sunlit.records.states import RevisionState
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb

MOST_WORDS, MOST_LENGTH = 100, 200
_Write = Callable[[Path, str, Path], Redaction]


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done to a file: places blackened, pages that became pictures, whether it was written anew as text."""

    name: str
    places: int
    pages: int
    is_rebuilt: bool


def blacken(revision: Revision, sha256: str, *, actor: Actor, now: datetime, warnings: bool = False) -> Mended:
    """Blacken what the guard stops in a file of a draft, and what it only warns of if wanted, and save.

    Raises ActRefused with why not, Overtaken if someone changed the text meanwhile; then nothing is changed.
    """
    file = _file(revision, sha256, actor, now)
    plan, kind = kind_for(revision.record.kind)
    words, places = blackening.words_in(plan, kind, revision, file, today=local_day(now), warnings=warnings)
    if not words and file.type in blackening.TYPES:
        raise ActRefused(_("Nothing that could be blackened is found in this file any more. Look at the text again."))
    return _exchange(revision, file, _blackening(words), actor=actor, now=now, places=places)


def blacken_words(revision: Revision, sha256: str, words: Sequence[str], *, actor: Actor, now: datetime) -> Mended:
    """Blacken words that a person gave in a PDF of a draft, and save; raises as ``blacken`` does."""
    wanted = list(dict.fromkeys(" ".join(one.split()) for one in words if one.strip()))
    if not wanted:
        raise ActRefused(_("Write what is to be blackened, one word or number on each line."))
    if any(len(one.replace(" ", "")) < 2 or len(one) > MOST_LENGTH for one in wanted) or len(wanted) > MOST_WORDS:
        raise ActRefused(_("At most 100 lines, each of 2 to 200 characters."))
    file = _file(revision, sha256, actor, now)
    if file.type != PDF:
        raise ActRefused(_("Words of your own can be blackened in a PDF only. Save this one as PDF."))

    def write(source: Path, kind: str, target: Path) -> Redaction:
        done = redact(source, kind, target, words=wanted)
        if not done.found:
            raise RedactionFailed(
                _("None of these words is found as text in the file; nothing was changed. A scan holds no text.")
            )
        return done

    return _exchange(revision, file, write, actor=actor, now=now)


def leave_out_hidden(revision: Revision, sha256: str, *, actor: Actor, now: datetime) -> Mended:
    """Keep only what readers see of a file of a draft, and save; raises as ``blacken`` does."""
    return _exchange(revision, _file(revision, sha256, actor, now), keep_seen, actor=actor, now=now)


def said_of(done: Mended) -> str:
    """Say in sentences what was done to a file."""
    said = []
    if done.places:
        said.append(
            ngettext("%(count)d place blackened.", "%(count)d places blackened.", done.places) % {"count": done.places}
        )
    if done.pages:
        said.append(
            ngettext(
                "%(count)d page became a picture; the rest of the file keeps its text.",
                "%(count)d pages became pictures; the rest of the file keeps its text.",
                done.pages,
            )
            % {"count": done.pages}
        )
    if done.is_rebuilt:
        said.append(_("The file was written anew from the text that readers see; layout and pictures are gone."))
    return " ".join(said) or _("Only what readers see was kept.")


def _file(revision: Revision, sha256: str, actor: Actor, now: datetime) -> File:
    """Return a file of a draft that an actor may edit; raise ActRefused otherwise."""
    allow(actor, Verb.WRITE, revision.record.unit, now=now)
    expect(revision, RevisionState.DRAFT)
    attached = revision.attachments.filter(file__sha256=sha256).select_related("file").first()
    if attached is None:
        raise ActRefused(_("This file does not belong to the text any more. Look at it again."))
    if not attached.file.path.exists():
        raise ActRefused(_("The file is missing from the store; attach it again."))
    return attached.file


def _blackening(words: Sequence[str]) -> _Write:
    return lambda source, kind, target: redact(source, kind, target, words=words)


def _exchange(revision: Revision, file: File, write: _Write, *, actor: Actor, now: datetime, places: int = 0) -> Mended:
    """Put what ``write`` makes of a file in its place; what was made goes again if the text cannot be saved."""
    name = str(revision.attachments.filter(file=file).values_list("name", flat=True)[0])
    owner = files.of_person(revision.author_id or actor.user_id or 0)
    with files.incoming() as target:
        try:
            done = write(file.path, file.type, target)
            with target.open("rb") as stream:
                made = files.store(stream, name, now=now, owner=owner)
        except (RedactionFailed, FileRefused) as failed:
            raise ActRefused(str(failed)) from failed
    mended = Mended(name, max(done.found, places), len(done.pages), file.type != PDF)
    try:
        _save(revision, file, made, mended, actor=actor, now=now)
    except ActRefused:
        if made.owner:
            files.destroy(made)
        raise
    return mended


@transaction.atomic
def _save(revision: Revision, old: File, made: File, mended: Mended, *, actor: Actor, now: datetime) -> None:
    _plan, kind = kind_for(revision.record.kind)
    payload = blackening.exchanged(kind, revision.data, old.sha256, made)
    drafting.edit(revision, payload, actor=actor, now=now)
    note = f"{guarding.scrubbed(mended.name)}: {said_of(mended)}"
    journal.worked(revision.record, revision, "blackened", actor=actor, now=now, note=note)

"""Judges a text of the engine: its payload, its files and their names; what was said of it stands until one changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from sunlit.files.extraction import kept
from sunlit.files.models import File
from sunlit.guard import judging, passages, rules
from sunlit.guard.findings import Finding, Passage, Place, Severity
from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import FieldError
from sunlit.records import attaching, documents
from sunlit.records.models import Override, Revision, Verdict

NOTE = "note"
"""The part that stands for what a correction says of itself; readers see it beside the text."""
_LONG_NUMBER = re.compile(r"\d{7,}[Xx]?")


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in a text; ``key`` is another one as soon as something else stands at its place."""

    finding: Finding
    key: str

    @property
    def blocks(self) -> bool:
        """Tell whether it stops a publication unless it is overridden."""
        return self.finding.severity == Severity.BLOCK

    @property
    def can_mask(self) -> bool:
        """Tell whether one click may mask it: in the text itself, not in a file."""
        return self.finding.masked is not None and bool(self.finding.place.field) and not self.finding.place.file


def judge(
    plan: Plan, kind: Kind, payload: Mapping[str, Any], *, record: int, note: str, today: date, files: bool = True
) -> list[Found]:
    """Return what the guard finds in a text as readers would have it, its files included."""
    said = list(passages_of(kind, payload, note=note, files=files))
    found = list(judging.judge(said, rules.of(plan).for_kind(kind), today=today))
    if not found:
        return []
    there = _texts({one.place for one in found}, said)
    hashes = {str(value["name"]): str(value["sha256"]) for _field, value in attaching.files_in(kind, payload)}
    return [Found(one, _key(record, one, there[one.place], hashes.get(one.place.file, ""))) for one in found]


def judge_revision(plan: Plan, kind: Kind, revision: Revision, *, today: date) -> list[Found]:
    """Return what the guard finds in a text as it is stored."""
    return judge(plan, kind, revision.data, record=revision.record_id, note=revision.note, today=today)


def passages_of(kind: Kind, payload: Mapping[str, Any], *, note: str = "", files: bool = True) -> Iterator[Passage]:
    """Yield everything that a text would make public: fields, note, file names, and what is in the files."""
    yield from passages.of_payload(kind, payload)
    if note:
        yield Passage(Place(part=NOTE), note)
    if files:
        yield from passages_of_files(kind, payload)


def passages_of_files(kind: Kind, payload: Mapping[str, Any]) -> Iterator[Passage]:
    """Yield the names of a text's files and what they say."""
    attached = list(attaching.files_in(kind, payload)) if attaching.may_hold_files(kind) else []
    if not attached:
        return
    stored = {one.sha256: one for one in File.objects.filter(sha256__in=[value["sha256"] for _name, value in attached])}
    for field, value in attached:
        file = stored.get(value["sha256"])
        if file is not None:
            yield from passages_of_file(field, str(value["name"]), file)


def passages_of_file(field: str, name: str, file: File) -> Iterator[Passage]:
    """Yield what a file of a field says."""
    try:
        extract = kept.extract_of(file)
    except FileNotFoundError:
        yield Passage(Place(field, file=name), "", unread=_("The file is missing from the store; attach it again."))
        return
    for passage in passages.of_extract(name, extract):
        yield replace(passage, place=replace(passage.place, field=field))


def unread(kind: Kind, payload: Mapping[str, Any]) -> bool:
    """Tell whether a text has files whose content nobody has read yet, so that judging it would take long."""
    return any(not kept.place_of(value["sha256"]).exists() for _field, value in attaching.files_in(kind, payload))


def version_of(plan: Plan) -> str:
    """Return by what a text is judged: it changes with the plan's rules, with their code, and with what reads files."""
    return f"{rules.of(plan).version}.{kept.VERSION}"


def standing(revision: Revision, plan: Plan, payload: Mapping[str, Any]) -> Verdict | None:
    """Return what was said of a text if it still stands."""
    verdict: Verdict | None = getattr(revision, "verdict", None)
    stands = verdict is not None and (verdict.rules, verdict.judged) == (
        version_of(plan),
        _digest(payload, revision.note),
    )
    return verdict if stands else None


def keep(revision: Revision, plan: Plan, payload: Mapping[str, Any], found: Iterable[Found], now: datetime) -> Verdict:
    """Write down what was said of a text."""
    verdict, _new = Verdict.objects.update_or_create(
        revision=revision,
        defaults={
            "rules": version_of(plan),
            "judged": _digest(payload, revision.note),
            "findings": [_line(one) for one in found],
            "at": now,
        },
    )
    revision.verdict = verdict
    return verdict


def overridden(revision: Revision) -> dict[str, Override]:
    """Return the overrides of a record by their keys: what an approver let pass holds for a later wording as well."""
    return {one.key: one for one in Override.objects.filter(revision__record=revision.record_id)}


def open_blocks(found: Iterable[Found], revision: Revision) -> list[Found]:
    """Return the findings that keep a text back."""
    blocks = [one for one in found if one.blocks]
    passed = overridden(revision) if blocks else {}
    return [one for one in blocks if one.key not in passed]


def blocks_of(verdict: Verdict) -> list[Mapping[str, Any]]:
    """Return the lines of a kept verdict that block."""
    return [one for one in verdict.findings if one["severity"] == Severity.BLOCK]


def warnings_of(verdict: Verdict) -> list[Mapping[str, Any]]:
    """Return the lines of a kept verdict that only ask for a second look."""
    return [one for one in verdict.findings if one["severity"] == Severity.WARN]


def error_of(kind: Kind, found: Found) -> FieldError:
    """Return a finding as what is wrong with a field, at its cell where it is in a table."""
    place = found.finding.place
    declared = kind.field(place.field)
    is_cell = declared is not None and declared.type == "table" and place.row is not None
    path = (place.row - 1, place.column) if is_cell and place.row is not None else ()
    # A field and its cells name themselves; what is within a file or a note has to be named.
    is_named = bool(place.field) and not (place.file or place.part)
    return FieldError(place.field, said(found.finding) if is_named else sentence(kind, found.finding), path)


def sentence(kind: Kind, finding: Finding) -> str:
    """Say of a finding where it is, how it reads there (masked), and what to do."""
    return _("%(place)s: %(said)s") % {"place": where(kind, finding.place), "said": said(finding)}


def said(finding: Finding) -> str:
    """Say of a finding how it reads (masked) and what to do."""
    if not finding.excerpt:
        return finding.remedy
    return _("“%(excerpt)s”. %(remedy)s") % {"excerpt": finding.excerpt, "remedy": finding.remedy}


def where(kind: Kind, place: Place) -> str:
    """Say in words where something stands; long numbers in the names of files are masked."""
    declared = kind.field(place.field)
    words = [declared.label.zh] if declared else [_("note of the correction")] if place.part == NOTE else []
    if place.file:
        words.append(scrubbed(place.file))
    if place.part and place.part != NOTE:
        words.append(scrubbed(place.part))
    if place.row is not None:
        words.append(_("row %(row)d") % {"row": place.row})
    if place.column:
        columns = {one.name: one.label.zh for one in declared.columns} if declared else {}
        words.append(columns.get(place.column, scrubbed(place.column)))
    return " · ".join(words)[:300]


def scrubbed(text: str) -> str:
    """Return a text in which no long number is left whole."""
    return _LONG_NUMBER.sub(lambda number: f"{number[0][:3]}***", text)


def _texts(places: set[Place], said: Iterable[Passage]) -> dict[Place, str]:
    there = dict.fromkeys(places, "")
    for one in said:
        if one.place in there:
            there[one.place] += f"\x1f{one.text}"
    return there


def _key(record: int, one: Finding, text: str, sha256: str) -> str:
    """Name a finding by its rule, its place, and what stands there; of a file, by the file itself."""
    place = one.place
    parts = (record, one.rule, place.field, place.row, place.column, place.file, place.part, one.start, one.end)
    written = "\x1e".join(map(str, parts)) + "\x1e" + (sha256 or text)
    return hashlib.blake2b(written.encode(), digest_size=12, person=b"sunlit guard").hexdigest()


def _digest(payload: Mapping[str, Any], note: str) -> str:
    return hashlib.sha256(f"{documents.encode(payload)}\x1e{note}".encode()).hexdigest()


def _line(one: Found) -> dict[str, Any]:
    finding = one.finding
    place = finding.place
    kept_place = {
        "field": place.field,
        "row": place.row,
        "column": place.column,
        "file": scrubbed(place.file),
        "part": scrubbed(place.part),
    }
    return {
        "key": one.key,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "place": {name: value for name, value in kept_place.items() if value},
        "excerpt": finding.excerpt,
    }

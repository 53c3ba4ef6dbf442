"""Which words of a file are to be blackened: judged again from what the file says, so that nobody has to send them."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sunlit.files.kinds import PDF
from sunlit.files.models import File
from sunlit.files.rebuilding import WRITERS
from sunlit.guard import judging, rules
from sunlit.guard.findings import Finding, Passage, Place, Severity
from sunlit.plan.language import Kind, Plan
from sunlit.records import attaching, guarding
from sunlit.records.guarding import Found
from sunlit.records.models import Revision

TYPES = frozenset({PDF, *WRITERS})
"""Types of files that can be blackened."""
_HIDING = frozenset({"hidden-content", "metadata"})
_AGAIN = "\x1f"


@dataclass(frozen=True, slots=True)
class Mendable:
    """A file of a text and what could be done about it here: words to blacken, hidden parts to leave out."""

    sha256: str
    name: str
    type: str
    stops: int
    warns: int
    hides: bool

    @property
    def shown_name(self) -> str:
        """Return its name with no long number in it whole."""
        return guarding.scrubbed(self.name)

    @property
    def is_pdf(self) -> bool:
        """Tell whether it is a PDF, which keeps its pages."""
        return self.type == PDF


def mendable(plan: Plan, kind: Kind, revision: Revision, found: Iterable[Found]) -> list[Mendable]:
    """Return the files of a text that can be blackened, with what ``found`` says of each and nobody let pass."""
    attached = dict.fromkeys(
        (field, one["name"], one["sha256"]) for field, one in attaching.files_in(kind, revision.data)
    )
    types = dict(revision.attachments.values_list("file__sha256", "file__type")) if attached else {}
    passed = guarding.overridden(revision) if attached else {}
    masks = rules.of(plan).masks
    said: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        if one.finding.place.part and one.key not in passed:
            said.setdefault((one.finding.place.field, one.finding.place.file), []).append(one.finding)
    return [
        _mendable(sha256, name, types[sha256], said.get((field, name), []), masks)
        for field, name, sha256 in attached
        if types.get(sha256) in TYPES
    ]


def words_in(
    plan: Plan, kind: Kind, revision: Revision, file: File, *, today: date, warnings: bool
) -> tuple[list[str], int]:
    """Return the words that the guard stops in a file, or warns of as well, and at how many places they stand.

    What an approver let pass stays.
    """
    words, places = [], 0
    for field, name in _named(kind, revision.data, file.sha256):
        passed = _passed(plan, kind, revision, name, today)
        said = list(_apart(guarding.passages_of_file(field, name, file)))
        texts = {one.place: one.text for one in said}
        for finding in judging.judge(said, rules.of(plan).for_kind(kind), today=today):
            if finding.rule not in rules.of(plan).masks or not finding.place.part:
                continue
            wanted = warnings or finding.severity == Severity.BLOCK
            if wanted and _mark(finding) not in passed:
                words.append(texts[finding.place][finding.start : finding.end])
                places += 1
    return list(dict.fromkeys(words)), places


def exchanged(kind: Kind, payload: Mapping[str, Any], old: str, new: File) -> dict[str, Any]:
    """Return a payload in which one file stands in the place of another, under the same name."""
    result: dict[str, Any] = copy.deepcopy(dict(payload))
    for field in kind.fields:
        value = result.get(field.name)
        if field.type == "file" and value:
            for item in value if isinstance(value, list) else [value]:
                if item["sha256"] == old:
                    item |= {"sha256": new.sha256, "size": new.size, "type": new.type}
    return result


def _mendable(sha256: str, name: str, kind: str, found: list[Finding], masks: Mapping[str, str]) -> Mendable:
    known = Counter(one.severity for one in found if one.rule in masks)
    hides = any(one.rule in _HIDING for one in found)
    return Mendable(sha256, name, kind, known[Severity.BLOCK], known[Severity.WARN], hides)


def _named(kind: Kind, payload: Mapping[str, Any], sha256: str) -> list[tuple[str, str]]:
    named = ((field, str(one["name"])) for field, one in attaching.files_in(kind, payload) if one["sha256"] == sha256)
    return list(dict.fromkeys(named))


def _passed(plan: Plan, kind: Kind, revision: Revision, name: str, today: date) -> set[tuple[object, ...]]:
    keys = guarding.overridden(revision)
    if not keys:
        return set()
    found = guarding.judge_revision(plan, kind, revision, today=today)
    return {_mark(one.finding) for one in found if one.key in keys and one.finding.place.file == name}


def _mark(one: Finding) -> tuple[object, ...]:
    return (one.rule, one.place.field, one.place.part.partition(_AGAIN)[0], one.start, one.end)


def _apart(said: Iterable[Passage]) -> Iterator[Passage]:
    """Give passages of the same place places of their own, so that a finding names one text."""
    seen: Counter[Place] = Counter()
    for one in said:
        seen[one.place] += 1
        number = seen[one.place]
        part = one.place.part if number == 1 else f"{one.place.part}{_AGAIN}{number}"
        yield replace(one, place=replace(one.place, part=part))

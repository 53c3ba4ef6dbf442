"""The rules of a plan, compiled once: what blocks, what warns, where, and how what is found is masked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import sunlit.text
from sunlit.guard.detectors.base import Lists
from sunlit.guard.findings import Place, Severity
from sunlit.guard.words import TEXT_DETECTORS
from sunlit.plan import words
from sunlit.plan.language import Column, Field, Kind, Plan
from sunlit.plan.language.guard import Guard, GuardException, GuardSeverity

MASKS: Mapping[str, str] = {
    "id-number": "id_number",
    "old-id-number": "id_number",
    "bank-card": "bank_card",
    "mobile": "phone",
    "landline": "phone",
    "passport": "full",
    "e-mail": "full",
    "plate": "full",
    "address": "address",
    "name": "surname",
}
"""How what a rule finds is masked where the plan says nothing; a rule that is not here is for a person to mend."""

_GENERAL_POSTS = (
    "书记",
    "副书记",
    "省长",
    "副省长",
    "市长",
    "副市长",
    "县长",
    "副县长",
    "区长",
    "副区长",
    "镇长",
    "副镇长",
    "乡长",
    "副乡长",
    "主任",
    "副主任",
    "主席",
    "副主席",
    "局长",
    "副局长",
    "秘书长",
    "副秘书长",
    "部长",
    "副部长",
)
_TEXT_MODULES = ("clean", "identifiers", "masking", "numbers", "strange", "surnames")
_FEW = 16


@dataclass(frozen=True)
class Rules:
    """The rules of a plan, or of one of its kinds; ``version`` changes when lists, severities or the code change.

    ``naming`` says that people may be named: the kind shows a person's name without a mask, on a ground that its plan
    names. ``glance`` holds every word that could wake a detector. ``softened`` are the exceptions of the kind, by field
    and column; those of the whole kind stand at ("", "").
    """

    version: str
    severities: Mapping[str, GuardSeverity]
    masks: Mapping[str, str]
    lists: Lists
    glance: re.Pattern[str]
    naming: bool = False
    softened: Mapping[tuple[str, str], Mapping[str, GuardSeverity]] = field(default_factory=dict)
    _kinds: dict[int, tuple[Kind, Rules]] = field(default_factory=dict, repr=False, compare=False)

    def severity(self, rule: str, place: Place) -> Severity | None:
        """Return what a rule does at a place; None where it is off."""
        word = self.severities[rule]
        if self.softened:
            for key in ((place.field, place.column), (place.field, ""), ("", "")):
                if rule in (found := self.softened.get(key, {})):
                    word = found[rule]
                    break
        return None if word == "off" else Severity(word)

    def for_kind(self, kind: Kind) -> Rules:
        """Return the rules as a kind softens or sharpens them."""
        known = self._kinds.get(id(kind))
        if known is not None and known[0] is kind:
            return known[1]
        if len(self._kinds) > 500:
            self._kinds.clear()
        made = replace(self, naming=_names_people(kind), softened=_softened(kind), _kinds={})
        self._kinds[id(kind)] = (kind, made)
        return made


@lru_cache(maxsize=_FEW)
def of(plan: Plan) -> Rules:
    """Return the rules of a plan."""
    guard = plan.guard
    exceptions = {kind.code: [one.model_dump() for one in kind.settings.guard] for kind in plan.kinds.values()}
    said = json.dumps([guard.model_dump(), exceptions], sort_keys=True, ensure_ascii=False)
    lists = lists_of(guard)
    return Rules(
        version=hashlib.sha256((said + code_version()).encode()).hexdigest()[:16],
        severities={rule: guard.severity(rule) for rule in words.GUARD_RULES},
        masks={**MASKS, **{one.rule: one.mask for one in guard.masks}},
        lists=lists,
        glance=_words_of(lists, guard),
    )


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return a hash of the code that judges, so that what an older version let pass is judged again."""
    text = Path(sunlit.text.__file__).parent
    files = [*sorted(Path(__file__).parent.rglob("*.py")), *(text / f"{name}.py" for name in _TEXT_MODULES)]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def lists_of(guard: Guard) -> Lists:
    """Compile the lists of words of a plan."""
    right = {pair.wrong: pair.right for one in guard.mistaken for pair in one.words}
    posts: dict[str, tuple[str, ...]] = {}
    for one in guard.leaders:
        for person in one.people:
            posts[person.name] = (*posts.get(person.name, ()), *person.posts)
    known = {post for own in posts.values() for post in own} | set(_GENERAL_POSTS)
    return Lists(
        forbidden=_any_of(word for one in guard.forbidden for word in one.words),
        # Words in which a mistaken form stands rightly are longer, so they are met first, and are no finding.
        mistaken=_any_of([*right, *(word for one in guard.mistaken for pair in one.words for word in pair.unless)]),
        right=right,
        leaders=_any_of(posts),
        posts=posts,
        any_post=_any_of(known) if posts else None,
    )


def _words_of(lists: Lists, guard: Guard) -> re.Pattern[str]:
    """Compile all words that wake any detector, so that one look at a text is enough for most."""
    found = {word for detector in TEXT_DETECTORS for word in detector.words}
    found |= {word for one in guard.forbidden for word in one.words} | set(lists.right) | set(lists.posts)
    return re.compile("|".join(map(re.escape, sorted(found))))


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _names_people(kind: Kind) -> bool:
    columns = [column for one in kind.fields for column in one.columns]
    parts: list[Field | Column] = [*kind.fields, *columns]
    return any(part.type == "person" and part.mask == "none" and part.show == "public" for part in parts)


def _softened(kind: Kind) -> dict[tuple[str, str], dict[str, GuardSeverity]]:
    found: dict[tuple[str, str], dict[str, GuardSeverity]] = {}
    for one in kind.fields:
        # A telephone that a plan shows unmasked is that of an office; an officer's is by nature.
        if one.type in ("phone", "officer") and one.show == "public":
            found.setdefault((one.name, ""), {})["landline"] = "off"
        for column in one.columns:
            if column.type == "phone" and column.show == "public":
                found.setdefault((one.name, column.name), {})["landline"] = "off"
            if column.type == "person" and column.mask == "none":
                found.setdefault((one.name, column.name), {})["name"] = "off"
        if one.type in ("person", "officer"):
            found.setdefault((one.name, ""), {})["name"] = "off"
    for exception in kind.settings.guard:
        for key in _keys(exception):
            found.setdefault(key, {})[exception.rule] = exception.severity
    return found


def _keys(exception: GuardException) -> Iterable[tuple[str, str]]:
    for name in exception.fields:
        table, _, column = name.partition(".")
        yield table, column
    if not exception.fields:
        yield "", ""

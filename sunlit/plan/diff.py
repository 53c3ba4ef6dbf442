"""Compares two versions of a plan and says what each change needs before it can be applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel

from sunlit.plan.language import Field, Kind, Plan
from sunlit.plan.language.duties import Duty
from sunlit.plan.language.procedures import Procedure
from sunlit.plan.language.vocabularies import Vocabulary

Code = TypeVar("Code", int, str)
ChangeKind = Literal["additive", "upgrade", "refused"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``additive`` is safe, ``upgrade`` needs an upgrade function, ``refused`` breaks what is in use."""

    what: str
    kind: ChangeKind
    sentence: str


# Section -> its noun, and whether an entry may vanish: what records, cases and obligations refer to may not.
_SECTIONS: tuple[tuple[str, str, bool], ...] = (
    ("parts", "part", False),
    ("measures", "measure", False),
    ("classes", "class", False),
    ("functions", "function", False),
    ("units", "unit", False),
    ("selectors", "selector", True),
    ("vocabularies", "vocabulary", True),
    ("limits", "limit", False),
    ("groups", "group", False),
    ("kinds", "kind", False),
    ("duties", "duty", False),
    ("procedures", "procedure", False),
    ("targets", "target", True),
    ("processes", "process", True),
    ("standards", "standard", True),
)
_WHOLE = (
    "plan",
    "preamble",
    "expected",
    "succession",
    "fields",
    "questions",
    "menus",
    "start_pages",
    "guard",
    "synonyms",
)
_INSTEAD = {
    "unit": "give it a date in `closed` instead",
    "limit": "give it a `to` date instead",
    "duty": "give it `valid_to` instead",
    "kind": "keep it as long as there are records of it",
    "measure": "keep it; records and obligations belong to it",
}


def compare(old: Plan, new: Plan) -> list[Change]:
    """Return every change from one plan to another, refused ones first."""
    changes = list(_changes(old, new))
    order: dict[ChangeKind, int] = {"refused": 0, "upgrade": 1, "additive": 2}
    return sorted(changes, key=lambda change: order[change.kind])


def _changes(old: Plan, new: Plan) -> Iterator[Change]:
    for section, noun, may_vanish in _SECTIONS:
        yield from _entries(getattr(old, section), getattr(new, section), noun, may_vanish)
    for section in _WHOLE:
        if getattr(old.document, section) != getattr(new.document, section):
            yield Change(section, "additive", f"The section `{section}` reads differently.")


def _entries(old: Mapping[Code, BaseModel], new: Mapping[Code, BaseModel], noun: str, may: bool) -> Iterator[Change]:
    for code, entry in old.items():
        what = f"{noun} {code}"
        if code not in new:
            kind: ChangeKind = "additive" if may else "refused"
            instead = "" if may else f"; {_INSTEAD.get(noun, 'keep it')}"
            yield Change(what, kind, f"The {what} is gone{instead}.")
        elif entry != new[code]:
            yield from _inside(what, entry, new[code])
            yield _differs(what, entry, new[code])
    for code in new:
        if code not in old:
            yield Change(f"{noun} {code}", "additive", f"The {noun} {code} is new.")


def _differs(what: str, old: BaseModel, new: BaseModel) -> Change:
    keys = [name for name in type(old).model_fields if getattr(old, name) != getattr(new, name)]
    return Change(what, "additive", f"The {what} differs in {', '.join(keys)}.")


def _inside(what: str, old: BaseModel, new: BaseModel) -> Iterator[Change]:
    """Yield those changes inside an entry that are more than a difference."""
    if isinstance(old, Vocabulary) and isinstance(new, Vocabulary):
        yield from _lost(what, "term", [term.code for term in old.terms], [term.code for term in new.terms])
    elif isinstance(old, Procedure) and isinstance(new, Procedure):
        yield from _lost(what, "state", [state.code for state in old.states], [state.code for state in new.states])
    elif isinstance(old, Duty) and isinstance(new, Duty):
        open_ended = {"label": new.label, "valid_to": new.valid_to}
        if old.model_copy(update=open_ended) != new:
            yield Change(what, "refused", f"The {what} changes; end it with `valid_to` and declare a new one.")
    elif isinstance(old, Kind) and isinstance(new, Kind):
        yield from _lost(what, "field", [field.name for field in old.fields], [field.name for field in new.fields])
        yield from _audience(what, old, new)
        yield from _companion(what, old, new)
        for field in new.fields:
            yield from _field(what, old.field(field.name), field)


def _lost(what: str, noun: str, old: list[str], new: list[str]) -> Iterator[Change]:
    for code in old:
        if code not in new:
            yield Change(what, "refused", f"The {what} loses the {noun} {code}; keep it, it may be in use.")


def _audience(what: str, old: Kind, new: Kind) -> Iterator[Change]:
    for audience in old.settings.allowed_audiences:
        if audience not in new.settings.allowed_audiences:
            yield Change(what, "refused", f"The {what} is no longer for {audience}; keep it in `audiences`.")
    if old.settings.audience != new.settings.audience:
        sentence = (
            f"The {what} is for {new.settings.audience} now, was {old.settings.audience}; old records stay as they are."
        )
        yield Change(what, "upgrade", sentence)


def _companion(what: str, old: Kind, new: Kind) -> Iterator[Change]:
    """Say what a rule of release changes; what is published stays, and what is scheduled is judged at its minute."""
    before, rule = old.settings.released_with, new.settings.released_with
    if before == rule:
        return
    if rule is None:
        yield Change(what, "additive", f"The {what} is released alone from now on; its `released_with` is gone.")
    else:
        sentence = f"From now on the {what} is released only together with the kind {rule.kind}"
        yield Change(what, "additive", f"{sentence}; texts that are scheduled alone are refused at their minute.")


def _field(what: str, old: Field | None, new: Field) -> Iterator[Change]:
    where = f"The field {new.name} of the {what}"
    if old is None:
        if new.required.always:
            yield Change(what, "upgrade", f"{where} is new and required; say what old records have in it.")
        return
    for key in ("type", "unit", "multiple", "choices"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            yield Change(
                what,
                "upgrade",
                f"{where} has another {key}: {after}, was {before}; old records are read so where they can be.",
            )
    if new.required.always and not old.required.always:
        yield Change(what, "upgrade", f"{where} becomes required; say what old records have in it.")
    if new.show != old.show:
        kind: ChangeKind = "additive" if old.show == "public" else "refused"
        yield Change(what, kind, f"{where} is {new.show} now, was {old.show}; what was hidden stays hidden.")
    yield from _lost(f"{what}.{new.name}", "column", [c.name for c in old.columns], [c.name for c in new.columns])

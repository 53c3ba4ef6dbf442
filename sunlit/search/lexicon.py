"""What search knows of the city's words: units and what else they are called, terms with their sound, synonyms.

It is made from plan and register when an index is built and kept beside it, so that a query is always understood with
the very words with which the index was cut. Nothing here reads a database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sunlit.search.analysis import Words, fold

_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@dataclass(frozen=True, slots=True)
class UnitNames:
    """A unit and its names; ``heirs`` are the paths of the units to which its functions passed."""

    code: str
    place: str
    names: tuple[str, ...]
    heirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name with the sound of each character; ``rank`` is higher for what is asked for more."""

    text: str
    sound: tuple[str, ...]
    rank: int = 0

    @property
    def initials(self) -> str:
        """Return the first letter of each syllable."""
        return "".join(syllable[:1] for syllable in self.sound)


@dataclass(frozen=True)
class Lexicon:
    """Everything that helps to understand a query; ``kinds`` maps codes of kinds to labels."""

    units: tuple[UnitNames, ...] = ()
    terms: tuple[Term, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    kinds: Mapping[str, str] | None = None
    readings: str = ""
    dictionary: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return it as text, to be kept beside an index."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Lexicon:
        """Return what was kept; raise ValueError or KeyError where it is none."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            units=tuple(_unit(one) for one in data["units"]),
            terms=tuple(Term(one["text"], tuple(one["sound"]), one["rank"]) for one in data["terms"]),
            synonyms=tuple(tuple(group) for group in data["synonyms"]),
            kinds=data["kinds"],
            readings=data["readings"],
            dictionary=tuple(data["dictionary"]),
        )

    @cached_property
    def words(self) -> Words:
        """What cuts texts, with the city's words."""
        return Words(self.dictionary)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """For each folded name of a unit, every name by which it, those before and those after it are called."""
        by_place = {unit.place: unit for unit in self.units}
        family: dict[str, set[str]] = {unit.place: {unit.place, *unit.heirs} for unit in self.units}
        for unit in self.units:
            for heir in unit.heirs:
                family.setdefault(heir, {heir}).add(unit.place)
        meant: dict[str, dict[str, None]] = defaultdict(dict)
        for unit in self.units:
            for name in unit.names:
                for place in (unit.place, *sorted(family[unit.place] - {unit.place})):
                    if place in by_place:
                        meant[fold(name)].update(dict.fromkeys(by_place[place].names))
        return {name: tuple(others) for name, others in meant.items()}

    @cached_property
    def places(self) -> Mapping[str, tuple[str, ...]]:
        """For each folded name of a unit, its path and those of its heirs."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for unit in self.units:
            for name in (*unit.names, unit.code):
                found[fold(name)].update(dict.fromkeys((unit.place, *unit.heirs)))
        return {name: tuple(places) for name, places in found.items()}

    @cached_property
    def alike(self) -> Mapping[str, tuple[str, ...]]:
        """For each folded word the others of its group of synonyms."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for group in self.synonyms:
            for word in group:
                found[fold(word)].update(dict.fromkeys(other for other in group if other != word))
        return {word: tuple(others) for word, others in found.items()}

    @cached_property
    def by_sound(self) -> Mapping[str, tuple[Term, ...]]:
        """Terms by their whole sound, the ways of a dialect with zh and z, n and ng made one."""
        return _grouped((vague(term.sound), term) for term in self.terms)

    @cached_property
    def by_letters(self) -> Mapping[str, tuple[Term, ...]]:
        """Terms by what is typed for them in letters: every syllable in full, or the first letter of each."""
        full = (("".join(term.sound), term) for term in self.terms)
        short = ((term.initials, term) for term in self.terms if len(term.sound) > 1)
        return _grouped((*full, *short))

    @cached_property
    def folded(self) -> Mapping[str, Term]:
        """Terms by their folded text."""
        return {fold(term.text): term for term in self.terms}

    @cached_property
    def gaps(self) -> Mapping[str, tuple[str, ...]]:
        """Folded terms of three and more characters, by what is left when one character is taken out."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for text in self.folded:
            if 3 <= len(text) <= 20:
                for place in range(len(text)):
                    found[text[:place] + text[place + 1 :]][text] = None
        return {gap: tuple(texts) for gap, texts in found.items()}

    @cached_property
    def reading(self) -> Mapping[str, str]:
        """The usual sound of each character, without tone."""
        return dict(line.split(" ", 1) for line in self.readings.splitlines() if " " in line)

    def sound_of(self, text: str) -> tuple[str, ...]:
        """Return the sound of each character of a folded text; one without a sound stands for itself."""
        return tuple(self.reading.get(character, character) for character in text)


def vague(sound: Iterable[str]) -> str:
    """Return a sound in which what many speakers do not tell apart is the same."""
    found = []
    for syllable in sound:
        for clear, unclear in _FUZZY:
            if syllable.startswith(clear):
                syllable = unclear + syllable[len(clear) :]
        if syllable.endswith("ng"):
            syllable = syllable[:-1]
        found.append(syllable)
    return " ".join(found)


def _grouped(pairs: Iterable[tuple[str, Term]]) -> dict[str, tuple[Term, ...]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for key, term in pairs:
        found[key].append(term)
    return {key: tuple(sorted(terms, key=lambda term: -term.rank)) for key, terms in found.items()}


def _unit(data: Mapping[str, Any]) -> UnitNames:
    return UnitNames(data["code"], data["place"], tuple(data["names"]), tuple(data["heirs"]))

"""Gathers the files of a plan directory into one draft whose entries remember their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from sunlit.plan.explain import faults_of
from sunlit.plan.loading import read_text, read_yaml
from sunlit.plan.places import Bad, Fault, Node, Place, Report
from sunlit.plan.sections import LISTS, NAMES, PREAMBLE, SINGLES, UNIT_COLUMNS, SectionOf
from sunlit.plan.spelling import suggestion
from sunlit.plan.tables import read_csv

M = TypeVar("M", bound=BaseModel)
M_co = TypeVar("M_co", bound=BaseModel, covariant=True)

# Beside the plan: bytes of example files, data of a demonstration, and texts for people.
_ASIDE = ("examples/files/", "demo/")


@dataclass(frozen=True, slots=True)
class Entry(Generic[M_co]):
    """One entry of a section, read, with its node."""

    value: M_co
    node: Node

    def at(self, *path: str | int) -> Place:
        """Return where a value of the entry is written."""
        return self.node.find(path).place

    def key(self, *path: str | int) -> Place:
        """Return where a key of the entry is written."""
        return self.node.key_place(path)


@dataclass(slots=True)
class Draft:
    """Everything that could be read, before its parts are compared with each other.

    ``unsound`` are the kinds in which a fault was found: what they declare cannot be carried out yet.
    """

    directory: Path
    report: Report = field(default_factory=Report)
    entries: dict[type[BaseModel], list[Entry[Any]]] = field(default_factory=dict)
    codes: dict[str, set[str]] = field(default_factory=dict)
    opened: dict[str, Place] = field(default_factory=dict)
    unsound: set[str] = field(default_factory=set)
    preamble: str = ""

    def of(self, model: type[M]) -> list[Entry[M]]:
        """Return the entries of one model, in the order of the files."""
        return cast("list[Entry[M]]", self.entries.get(model, []))

    def known(self, section: str) -> set[str]:
        """Return the codes that a section names, those of entries that could not be read included."""
        return self.codes.get(section, set())

    def place_of(self, section: str) -> Place:
        """Return where a section first begins, or the beginning of the plan if it is nowhere."""
        return self.opened.get(section) or self.opened.get("plan") or Place(str(self.directory), 1, 1)


def gather(directory: Path) -> Draft:
    """Read every file of a plan directory; what is wrong with them stands in the draft's report."""
    draft = Draft(directory)
    if not directory.is_dir():
        draft.report.fault(Place(str(directory), 1, 1), "There is no such directory; name the directory of a plan.")
        return draft
    for path in _files(draft):
        name = str(path)
        try:
            text = read_text(path, name)
        except Bad as bad:
            draft.report.faults.append(bad.fault)
            continue
        if path.suffix == ".csv":
            nodes, faults = read_csv(text, name, UNIT_COLUMNS)
            draft.report.faults += faults
            draft.opened.setdefault("units", Place(name, 1, 1))
            for node in nodes:
                _entry(draft, "units", LISTS["units"], node)
        else:
            root, faults = read_yaml(text, name)
            draft.report.faults += faults
            if root is not None:
                _sections(draft, root)
    return draft


def _files(draft: Draft) -> Iterator[Path]:
    found = 0
    for path in sorted(draft.directory.rglob("*")):
        relative = path.relative_to(draft.directory).as_posix()
        hidden = any(part.startswith(".") for part in relative.split("/"))
        if hidden or relative.startswith(_ASIDE) or path.suffix == ".md" or path.is_dir():
            continue
        if path.suffix == ".yaml" or (path.suffix == ".csv" and relative.startswith("units/")):
            found += 1
            yield path
        else:
            sentence = "A plan consists of *.yaml files and units/*.csv; move or rename this file."
            draft.report.fault(Place(str(path), 1, 1), sentence)
    if not found:
        draft.report.fault(Place(str(draft.directory), 1, 1), "The directory holds no plan; begin with plan.yaml.")


def _sections(draft: Draft, root: Node) -> None:
    if root.keys is None:
        draft.report.fault(root.place, "The file must hold sections, such as `kinds:`, at its outermost level.")
        return
    for name, (place, node) in root.keys.items():
        if name not in NAMES:
            draft.report.fault(place, f'Unknown section "{name}"{suggestion(name, NAMES)}')
            continue
        first = draft.opened.setdefault(name, place)
        if node.is_empty():
            continue
        if name in LISTS:
            _list(draft, name, node)
        elif first != place:
            sentence = f"The section `{name}` stands a second time (first in {first.file}); remove one."
            draft.report.fault(place, sentence)
        elif name == PREAMBLE:
            _preamble(draft, node)
        else:
            _entry(draft, name, SINGLES[name], node)


def _preamble(draft: Draft, node: Node) -> None:
    if node.text is None:
        draft.report.fault(node.place, "The preamble must be a text.")
    else:
        draft.preamble = node.text


def _list(draft: Draft, name: str, node: Node) -> None:
    if node.items is None:
        draft.report.fault(node.place, f"`{name}` must be a list: begin each {LISTS[name].noun} with a hyphen.")
        return
    for item in node.items:
        _entry(draft, name, LISTS[name], item)


def _entry(draft: Draft, name: str, section: SectionOf, node: Node) -> None:
    code = node.get(section.key) if section.key else None
    if code is not None and code.text:
        draft.codes.setdefault(name, set()).add(code.text)
    what = f"{section.noun} {code.text}" if code is not None and code.text else f"this {section.noun}"
    try:
        value = section.model.model_validate(node.plain())
    except ValidationError as error:
        draft.report.faults += faults_of(error, node, section.model, what)
    else:
        draft.entries.setdefault(section.model, []).append(Entry(value, node))


def sorted_faults(faults: list[Fault]) -> list[Fault]:
    """Return faults in the order of the files, each once."""
    return sorted(set(faults))

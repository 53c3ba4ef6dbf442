"""What a verification reports: what is wrong, where, and what it means."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

SHOWN = 20


class Fault(Enum):
    """The kinds of damage that a verification tells apart; each value explains itself."""

    ENTRY_CHANGED = "an entry is not what it was"
    ENTRY_MISSING = "entries have been removed"
    ENTRY_MOVED = "entries have been put in another order"
    ENTRY_EXTRA = "an entry stands outside the log"
    LABEL_CHANGED = "what the tables say about an entry is not what it says itself"
    TILE_CHANGED = "a tile is not what the entries give"
    TILE_MISSING = "a tile is missing"
    HEAD_CHANGED = "the head is not what the entries give"
    CHECKPOINT_CHANGED = "a stored checkpoint is not what was signed"
    FORKED = "what was signed is another history than this one"
    ROLLED_BACK = "the log is shorter than what was signed"
    JOURNAL_DAMAGED = "the journal could not bring the log back"
    CONTENT_CHANGED = "a document is not the one to which the log is bound"
    CONTENT_UNKNOWN = "a document has no entry in the log"


@dataclass(frozen=True)
class Finding:
    """Hold one fault: where it is, and a sentence about it."""

    fault: Fault
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


@dataclass
class Report:
    """Hold what was looked at and what was found; of each fault the first 20 are kept, the rest only counted."""

    entries: int = 0
    tiles: int = 0
    checkpoints: int = 0
    contents: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[Fault] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found."""
        return not self.counts

    def add(self, fault: Fault, where: str, sentence: str) -> None:
        """Note a finding."""
        self.counts[fault] += 1
        if self.counts[fault] <= SHOWN:
            self.findings.append(Finding(fault, where, sentence))

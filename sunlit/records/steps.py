"""The steps from a submitted text to an approved one, in the order that a kind asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sunlit.plan.language import Kind
from sunlit.records.states import RevisionState
from sunlit.units.roles import Role, Verb


class StepName(StrEnum):
    """What someone other than the author does to a text before it may be published."""

    REVIEW = "review"
    LEGAL = "legal"
    SECRECY = "secrecy"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Step:
    """A look at a text: from which state, into which, by whom, and the word by which the journal keeps it."""

    name: StepName
    before: RevisionState
    after: RevisionState
    verb: Verb
    role: Role
    word: str


# In their order; ``before`` follows from the step that comes before it for the kind at hand.
_TABLE = (
    (StepName.REVIEW, RevisionState.REVIEWED, Verb.REVIEW, Role.REVIEWER, "reviewed"),
    (StepName.LEGAL, RevisionState.VETTED, Verb.REVIEW_LEGAL, Role.LEGAL_REVIEWER, "vetted"),
    (StepName.SECRECY, RevisionState.CLEARED, Verb.REVIEW_SECRECY, Role.SECRECY_REVIEWER, "cleared"),
    (StepName.APPROVE, RevisionState.APPROVED, Verb.APPROVE, Role.APPROVER, "approved"),
)


def steps_of(kind: Kind) -> tuple[Step, ...]:
    """Return the steps that a text of a kind goes through once it is submitted.

    Every kind is reviewed and approved; the legality review and the secrecy review (Regulation on open government
    information art. 17) are what the kind declares.
    """
    skipped = {
        *([] if kind.settings.legal_review else [StepName.LEGAL]),
        *([] if kind.settings.secrecy_review else [StepName.SECRECY]),
    }
    steps: list[Step] = []
    before = RevisionState.SUBMITTED
    for name, after, verb, role, word in _TABLE:
        if name not in skipped:
            steps.append(Step(name, before, after, verb, role, word))
            before = after
    return tuple(steps)


def step_named(kind: Kind, name: StepName) -> Step | None:
    """Return one of a kind's steps, or None if the kind does without it."""
    return next((step for step in steps_of(kind) if step.name == name), None)


def next_step(kind: Kind, state: str) -> Step | None:
    """Return the step for which a text waits, or None if it waits for none."""
    return next((step for step in steps_of(kind) if step.before == state), None)


def states_before(name: StepName) -> tuple[RevisionState, ...]:
    """Return every state in which a text of some kind may wait for a step."""
    at = next(place for place, row in enumerate(_TABLE) if row[0] == name)
    states = [RevisionState.SUBMITTED]
    for _name, after, *_rest in _TABLE[:at]:
        states = [after] if _name == StepName.REVIEW else [*states, after]
    return tuple(states)

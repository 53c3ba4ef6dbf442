"""How far a process has come: which stages are there, which were left out, which comes next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from sunlit.plan.language.processes import Process, Stage, Unless

T = TypeVar("T")
State = Literal["done", "missing", "next", "later", "optional", "excused"]


@dataclass(frozen=True)
class Step(Generic[T]):
    """A stage of one process: its records, latest last, and what their absence means.

    ``missing`` stands before a stage that is there; ``next`` is the first that is owed after the last; ``excused`` is
    not owed in this process, ``optional`` in none.
    """

    stage: Stage
    state: State
    records: tuple[T, ...] = ()


def steps(
    process: Process,
    found: Mapping[str, Sequence[T]],
    holds: Callable[[Unless], bool],
    unknown: Collection[str] = (),
) -> list[Step[T]]:
    """Return every stage of a process with its state.

    ``found`` are the records by kind; ``holds`` tells whether a record of the process frees it from a stage.
    ``unknown`` are kinds of which not all records can be found yet: their absence means nothing.
    """
    last = max((at for at, stage in enumerate(process.stages) if found.get(stage.kind)), default=-1)
    result: list[Step[T]] = []
    next_is_open = True
    for at, stage in enumerate(process.stages):
        records = tuple(found.get(stage.kind, ()))
        state: State
        if records:
            state = "done"
        elif stage.optional:
            state = "optional"
        elif stage.unless is not None and holds(stage.unless):
            state = "excused"
        elif stage.kind in unknown:
            state = "later"
        elif at < last:
            state = "missing"
        else:
            state = "next" if next_is_open else "later"
            next_is_open = False
        result.append(Step(stage, state, records))
    return result

"""Which entries database and journal can give together, and whether they are what the world has seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import merkle
from sunlit.ledger.surveying import Claim, Kept, Plan, Row, Unrecoverable, survey

sizes = st.integers(1, 40)


def body(position: int, history: str = "") -> bytes:
    return f"{history}{position}".encode()


def row(position: int, history: str = "") -> Row:
    return Row(position, body(position, history), merkle.leaf_hash(body(position, history)))


def claim(size: int, where: str = "a paper", history: str = "") -> Claim:
    return Claim(size, merkle.root_of([merkle.leaf_hash(body(n, history)) for n in range(size)]), where)


def outcome(plan: Plan, rows: list[Row], journal: list[Kept]) -> list[bytes]:
    """Do in a list what recovering does in the tables."""
    kept = {one.position: one.body for one in journal}
    left = {one.position: one.body for one in rows if one.position < plan.base}
    for position, leaf in plan.wrong.items():
        given_back = kept.get(position, left.get(position, b""))
        left[position] = given_back if merkle.leaf_hash(given_back) == leaf else left[position]
    left.update((position, kept[position]) for position in range(plan.base, plan.size))
    return [left[position] for position in range(plan.size)]


@given(data=st.data(), size=sizes)
def test_whatever_the_two_have_together_is_the_whole_log(data: st.DataObject, size: int) -> None:
    mine = data.draw(st.sets(st.integers(0, size - 1)))
    seen = data.draw(st.integers(0, size))
    rows = [row(n) for n in range(size) if n in mine]
    journal = [Kept(n, body(n)) for n in range(size) if n not in mine or data.draw(st.booleans())]
    plan = survey(rows, journal, [claim(seen)] if seen else [])
    end = max([n + 1 for n in range(size) if set(range(seen, n + 1)) <= mine], default=seen)
    assert plan.size == max(seen, end)
    assert outcome(plan, rows, journal) == [body(n) for n in range(plan.size)]


@given(data=st.data(), size=sizes)
def test_a_changed_database_gives_way_to_the_journal(data: st.DataObject, size: int) -> None:
    changed = data.draw(st.sets(st.integers(0, size - 1)))
    more = data.draw(st.integers(0, 3))
    rows = [row(n, "x" if n in changed else "") for n in range(size + more)]
    journal = [Kept(n, body(n)) for n in range(size)]
    plan = survey(rows, journal, [claim(size)])
    assert outcome(plan, rows, journal)[:size] == [body(n) for n in range(size)]
    assert plan.size == (size if size - 1 in changed else size + more)


@given(data=st.data(), size=sizes)
def test_a_changed_journal_gives_way_to_the_database(data: st.DataObject, size: int) -> None:
    changed = data.draw(st.sets(st.integers(0, size - 1)))
    rows = [row(n) for n in range(size)]
    plan = survey(rows, [Kept(n, body(n, "x" if n in changed else "")) for n in range(size)], [claim(size)])
    assert plan == Plan(size, size, {})


@given(data=st.data(), size=sizes)
def test_what_neither_has_is_named(data: st.DataObject, size: int) -> None:
    lost = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    journal = [Kept(n, body(n)) for n in range(size) if n not in lost]
    with pytest.raises(Unrecoverable, match=rf"\b{min(lost)}\b.* of the {size} that were signed"):
        survey([], journal, [claim(size)])


def test_runs_of_lost_entries_are_named_shortly() -> None:
    journal = [Kept(n, body(n)) for n in (0, 1, 5, 7)]
    with pytest.raises(Unrecoverable, match="entries 2 to 4, 6, 8 to 9 of the 10"):
        survey([], journal, [claim(10)])
    with pytest.raises(Unrecoverable, match=r"18 and more \(20 in all\)"):
        survey([], [Kept(n, body(n)) for n in range(1, 40, 2)], [claim(40)])


def test_every_checkpoint_has_to_fit_one_history() -> None:
    rows, journal = [row(n, "x") for n in range(9)], [Kept(n, body(n)) for n in range(7)]
    with pytest.raises(Unrecoverable, match="both were signed"):
        survey(rows, journal, [claim(7), claim(9, history="x")])
    with pytest.raises(Unrecoverable, match="gives the root of a paper over 9 entries"):
        survey(rows, journal, [claim(9, history="y")])

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunlit.plan.checks import check_directory
from sunlit.plan.checks.references import cycles
from sunlit.plan.loading import MAX_BYTES, read_yaml
from sunlit.plan.places import Fault
from sunlit.plan.sections import NAMES

FILES = (
    "plan.yaml",
    "measures.yaml",
    "rules.yaml",
    "selectors.yaml",
    "kinds/money.yaml",
    "kinds/life.yaml",
    "examples/all.yaml",
    "units/classes.yaml",
    "units/functions.yaml",
    "units/units.csv",
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

keys = st.sampled_from(
    [*NAMES, "code", "name", "label", "type", "required", "is", "field", "choices", "from", "to", "min", "max", "data"]
) | st.text(max_size=6)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["table", "choice", "2026-01-05", "budget", "lt", "{title}", "true", "{", "all"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)


def check_with(directory: Path, file: str, content: bytes) -> list[Fault]:
    """Check the plan with one file replaced, and put the file back."""
    path = directory / file
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        return check_directory(directory).faults
    finally:
        path.write_bytes(before)


@quick
@given(content=st.binary(max_size=400), file=st.sampled_from(FILES))
def test_random_bytes(copy: Path, content: bytes, file: str) -> None:
    assert all(fault.line >= 1 and fault.sentence for fault in check_with(copy, file, content))


@quick
@given(
    content=st.text(alphabet=string.printable + "：，“”\x85\u2028\ufeff&*!|>%@`", max_size=300),
    file=st.sampled_from(FILES),
)
def test_random_text(copy: Path, content: str, file: str) -> None:
    check_with(copy, file, content.encode())


@settings(quick, max_examples=150)
@given(content=st.dictionaries(st.sampled_from(NAMES), values, max_size=5), file=st.sampled_from(FILES[:9]))
def test_random_structures_under_the_known_sections(copy: Path, content: dict[str, object], file: str) -> None:
    check_with(copy, file, yaml.safe_dump(content, allow_unicode=True).encode())


@settings(quick, max_examples=150)
@given(file=st.sampled_from(FILES), seed=st.integers(0, 2**32), count=st.integers(1, 6))
def test_a_good_plan_with_characters_changed(copy: Path, file: str, seed: int, count: int) -> None:
    chance = random.Random(seed)
    content = list((copy / file).read_text())
    for _ in range(count):
        at = chance.randrange(len(content))
        content[at] = chance.choice(
            ["", "\t", "\n", ":", "- ", "{", "}", "[", "]", "'", '"', "&a ", "*a", "0", "é", "，", "#"]
        )
    check_with(copy, file, "".join(content).encode())


@settings(quick, max_examples=150)
@given(file=st.sampled_from(FILES[:9]), seed=st.integers(0, 2**32), value=values)
def test_a_good_plan_with_a_value_changed(copy: Path, file: str, seed: int, value: object) -> None:
    chance = random.Random(seed)
    tree = yaml.load((copy / file).read_text(), Loader=yaml.CBaseLoader)  # noqa: S506  # texts only
    node, parent, key = tree, None, None
    while isinstance(node, dict | list) and node and (parent is None or chance.random() > 0.15):
        parent, key = node, chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        node = node[key]
    if parent is not None:
        parent[key] = value
    check_with(copy, file, yaml.safe_dump(tree, allow_unicode=True).encode())


@given(st.dictionaries(st.integers(0, 8).map(str), st.lists(st.integers(0, 8).map(str), max_size=4), max_size=9))
def test_every_cycle_found_is_one_and_none_is_missed(edges: dict[str, list[str]]) -> None:
    found = cycles(dict(edges))
    for cycle in found:
        assert all(after in edges[before] for before, after in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    left = {node: set(following) for node, following in edges.items()}
    while done := [node for node, following in left.items() if not following & set(left)]:
        for node in done:
            del left[node]
    assert bool(found) == bool(left)


BOMBS = {
    "aliases that multiply": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "many aliases": "a: &a x\nb: [" + "*a, " * 300 + "]",
    "deep lists": "[" * 5000,
    "deep lists, closed": "[" * 5000 + "]" * 5000,
    "deep mappings": "{a: " * 3000,
    "deep blocks": "\n".join(" " * n + "a:" for n in range(400)),
    "many values": "[" + "a," * 250_000 + "]",
    "long key": "? " + "k" * 5000 + "\n: v",
    "mapping as a key": "{[a, b]: c}",
    "surrogate": 'a: "\\ud800"',
    "nothing": "",
    "comment": "# nothing",
    "only a scalar": "word",
    "directive": "%YAML 9.9\n---\na: b",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_with_a_place(name: str) -> None:
    root, faults = read_yaml(BOMBS[name], "f.yaml")
    if name in ("nothing", "comment", "only a scalar", "long key"):
        assert root is None or root.keys is None or faults == [] or faults
    else:
        assert faults and faults[0].line >= 1


def test_a_file_that_is_too_large_is_refused_unread(copy: Path) -> None:
    (copy / "kinds" / "money.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert any("is larger than" in fault.sentence for fault in check_directory(copy).faults)

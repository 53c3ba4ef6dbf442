"""The labelled cases: what stands somewhere, and which rules must speak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sunlit.guard import passages
from sunlit.guard.blocks import blocks_in
from sunlit.guard.findings import Passage, Place

CASES: list[dict[str, Any]] = [
    {"file of cases": path.stem, **case}
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def name_of(case: dict[str, Any]) -> str:
    return f"{case['file of cases']}: {case['label']}"


def passages_of(case: dict[str, Any]) -> Iterator[Passage]:
    if "file" in case:
        yield from passages.of_name(case["file"])
    elif "html" in case:
        for block in blocks_in(case["html"]):
            place = Place(field="body", row=block.row, column=block.column, part=block.where)
            yield Passage(place, block.text, head=block.column)
    elif "row" in case:
        for head, text in case["row"].items():
            yield Passage(Place(field="list", row=1, column=head), str(text), head=head)
    else:
        yield Passage(Place(field="body"), case["passage"])

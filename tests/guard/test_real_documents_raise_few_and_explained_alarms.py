"""What the guard says about 1,526 real documents is counted, and every count is explained in docs/engines/guard.md."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from sunlit.guard.findings import Passage, Place
from sunlit.guard.judging import judge
from sunlit.guard.rules import Rules
from tests.guard.conftest import TODAY

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT.parent / "shared" / "data" / "documents" / "documents.jsonl.gz"
PAGE = ROOT / "docs" / "engines" / "guard.md"
_ROW = re.compile(
    r"^\| `(?P<rule>[a-z-]+)` \| (?P<severity>blocks|warns) \| (?P<count>[0-9]+) in (?P<documents>[0-9]+) \|"
)


def explained() -> dict[tuple[str, str], tuple[int, int]]:
    """Return rule and severity with their counts, as the table of the page has them."""
    rows = (_ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines())
    return {
        (row["rule"], row["severity"].rstrip("s")): (int(row["count"]), int(row["documents"])) for row in rows if row
    }


@pytest.mark.skipif(not DOCUMENTS.exists(), reason=f"the real documents are not here ({DOCUMENTS})")
def test_every_alarm_stands_in_the_table_of_the_page(suining_rules: Rules) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    documents: dict[tuple[str, str], set[str]] = {}
    with gzip.open(DOCUMENTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            texts = [
                Passage(Place(field=name), one.get(name) or "") for name in ("title", "number", "index_no", "body")
            ]
            for finding in judge(texts, suining_rules, today=TODAY):
                key = (finding.rule, finding.severity.value)
                counts[key] += 1
                documents.setdefault(key, set()).add(one["id"])
    told = {key: (count, len(documents[key])) for key, count in counts.items()}
    assert told == explained()
    assert sum(count for (_, severity), count in counts.items() if severity == "block") <= 5

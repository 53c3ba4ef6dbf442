"""How fast the guard judges: real documents, and table rows in which there is nothing to find.

The reference, in the same run, is the usual way: the plain patterns of the standards (identity number, card, mobile,
landline, passport, e-mail, plate, address), one after the other over each text, with no checksum and no list of words.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("SUNLIT_HOME", tempfile.mkdtemp(prefix="sunlit-bench."))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

DOCUMENTS = ROOT.parent / "shared" / "data" / "documents" / "documents.jsonl.gz"
ROWS = int(os.environ.get("ROWS", "100000"))
REPEATS = 3
PLAIN = [
    re.compile(pattern)
    for pattern in (
        r"[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]",
        r"\b\d{16,19}\b",
        r"1[3-9]\d{9}",
        r"0\d{2,3}-?\d{7,8}",
        r"[EG]\d{8}",
        r"[\w.+-]+@[\w-]+(\.[\w-]+)+",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}",
        r"\d+号[^，。\n]*?\d+室",
        r"绝密|机密★|秘密★",
    )
]


def rows() -> list[dict[str, str]]:
    """Return rows as a list of decisions has them: party, number, day, amount, ground; nothing personal."""
    chance = random.Random(6)
    trades = ("建筑", "餐饮", "运输", "食品", "商贸", "物业", "农业科技", "文化传媒")
    acts = (
        "未按规定公示收费标准",
        "超出核准的范围经营",
        "未按期报送年度报告",
        "占用道路堆放材料",
        "未落实扬尘防治措施",
    )
    made = []
    for number in range(ROWS):
        made.append(
            {
                "party": f"遂宁市{chance.choice('东西南北')}{chance.choice('兴盛安')}{chance.choice(trades)}有限公司",
                "number": f"遂市监罚〔{chance.randint(2019, 2026)}〕{number % 900 + 1}号",
                "decided_on": f"{chance.randint(2019, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                "amount": f"{chance.randint(1, 99999)}.{chance.randint(0, 99):02}",
                "act": chance.choice(acts) + "，责令改正并处以罚款",
                "ground": f"依据有关法规第{chance.randint(1, 99)}条的规定，经调查核实{number}号案，事实清楚，证据确凿",
            }
        )
    return made


def best(work: Callable[[], int]) -> tuple[float, int]:
    """Return the seconds of processor time of the fastest of some runs, and what the work counted."""
    taken, counted = [], 0
    for _ in range(REPEATS):
        began = time.process_time()
        counted = work()
        taken.append(time.process_time() - began)
    return min(taken), counted


def one_by_one(texts: Iterable[str]) -> int:
    return sum(1 for text in texts for pattern in PLAIN for _ in pattern.finditer(text))


def say(what: str, size: int, seconds: float, counted: int) -> None:
    print(f"{what}: {size / 1e6 / seconds:.1f} MB/s, {counted} found")


def main() -> None:
    import django

    django.setup()
    from sunlit.guard import rules
    from sunlit.guard.findings import Passage, Place
    from sunlit.guard.judging import judge, quiet
    from sunlit.plan.checks import check_directory

    plan = check_directory(ROOT / "plans" / "suining").plan
    if plan is None:
        sys.exit("plans/suining has faults")
    compiled = rules.of(plan)
    if DOCUMENTS.exists():
        with gzip.open(DOCUMENTS, "rt", encoding="utf-8") as lines:
            bodies = [json.loads(line)["body"] for line in lines]
        size = sum(len(body.encode()) for body in bodies)
        found = best(lambda: sum(1 for _ in judge((Passage(Place(field="body"), body) for body in bodies), compiled)))
        say("documents, judged (floor 5 MB/s)", size, *found)
        say("documents, plain patterns one by one", size, *best(lambda: one_by_one(bodies)))
    table = rows()
    size = sum(len(text.encode()) for row in table for text in row.values())

    def look() -> int:
        batches = (table[n : n + 400] for n in range(0, len(table), 400))
        return sum(not quiet((text for row in batch for text in row.values()), compiled) for batch in batches)

    say(f"{ROWS:,} rows, quick look at 400 at a time (floor 50 MB/s)", size, *best(look))
    say(
        f"{ROWS:,} rows, plain patterns one by one",
        size,
        *best(lambda: one_by_one(t for r in table for t in r.values())),
    )
    cells = [
        Passage(Place(field="rows", row=n, column=name), text)
        for n, row in enumerate(table)
        for name, text in row.items()
    ]
    say(f"{ROWS:,} rows, judged cell by cell", size, *best(lambda: sum(1 for _ in judge(cells, compiled))))


if __name__ == "__main__":
    main()

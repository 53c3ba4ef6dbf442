"""100,000 penalty decisions in the 双公示 columns: rows/s, every planted mistake found, and how long other savers wait.

They go into the large city of a million records (BASE=0: into an empty one).
The parties are invented companies with valid codes; no natural person is in the file. Beside it, in the same run, the
usual Django way as a reference: the same rows, one ``full_clean`` each, ``bulk_create`` in batches.
"""

from __future__ import annotations

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import million

BASE = int(os.environ.get("BASE", "1000000"))
if BASE and Path(sys.argv[0]).name == Path(__file__).name:
    os.environ["SUNLIT_HOME"] = str(million.home(BASE))
os.environ.setdefault("SUNLIT_HOME", tempfile.mkdtemp(prefix="sunlit-bench."))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("ROWS", "100000"))
PLANTED = 100
REFERENCE_ROWS = 10_000
REFERENCE = "reference-"
SAVERS, PROCESSES = 20, 4
KIND = "penalty-decision"
HEADERS = (
    *("CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR"),
    *("CF_NR_FK", "CF_NR_WFFF", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ"),
)
_EMPTY = [
    *("record", "author", "reviewer", "secrecy_reviewer", "approver", "co_authors", "work_salt", "salt"),
    *("commitment", "published_at", "scheduled_for"),
]
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WRONG: tuple[tuple[str, str], ...] = (
    ("CF_XDR_SHXYM", "91510903MA6200001X"),
    ("CF_JDRQ", "2025-02-30"),
    ("CF_NR_FK", "十万"),
    ("CF_XDR_LB", "自然人"),
    ("CF_SY", ""),
)


def uscc(number: int) -> str:
    """Return a valid synthetic credit code (GB 32100)."""
    body = f"91510900MA{number:07d}"
    total = sum(_ALPHABET.index(character) * pow(3, at, 31) for at, character in enumerate(body))
    return body + _ALPHABET[(31 - total % 31) % 31]


def rows(count: int) -> Iterator[dict[str, str]]:
    """Yield rows that are in order."""
    chance = random.Random(22)
    things = ("商贸", "建材", "餐饮管理", "物流", "农业开发", "电子科技", "医药连锁", "装饰工程")
    wrongs = ("虚假宣传", "超范围经营", "未按规定明码标价", "计量器具未经检定", "未依法公示年度报告", "无证排污")
    office = {
        "CF_CFJG": "遂宁市市场监督管理局",
        "CF_CFJGDM": uscc(1),
        "CF_SJLY": "遂宁市市场监督管理局",
        "CF_SJLYDM": uscc(1),
    }
    for n in range(1, count + 1):
        day = f"202{chance.randrange(4, 7)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
        wrong = chance.choice(wrongs)
        fine = f"{chance.randrange(1, 2000) / 100:.2f}"
        yield office | {
            "CF_XDR_MC": f"遂宁市第{n}号{chance.choice(things)}有限公司",
            "CF_XDR_LB": "法人及非法人组织",
            "CF_XDR_SHXYM": uscc(n),
            "CF_WSH": f"遂市监处罚〔{day[:4]}〕{n}号",
            "CF_WFXW": wrong,
            "CF_SY": f"当事人在经营活动中存在{wrong}的行为，事实清楚，证据确凿。" * chance.randrange(1, 4),
            "CF_YJ": "《中华人民共和国行政处罚法》第二十八条第一款、《四川省行政处罚裁量权适用规则》第九条",
            "CF_CFLB": "罚款",
            "CF_NR": f"责令改正，并处罚款{fine}万元。",
            "CF_NR_FK": fine,
            "CF_NR_WFFF": "",
            "CF_JDRQ": day,
            "CF_YXQ": "2099-12-31",
            "CF_GSJZQ": "",
            "BZ": "",
        }


def write_sheet(path: Path, count: int, planted: int) -> set[tuple[int, str]]:
    """Write the sheet and return row and column of every planted mistake."""
    places = random.Random(7).sample(range(2, count + 2), planted)
    wrong = {row: _WRONG[at % len(_WRONG)] for at, row in enumerate(places)}
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        for number, row in enumerate(rows(count), 2):
            if number in wrong:
                column, value = wrong[number]
                row[column] = value
            writer.writerow([row[name] for name in HEADERS])
    return {(row, column) for row, (column, _value) in wrong.items()}


def prepare() -> None:
    """Make an instance with the plan of Suining and three people."""
    from datetime import date

    from django.conf import settings
    from django.core.management import call_command

    from sunlit.calendars import clock, today
    from sunlit.ledger import keys
    from sunlit.plan import actions
    from sunlit.plan.checks import check_directory
    from sunlit.units.actions import create_user, grant, sync_units
    from sunlit.units.models import Unit, User

    settings.HOME.mkdir(parents=True, exist_ok=True)
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    keys.ensure()
    checked = check_directory(ROOT / "plans" / "suining")
    if checked.plan is None:
        sys.exit("\n".join(map(str, checked.faults)))
    if not Unit.objects.exists():
        sync_units(checked.plan, today=today())
        actions.store_and_activate(checked.plan, clock.now())
    if User.objects.filter(username="saver").exists():
        return
    root = Unit.objects.get(parent=None)
    for name, role in (("bench-editor", "editor"), ("bench-approver", "approver"), ("saver", "editor")):
        grant(create_user(name, "a long enough phrase"), root, role, since=date(2020, 1, 1))


def publisher() -> str:
    """Return the code of a unit that publishes penalties."""
    from sunlit.plan import selectors
    from sunlit.units.models import Unit

    plan = selectors.current()
    return next(code for code in plan.select(plan.kinds[KIND].holders) if Unit.objects.get(code=code).org9)


def save_for_ever(stop: Path, out: Path) -> None:
    """Save drafts with a pause between them, as people do, in several threads, until ``stop`` exists."""
    from django.db import connection

    from sunlit.calendars import clock
    from sunlit.plan import selectors
    from sunlit.plan.payload import cleaner
    from sunlit.records import acts
    from sunlit.units import actors
    from sunlit.units.models import Unit, User

    plan = selectors.current()
    headers = cleaner(plan.kinds[KIND], plan).headers()
    unit = Unit.objects.get(code=publisher())
    actor = actors.of(User.objects.get(username="saver"), Unit.objects.get(parent=None), "editor")
    data = {headers[name]: value for name, value in next(rows(1)).items()}
    taken: list[float] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        revision = acts.draft(KIND, unit, data, actor=actor, now=clock.now())
        while not stop.exists():
            time.sleep(chance.uniform(0.3, 0.9))
            began = time.perf_counter()
            acts.edit(revision, data, actor=actor, now=clock.now())
            taken.append(time.perf_counter() - began)
        connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(SAVERS // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.write_text(json.dumps(taken))


def with_savers(folder: Path, work: Callable[[], Any]) -> tuple[float, list[float]]:
    """Do some work while others save; return its seconds and theirs."""
    stop = folder / "stop"
    stop.unlink(missing_ok=True)
    outs = [folder / f"saver-{n}.json" for n in range(PROCESSES)]
    savers = [subprocess.Popen([sys.executable, __file__, "savers", str(stop), str(out)]) for out in outs]
    time.sleep(4)
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    stop.touch()
    for saver in savers:
        saver.wait()
    return seconds, [one for out in outs for one in json.loads(out.read_text())]


def percentile(values: list[float], part: int) -> float:
    """Return a percentile in milliseconds."""
    return statistics.quantiles(values, n=100)[part - 1] * 1000


def import_sheet(path: Path, unit: str, report: Path) -> None:
    """Run the command as an operator would."""
    people = [
        "--actor",
        "bench-editor",
        "--approver",
        "bench-approver",
        "--keep-good",
        "--again",
        "--errors",
        str(report),
    ]
    command = [sys.executable, "-m", "sunlit.cli", "import", KIND, str(path), "--unit", unit, *people]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)


def reference(path: Path, unit_code: str) -> float:
    """Return rows/s of the usual Django way: the same cleaning, ``full_clean`` per row, ``bulk_create`` by 500."""
    from itertools import islice

    from django.db import transaction

    from sunlit.calendars import clock
    from sunlit.plan import selectors
    from sunlit.plan.payload import cleaner
    from sunlit.records import documents, rendition, slots
    from sunlit.records.models import Record, Revision, Slot
    from sunlit.units.models import Unit

    plan = selectors.current()
    kind = plan.kinds[KIND]
    headers, clean = cleaner(kind, plan).headers(), cleaner(kind, plan).clean
    unit, now = Unit.objects.get(code=unit_code), clock.now()
    began = time.perf_counter()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        source = islice(csv.DictReader(stream), REFERENCE_ROWS)
        for first in iter(lambda: list(islice(source, 500)), []):
            records, revisions, filled = [], [], []
            for row in first:
                cleaned = clean({headers[name]: value for name, value in row.items() if value})
                if cleaned.errors:
                    continue
                record = Record(kind=KIND, unit=unit, unit_path=unit.path, audience="public", state="live")
                record.index_no = record.slug = f"{REFERENCE}{row['CF_WSH']}"
                record.full_clean(exclude=["live", "successor", "published_at", "changed_at", "expires_on"])
                revision = Revision(record=record, number=1, payload=documents.encode(cleaned.payload), created_at=now)
                revision.shape = plan.hash
                revision.full_clean(exclude=_EMPTY)
                records.append(record)
                revisions.append(revision)
                filled.append(slots.values(plan, KIND, rendition.public(kind, cleaned.payload)))
            with transaction.atomic():
                Record.objects.bulk_create(records)
                Revision.objects.bulk_create(revisions)
                Slot.objects.bulk_create(
                    Slot(
                        record=record,
                        kind=KIND,
                        unit_path=unit.path,
                        audience="public",
                        year=2026,
                        published_at=now,
                        **f,
                    )
                    for record, f in zip(records, filled, strict=True)
                )
    seconds = time.perf_counter() - began
    forget_reference()
    return REFERENCE_ROWS / seconds


def forget_reference() -> None:
    """Take the rows of the reference out again: they are in no ledger, and the large city is read by others."""
    from django.db import transaction

    from sunlit.records.models import Record, Revision, Slot

    left = Record.objects.filter(slug__startswith=REFERENCE).values_list("pk", flat=True)
    while keys := list(left[:500]):
        with transaction.atomic():
            for table, field in ((Slot, "record__in"), (Revision, "record__in"), (Record, "pk__in")):
                table.objects.filter(**{field: keys}).delete()


def drain() -> float:
    """Return entries/s of the sequencer taking what the import left."""
    from sunlit.calendars import clock
    from sunlit.ledger import sequencer

    began, done = time.perf_counter(), 0
    while taken := sequencer.sequence(5_000, now=clock.now()):
        done += taken
    return done / (time.perf_counter() - began) if done else 0.0


def import_export(path: Path) -> float:
    """Return rows/s of django-import-export with its defaults, or 0 where it is not installed."""
    program = ROOT / ".venv-bench" / "bin" / "python"
    if not program.exists():
        return 0.0
    command = [str(program), str(ROOT / "bench" / "usual_import.py"), str(path), str(REFERENCE_ROWS)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Run everything and print figures."""
    folder = Path(tempfile.mkdtemp(prefix="sunlit-bench."))
    if BASE:
        million.ensure(BASE)
    prepare()
    forget_reference()
    while drain():
        pass
    sheet, report = folder / "penalties.csv", folder / "mistakes.csv"
    planted = write_sheet(sheet, ROWS, PLANTED)
    unit = publisher()
    _quiet, alone = with_savers(folder, lambda: time.sleep(6))
    seconds, waiting = with_savers(folder, lambda: import_sheet(sheet, unit, report))
    with report.open(encoding="utf-8-sig", newline="") as stream:
        found = {(int(line[0]), line[2]) for line in list(csv.reader(stream))[1:]}
    print(f"import: {ROWS:,} rows in {seconds:.1f} s: {ROWS / seconds:,.0f} rows/s (floor 4,000)")
    print(
        f"mistakes: {len(planted)} planted, {len({row for row, _ in found} & {row for row, _ in planted})} found,",
        end=" ",
    )
    print(f"{len({row for row, _ in found} - {row for row, _ in planted})} others")
    for words, values in (("alone", alone), ("during the import", waiting)):
        print(
            f"{SAVERS} savers {words}: p50 {percentile(values, 50):.0f} ms, p95 {percentile(values, 95):.0f} ms", end=""
        )
        print(f", worst {max(values) * 1000:.0f} ms, {len(values)} saves")
    print(f"sequencer afterwards: {drain():,.0f} entries/s")
    usual = reference(sheet, unit)
    print(f"reference (full_clean per row, bulk_create, no ledger): {usual:,.0f} rows/s,", end=" ")
    print(f"ratio {ROWS / seconds / usual:.1f}")
    if theirs := import_export(sheet):
        print(f"django-import-export, its defaults, no ledger: {theirs:,.0f} rows/s,", end=" ")
        print(f"ratio {ROWS / seconds / theirs:.1f} (floor 2)")


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1:2] == ["savers"]:
        save_for_ever(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()

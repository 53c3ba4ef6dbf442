"""A changed kind with 100,000 records: how long applying takes, and what readers see while its slots are filled anew.

A field changes its unit and another becomes a filter, so values move to other columns. Right after ``plan apply`` the
first page is asked for and must already stand in the new shape; pages go on being asked for while a worker fills. The
reference, in the same run, is the usual Django way: read every record, compute, ``bulk_update`` by 500, with nobody
reading.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from import_penalties import KIND, ROOT, ROWS, import_sheet, percentile, prepare, publisher, write_sheet

PAUSE = 0.5
"""Seconds between two turns, as in the worker."""
REFERENCE_ROWS = 10_000
_CHANGES = (
    ("type: money, unit: 万元, code: CF_NR_FK,", "type: money, unit: 元, code: CF_NR_FK,"),
    (
        "label: {zh: 处罚机关, en: Authority}, required: true,",
        "label: {zh: 处罚机关, en: Authority}, required: true, filter: true,",
    ),
)


def changed_plan(folder: Path) -> Path:
    """Copy the plan of Suining with the two changes made."""
    shutil.copytree(ROOT / "plans" / "suining", folder)
    path = folder / "kinds" / "power.yaml"
    text = path.read_text()
    for before, after in _CHANGES:
        if before not in text:
            sys.exit(f"{path}: no longer says {before!r}")
        text = text.replace(before, after)
    path.write_text(text)
    return folder


def apply(plan: Path) -> float:
    """Run ``plan check`` and ``plan apply`` as an administrator would; print the first, return the seconds of both."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "sunlit.cli", "plan", "apply", str(plan)], cwd=ROOT, check=True)
    return time.perf_counter() - began


def fill() -> None:
    """Take turns as the worker does until nothing is left."""
    from sunlit.calendars import clock
    from sunlit.records import refilling

    while refilling.turn(clock.now()):
        time.sleep(PAUSE)


def read_while(filling: subprocess.Popen[bytes]) -> tuple[list[float], int]:
    """Ask for pages of the list until the worker is done; return the seconds of each and how many looked old."""
    from django.test import Client

    taken, old = [], 0
    client = Client(headers={"host": "127.0.0.1"})
    asked = (f"/kinds/{KIND}/", f"/kinds/{KIND}/?year=2026", f"/kinds/{KIND}/?f_penalty_kinds=fine")
    while filling.poll() is None:
        for address in asked:
            began = time.perf_counter()
            answer = client.get(address)
            taken.append(time.perf_counter() - began)
            if answer.status_code != 200:
                sys.exit(f"{address} answers {answer.status_code}")
            old += "万元" in answer.content.decode()
            time.sleep(0.05)
    return taken, old


def reference() -> float:
    """Return records/s of reading every record, computing its row and updating by 500."""
    from sunlit.plan import selectors
    from sunlit.records import rendition, slots
    from sunlit.records.models import Slot

    plan = selectors.current()
    kind = plan.kinds[KIND]
    began = time.perf_counter()
    waiting = []
    columns: set[str] = set()
    for slot in Slot.objects.filter(kind=KIND).select_related("record__live")[:REFERENCE_ROWS]:
        values = slots.values(plan, KIND, rendition.public(kind, slot.record.live.data))
        for name, value in values.items():
            setattr(slot, name, value)
        columns |= set(values)
        waiting.append(slot)
        if len(waiting) == 500:
            Slot.objects.bulk_update(waiting, sorted(columns))
            waiting = []
    return REFERENCE_ROWS / (time.perf_counter() - began)


def main() -> None:
    """Run everything and print figures."""
    import os

    from django.core.management import call_command

    from sunlit.plan import selectors
    from sunlit.records.models import Slot

    folder = Path(os.environ["SUNLIT_HOME"])
    prepare()
    call_command("collectstatic", verbosity=0, interactive=False)
    sheet = folder / "penalties.csv"
    write_sheet(sheet, ROWS, 0)
    import_sheet(sheet, publisher(), folder / "mistakes.csv")
    count = Slot.objects.filter(kind=KIND).count()
    print(
        f"plan apply: {apply(changed_plan(folder / 'plan')):.1f} s with {count:,} records of the changed kind (floor 5)"
    )
    selectors.current()
    began = time.perf_counter()
    filling = subprocess.Popen([sys.executable, __file__, "fill"])
    taken, old = read_while(filling)
    seconds = time.perf_counter() - began
    print(
        f"{len(taken)} pages read meanwhile: p50 {percentile(taken, 50):.0f} ms, p95 {percentile(taken, 95):.0f} ms",
        end="",
    )
    print(f", worst {max(taken) * 1000:.0f} ms, {old} in the old shape")
    usual = reference()
    print(f"slots filled anew: {seconds:.0f} s, {count / seconds:,.0f} records/s with its pauses", end="; ")
    print(
        f"reference (bulk_update by 500, nobody reading): {usual:,.0f} records/s, ratio {count / seconds / usual:.1f}"
    )


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1:2] == ["fill"]:
        fill()
    else:
        main()

"""The overview of processes: a view of the ledger, with how many stages of each are public and how many missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sunlit import sight
from sunlit.ledger.followers import View
from sunlit.ledger.models import Entry
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.plan.language.processes import Process
from sunlit.records import processes
from sunlit.records.models import Chain, Record

_SUBJECT = "record:"


def handle(entries: Sequence[Entry]) -> None:
    """Judge anew every process that an entry touches; runs in the transaction that moves the view's cursor."""
    keys = {int(entry.subject.removeprefix(_SUBJECT)) for entry in entries if entry.subject.startswith(_SUBJECT)}
    if not keys:
        return
    plan = plans.current()
    touched: dict[str, set[str]] = defaultdict(set)
    staged = [code for code in plan.process_of_kind if code in plan.kinds]
    for record in Record.objects.filter(pk__in=keys, kind__in=staged).select_related("live"):
        if record.live is not None:
            number = processes.number_of(plan.kinds[record.kind], record.live.data)
            touched[plan.process_of_kind[record.kind].code].add(number)
    # A record may be gone with its text and its number; the process that shows its title is judged again as well.
    for process, number in Chain.objects.filter(titled_by__in=keys).values_list("process", "number"):
        touched[process].add(number)
    for code, numbers in touched.items():
        if code in plan.processes:
            _judge(plan, plan.processes[code], numbers - {""})


def _judge(plan: Plan, process: Process, numbers: set[str]) -> None:
    found = processes.records_of(plan, sight.anonymous(), process, numbers)
    for number in sorted(numbers):
        if not found.get(number):
            Chain.objects.filter(process=process.code, number=number).delete()
            continue
        steps = processes.judged(plan, process, found[number])
        records = [record for step in steps for record in step.records]
        first = records[0]
        values = {
            "title": first.title,
            "titled_by": first.pk,
            "unit_path": first.unit_path,
            "present": sum(step.state == "done" for step in steps),
            "missing": sum(step.state == "missing" for step in steps),
            "latest": max(record.published_at for record in records if record.published_at),
        }
        Chain.objects.update_or_create(process=process.code, number=number, defaults=values)


def clear() -> None:
    """Drop the overview."""
    Chain.objects.all().delete()


VIEW = View("processes", handle, clear)

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
from sunlit.records.models import Chain, Revision
from sunlit.records.states import FROZEN

_SUBJECT = "record:"


def handle(entries: Sequence[Entry]) -> None:
    """Judge anew every process that an entry touches; runs in the transaction that moves the view's cursor."""
    keys = {int(entry.subject.removeprefix(_SUBJECT)) for entry in entries if entry.subject.startswith(_SUBJECT)}
    if not keys:
        return
    plan = plans.current()
    touched: dict[str, set[str]] = defaultdict(set)
    staged = [code for code in plan.process_of_kind if code in plan.kinds]
    # Every wording counts: a correction may have moved a record from one process to another.
    wordings = Revision.objects.filter(record_id__in=keys, record__kind__in=staged, state__in=FROZEN)
    for revision in wordings.select_related("record"):
        code = revision.record.kind
        touched[plan.process_of_kind[code].code].add(processes.number_of(plan.kinds[code], revision.data))
    # A record may be gone with its text and its number; the process that shows its title is judged again as well.
    for process, number in Chain.objects.filter(titled_by__in=keys).values_list("process", "number"):
        touched[process].add(number)
    for code, numbers in touched.items():
        if code in plan.processes:
            _judge(plan, plan.processes[code], numbers - {""})


def _judge(plan: Plan, process: Process, numbers: set[str]) -> None:
    found = processes.records_of(plan, sight.anonymous(), process, numbers)
    unfound = processes.unfound(plan, process)
    for number in sorted(numbers):
        if not found.get(number):
            if unfound:
                continue
            Chain.objects.filter(process=process.code, number=number).delete()
            continue
        steps = processes.judged(plan, process, found[number])
        records = [record for step in steps for record in step.records]
        first = records[0]
        values = {
            "title": processes.title_of(plan, process, first),
            "titled_by": first.pk,
            "unit_path": first.unit_path,
            "present": sum(step.state == "done" for step in steps),
            "missing": sum(step.state == "missing" for step in steps),
            "gaps": [step.stage.kind for step in steps if step.state == "missing"],
            "latest": max(record.published_at for record in records if record.published_at),
        }
        Chain.objects.update_or_create(process=process.code, number=number, defaults=values)


def clear() -> None:
    """Drop the overview."""
    Chain.objects.all().delete()


VIEW = View("processes", handle, clear)

"""What lies on the demo city's desk: texts that have come as far as the demo's own list says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from sunlit.demo.people import Cast, author
from sunlit.files import actions as files
from sunlit.plan.checks import check_directory
from sunlit.plan.examples import FILES, with_files
from sunlit.plan.language import Kind, Plan
from sunlit.plan.language.examples import Example
from sunlit.records.acts import drafting, publishing, reviewing
from sunlit.records.models import Record, Revision
from sunlit.records.states import RecordState, RevisionState
from sunlit.records.steps import steps_of
from sunlit.units.models import Unit

RETURNED = "returned"


@dataclass(frozen=True)
class Item:
    """One text: whose, of which kind, and how far it has come."""

    kind: str
    state: str
    by: str = ""
    unit: str = ""
    reason: str = ""
    remarks: dict[str, str] = field(default_factory=dict)
    days: int = 0


@dataclass
class Desk:
    """Lays texts on the desk, once."""

    plan: Plan
    cast: Cast
    directory: Path

    def lay(self, *, now: datetime) -> int:
        """Write what the list names, unless something of it is there already; return how many texts that were."""
        items = read(self.directory)
        if not items or Record.objects.filter(demo=True, state=RecordState.DRAFT).exists():
            return 0
        examples = {one.kind: one for one in reversed(check_directory(self.directory).examples)}
        for item in items:
            with transaction.atomic():
                self._lay(item, examples[item.kind], now)
        return len(items)

    def _lay(self, item: Item, example: Example, now: datetime) -> None:
        kind = self.plan.kinds[item.kind]
        writer = author(self.directory / "demo", item.by) if item.by else self.cast.editor
        unit = Unit.objects.get(code=item.unit or example.unit)
        data = self._with_files(kind, example)
        text = drafting.draft(kind.code, unit, data, actor=writer, now=now, scope=example.scope or "", demo=True)
        if item.state == RevisionState.DRAFT:
            return
        drafting.submit(text, actor=writer, now=now)
        if item.state == RETURNED:
            by = self.cast.reviewer
            reviewing.send_back(text, actor=by, now=now, reason=item.reason, remarks=item.remarks)
            return
        self._bring_on(text, kind, item, now)

    def _bring_on(self, text: Revision, kind: Kind, item: Item, now: datetime) -> None:
        """Let the reviews be done that come before the state."""
        for step in steps_of(kind):
            if text.state == item.state:
                return
            reviewing.take_step(text, step.name, actor=self.cast.of(step.role), now=now)
        if item.state == RevisionState.SCHEDULED:
            publishing.schedule(text, now + timedelta(days=item.days), actor=self.cast.approver, now=now)

    def _with_files(self, kind: Kind, example: Example) -> dict[str, Any]:
        data = with_files(kind, example.data, self.directory)
        for one in kind.fields:
            named = example.data.get(one.name) if one.type == "file" else None
            for name in named if isinstance(named, list | tuple) else [named] if named else []:
                with (self.directory / FILES / str(name)).open("rb") as stream:
                    files.store(stream, str(name))
        return data


def read(directory: Path) -> list[Item]:
    """Read the list of a plan's demo; a plan without one has an empty desk."""
    path = directory / "demo" / "desk.yaml"
    if not path.is_file():
        return []
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["desk"]  # noqa: S506
    return [Item(**{**row, "days": int(row.get("days", 0))}) for row in rows]

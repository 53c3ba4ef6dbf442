"""Many records in one call, with a report for each row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from sunlit.api import receiving, telling
from sunlit.api.callers import Caller
from sunlit.api.once import Reply, digest_of, once
from sunlit.api.problems import Problem, of_refusal, of_shape
from sunlit.api.shapes import Many, NewRecord
from sunlit.records.acts import ActRefused
from sunlit.units import permissions

Row = dict[str, Any]


def each_for_itself(caller: Caller, wanted: Many, key: str) -> Reply:
    """Bring every row that is in order, each in a transaction of its own.

    Each row has a key made from the call's, so that a call that broke off goes on where it stopped.
    """
    rows = []
    with permissions.remembering(caller.token.account):
        for number, raw in enumerate(wanted.records, 1):
            digest = digest_of(json.dumps(raw, sort_keys=True).encode())
            try:
                reply = once(caller.token, f"{key}#{number}", digest, _bring(caller, raw), now=caller.now)
            except Problem as refused:
                reply = Reply(refused.status, refused.as_data())
            rows.append(_row(number, reply))
    return Reply(200, _report(rows, kept=True))


def all_or_none(caller: Caller, wanted: Many) -> Reply:
    """Bring every row, or none if one is refused; to be called in the caller's transaction."""
    rows = []
    with permissions.remembering(caller.token.account), transaction.atomic():
        for number, raw in enumerate(wanted.records, 1):
            rows.append(_row(number, _tried(_bring(caller, raw))))
        good = all("problem" not in row for row in rows)
        if not good:
            transaction.set_rollback(True)
    return Reply(200 if good else 422, _report(rows, kept=good))


def _bring(caller: Caller, raw: dict[str, Any]) -> Callable[[], Reply]:
    def act() -> Reply:
        try:
            new = NewRecord.model_validate(raw)
        except ValidationError as wrong:
            errors = of_shape([dict(one) for one in wrong.errors(include_url=False)])
            raise Problem(422, "invalid", errors[0]["detail"], errors) from None
        return Reply(201, telling.status(receiving.create(caller, new)))

    return act


def _tried(act: Callable[[], Reply]) -> Reply:
    try:
        with transaction.atomic():
            return act()
    except ActRefused as refused:
        problem = of_refusal(refused)
    except Problem as refused:
        problem = refused
    return Reply(problem.status, problem.as_data())


def _row(number: int, reply: Reply) -> Row:
    if reply.is_problem:
        return {"row": number, "status": reply.status, "problem": dict(reply.data)}
    told = {name: reply.data[name] for name in ("id", "state", "reference")}
    return {"row": number, "status": reply.status, **told}


def _report(rows: list[Row], *, kept: bool) -> dict[str, Any]:
    good = sum("problem" not in row for row in rows)
    return {"kept": kept, "good": good, "bad": len(rows) - good, "rows": rows}

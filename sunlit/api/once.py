"""The same call, the same answer: what a call did and what it was answered are written together or not at all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sunlit.api.models import Answer, Token
from sunlit.api.problems import Problem, of_refusal
from sunlit.files.kinds import FileRefused
from sunlit.records.acts import ActRefused

KEPT = timedelta(days=7)
_KEY = re.compile(r"[!-~]{1,100}")


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent; ``again`` if it was given before."""

    status: int
    data: Mapping[str, Any]
    location: str = ""
    again: bool = False

    @property
    def is_problem(self) -> bool:
        """Tell whether something was refused."""
        return self.status >= 400


def key_of(header: str | None) -> str:
    """Return the key of a call; raise Problem without one."""
    if not header or _KEY.fullmatch(header) is None:
        detail = _("Send a header Idempotency-Key with a number of your own for this call, at most 100 characters.")
        raise Problem(400, "unreadable", detail, lasting=False)
    return header


def digest_of(*parts: bytes) -> str:
    """Return by what the same call is known."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def once(token: Token, key: str, digest: str, act: Callable[[], Reply], *, now: datetime) -> Reply:
    """Do ``act`` unless this call was answered before; raise Problem if the key was used for another call.

    Of two equal calls at the same instant the second waits for the first (the unique row is written first), and is
    answered alike. A refusal that could be otherwise the next time is raised and not kept.
    """
    with transaction.atomic():
        Answer.objects.filter(token=token, key=key, at__lt=now - KEPT).delete()
        try:
            with transaction.atomic():
                row = Answer.objects.create(token=token, key=key, digest=digest, at=now)
        except IntegrityError:
            return _earlier(token, key, digest)
        reply = _done(act)
        row.status, row.location = reply.status, reply.location
        row.body = json.dumps(reply.data, ensure_ascii=False)
        row.save(update_fields=["status", "location", "body"])
        return reply


def forget_before(instant: datetime) -> int:
    """Delete the answers that are older than an instant."""
    return Answer.objects.filter(at__lt=instant).delete()[0]


def _earlier(token: Token, key: str, digest: str) -> Reply:
    row = Answer.objects.get(token=token, key=key)
    if row.digest != digest:
        detail = _("This Idempotency-Key was used for another call. Take a new one for each call.")
        raise Problem(422, "key-reused", detail, lasting=False)
    return Reply(row.status, json.loads(row.body), row.location, again=True)


def _done(act: Callable[[], Reply]) -> Reply:
    """Return what came of an act; what it wrote before it was refused is taken back."""
    try:
        with transaction.atomic():
            return act()
    except FileRefused as refused:
        problem = Problem(422, "invalid", str(refused), [{"pointer": "/file", "detail": str(refused)}])
    except ActRefused as refused:
        problem = of_refusal(refused)
    except Problem as refused:
        problem = refused
    if not problem.lasting:
        raise problem
    return Reply(problem.status, problem.as_data())

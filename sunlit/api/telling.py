"""What a system is told of what it sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from sunlit.api.callers import Caller
from sunlit.api.models import Sent, Wish
from sunlit.records.models import Record, Revision, Work
from sunlit.records.states import IN_WORK, READABLE, Audience, RecordState, RevisionState

PAGE = 100


def status(sent: Sent) -> dict[str, Any]:
    """Return where a record stands: its state, what people remark, and its address once everyone may read it."""
    told: dict[str, Any] = {
        "id": str(sent.pk),
        "kind": sent.kind,
        "unit": sent.unit.code,
        "reference": sent.reference,
        "sent_at": sent.at.isoformat(),
        "sandbox": sent.record_id is None,
        **(_rehearsed(sent) if sent.record_id is None else _real(sent.record_id)),
    }
    wish = Wish.objects.filter(sent=sent).order_by("-pk").first()
    if wish is not None:
        told["withdrawal"] = {
            "state": "declined" if wish.declined_at else "asked",
            "reason": wish.reason,
            "answer": wish.answer,
        }
    return told


def page(caller: Caller, after: UUID | None) -> dict[str, Any]:
    """Return what a token sent, the oldest first, by pages."""
    rows = Sent.objects.filter(token=caller.token).select_related("unit").order_by("at", "id")
    last = rows.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(at__gte=last.at).exclude(at=last.at, pk__lte=last.pk)
    found = list(rows[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else None
    return {"records": [status(one) for one in found[:PAGE]], "next": more}


def _rehearsed(sent: Sent) -> dict[str, Any]:
    state = RevisionState((sent.payload or {}).get("state", "submitted"))
    return {"state": state.value, "label": str(state.label), "reason": "", "remarks": {}}


def _real(pk: int) -> dict[str, Any]:
    record = Record.objects.select_related("live").get(pk=pk)
    revision = Revision.objects.filter(record=pk).order_by("-number").first()
    in_work = revision is not None and revision.state in IN_WORK
    told = _state(record, revision)
    told["reason"] = revision.reason if revision is not None and in_work else ""
    work = Work.objects.filter(pk=revision.pk).first() if revision is not None and in_work else None
    told["remarks"] = dict(work.remarks) if work is not None else {}
    if in_work and revision is not None and record.state != RecordState.DRAFT:
        told["correction"] = revision.state
    if record.state in READABLE and record.slug:
        told["index_no"] = record.index_no
        if record.audience == Audience.PUBLIC:
            told["address"] = _address(record.slug)
    return told


def _state(record: Record, revision: Revision | None) -> dict[str, Any]:
    if record.state == RecordState.DRAFT and revision is not None:
        return {"state": revision.state, "label": revision.get_state_display()}
    return {"state": record.state, "label": record.get_state_display()}


def _address(slug: str) -> str:
    with override(settings.LANGUAGE_CODE):
        path = reverse("portal:record", args=[slug])
    return f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}{path}"

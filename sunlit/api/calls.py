"""The addresses that systems call. Each call is short: who calls, what is wanted, one act, one answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import File, NinjaAPI
from ninja.files import UploadedFile

from sunlit.api import many, openapi, problems, receiving, sending, telling
from sunlit.api.callers import Bearer, Caller
from sunlit.api.models import Sent
from sunlit.api.once import Reply, digest_of, key_of, once
from sunlit.api.shapes import Correction, Many, NewRecord, Withdrawal
from sunlit.plan import selectors as plans

api = NinjaAPI(title="intake", docs_url=None, openapi_url=None, auth=Bearer(), urls_namespace="intake")
problems.register(api)
SANDBOX_KEPT = timedelta(days=1)


@api.get("/kinds", url_name="kinds")
def kinds(request: HttpRequest) -> HttpResponse:
    """Name the kinds that the token may write."""
    plan = plans.current()
    codes = [code for code in _caller(request).token.kinds if code in plan.kinds]
    return _json({"kinds": [openapi.summary(plan.kinds[code]) for code in codes]})


@api.get("/kinds/{code}", url_name="kind")
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """Give one of these kinds with the JSON schema of its fields."""
    plan, found = receiving.kind_for(_caller(request), code[:64])
    return _json({**openapi.summary(found), "schema": openapi.schema_of(plan, found)})


@api.post("/records", url_name="records")
def create(request: HttpRequest, new: NewRecord) -> HttpResponse:
    """Bring a record."""
    caller = _caller(request)

    def act() -> Reply:
        sent = receiving.create(caller, new)
        return Reply(201, telling.status(sent), location=f"{problems.DOCS}records/{sent.pk}")

    return _write(request, act)


@api.get("/records", url_name="records_list")
def listed(request: HttpRequest, after: UUID | None = None) -> HttpResponse:
    """List what the token sent."""
    return _json(telling.page(_caller(request), after))


@api.get("/records/{uuid:pk}", url_name="record")
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell where a record stands."""
    return _json(telling.status(_sent(request, pk)))


@api.post("/records/{uuid:pk}/corrections", url_name="corrections")
def correct(request: HttpRequest, pk: UUID, wanted: Correction) -> HttpResponse:
    """Replace the text of a record."""
    caller, sent = _caller(request), _sent(request, pk)
    return _write(request, lambda: Reply(200, telling.status(receiving.correct(caller, sent, wanted))))


@api.post("/records/{uuid:pk}/withdrawals", url_name="withdrawals")
def withdraw(request: HttpRequest, pk: UUID, wanted: Withdrawal) -> HttpResponse:
    """Take a text back, or ask for the withdrawal of a published record."""
    caller, sent = _caller(request), _sent(request, pk)

    def act() -> Reply:
        done = receiving.withdraw(caller, sent, wanted.reason)
        return Reply(200 if done else 202, telling.status(sent))

    return _write(request, act)


@api.post("/batches", url_name="batches")
def batch(request: HttpRequest, wanted: Many) -> HttpResponse:
    """Bring up to 500 records."""
    caller = _caller(request)
    if wanted.all_or_nothing:
        return _write(request, partial(many.all_or_none, caller, wanted))
    # Claims the key for this body; the rows have keys of their own.
    claimed = _once(request, lambda: Reply(200, {}), request.body)
    reply = many.each_for_itself(caller, wanted, key_of(request.headers.get("Idempotency-Key")))
    return _answer(Reply(reply.status, reply.data, again=claimed.again))


@api.post("/files", url_name="files")
def send_file(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Take a file that a record is to name."""
    caller = _caller(request)
    digest, size = sending.digest_of(file)
    act = partial(sending.keep, caller, file)
    return _answer(_once(request, lambda: Reply(201, act()), digest, str(size).encode(), (file.name or "").encode()))


def _caller(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    return caller


def _sent(request: HttpRequest, pk: UUID) -> Sent:
    """Return what this very token sent under a number; raise Problem for any other, as for one that never was."""
    found = Sent.objects.select_related("unit", "record").filter(pk=pk, token=_caller(request).token).first()
    if found is None:
        raise problems.nothing_here()
    return found


def _write(request: HttpRequest, act: Callable[[], Reply]) -> HttpResponse:
    return _answer(_once(request, act, request.body))


def _once(request: HttpRequest, act: Callable[[], Reply], *parts: bytes) -> Reply:
    caller = _caller(request)
    key = key_of(request.headers.get("Idempotency-Key"))
    digest = digest_of((request.method or "").encode(), request.path.encode(), *parts)
    return once(caller.token, key, digest, act, now=caller.now)


def _answer(reply: Reply) -> HttpResponse:
    headers = {"Location": reply.location} if reply.location else {}
    if reply.again:
        headers["Idempotency-Replayed"] = "true"
    if reply.is_problem and "type" in reply.data:
        return problems.answer(reply.data, reply.status, headers)
    return _json(reply.data, reply.status, headers)


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse(data, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer for every address below the intake's that there is not."""
    return problems.Problem(404, "not-found", _("There is nothing at this address.")).response()

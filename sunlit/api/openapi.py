"""The OpenAPI 3.1 document of the intake, made from the plan in force and kept until the next one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings

from sunlit.api import schemas
from sunlit.api.shapes import MOST_ROWS, Correction, Many, NewRecord, Withdrawal
from sunlit.plan.language import Kind, Plan

Json = dict[str, Any]
BASE = "/api/intake/v1"
_ID: Json = {"name": "pk", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Your own number for this call; the same call again is answered alike for seven days.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$", "minLength": 1, "maxLength": 100},
}


def summary(kind: Kind) -> Json:
    """Return what a kind is, in short."""
    return {
        "code": kind.code,
        "label": kind.label.zh,
        "label_en": kind.label.en,
        "intake": kind.settings.intake,
        "audiences": list(kind.settings.allowed_audiences),
        "schema_url": f"{BASE}/kinds/{kind.code}",
    }


@lru_cache(maxsize=4096)
def schema_of(plan: Plan, kind: Kind) -> Json:
    """Return the JSON schema of a kind's fields."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schemas.of_fields(plan, kind)}


@lru_cache(maxsize=2)
def document(plan: Plan) -> Json:
    """Return the whole document; every kind of the plan has a schema of its own."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sunlit intake", "version": "1", "description": f"Plan {plan.hash}"},
        "servers": [{"url": f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_bodies(plan), **_kinds(plan), **_answers()},
        },
    }


def _kinds(plan: Plan) -> Json:
    found: Json = {}
    for kind in plan.kinds.values():
        found[f"fields.{kind.code}"] = schemas.of_fields(plan, kind)
        new = _own(NewRecord)
        new["properties"]["kind"] = {"const": kind.code}
        new["properties"]["fields"] = _ref(f"fields.{kind.code}")
        new["properties"]["audience"] = {"type": "string", "enum": ["", *kind.settings.allowed_audiences]}
        found[f"record.{kind.code}"] = new
    return found


def _bodies(plan: Plan) -> Json:
    variants = [_ref(f"record.{code}") for code in plan.kinds]
    mapping = {code: f"#/components/schemas/record.{code}" for code in plan.kinds}
    rows = _own(Many)
    rows["properties"]["records"] = {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_ROWS,
        "items": _ref("NewRecord"),
    }
    return {
        "NewRecord": {"oneOf": variants, "discriminator": {"propertyName": "kind", "mapping": mapping}},
        "Correction": _own(Correction),
        "Withdrawal": _own(Withdrawal),
        "Many": rows,
    }


def _own(model: Any) -> Json:
    schema: Json = model.model_json_schema()
    schema.pop("description", None)
    return schema


def _answers() -> Json:
    text: Json = {"type": "string"}
    error = {"type": "object", "required": ["pointer", "detail"], "properties": {"pointer": text, "detail": text}}
    problem = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            **dict.fromkeys(("type", "title", "detail"), text),
            "status": {"type": "integer"},
            "errors": {"type": "array", "items": error},
        },
    }
    status = {
        "type": "object",
        "required": ["id", "kind", "unit", "reference", "sent_at", "sandbox", "state", "label", "reason", "remarks"],
        "properties": {
            **dict.fromkeys(("id", "kind", "unit", "reference", "sent_at", "state", "label", "reason"), text),
            **dict.fromkeys(("address", "index_no", "correction"), text),
            "sandbox": {"type": "boolean"},
            "remarks": {"type": "object", "additionalProperties": text},
            "withdrawal": {"type": "object"},
        },
    }
    return {"Problem": problem, "Status": status, "File": {**schemas.FILE, "required": ["sha256", "name"]}}


def _paths() -> Json:
    body = _body
    return {
        f"{BASE}/kinds": {"get": _call("kinds", "The kinds that the token may write")},
        f"{BASE}/kinds/{{code}}": {
            "get": _call(
                "kind",
                "One of these kinds, with the JSON schema of its fields",
                parameters=[{"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}],
            )
        },
        f"{BASE}/records": {
            "get": _call(
                "listed",
                "What the token sent",
                parameters=[{"name": "after", "in": "query", "schema": {"type": "string", "format": "uuid"}}],
            ),
            "post": _call("create", "Bring a record", body=body("NewRecord"), good=(201,), answer="Status"),
        },
        f"{BASE}/records/{{pk}}": {"get": _call("record", "Where a record stands", parameters=[_ID], answer="Status")},
        f"{BASE}/records/{{pk}}/corrections": {
            "post": _call("correct", "Replace its text", parameters=[_ID], body=body("Correction"), answer="Status")
        },
        f"{BASE}/records/{{pk}}/withdrawals": {
            "post": _call(
                "withdraw",
                "Take it back, or ask for its withdrawal",
                parameters=[_ID],
                body=body("Withdrawal"),
                good=(200, 202),
                answer="Status",
            )
        },
        f"{BASE}/batches": {"post": _call("batch", "Bring up to 500 records", body=body("Many"))},
        f"{BASE}/files": {"post": _call("send_file", "Send a file", body=_multipart(), good=(201,), answer="File")},
    }


def _call(
    name: str,
    summary: str,
    *,
    parameters: list[Json] | None = None,
    body: Json | None = None,
    good: tuple[int, ...] = (200,),
    answer: str = "",
) -> Json:
    """Describe one call; whatever is refused is a problem."""
    schema = _ref(answer) if answer else {"type": "object"}
    problem = {"description": "Refused", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
    responses: Json = {
        str(code): {"description": "Done", "content": {"application/json": {"schema": schema}}} for code in good
    }
    responses |= {str(code): problem for code in (400, 401, 403, 404, 405, 409, 413, 422, 429, 503)}
    if name == "batch":
        responses["422"] = {
            "description": "Refused",
            "content": {"application/problem+json": {"schema": _ref("Problem")}, "application/json": {}},
        }
    call: Json = {"operationId": name, "summary": summary, "responses": responses}
    if body is not None:
        call["requestBody"] = {"required": True, "content": body}
    if parameters or body is not None:
        call["parameters"] = [*(parameters or []), *([_KEY] if body is not None else [])]
    return call


def _body(name: str) -> Json:
    return {"application/json": {"schema": _ref(name)}}


def _multipart() -> Json:
    file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    return {"multipart/form-data": {"schema": file}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}

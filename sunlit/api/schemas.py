"""What the fields of a kind may hold, in JSON Schema (2020-12), as OpenAPI 3.1 takes it."""

from __future__ import annotations

from typing import Any

from sunlit.plan.casts.compound import MOST_ROWS, MOST_VALUES
from sunlit.plan.casts.texts import LONGEST
from sunlit.plan.language import Field, Kind, Plan
from sunlit.plan.language.fields import Column

Schema = dict[str, Any]
FIGURE: Schema = {"type": ["string", "number"]}
FILE: Schema = {
    "type": "object",
    "required": ["sha256"],
    "properties": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "as POST /files answered"},
        "name": {"type": "string", "maxLength": 255},
    },
}
PLAIN: dict[str, Schema] = {
    "text": {"type": "string"},
    "richtext": {"type": "string", "description": "HTML; what could run or load is left out"},
    "date": {"type": "string", "format": "date"},
    "money": FIGURE,
    "number": FIGURE,
    "percent": FIGURE,
    "unit": {"type": "string", "description": "code or name of a unit"},
    "region": {"type": "string", "description": "code or name of a division"},
    "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
    "officer": {
        "type": "object",
        "required": ["name"],
        "properties": {name: {"type": "string"} for name in ("name", "post", "phone")},
        "additionalProperties": False,
    },
    "person": {"type": "string"},
    "id_number": {"type": "string", "pattern": "^[0-9]{17}[0-9X]$"},
    "phone": {"type": "string"},
    "url": {"type": "string", "format": "uri"},
    "file": FILE,
    "point": {
        "type": "object",
        "required": ["lng", "lat"],
        "properties": {"lng": FIGURE, "lat": FIGURE},
        "additionalProperties": False,
    },
    "record": {"type": "string", "pattern": "^[0-9A-Z]{9}[-/][0-9]{4}-[0-9]{5,12}$"},
}


def of_fields(plan: Plan, kind: Kind) -> Schema:
    """Return the schema of a record's fields; what holds between fields is judged when they come."""
    return {
        "type": "object",
        "title": kind.label.zh,
        "properties": {one.name: of_field(plan, one) for one in kind.fields},
        "required": [one.name for one in kind.fields if one.required.always],
        "additionalProperties": False,
    }


def of_field(plan: Plan, field: Field) -> Schema:
    """Return the schema of one field, with its label."""
    if field.type == "table":
        schema: Schema = {"type": "array", "maxItems": field.max_length or MOST_ROWS, "items": _row(plan, field)}
    else:
        schema = _single(plan, field)
    if field.multiple:
        schema = {"type": "array", "maxItems": MOST_VALUES, "items": schema}
    return {**schema, "title": field.label.zh, **_about(field)}


def _row(plan: Plan, field: Field) -> Schema:
    return {
        "type": "object",
        "properties": {one.name: {**_single(plan, one), "title": one.label.zh} for one in field.columns},
        "required": [one.name for one in field.columns if one.required],
        "additionalProperties": False,
    }


def _single(plan: Plan, shape: Field | Column) -> Schema:
    if shape.type == "choice":
        terms = plan.vocabularies[shape.choices or ""].terms
        named = "；".join(f"{term.code} {term.label.zh}" for term in terms[:60])
        return {"type": "string", "enum": [term.code for term in terms], "description": named}
    schema = dict(PLAIN[shape.type])
    if shape.type in LONGEST:
        schema["maxLength"] = shape.max_length or LONGEST[shape.type]
    if shape.type in ("money", "number", "percent"):
        unit = shape.unit or {"money": "元", "percent": "%"}.get(shape.type, "")
        schema |= {"description": f"in {unit}"} if unit else {}
    return schema


def _about(field: Field) -> Schema:
    parts = [field.help.zh if field.help else ""]
    if field.required.field:
        parts.append(f"required depending on {field.required.field}")
    if field.show != "public":
        parts.append("not shown to readers" if field.show == "internal" else "shown masked")
    told = "; ".join(part for part in parts if part)
    return {"x-about": told} if told else {}

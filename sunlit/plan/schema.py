"""Describes the files of a plan as a JSON Schema, so that an editor completes and checks them while one types."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from sunlit.plan.sections import LISTS, PREAMBLE, SINGLES

# Parts that may be written shorter than their mapping.
_SHORT_FORMS: dict[str, dict[str, Any]] = {"Label": {"type": "string"}, "Requirement": {"type": "boolean"}}


def json_schema() -> dict[str, Any]:
    """Return the schema of one plan file; every file may hold any of the sections."""
    sections = {**SINGLES, **LISTS}
    models = sorted({section.model for section in sections.values()}, key=lambda model: model.__name__)
    references, definitions = models_json_schema([(model, "validation") for model in models])
    properties: dict[str, Any] = {PREAMBLE: {"type": "string"}}
    for name, section in sections.items():
        reference = references[(section.model, "validation")]
        properties[name] = {"type": "array", "items": reference} if name in LISTS else reference
    named: dict[str, Any] = _written(definitions["$defs"])
    for name, short in _SHORT_FORMS.items():
        named[name] = {"anyOf": [short, named[name]]}
    named["Label"]["anyOf"][1]["required"] = ["zh"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sunlit plan file",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": named,
    }


def _written(schema: Any) -> Any:
    """Return a schema in which text may also look like a number or a truth value, as every scalar is read as text."""
    if isinstance(schema, list):
        return [_written(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _written(value) for key, value in schema.items()}
    if changed.get("type") == "string" and "enum" not in changed:
        changed["type"] = ["string", "number", "boolean"]
    return changed

"""Turns what pydantic finds into faults: a place in the file and a sentence that says what to change."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sunlit.plan.places import Fault, Node, Place
from sunlit.plan.spelling import short, suggestion

Sentence = Callable[[ErrorDetails, str], str]

_PATTERNS = {
    r"^[a-z0-9][a-z0-9-]*$": "use lower-case letters, digits and hyphens",
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "use letters, digits, hyphens and underscores",
    r"^[a-z][a-z0-9_]*$": "use lower-case letters, digits and underscores, a letter first",
    r"^[a-z][a-z0-9_-]*$": "use lower-case letters, digits, hyphens and underscores, a letter first",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]*$": "use letters, digits, dots, hyphens and underscores",
    r"^[A-Z0-9][A-Z0-9-]*$": "use capital letters, digits and hyphens",
    r"^[0-9A-Z]{9}$": "an organisation code has nine characters, digits and capitals",
    r"^[0-9]{2,12}$": "a division code has 2 to 12 digits",
    r"^-?[0-9]+(\.[0-9]+)?$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "write a number, or a date as YYYY-MM-DD",
}


def faults_of(error: ValidationError, node: Node, model: type[BaseModel], what: str) -> Iterator[Fault]:
    """Yield one fault for each thing that a model refuses in a node; ``what`` names the entry in sentences."""
    for detail in error.errors(include_url=False):
        path = tuple(detail["loc"])
        yield Fault.at(_place(detail, node, path), _sentence(detail, path, model, what))


def _place(detail: ErrorDetails, node: Node, path: tuple[str | int, ...]) -> Place:
    return node.key_place(path) if detail["type"] == "extra_forbidden" else node.find(path).place


def _sentence(detail: ErrorDetails, path: tuple[str | int, ...], model: type[BaseModel], what: str) -> str:
    name = str(path[-1]) if path else what
    kind = detail["type"]
    if kind == "extra_forbidden":
        holder = model_at(model, path[:-1])
        known = keys_of(holder) if holder else []
        return f'Unknown key "{name}" in {_where(path[:-1], what)}{suggestion(name, known)}'
    if kind == "missing":
        return f'The key "{name}" is missing from {_where(path[:-1], what)}; add it.'
    subject = f'"{name}"' if path and isinstance(path[-1], str) else f"entry {int(path[-1]) + 1}" if path else what
    return _SENTENCES.get(kind, _other)(detail, subject)


def _where(path: tuple[str | int, ...], what: str) -> str:
    steps = [f"{step + 1}" if isinstance(step, int) else step for step in path]
    return f"{what}, at {' '.join(steps)}" if steps else what


def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys that a model takes, as they are written in a file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def model_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the model of the mapping at a path inside a model, or None if there is none."""
    current: Any = model
    for step in path:
        if isinstance(step, int):
            current = next(iter(get_args(_bare(current))), None)
        else:
            holder = _bare(current)
            if not (isinstance(holder, type) and issubclass(holder, BaseModel)):
                return None
            fields = holder.model_fields
            current = next((f.annotation for name, f in fields.items() if step in (f.alias, name)), None)
    found = _bare(current)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """Return what is annotated or optional without its annotation or ``None``."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, types.UnionType, typing.Optional):
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _not(expected: str) -> Sentence:
    return lambda detail, subject: f"{subject} must be {expected}, not {_sort(detail['input'])}; rewrite it."


def _sort(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, tuple | list):
        return "a list"
    return short(value)


def _choice(detail: ErrorDetails, subject: str) -> str:
    known = [part.strip().strip("'") for part in detail["ctx"]["expected"].replace(" or ", ", ").split(",")]
    return f"{subject} cannot be {_sort(detail['input'])}{suggestion(str(detail['input']), known)}"


def _pattern(detail: ErrorDetails, subject: str) -> str:
    rule = _PATTERNS.get(detail["ctx"]["pattern"], f"it must match {detail['ctx']['pattern']}")
    return f"{subject} cannot be {short(detail['input'])}: {rule}."


def _value(detail: ErrorDetails, subject: str) -> str:
    value = detail["input"]
    given = f" {short(value)}" if isinstance(value, str) else ""
    return f"{subject}{given} {detail['ctx']['error']}."


def _bound(word: str, key: str) -> Sentence:
    return lambda detail, subject: f"{subject} must be {word} {detail['ctx'][key]}, not {_sort(detail['input'])}."


def _other(detail: ErrorDetails, subject: str) -> str:
    return f"{subject} is not right: {detail['msg'].lower()}."


_SENTENCES: dict[str, Sentence] = {
    "string_type": _not("text"),
    "int_type": _not("a whole number"),
    "bool_type": _not("true or false"),
    "date_type": _not("a date, YYYY-MM-DD"),
    "tuple_type": _not("a list"),
    "dict_type": _not("a mapping"),
    "model_type": _not("a mapping"),
    "model_attributes_type": _not("a mapping"),
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "value_error": _value,
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
    "string_too_long": _bound("no longer, in characters, than", "max_length"),
    "string_too_short": lambda detail, subject: f"{subject} is empty; fill it in or remove the key.",
    "too_short": lambda detail, subject: (
        f"{subject} needs at least {detail['ctx']['min_length']} of them, there are {detail['ctx']['actual_length']}."
    ),
}

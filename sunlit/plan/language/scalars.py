"""What the values of a plan are made of: every one is written as text and read strictly.

The models take text (from the files) and their own canonical values (from the stored document).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Strict(BaseModel):
    """A part of the plan: unknown keys are refused, values are not guessed, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True, serialize_by_alias=True)


def _whole(value: object) -> object:
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise ValueError("must be a whole number, written in digits")
        return int(value)
    return value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("must be true or false")
        return value == "true"
    return value


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            # Python reads more forms of ISO 8601 than a plan should hold.
            return date.fromisoformat(value) if _DAY.fullmatch(value) else _no_day()
        except ValueError:
            return _no_day()
    return value


def _no_day() -> object:
    raise ValueError("must be a date that exists, written as YYYY-MM-DD")


def _figure(value: object) -> object:
    if isinstance(value, str):
        try:
            if Decimal(value).is_finite():
                return value
        except InvalidOperation:
            pass
    raise ValueError("must be a number, such as 50 or 0.5")


Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Whole = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1_000_000)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day)]
Figure = Annotated[str, BeforeValidator(_figure), WithJsonSchema({"type": ["number", "string"]})]
"""A decimal number, kept as text."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=64)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
TermCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
LimitId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]*$", max_length=64)]
StateName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""A word of a closed table (``sunlit.plan.words``); the checks look it up."""


class Label(Strict):
    """A name in Chinese and English; written as one text if there is only Chinese."""

    zh: Text
    en: Text

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if isinstance(value, dict) and "zh" in value and "en" not in value:
            return {**value, "en": value["zh"]}
        return value

    def __str__(self) -> str:
        return self.zh

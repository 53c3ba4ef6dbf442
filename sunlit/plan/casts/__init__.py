"""The closed table of casts: for each field type the function that compiles its cast."""

from __future__ import annotations

from collections.abc import Callable

from sunlit.plan.casts import choices, compound, figures, texts
from sunlit.plan.casts.base import Cast, Shape
from sunlit.plan.language import Plan
from sunlit.plan.language.fields import Field

PLAIN: dict[str, Callable[[Shape], Cast]] = {
    "text": texts.text,
    "richtext": texts.richtext,
    "date": figures.day,
    "money": figures.money,
    "number": figures.number,
    "percent": figures.number,
    "uscc": texts.uscc,
    "officer": compound.officer,
    "person": texts.person,
    "id_number": texts.id_number,
    "phone": texts.phone,
    "url": texts.url,
    "file": compound.file,
    "point": figures.point,
    "record": choices.record,
}
OF_PLAN: dict[str, Callable[[Shape, Plan], Cast]] = {
    "choice": choices.choice,
    "unit": choices.unit,
    "region": choices.region,
}


def cast_of(shape: Shape, plan: Plan) -> Cast:
    """Compile the cast of a field or a column; raises LookupError if the plan lacks what it refers to."""
    if isinstance(shape, Field) and shape.type == "table":
        return compound.table(shape, {column.name: cast_of(column, plan) for column in shape.columns})
    of_plan = OF_PLAN.get(shape.type)
    single = of_plan(shape, plan) if of_plan else PLAIN[shape.type](shape)
    return compound.several(single) if isinstance(shape, Field) and shape.multiple else single

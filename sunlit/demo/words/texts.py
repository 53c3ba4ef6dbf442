"""Words that write: texts of a source, choices by a text, numbers in series, links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sunlit.demo.values import Link, Making, RecipeFault, make


def source(column: str, making: Making) -> Any:
    """Take a value of the source row as it stands."""
    return making.source.get(column, "")


def fill(column: str, making: Making) -> Any:
    """Make a value of the source row, which is a recipe itself."""
    return make(making.source.get(column, ""), making)


def paragraphs(argument: Any, making: Making) -> str:
    """Turn the lines of a source column, or of the values of a list, into paragraphs of rich text."""
    if isinstance(argument, str):
        text = str(making.source.get(argument, ""))
    else:
        text = "\n".join(str(make(part, making)) for part in argument)
    lines = (line.strip() for line in text.split("\n"))
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def find(argument: Mapping[str, Any], making: Making) -> str:
    """Find the first match of ``pattern`` in a value, or its first group; nothing if there is none."""
    found = re.search(argument["pattern"], str(make(argument["in"], making)))
    if found is None:
        return ""
    return found[1] if found.re.groups else found[0]


def mentions(argument: Mapping[str, Any], making: Making) -> list[Any]:
    """Collect the values of those ``words`` {text: value} that occur in a text."""
    text = str(make(argument["in"], making))
    return list(dict.fromkeys(make(value, making) for word, value in argument["words"].items() if word in text))


def case(argument: Mapping[str, Any], making: Making) -> Any:
    """Choose by a text: ``of`` is looked up in ``is`` {text: value}, else ``else`` counts."""
    text = str(make(argument["of"], making))
    if text in argument["is"]:
        return make(argument["is"][text], making)
    if "else" not in argument:
        raise RecipeFault(f"there is no case for {text!r}")
    return make(argument["else"], making)


def either(argument: Sequence[Any], making: Making) -> Any:
    """Take the first value that is not empty."""
    return next((value for recipe in argument if (value := make(recipe, making)) not in ("", [], None)), "")


def serial(series: Any, making: Making) -> str:
    """Give the next number of a series; every text names a series of its own."""
    name = str(make(series, making))
    making.pantry.serials[name] += 1
    return str(making.pantry.serials[name])


def record(key: Any, making: Making) -> Link:
    """Refer to the record of the demo city whose recipe gives it this ``key``."""
    return Link(str(make(key, making)))

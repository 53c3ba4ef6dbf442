"""Collects the texts to be translated from source code and templates; Django must be set up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template import Context
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

# Function -> what its first arguments are.
CALLS: dict[str, tuple[str, ...]] = {
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")


@dataclass(frozen=True)
class Text:
    """A text that the interface says; texts with another context are other texts."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def placeholders(self) -> list[str]:
        """What is filled in, sorted."""
        return placeholders(self.plural or self.text)


def placeholders(text: str) -> list[str]:
    """Return the places of a text into which something is filled, sorted."""
    return sorted(_PLACEHOLDER.findall(text.replace("%%", "")))


def texts(package: Path) -> dict[Text, list[str]]:
    """Return every text below a package with the files that say it, in the order of the files."""
    found: dict[Text, list[str]] = {}
    for file in sorted(package.rglob("*")):
        name = file.relative_to(package.parent).as_posix()
        for text in _texts_of(file):
            places = found.setdefault(text, [])
            if name not in places:
                places.append(name)
    return found


def _texts_of(file: Path) -> Iterable[Text]:
    if file.suffix == ".py":
        return _in_source(file.read_text("utf-8"))
    if file.suffix in (".html", ".txt") and "templates" in file.parts:
        return _in_template(file)
    return ()


def _in_source(source: str) -> Iterator[Text]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        names = CALLS.get(name, ())
        given = [one.value for one in call.args[: len(names)] if isinstance(one, ast.Constant)]
        if names and len(given) == len(names) and all(isinstance(one, str) for one in given):
            yield Text(**dict(zip(names, map(str, given), strict=True)))


def _in_template(file: Path) -> Iterator[Text]:
    parts = file.parts
    below = len(parts) - parts[::-1].index("templates")
    nodes = get_template("/".join(parts[below:])).template.nodelist  # type: ignore[attr-defined]  # Django's own engine
    for plain in nodes.get_nodes_by_type(TranslateNode):
        literal = getattr(plain.filter_expression.var, "literal", None)
        if literal is not None:
            yield Text(str(literal).replace("%", "%%"), context=_context(plain))
    for block in nodes.get_nodes_by_type(BlockTranslateNode):
        text, _names = block.render_token_list(block.singular)
        plural = block.render_token_list(block.plural)[0] if block.plural else ""
        yield Text(text, plural, _context(block))


def _context(node: TranslateNode | BlockTranslateNode) -> str:
    context = node.message_context
    return str(context.resolve(Context())) if context else ""

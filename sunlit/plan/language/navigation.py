"""How readers find their way: fields of life, questions, menus."""

from __future__ import annotations

from sunlit.plan.language.scalars import Code, Label, Strict, Text


class Area(Strict):
    """A field of life under which a reader looks, with the kinds that belong to it."""

    code: Code
    label: Label
    about: Label | None = None
    kinds: tuple[Code, ...] = ()


class Question(Strict):
    """A question as a citizen asks it; ``to`` is a kind, the number of a measure, or a page's word."""

    ask: Label
    to: Text


class MenuItem(Strict):
    """An entry of a menu."""

    label: Label
    to: Text


class Menu(Strict):
    """A heading of the site's navigation; leads somewhere itself, or opens its items."""

    label: Label
    to: Text | None = None
    items: tuple[MenuItem, ...] = ()


class Navigation(Strict):
    """All of it."""

    fields: tuple[Area, ...] = ()
    questions: tuple[Question, ...] = ()
    menus: tuple[Menu, ...] = ()

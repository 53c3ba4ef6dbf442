"""Typed groups: people who may see what the public may not."""

from __future__ import annotations

from sunlit.plan.language.scalars import Code, Label, Strict, Text, Word


class Group(Strict):
    """A group, the word of its membership rule, and the law that lets it see more."""

    code: Code
    label: Label
    membership: Word
    basis: Text

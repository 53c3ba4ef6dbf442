"""Closed lists of terms for fields of type ``choice``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sunlit.plan.language.scalars import Code, Label, Strict, TermCode, Text
from sunlit.plan.language.units import Checked


class Term(Strict):
    """One term: the code is stored, the label is shown."""

    code: TermCode
    label: Label


class Vocabulary(Strict):
    """A list of terms and where it comes from."""

    code: Code
    label: Label
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    source: Text | None = None
    checked: Checked | None = None

    def label_of(self, code: str) -> Label | None:
        """Return the label of a term, or None if there is no such term."""
        return next((term.label for term in self.terms if term.code == code), None)

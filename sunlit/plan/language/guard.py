"""The guard: what may not become public, what asks for a second look, and how what is found is masked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Constraint

from sunlit.plan.language.scalars import Strict, Text, Word

GuardSeverity = Literal["block", "warn", "off"]

# What happens where a plan says nothing, so that a city that forgets its guard still has one (STATUTES: PIPL art. 28,
# Regulation on open government information art. 14 and 15).
BLOCKING = frozenset(("id-number", "bank-card", "minor", "health", "secret", "internal", "forbidden", "hidden-content"))
# What no mask mends: a person has to look at it.
BY_HAND = frozenset(
    (
        *("minor", "health", "secret", "internal", "forbidden", "mistaken", "post", "placeholder", "encoding"),
        *("hidden-content", "hidden-layer", "metadata", "unread"),
    )
)


class Unjudged(Strict):
    """A rule that a plan does without, and on what ground."""

    rule: Word
    basis: Text


class MaskOf(Strict):
    """How what a rule finds is masked by one click."""

    rule: Word
    mask: Word


class ForbiddenWords(Strict):
    """Words that must not stand in public, and who says so."""

    source: Text
    words: Annotated[tuple[Text, ...], Constraint(min_length=1)]


class Mistake(Strict):
    """A form that is often written and the right one; within the words of ``unless`` it stands rightly."""

    wrong: Text
    right: Text
    unless: tuple[Text, ...] = ()


class MistakenWords(Strict):
    """Forms that are commonly mistaken, and who says so."""

    source: Text
    words: Annotated[tuple[Mistake, ...], Constraint(min_length=1)]


class Leader(Strict):
    """A leader and the posts that may stand beside the name."""

    name: Text
    posts: Annotated[tuple[Text, ...], Constraint(min_length=1)]


class Leaders(Strict):
    """Leaders with their posts, and where these are published."""

    source: Text
    people: Annotated[tuple[Leader, ...], Constraint(min_length=1)]


class Guard(Strict):
    """Which rules block, which warn, which are off; masks; lists of words. A rule not named does what is usual."""

    block: tuple[Word, ...] = ()
    warn: tuple[Word, ...] = ()
    off: tuple[Unjudged, ...] = ()
    masks: tuple[MaskOf, ...] = ()
    forbidden: tuple[ForbiddenWords, ...] = ()
    mistaken: tuple[MistakenWords, ...] = ()
    leaders: tuple[Leaders, ...] = ()

    def severity(self, rule: str) -> GuardSeverity:
        """Return what a rule does: the plan's word, else what is usual."""
        if any(one.rule == rule for one in self.off):
            return "off"
        if rule in self.block:
            return "block"
        return "warn" if rule in self.warn or rule not in BLOCKING else "block"


class GuardException(Strict):
    """A rule that a kind softens or sharpens, in some of its fields or in all of it, and on what ground.

    ``fields`` are names of fields, ``table.column`` for a column; without any the whole record is meant, its files too.
    """

    rule: Word
    severity: GuardSeverity
    basis: Text
    fields: tuple[Text, ...] = ()

"""What the guard finds in a text, as those who write and review it see it: where, how it reads, what can be done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse

from sunlit.guard import remedies
from sunlit.plan.language import Kind, Plan
from sunlit.records import blackening, desk, guarding
from sunlit.records.blackening import Mendable
from sunlit.records.guarding import Found
from sunlit.records.models import Override, Revision
from sunlit.records.states import IN_WORK, RevisionState
from sunlit.screens.forms.naming import input_name
from sunlit.units.models import User
from sunlit.units.roles import Verb


@dataclass(frozen=True)
class Passed:
    """Who let a finding pass, when and why."""

    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class FindingView:
    """One finding; ``excerpt`` shows it masked."""

    key: str
    rule: str
    place: str
    excerpt: str
    remedy: str
    anchor: str
    in_file: bool
    can_mask: bool
    passed: Passed | None

    @property
    def name(self) -> str:
        """Return what the rule is called."""
        return remedies.name(self.rule)


@dataclass(frozen=True)
class FindingsView:
    """All findings of a text: what keeps it back, what was overridden, what only asks for a second look."""

    blocks: list[FindingView] = field(default_factory=list)
    passed: list[FindingView] = field(default_factory=list)
    warnings: list[FindingView] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    """Rules, with their names, of which several findings can be masked in one go."""
    can_mask: bool = False
    can_override: bool = False
    edit_url: str = ""
    files: list[Mendable] = field(default_factory=list)
    """Files in which this person can blacken something here."""

    @property
    def files_to_mend(self) -> list[Mendable]:
        """Return the files of which something is said that one button mends."""
        return [one for one in self.files if one.stops or one.warns or one.hides]

    @property
    def pdfs(self) -> list[Mendable]:
        """Return the files in which words that a person writes can be blackened."""
        return [one for one in self.files if one.is_pdf]

    @property
    def is_any(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.blocks or self.passed or self.warnings)


def findings_of(user: User, plan: Plan, kind: Kind, revision: Revision, *, today: date) -> FindingsView:
    """Return what the guard finds in a text in work, and what a person may do about it; nothing once it is out."""
    if revision.state not in IN_WORK:
        return FindingsView()
    found = guarding.judge_revision(plan, kind, revision, today=today)
    return shown(user, plan, kind, revision, found)


def shown(user: User, plan: Plan, kind: Kind, revision: Revision, found: list[Found]) -> FindingsView:
    """Return findings as a person sees them."""
    overrides = guarding.overridden(revision) if found else {}
    is_draft = revision.state == RevisionState.DRAFT
    can_mask = is_draft and desk.may(user, Verb.WRITE, revision.record)
    views = [(one, _view(kind, one, overrides.get(one.key), can_mask)) for one in found]
    several = Counter(one.finding.rule for one in found if one.can_mask)
    return FindingsView(
        blocks=[view for one, view in views if one.blocks and view.passed is None],
        passed=[view for _one, view in views if view.passed is not None],
        warnings=[view for one, view in views if not one.blocks and view.passed is None],
        rules=[(rule, remedies.name(rule)) for rule, count in several.items() if count > 1] if can_mask else [],
        can_mask=can_mask,
        can_override=desk.may(user, Verb.OVERRIDE_GUARD, revision.record, revision),
        edit_url=reverse("workbench:edit", args=[revision.pk]) if can_mask else "",
        files=blackening.mendable(plan, kind, revision, found) if can_mask else [],
    )


def _view(kind: Kind, one: Found, override: Override | None, can_mask: bool) -> FindingView:
    finding = one.finding
    error = guarding.error_of(kind, one)
    return FindingView(
        key=one.key,
        rule=finding.rule,
        place=guarding.where(kind, finding.place),
        excerpt=finding.excerpt,
        remedy=finding.remedy,
        anchor=input_name(error.field, *error.path) if error.field else "",
        in_file=bool(finding.place.file),
        can_mask=can_mask and one.can_mask,
        passed=_passed(override) if override else None,
    )


def _passed(override: Override) -> Passed:
    person = override.actor
    return Passed(str(person.get_full_name() or person.get_username()) if person else "", override.at, override.reason)

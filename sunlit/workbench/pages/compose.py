"""Writing a text: its form, what stands in the way of saving it, and what a colleague wrote meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import FieldError
from sunlit.records import deadlines, guarding
from sunlit.records.merging import Conflict
from sunlit.records.models import Autosave, Revision
from sunlit.screens import forms
from sunlit.screens.components import Link
from sunlit.screens.fields import long_text
from sunlit.screens.page import HTML_ONLY
from sunlit.screens.words import say, unit_name
from sunlit.units.models import User
from sunlit.workbench.books import book_for
from sunlit.workbench.pages import findings as guard_pages
from sunlit.workbench.pages.findings import FindingsView
from sunlit.workbench.pages.new import LimitView
from sunlit.workbench.pages.rows import Left, left_of


@dataclass(frozen=True)
class ConflictView:
    """A field that a colleague changed as well, in both wordings."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Remark:
    """What whoever sent the text back says of a field; without a label, of the whole."""

    label: str
    text: str


@dataclass(frozen=True)
class ComposePage:
    """The form in which a text is written."""

    crumbs: list[Link]
    pk: int
    heading: str
    kind: str
    about: str
    unit: str
    basis: Sequence[str]
    limits: list[LimitView]
    left: Left | None
    version: int
    remarks: list[Remark]
    refusal: str
    notes: Sequence[str]
    restored_at: str
    conflicts: list[ConflictView]
    colleague: str
    text_url: str
    preview_url: str
    address: str
    focus: str
    findings: FindingsView
    form: forms.FormView = field(metadata=HTML_ONLY)


@dataclass(frozen=True)
class Shown:
    """What the form is to show, and what is to be said about it."""

    raw: Mapping[str, Any]
    version: int
    errors: Sequence[FieldError] = ()
    conflicts: Sequence[Conflict] = ()
    refusal: str = ""
    notes: Sequence[str] = ()
    restored: Autosave | None = None
    is_stored: bool = False
    """Whether the form shows what is saved, so that what the guard says of that stands at its places."""
    focus: str = ""


def compose(user: User, plan: Plan, kind: Kind, revision: Revision, shown: Shown, *, today: date) -> ComposePage:
    """Fill the page on which a text is written."""
    address = reverse("workbench:edit", args=[revision.pk])
    work = getattr(revision, "work", None)
    title = revision.title or say(kind.label)
    found = guarding.judge_revision(plan, kind, revision, today=today) if shown.is_stored else []
    passed = guarding.overridden(revision) if found else {}
    said = [(one.blocks, guarding.error_of(kind, one)) for one in found if one.key not in passed]
    return ComposePage(
        crumbs=[
            Link(_("Today"), reverse("workbench:today")),
            Link(title, reverse("workbench:text", args=[revision.pk])),
            Link(_("Write")),
        ],
        pk=revision.pk,
        heading=title,
        kind=say(kind.label),
        about=say(kind.about),
        unit=unit_name(revision.record.unit),
        basis=kind.basis,
        limits=limits_of(plan, kind, revision),
        left=left_of(plan, work.due_on, today) if work else None,
        version=shown.version,
        remarks=remarks_of(kind, revision),
        refusal=shown.refusal,
        notes=shown.notes,
        restored_at=f"{localtime(shown.restored.at):%H:%M}" if shown.restored else "",
        conflicts=[_conflict(plan, kind, one) for one in shown.conflicts],
        colleague=_colleague(revision) if shown.conflicts else "",
        text_url=reverse("workbench:text", args=[revision.pk]),
        preview_url=reverse("workbench:preview", args=[revision.pk]),
        address=address,
        focus=shown.focus,
        findings=guard_pages.shown(user, plan, kind, revision, found),
        form=forms.build(
            kind,
            plan,
            shown.raw,
            errors=[*shown.errors, *(error for blocks, error in said if blocks and error not in shown.errors)],
            warnings=[error for blocks, error in said if not blocks],
            base=address,
        ),
    )


def limits_of(plan: Plan, kind: Kind, revision: Revision) -> list[LimitView]:
    """Return the limits under which a text stands, each with its source and its last day, the strictest first."""
    begun = localtime(revision.created_at).date()
    found = []
    for one in deadlines.deadlines(plan, kind, revision.data, begun=begun):
        start = _("counted from %(day)s") if one.is_stated else _("counted from %(day)s, when writing began")
        words = f"{one.last_day.isoformat()} ({start % {'day': one.counted_from.isoformat()}})"
        found.append(LimitView(say(one.limit.label), one.limit.source, words))
    return found


def remarks_of(kind: Kind, revision: Revision) -> list[Remark]:
    """Return what was said of a text when it was sent back."""
    work = getattr(revision, "work", None)
    if not revision.reason:
        return []
    said = work.remarks if work else {}
    labels = {name: say(declared.label) for name, declared in kind.by_name.items()}
    return [Remark("", revision.reason), *(Remark(labels.get(name, name), text) for name, text in said.items())]


def _conflict(plan: Plan, kind: Kind, conflict: Conflict) -> ConflictView:
    declared = kind.by_name[conflict.field]
    book = book_for(plan)
    mine, theirs = (long_text(declared, value, book) for value in (conflict.mine, conflict.theirs))
    return ConflictView(conflict.field, say(declared.label), mine, theirs)


def _colleague(revision: Revision) -> str:
    latest = revision.wordings.order_by("-version").select_related("by").first()
    person = latest.by if latest else None
    return person.get_full_name() or person.get_username() if person else ""

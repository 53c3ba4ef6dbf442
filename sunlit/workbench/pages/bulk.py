"""Many published records at once: which, what is to be done with them, and what will change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import desk
from sunlit.records.acts.retiring import reasons_for
from sunlit.records.acts.rules import ActRefused
from sunlit.records.errands import bulk
from sunlit.records.errands.tables import Sort
from sunlit.records.models import Record
from sunlit.records.states import READABLE, RecordState, Validity
from sunlit.screens.components import Link
from sunlit.screens.words import say, unit_name
from sunlit.units import permissions
from sunlit.units.models import Unit, User

SHOWN = 50
SORTS = (Sort.EDIT, Sort.WITHDRAW, Sort.UNPUBLISH, Sort.VALIDITY)


@dataclass(frozen=True)
class Selection:
    """The records that were chosen: those ticked, or all of a filter."""

    records: QuerySet[Record]
    hidden: list[tuple[str, str]]
    is_filter: bool


@dataclass(frozen=True)
class Change:
    """A record and what will become of it; ``refused`` says why nothing will."""

    title: str
    url: str
    unit: str
    before: str
    after: str
    refused: str


@dataclass(frozen=True)
class BulkPage:
    """The question what is to be done with many records, and what that will change."""

    crumbs: list[Link]
    count: int
    too_many: bool
    most: int
    hidden: list[tuple[str, str]]
    kind: str
    sorts: list[Link]
    sort: str
    fields: list[Link]
    reasons: list[Link]
    validities: list[Link]
    asked: Mapping[str, str]
    error: str
    changes: list[Change] = field(default_factory=list)
    is_preview: bool = False
    seen: int = 0


def selection(viewer: sight.Viewer, asked: QueryDict) -> Selection:
    """Return the records that a form or an address names, as far as the viewer works on them."""
    if asked.get("all"):
        named = [(name, asked.get(name, "")) for name in ("q", "kind", "state")]
        state = asked.get("state", "")
        rows = desk.records(
            viewer,
            kind=asked.get("kind", ""),
            state=state if state in RecordState.values else "",
            words=asked.get("q", ""),
        )
        return Selection(rows, [("all", "1"), *((name, value) for name, value in named if value)], True)
    ids = [int(one) for one in asked.getlist("record") if one.isdigit()][: desk.PAGE]
    return Selection(desk.records(viewer).filter(pk__in=ids), [("record", str(pk)) for pk in ids], False)


def page(user: User, chosen: Selection, asked: QueryDict, *, error: str = "", is_preview: bool = False) -> BulkPage:
    """Fill the page that asks what is to be done, with a preview if that was asked for."""
    plan = plans.current()
    count = chosen.records.order_by()[: bulk.MOST + 1].count()
    kind = plan.kinds.get(_only_kind(chosen))
    sorts = [one for one in SORTS if permissions.reach(user, bulk.VERBS[one]) and (one != Sort.EDIT or kind)]
    sort = asked.get("sort", "") if asked.get("sort", "") in sorts else (sorts[0].value if sorts else "")
    names = ("field", "value", "note", "reason", "basis", "code", "validity")
    return BulkPage(
        crumbs=[
            Link(_("Today"), reverse("workbench:today")),
            Link(_("Published records"), reverse("workbench:records")),
            Link(_("Many at once")),
        ],
        count=min(count, bulk.MOST),
        too_many=count > bulk.MOST,
        most=bulk.MOST,
        hidden=chosen.hidden,
        kind=say(kind.label) if kind else "",
        sorts=[Link(_labels()[one], one.value, _abouts()[one]) for one in sorts],
        sort=sort,
        fields=[Link(label, name) for name, label in (bulk.fields_of(kind) if kind and Sort.EDIT in sorts else [])],
        reasons=_reasons(plan),
        validities=[Link(str(label), value) for value, label in Validity.choices if value],
        asked={name: asked.get(name, "") for name in names},
        error=error,
        changes=_changes(plan, kind, Sort(sort), chosen, asked) if is_preview and sort else [],
        is_preview=is_preview,
        seen=count,
    )


def unit_over(user: User, sort: Sort, chosen: Selection) -> Unit:
    """Return the smallest unit that has all chosen records at or below it and for which a person may do this."""
    paths = set(chosen.records.order_by().values_list("unit_path", flat=True).distinct())
    reach = permissions.reach(user, bulk.VERBS[sort])
    first, last = (min(paths), max(paths)) if paths else ("", "")
    prefixes = [first[:length] for length in range(1, len(first) + 1) if last.startswith(first[:length])]
    above = [unit for unit in Unit.objects.filter(path__in=prefixes) if any(unit.is_within(path) for path in reach)]
    if not above:
        raise ActRefused(_("You may not do this for all of these records. Choose those of one unit for which you may."))
    return max(above, key=lambda unit: len(unit.path))


def _only_kind(chosen: Selection) -> str:
    kinds = list(chosen.records.order_by().values_list("kind", flat=True).distinct()[:2])
    return kinds[0] if len(kinds) == 1 else ""


def _changes(plan: Plan, kind: Kind | None, sort: Sort, chosen: Selection, asked: QueryDict) -> list[Change]:
    rows = chosen.records.select_related("unit", "live")[:SHOWN]
    if sort == Sort.EDIT and kind is not None:
        value = bulk.value_of(plan, kind, asked.get("field", ""), asked.get("value", ""))
        return [_edited(plan, kind, record, asked.get("field", ""), value) for record in rows]
    after = dict(Validity.choices).get(asked.get("validity", ""), "") if sort == Sort.VALIDITY else _after()[sort]
    wanted = READABLE if sort != Sort.WITHDRAW else (RecordState.LIVE,)
    return [
        _change(
            record,
            str(record.get_validity_display() if sort == Sort.VALIDITY else record.get_state_display()),
            str(after),
            "" if record.state in wanted else _("It is “%(state)s”.") % {"state": record.get_state_display()},
        )
        for record in rows
    ]


def _edited(plan: Plan, kind: Kind, record: Record, name: str, value: object) -> Change:
    before = bulk.before(plan, kind, record, name)
    refused = _("It says that already.") if before == value else ""
    if record.state != RecordState.LIVE:
        refused = _("It is “%(state)s”.") % {"state": record.get_state_display()}
    elif desk.open_revision(record) is not None:
        refused = _("A correction of it is in work already.")
    return _change(record, _shown(plan, kind, name, before), _shown(plan, kind, name, value), refused)


def _change(record: Record, before: str, after: str, refused: str) -> Change:
    url = reverse("workbench:record", args=[record.pk])
    return Change(
        record.title or record.index_no or "", url, unit_name(record.unit, short=True), before, after, refused
    )


def _shown(plan: Plan, kind: Kind, name: str, value: object) -> str:
    """Return a value in words: the terms of choices by their labels."""
    field = kind.by_name[name]
    if value is None or value in ("", []):
        return _("(empty)")
    each = value if isinstance(value, list) else [value]
    if field.choices:
        labels = {term.code: say(term.label) for term in plan.vocabularies[field.choices].terms}
        each = [labels.get(str(one), one) for one in each]
    return "；".join(str(one) for one in each)


def _reasons(plan: Plan) -> list[Link]:
    """Return the reasons of all acts, each once."""
    terms = {
        term.code: say(term.label) for act in ("withdraw", "unpublish", "validity") for term in reasons_for(plan, act)
    }
    return [Link(label, code) for code, label in terms.items()]


def _labels() -> dict[Sort, str]:
    return {
        Sort.EDIT: _("Change one field"),
        Sort.WITHDRAW: _("Withdraw"),
        Sort.UNPUBLISH: _("Take off the site"),
        Sort.VALIDITY: _("Change their validity"),
    }


def _abouts() -> dict[Sort, str]:
    return {
        Sort.EDIT: _("Each becomes a correction; all of them go to review as one piece of work."),
        Sort.WITHDRAW: _("They leave the lists; their pages stay readable, with a notice."),
        Sort.UNPUBLISH: _("Nobody can read them any more; their addresses answer with date, reason and basis only."),
        Sort.VALIDITY: _("Say whether the documents are in force, lapsed, repealed or amended."),
    }


def _after() -> dict[Sort, str]:
    return {Sort.WITHDRAW: _("withdrawn"), Sort.UNPUBLISH: _("taken off the site")}

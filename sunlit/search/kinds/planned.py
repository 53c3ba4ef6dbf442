"""What the plan itself says: measures, units, columns of the catalogue and terms; a few thousand things in all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sunlit import sight
from sunlit.ledger.models import Entry
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.search.documents import Document, number_for
from sunlit.search.registering import SearchType, Shown, Target
from sunlit.units.models import Succession, Unit

Describe = Callable[[Plan], Iterator[tuple[Document, Shown]]]
_CHANGES = frozenset({"plan.applied", "unit.changed"})
_CLOSED, _TERM = 0.5, 0.03
MEASURES, UNITS, TERMS, COLUMNS = 2, 3, 4, 5


def _planned(code: int, name: str, label: str | Promise, describe: Describe) -> SearchType:
    """Return a type whose things are all made from plan and register, and are everyone's."""

    kept: dict[tuple[str, int | None], dict[int, tuple[Document, Shown]]] = {}

    def documents() -> dict[int, tuple[Document, Shown]]:
        try:
            plan = plans.current()
        except plans.NoPlan:
            return {}
        # The register changes with the plan only; its last row tells apart two that were filled from the same plan.
        key = (plan.hash, Unit.objects.order_by("-pk").values_list("pk", flat=True).first())
        found = kept.get(key)
        if found is None:
            found = {document.id: (document, shown) for document, shown in describe(plan)}
            kept.clear()
            kept[key] = found
        return found

    def every(after: int) -> Iterator[Document]:
        return (document for number, (document, _shown) in sorted(documents().items()) if number > after)

    def some(ids: Collection[int]) -> Mapping[int, Document]:
        known = documents()
        return {number: known[number][0] for number in ids if number in known}

    def touched(entries: Sequence[Entry]) -> Collection[int] | None:
        return None if any(entry.event in _CHANGES for entry in entries) else ()

    def shown(_viewer: sight.Viewer, ids: Collection[int]) -> Mapping[int, Shown]:
        known = documents()
        return {number: known[number][1] for number in ids if number in known}

    return SearchType(code, name, label, every, some, touched, shown)


def _measures(plan: Plan) -> Iterator[tuple[Document, Shown]]:
    for number, measure in plan.measures.items():
        short = measure.short.zh if measure.short else ""
        title = measure.title.zh
        yield (
            Document(MEASURES, number, title, measure.text, also=(short,) if short else ()),
            Shown(title, measure.text, Target("measure", str(number))),
        )


def _columns(plan: Plan) -> Iterator[tuple[Document, Shown]]:
    for kind in plan.kinds.values():
        text = "\n".join((kind.about.zh, *(field.label.zh for field in kind.fields if field.show != "internal")))
        yield (
            Document(COLUMNS, number_for(kind.code), kind.label.zh, text, kind=kind.code),
            Shown(kind.label.zh, kind.about.zh, Target("kind", kind.code), kind=kind.code),
        )


def _terms(plan: Plan) -> Iterator[tuple[Document, Shown]]:
    used: dict[str, str] = {}
    for kind in plan.kinds.values():
        for field in kind.fields:
            if field.choices and field.show != "internal":
                used.setdefault(field.choices, kind.code)
    for vocabulary in plan.vocabularies.values():
        code = used.get(vocabulary.code)
        if code is None:
            continue
        for term in vocabulary.terms:
            text = f"{vocabulary.label.zh}\n{plan.kinds[code].label.zh}"
            name = f"{vocabulary.code}/{term.code}"
            # A word of a list is found where nothing else is, not before the things that it is a word for.
            document = Document(TERMS, number_for(name), term.label.zh, text, weight=_TERM)
            yield document, Shown(term.label.zh, text, Target("kind", code), kind=code)


def _units(plan: Plan) -> Iterator[tuple[Document, Shown]]:
    heirs: dict[int, dict[str, None]] = {}
    for old, new in Succession.objects.order_by("on").values_list("from_unit_id", "to_unit__name"):
        heirs.setdefault(old, {})[new] = None
    for unit in Unit.objects.order_by("pk"):
        former = [entry["name"] for entry in unit.renamed]
        lines = (unit.name_en, unit.address, unit.phone, unit.hours, *heirs.get(unit.pk, ()))
        text = "\n".join(line for line in lines if line)
        document = Document(
            UNITS,
            unit.pk,
            unit.name,
            text,
            also=tuple(name for name in (unit.short, *unit.aliases, *former) if name and name != unit.name),
            numbers=tuple(one.lower() for one in (unit.org9,) if one),
            place=unit.path,
            weight=_CLOSED if unit.closed else 1.0,
        )
        state = "closed" if unit.closed else ""
        yield document, Shown(unit.name, text, Target("unit", unit.code), unit=unit.short or unit.name, state=state)


TYPES = (
    _planned(MEASURES, "measures", _("measures"), _measures),
    _planned(UNITS, "units", _("units"), _units),
    _planned(TERMS, "terms", _("terms"), _terms),
    _planned(COLUMNS, "columns", _("columns"), _columns),
)

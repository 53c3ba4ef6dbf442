"""Judges whether the values of a record agree, as its kind declares: sums, balances, bounds, orders of days.

All functions are pure. Money is counted in 分, numbers and percentages as exact decimals; a table whose figures were
rounded for print may be off by half of the last digit for each of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sunlit.plan.casts.base import Path
from sunlit.plan.language import Column, Field, Kind, Plan
from sunlit.plan.language.agreements import Agreement

Payload = Mapping[str, Any]
Row = Mapping[str, Any]

# Tables in 万元 are printed with two decimals: half of the last digit is 50 元.
ROUNDING = {"万元": Decimal(5000), "元": Decimal(0)}
FEN_PER = {"元": Decimal(100), "万元": Decimal(1_000_000)}
"""How many 分 one unit of money is."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What does not agree: the field, the place in it, and a sentence for its writer."""

    field: str
    message: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Judge:
    """An agreement of a kind, ready to be applied to payloads."""

    agreement: Agreement
    kind: Kind
    depths: Mapping[str, int]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields of the record that are judged or looked at."""
        own = self.agreement
        if own.table is not None:
            return (own.table,) if own.word in _BY_ROW or own.field is None else (own.table, own.field)
        return tuple(name for name in (own.field, own.bound, *own.plus, *own.minus, *own.fields) if name)

    def is_strict(self, payload: Payload) -> bool:
        """Tell whether a disagreement refuses this record, or only warns."""
        rule = self.agreement.strict
        if rule.field is None or rule.since is None:
            return rule.always
        year = str(payload.get(rule.field, ""))
        return year.isdecimal() and int(year) >= rule.since

    def disagreements(self, payload: Payload) -> list[Disagreement]:
        """Return what does not agree in a clean payload; what is not filled in is not judged."""
        return list(_WORDS[self.agreement.word](self, payload))

    def shape(self, name: str) -> Field | Column:
        """Return the field, or the column of the table, that a name stands for."""
        own = self.agreement
        if own.table is not None and own.word in _BY_ROW:
            return self.column(name)
        return self.kind.by_name[name]

    def column(self, name: str) -> Column:
        """Return a column of the table."""
        found = self.kind.by_name[self.agreement.table or ""].column(name)
        if found is None:
            raise LookupError(name)
        return found

    def rows(self, payload: Payload) -> list[tuple[int, Row]]:
        """Return the rows that count, each with its place in the table, from 0."""
        rows: Sequence[Row] = payload.get(self.agreement.table or "") or ()
        but = self.agreement.but
        kept = enumerate(rows)
        return [(at, row) for at, row in kept if but is None or row.get(but.column) not in but.values]


def judges_of(kind: Kind, plan: Plan) -> tuple[Judge, ...]:
    """Return the judges of a kind; raises LookupError if an agreement names what is not there."""
    return tuple(Judge(agreement, kind, _depths(agreement, kind, plan)) for agreement in kind.checks)


def _depths(agreement: Agreement, kind: Kind, plan: Plan) -> Mapping[str, int]:
    if agreement.table is None or agreement.level is None:
        return {}
    column = kind.by_name[agreement.table].column(agreement.level)
    vocabulary = plan.vocabularies[column.choices or ""] if column else None
    return {term.code: depth for depth, term in enumerate(vocabulary.terms)} if vocabulary else {}


def _figure(value: object) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _written(shape: Field | Column, value: Decimal) -> str:
    """Return a figure as its writer would have typed it."""
    if shape.type == "money":
        unit = shape.unit or "元"
        return f"{(value / FEN_PER[unit]).normalize():f}{unit}"
    return f"{value.normalize():f}" + ("%" if shape.type == "percent" else shape.unit or "")


def _tolerance(shape: Field | Column, rows: int) -> Decimal:
    return ROUNDING[shape.unit or "元"] * max(1, rows) if shape.type == "money" else Decimal(0)


def _adds_up(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    own = judge.agreement
    name, column = own.field or "", judge.column(own.column or "")
    rows = judge.rows(payload)
    if not rows or payload.get(name) in (None, ""):
        return
    total = sum((_figure(row.get(column.name)) for _at, row in rows), Decimal(0))
    stated = _figure(payload[name])
    if abs(total - stated) > _tolerance(column, len(rows)):
        sentence = _("The rows of %(table)s add up to %(sum)s in %(column)s, but %(field)s says %(stated)s.")
        words = {
            "table": judge.kind.by_name[own.table or ""].label.zh,
            "column": column.label.zh,
            "field": judge.kind.by_name[name].label.zh,
            "sum": _written(column, total),
            "stated": _written(judge.kind.by_name[name], stated),
        }
        yield Disagreement(name, sentence % words)


def _branches_add_up(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    """Yield every row that is not the sum of the rows directly under it; a row with none under it is not judged."""
    own = judge.agreement
    column = judge.column(own.column or "")
    rows = judge.rows(payload)
    depths = [judge.depths.get(str(row.get(own.level or "")), 0) for _at, row in rows]
    for start, (at, row) in enumerate(rows):
        under = _children(depths, start)
        if not under:
            continue
        total = sum((_figure(rows[child][1].get(column.name)) for child in under), Decimal(0))
        stated = _figure(row.get(column.name))
        if abs(total - stated) > _tolerance(column, len(under)):
            sentence = _("Row %(row)d, %(column)s: the rows under it add up to %(sum)s, not %(stated)s.")
            words = {
                "row": at + 1,
                "column": column.label.zh,
                "sum": _written(column, total),
                "stated": _written(column, stated),
            }
            yield Disagreement(own.table or "", sentence % words, (at, column.name))


def _children(depths: Sequence[int], start: int) -> list[int]:
    """Return the rows directly under a row: the first depth met below it, until a row as high as it is."""
    found: list[int] = []
    for at in range(start + 1, len(depths)):
        if depths[at] <= depths[start]:
            break
        if not found or depths[at] <= depths[found[0]]:
            found.append(at)
    return found


def _counts(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    own = judge.agreement
    name = own.field or ""
    if payload.get(name) in (None, "") or own.table not in payload:
        return
    rows, stated = len(judge.rows(payload)), _figure(payload[name])
    if stated != rows:
        sentence = _("%(table)s has %(rows)d rows, but %(field)s says %(stated)s.")
        labels = {name: field.label.zh for name, field in judge.kind.by_name.items()}
        words = {"table": labels[own.table or ""], "rows": rows, "field": labels[name], "stated": f"{stated:f}"}
        yield Disagreement(name, sentence % words)


def _each(judge: Judge, payload: Payload) -> Iterator[tuple[Row, Path, str]]:
    """Yield what is judged: every row of the table with its place and words for it, or the record itself."""
    if judge.agreement.table is None:
        yield payload, (), ""
        return
    for at, row in judge.rows(payload):
        yield row, (at,), _("Row %(row)d: ") % {"row": at + 1}


def _balance(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    own = judge.agreement
    name = own.field or ""
    shape = judge.shape(name)
    for row, path, where in _each(judge, payload):
        if row.get(name) in (None, ""):
            continue
        result = sum((_figure(row.get(one)) for one in own.plus), Decimal(0))
        result -= sum((_figure(row.get(one)) for one in own.minus), Decimal(0))
        stated = _figure(row[name])
        if abs(result - stated) > _tolerance(shape, len(own.plus) + len(own.minus)):
            sum_ = " + ".join(judge.shape(one).label.zh for one in own.plus)
            sum_ += "".join(f" − {judge.shape(one).label.zh}" for one in own.minus)
            sentence = _("%(sum)s gives %(result)s, but %(field)s says %(stated)s.")
            words = {
                "sum": sum_,
                "result": _written(shape, result),
                "field": shape.label.zh,
                "stated": _written(shape, stated),
            }
            yield _disagreement(judge, name, path, where + sentence % words)


def _disagreement(judge: Judge, name: str, path: Path, message: str) -> Disagreement:
    table = judge.agreement.table
    return Disagreement(table, message, (*path, name)) if table else Disagreement(name, message)


def _not_above(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    own = judge.agreement
    name, bound = own.field or "", own.bound or ""
    for row, path, where in _each(judge, payload):
        if row.get(name) in (None, "") or row.get(bound) in (None, ""):
            continue
        value, most = _figure(row[name]), _figure(row[bound])
        if value > most:
            sentence = _("%(field)s is %(value)s, more than %(bound)s with %(most)s.")
            words = {
                "field": judge.shape(name).label.zh,
                "value": _written(judge.shape(name), value),
                "bound": judge.shape(bound).label.zh,
                "most": _written(judge.shape(bound), most),
            }
            yield _disagreement(judge, name, path, where + sentence % words)


def _not_before(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    own = judge.agreement
    name, bound = own.field or "", own.bound or ""
    for row, path, where in _each(judge, payload):
        # Days in canonical form are in order as texts.
        if row.get(name) and row.get(bound) and str(row[name]) < str(row[bound]):
            sentence = _("%(field)s (%(value)s) lies before %(bound)s (%(least)s).")
            words = {
                "field": judge.shape(name).label.zh,
                "value": row[name],
                "bound": judge.shape(bound).label.zh,
                "least": row[bound],
            }
            yield _disagreement(judge, name, path, where + sentence % words)


def _reaches(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    own = judge.agreement
    rows = judge.rows(payload)
    if rows and not any(row.get(own.level or "") in own.values for _at, row in rows):
        table = judge.kind.by_name[own.table or ""]
        column = judge.column(own.level or "")
        # The last row is where the deeper ones are missing.
        sentence = _("Row %(row)d: %(table)s stops too early; %(column)s must go down to the level asked for.")
        words = {"row": rows[-1][0] + 1, "table": table.label.zh, "column": column.label.zh}
        yield Disagreement(own.table or "", sentence % words, (rows[-1][0], column.name))


def _one_of(judge: Judge, payload: Payload) -> Iterator[Disagreement]:
    names = judge.agreement.fields
    if not any(payload.get(name) not in (None, "", []) for name in names):
        labels = "、".join(judge.kind.by_name[name].label.zh for name in names)
        yield Disagreement(names[0], _("Fill in at least one of: %(fields)s.") % {"fields": labels})


_BY_ROW = frozenset({"balance", "not-above", "not-before"})
_WORDS: Mapping[str, Callable[[Judge, Payload], Iterator[Disagreement]]] = {
    "adds-up": _adds_up,
    "branches-add-up": _branches_add_up,
    "counts": _counts,
    "balance": _balance,
    "not-above": _not_above,
    "not-before": _not_before,
    "reaches": _reaches,
    "one-of": _one_of,
}

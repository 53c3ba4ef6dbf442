"""Writes the reference of a plan as Markdown: kinds with their fields, limits, units and successors, a glossary.

Everything comes from the plan, so that the reference cannot say anything else; a test compares it with what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sunlit.plan import words
from sunlit.plan.language import Field, Kind, Plan
from sunlit.plan.language.agreements import Agreement
from sunlit.plan.language.fields import Column, Requirement
from sunlit.plan.language.limits import Limit
from sunlit.plan.language.scalars import Label

Lines = Iterator[str]

NOTE = "<!-- Written by `sunlit plan describe`; change the plan, not this page. -->"


def describe(plan: Plan) -> dict[str, str]:
    """Return the pages of a plan's reference by file name."""
    pages: dict[str, Lines] = {
        "README.md": _index(plan),
        **{f"kinds-{number:02}.md": _part(plan, number) for number in plan.parts},
        "limits.md": _limits(plan),
        "units.md": _units(plan),
        "processes.md": _processes(plan),
        "guard.md": _guard(plan),
        "glossary.md": _glossary(plan),
    }
    return {name: "\n".join([NOTE, "", *lines]).rstrip() + "\n" for name, lines in pages.items()}


def _both(label: Label) -> str:
    return label.zh if label.zh == label.en else f"{label.zh} · {label.en}"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Lines:
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    for row in rows:
        yield "| " + " | ".join(_cell(value) for value in row) + " |"
    yield ""


def _index(plan: Plan) -> Lines:
    head = plan.head
    yield f"# {_both(head.name)}"
    yield ""
    yield f"{len(plan.measures)} measures in {len(plan.parts)} parts, {len(plan.kinds)} kinds of record, "
    yield f"{len(plan.units)} units, {len(plan.limits)} limits, {len(plan.duties)} duties, "
    yield f"{len(plan.procedures)} procedures, {len(plan.processes)} processes, {len(plan.targets)} targets, "
    yield f"{len(plan.standards)} rows of the standard catalogue."
    yield ""
    yield "- [Limits](limits.md) with their sources, and who has checked them"
    yield "- [Units](units.md), by class, and who succeeded whom"
    yield "- [Processes](processes.md), procedures, duties and targets"
    yield "- [Guard](guard.md): what may not become public, and what asks for a second look"
    yield "- [Glossary](glossary.md)"
    yield ""
    yield "Kinds of record, by the parts of the plan:"
    yield ""
    for number, part in plan.parts.items():
        count = len(_kinds_of(plan, number))
        yield f"- [{_both(part.title)}](kinds-{number:02}.md): {count} kinds"
    yield ""
    rows = []
    for measure in plan.measures.values():
        kinds = plan.kinds_of_measure(measure.number)
        named = ", ".join(f"`{kind.code}`" for kind in kinds if not kind.settings.measure_field)
        rows.append((measure.number, _both(measure.short or measure.title), named))
    yield from _table(("measure", "title", "kinds"), rows)


def _kinds_of(plan: Plan, part: int) -> list[Kind]:
    """Return the kinds whose first measure belongs to a part, in the order of the measures."""
    found = [kind for kind in plan.kinds.values() if plan.measures[kind.measures[0]].part == part]
    return sorted(found, key=lambda kind: kind.measures[0])


def _part(plan: Plan, number: int) -> Lines:
    yield f"# {_both(plan.parts[number].title)}"
    yield ""
    for kind in _kinds_of(plan, number):
        yield from _kind(plan, kind)


def _kind(plan: Plan, kind: Kind) -> Lines:
    yield f"## {_both(kind.label)} `{kind.code}`"
    yield ""
    yield f"{kind.about.zh}  "
    yield f"{kind.about.en}"
    yield ""
    facts = list(_facts(plan, kind))
    yield from (f"- {fact}" for fact in facts)
    yield ""
    yield from _table(
        ("field", "label", "type", "required", "use", "note"),
        [row for field in kind.fields for row in _field(plan, field)],
    )


def _facts(plan: Plan, kind: Kind) -> Iterator[str]:
    settings = kind.settings
    yield f"measures {', '.join(map(str, kind.measures))}; basis: {'；'.join(kind.basis)}"
    audiences = " or ".join(settings.allowed_audiences)
    group = f" ({_both(plan.groups[settings.group].label)})" if settings.group else ""
    yield f"published by {_both(plan.selectors[kind.holders].label)}; for: {audiences}{group}"
    if settings.all_limits:
        counted = f", counted from `{settings.counts_from}`" if settings.counts_from else ""
        yield f"limits: {', '.join(settings.all_limits)}{counted}"
    if settings.expires:
        start = f"`{settings.expires.start}`" if settings.expires.start else "publication"
        yield f"leaves the site {settings.expires.after} {settings.expires.unit}(s) after {start}"
    if settings.released_with:
        together = settings.released_with
        when = _requirement(together.when)
        condition = "" if when == "yes" else f", {when}"
        yield f"released together with `{together.kind}` that names it in `{together.field}`{condition}"
    reviews = [
        word for word, asked in (("secrecy", settings.secrecy_review), ("legal", settings.legal_review)) if asked
    ]
    if reviews:
        yield f"reviews beside the usual ones: {', '.join(reviews)}"
    national = [
        *(f"art. 20 ({number})" for number in settings.article_20),
        *(f"art. 21 {name}" for name in settings.article_21),
        *settings.fields_26,
    ]
    if national:
        yield f"national lists: {', '.join(national)}"
    if process := plan.process_of_kind.get(kind.code):
        yield f"stage of {_both(process.label)} `{process.code}`, by `{settings.process}`"
    if kind.show.layout:
        yield f"list laid out as {kind.show.layout.word}"
    for chart, where in ((kind.show.chart, "record"), (settings.chart, "list")):
        if chart:
            yield f"chart of the {where}: {chart.word}"
    for one in settings.guard:
        where = f" in {', '.join(f'`{name}`' for name in one.fields)}" if one.fields else ""
        yield f"guard: {one.rule} {one.severity}{where} ({one.basis})"
    for agreement in kind.checks:
        yield f"must agree: {_agreement(agreement)}"


def _agreement(one: Agreement) -> str:
    parts = [
        (f"table `{one.table}`" if one.table else ""),
        (f"column `{one.column}`" if one.column else ""),
        (f"level `{one.level}`" if one.level else ""),
        (f"field `{one.field}`" if one.field else ""),
        (f"bound `{one.bound}`" if one.bound else ""),
        ("plus " + ", ".join(f"`{name}`" for name in one.plus) if one.plus else ""),
        ("minus " + ", ".join(f"`{name}`" for name in one.minus) if one.minus else ""),
        (", ".join(f"`{name}`" for name in one.fields)),
    ]
    strict = one.strict
    how = (
        ""
        if strict.always and strict.since is None
        else f"; refused from {strict.since}"
        if strict.since
        else "; warns"
    )
    return f"{one.word} ({'; '.join(part for part in parts if part)}{how})"


def _field(plan: Plan, field: Field) -> Iterator[tuple[str, ...]]:
    yield _row(plan, field, field.name, _requirement(field.required), _uses(field))
    for column in field.columns:
        yield _row(plan, column, f"{field.name}.{column.name}", "yes" if column.required else "", "")


def _row(plan: Plan, field: Field | Column, name: str, required: str, uses: str) -> tuple[str, ...]:
    notes = []
    if field.choices:
        notes.append(f"one of {_both(plan.vocabularies[field.choices].label)} `{field.choices}`")
    if field.unit:
        notes.append(field.unit)
    if field.show != "public":
        notes.append(field.show)
    if field.mask:
        notes.append(f"mask {field.mask}")
    if field.code:
        notes.append(f"official column {field.code}")
    if field.help:
        notes.append(field.help.zh)
    type_ = f"{field.type}, several" if isinstance(field, Field) and field.multiple else field.type
    return (f"`{name}`", _both(field.label), type_, required, uses, "; ".join(notes))


def _requirement(need: Requirement) -> str:
    if need.field is None:
        return "yes" if need.always else ""
    return f"if `{need.field}` is {', '.join(need.values)}" if need.values else f"if `{need.field}`"


def _uses(field: Field) -> str:
    return ", ".join(word for word in ("list", "filter", "sort", "chart") if getattr(field, word))


def _limits(plan: Plan) -> Lines:
    yield "# Limits"
    yield ""
    unchecked = sum(1 for limit in plan.document.limits if limit.checked is None)
    yield "A limit that nobody has compared with its source is cited in no letter until someone has."
    yield f"{len(plan.document.limits)} limits, {unchecked} of them unchecked."
    yield ""
    rows = [_limit(limit) for limit in sorted(plan.document.limits, key=lambda one: (one.id, str(one.valid_from)))]
    yield from _table(("id", "limit", "amount", "counted from", "source", "in force", "checked"), rows)


def _limit(limit: Limit) -> tuple[str, ...]:
    force = f"{limit.valid_from or ''} – {limit.valid_to or ''}" if limit.valid_from or limit.valid_to else ""
    checked = f"{limit.checked.by}, {limit.checked.on}" if limit.checked else "no"
    amount = f"{limit.amount} {limit.unit}" + (" shown at least" if limit.rule == "display" else "")
    return (limit.id, _both(limit.label), amount, limit.trigger, limit.source, force, checked)


def _units(plan: Plan) -> Lines:
    yield "# Units"
    yield ""
    counts: dict[str, int] = {}
    for unit in plan.units.values():
        if unit.closed is None:
            counts[unit.cls] = counts.get(unit.cls, 0) + 1
    rows = [(f"`{code}`", _both(cls.label), cls.level, counts.get(code, 0)) for code, cls in plan.classes.items()]
    yield from _table(("class", "name", "level", "open units"), rows)
    yield from _start_pages(plan)
    yield "## Who succeeded whom"
    yield ""
    rows_: list[tuple[object, ...]] = []
    for step in plan.succession:
        function = plan.functions[step.function]
        before, after = plan.units[step.source_unit], plan.units[step.target_unit]
        rows_.append(
            (
                _both(function.label),
                before.name,
                after.name,
                step.on,
                step.source,
                step.checked.by if step.checked else "no",
            )
        )
    yield from _table(("function", "from", "to", "on", "source", "checked"), rows_)
    yield "## City units"
    yield ""
    shown = [unit for unit in plan.units.values() if plan.classes[unit.cls].level == "city"]
    named = [(f"`{unit.code}`", unit.label.zh, unit.label.en, unit.closed or "") for unit in shown]
    yield from _table(("code", "name", "in English", "closed"), named)


def _start_pages(plan: Plan) -> Lines:
    """List the columns with which the sites of units begin."""
    if not plan.start_pages:
        return
    yield "## Columns of start pages"
    yield ""
    rows = [
        (
            ", ".join(f"`{code}`" for code in page.classes),
            _both(one.title),
            ", ".join(f"`{code}`" for code in one.kinds),
            "yes" if one.below else "",
            f"{one.field}: {one.value}" if one.field else "",
            f"{one.layout}, {one.rows}",
        )
        for page in plan.document.start_pages
        for one in page.columns
    ]
    yield from _table(("classes", "column", "kinds", "with all below", "only", "layout, rows"), rows)


def _processes(plan: Plan) -> Lines:
    yield "# Processes, procedures, duties and targets"
    yield ""
    for process in plan.processes.values():
        yield f"## {_both(process.label)} `{process.code}`"
        yield ""
        yield process.about.zh
        yield ""
        for number, stage in enumerate(process.stages, start=1):
            notes = ["optional"] if stage.optional else []
            if stage.unless:
                notes.append(
                    f"not owed if `{stage.unless.kind}.{stage.unless.field}` is {', '.join(stage.unless.values)}"
                )
            if stage.limit:
                notes.append(f"limit {stage.limit}")
            tail = f" ({'; '.join(notes)})" if notes else ""
            yield f"{number}. {_both(stage.label or plan.kinds[stage.kind].label)} `{stage.kind}`{tail}"
        yield ""
    yield "## Procedures"
    yield ""
    procedures = [
        (f"`{one.code}`", _both(one.label), one.measure, len(one.states), len(one.moves))
        for one in plan.procedures.values()
    ]
    yield from _table(("code", "procedure", "measure", "states", "moves"), procedures)
    yield "## Duties"
    yield ""
    duties = [
        (
            f"`{one.code}`",
            one.measure,
            _both(one.label),
            _both(plan.selectors[one.owes].label),
            one.every,
            one.limit or "",
        )
        for one in plan.duties.values()
    ]
    yield from _table(("code", "measure", "duty", "owed by", "every", "limit"), duties)
    yield "## Targets"
    yield ""
    targets = [
        (
            f"`{one.code}`",
            one.measure,
            _both(one.label),
            one.of,
            one.over,
            _bound(one.at_least, one.at_most, one.exactly, one.trend),
        )
        for one in plan.targets.values()
    ]
    yield from _table(("code", "measure", "target", "of", "over", "to reach"), targets)


def _bound(least: str | None, most: str | None, exactly: str | None, trend: str | None) -> str:
    found = [
        f"≥ {least}" if least else "",
        f"≤ {most}" if most else "",
        f"= {exactly}" if exactly else "",
        trend or "",
    ]
    return ", ".join(one for one in found if one)


def _guard(plan: Plan) -> Lines:
    guard = plan.guard
    yield "# Guard"
    yield ""
    yield "What blocks stops a publication until it is masked, or an approver lets it pass with a reason."
    yield ""
    masks = {one.rule: one.mask for one in guard.masks}
    grounds = {one.rule: one.basis for one in guard.off}
    rows = [
        (f"`{rule}`", word.meaning, guard.severity(rule), masks.get(rule, ""), grounds.get(rule, ""))
        for rule, word in words.GUARD_RULES.items()
    ]
    yield from _table(("rule", "finds", "does", "mask", "ground"), rows)
    listed = [("must not be used", "、".join(one.words), one.source) for one in guard.forbidden]
    listed += [
        ("mistaken", "、".join(f"{pair.wrong}→{pair.right}" for pair in one.words), one.source)
        for one in guard.mistaken
    ]
    listed += [
        ("leaders", "、".join(f"{one.name}（{'、'.join(one.posts)}）" for one in many.people), many.source)
        for many in guard.leaders
    ]
    if listed:
        yield from _table(("list", "words", "source"), listed)


def _glossary(plan: Plan) -> Lines:
    """Collect every term that the plan names in two languages, in the order of its English name."""
    yield "# Glossary"
    yield ""
    yield "Every legal term of the plan with the English word that code and pages use for it."
    yield ""
    terms: dict[str, tuple[str, str]] = {}
    for what, labels in _named(plan).items():
        for label in labels:
            if label.zh != label.en:
                terms.setdefault(label.zh, (label.en, what))
    rows = sorted(((en, zh, what) for zh, (en, what) in terms.items()), key=lambda row: (row[0].lower(), row[1]))
    yield from _table(("English", "中文", "what it is"), rows)


def _named(plan: Plan) -> Mapping[str, Iterable[Label]]:
    return {
        "kind of record": [kind.label for kind in plan.kinds.values()],
        "process": [one.label for one in plan.processes.values()],
        "procedure": [one.label for one in plan.procedures.values()],
        "limit": [one.label for one in plan.limits.values()],
        "class of unit": [one.label for one in plan.classes.values()],
        "function of a unit": [one.label for one in plan.functions.values()],
        "field of life": [one.label for one in plan.navigation.fields],
        "list of terms": [one.label for one in plan.vocabularies.values()],
        "term": [term.label for one in plan.vocabularies.values() for term in one.terms],
        "field of a record": [field.label for kind in plan.kinds.values() for field in kind.fields],
    }

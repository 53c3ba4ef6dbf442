"""Checks of kinds: settings, form, presentation, relations."""

from __future__ import annotations

from sunlit.plan.checks.agreements import check_agreements
from sunlit.plan.checks.companions import check_companion
from sunlit.plan.checks.fields import check_fields
from sunlit.plan.checks.layouts import check_layout
from sunlit.plan.checks.references import expect, expect_all, expect_name, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.fields import Column, Field
from sunlit.plan.language.kinds import Chart, Kind, Section
from sunlit.plan.titles import SPECIAL, holes, is_balanced


def check_kinds(draft: Draft) -> None:
    """Check every kind."""
    kinds = draft.of(Kind)
    once(draft, ((entry.at("code"), entry.value.code) for entry in kinds), "kind")
    for entry in kinds:
        kind = entry.value
        known = len(draft.report.faults)
        expect(draft, entry.at("holders"), kind.holders, "selectors")
        expect_all(draft, "fields", ((entry.at("areas", n), code) for n, code in enumerate(kind.areas)))
        expect_all(draft, "measures", ((entry.at("measures", n), str(m)) for n, m in enumerate(kind.measures)))
        check_fields(draft, entry)
        _check_settings(draft, entry)
        _check_persons(draft, entry)
        _check_form(draft, entry)
        _check_show(draft, entry)
        _check_relations(draft, entry)
        check_layout(draft, entry)
        check_agreements(draft, entry)
        if len(draft.report.faults) > known:
            draft.unsound.add(kind.code)


def _check_settings(draft: Draft, entry: Entry[Kind]) -> None:
    settings = entry.value.settings
    expect(draft, entry.at("settings", "group"), settings.group, "groups")
    expect(draft, entry.at("settings", "limit"), settings.limit, "limits")
    expect_all(draft, "limits", ((entry.at("settings", "limits", n), code) for n, code in enumerate(settings.limits)))
    expect_word(draft, entry.at("settings", "column_type"), settings.column_type, "column type")
    for n, name in enumerate(settings.fields_26):
        expect_word(draft, entry.at("settings", "fields_26", n), name, "field of the 26")
    for n, name in enumerate(settings.article_21):
        expect_word(draft, entry.at("settings", "article_21", n), name, "matter of article 21")
    if "group" in settings.allowed_audiences and settings.group is None:
        place = entry.at("settings", "audience")
        draft.report.fault(place, f"{entry.value.code} is shown to a group; say which one with `group`.")
    _expect_date(draft, entry, ("settings", "counts_from"), settings.counts_from)
    if settings.expires:
        _expect_date(draft, entry, ("settings", "expires", "from"), settings.expires.start)
    if settings.process:
        expect_name(draft, entry.at("settings", "process"), settings.process, entry.value.by_name, "field")
    _check_measure_field(draft, entry)
    _check_intake(draft, entry)
    check_companion(draft, entry)
    for path, chart in ((("settings", "chart"), settings.chart), (("show", "chart"), entry.value.show.chart)):
        if chart:
            _check_chart(draft, entry, path, chart)
    if settings.chart:
        _check_list_chart(draft, entry, settings.chart)


def _expect_date(draft: Draft, entry: Entry[Kind], path: tuple[str, ...], name: str | None) -> None:
    if name is None or not expect_name(draft, entry.at(*path), name, entry.value.by_name, "field"):
        return
    if entry.value.by_name[name].type != "date":
        draft.report.fault(entry.at(*path), f"{name} is no date field; name one, such as the day of the decision.")


def _check_measure_field(draft: Draft, entry: Entry[Kind]) -> None:
    place, name = entry.at("settings", "measure_field"), entry.value.settings.measure_field
    if name is None or not expect_name(draft, place, name, entry.value.by_name, "field"):
        return
    field = entry.value.by_name[name]
    if field.type != "number" or not field.filter:
        draft.report.fault(place, f"{name} must be a number by which lists are filtered; give it `filter: true`.")


def _check_chart(draft: Draft, entry: Entry[Kind], path: tuple[str, ...], chart: Chart) -> None:
    expect_word(draft, entry.at(*path, "word"), chart.word, "chart")
    known = {field.name for field in entry.value.fields if field.type != "table"}
    known |= {f"{field.name}.{column.name}" for field in entry.value.fields for column in field.columns}
    if chart.x:
        expect_name(draft, entry.at(*path, "x"), chart.x, known, "field or column")
    for n, name in enumerate(chart.y):
        expect_name(draft, entry.at(*path, "y", n), name, known, "field or column")

    table = entry.value.by_name.get(chart.y[0].partition(".")[0]) if chart.y else None
    columns = [column.name for column in table.columns] if table else []
    for rows in chart.only:
        expect_name(draft, entry.at(*path, "only"), rows.column, columns, "column")


def _check_list_chart(draft: Draft, entry: Entry[Kind], chart: Chart) -> None:
    """Check that everything a chart of many records needs stands beside the records."""
    place = entry.at("settings", "chart")
    if not (chart.x and chart.y):
        draft.report.fault(place, "A chart of many records needs `x` and `y`; add them.")
    for name in filter(None, (chart.x, *chart.by, *chart.y)):
        field = entry.value.by_name.get(name)
        if field is None or not field.slotted or field.multiple:
            draft.report.fault(place, f"Lists do not know {name}; give that field `chart: true`, and one value only.")


def _check_intake(draft: Draft, entry: Entry[Kind]) -> None:
    settings = entry.value.settings
    if settings.intake == "publish" and (settings.secrecy_review or settings.legal_review or settings.released_with):
        draft.report.fault(
            entry.at("settings", "intake"),
            f"{entry.value.code} needs a review, or another record beside it, so a system cannot publish it; "
            "leave `intake` out.",
        )


def _check_persons(draft: Draft, entry: Entry[Kind]) -> None:
    kind = entry.value
    shown = [
        part.name
        for field in kind.fields
        for part in _parts(field)
        if part.type == "person" and part.show != "internal" and field.show != "internal"
    ]
    if shown and kind.settings.audience == "public" and not (kind.settings.expires and kind.settings.noindex):
        sentence = (
            f"{kind.code} shows natural persons in public ({', '.join(shown)}): "
            "give it `expires` and `noindex: true`, or make the fields internal."
        )
        draft.report.fault(entry.key("settings"), sentence)


def _parts(field: Field) -> tuple[Field | Column, ...]:
    return (field, *field.columns)


def _check_form(draft: Draft, entry: Entry[Kind]) -> None:
    listed = _check_sections(draft, entry, ("form",), entry.value.form)
    for n, field in enumerate(entry.value.fields):
        if field.name not in listed:
            sentence = f"The field {field.name} stands in no section of the form; add it to one."
            draft.report.fault(entry.at("fields", n, "name"), sentence)


def _check_sections(draft: Draft, entry: Entry[Kind], path: tuple[str, ...], sections: tuple[Section, ...]) -> set[str]:
    seen: set[str] = set()
    for n, section in enumerate(sections):
        for position, name in enumerate(section.fields):
            place = entry.at(*path, n, "fields", position)
            expect_name(draft, place, name, entry.value.by_name, "field")
            if name in seen:
                draft.report.fault(place, f"The field {name} stands here a second time; list it once.")
            seen.add(name)
    return seen


def _check_show(draft: Draft, entry: Entry[Kind]) -> None:
    show, by_name = entry.value.show, entry.value.by_name
    _check_template(draft, entry, "title", show.title)
    if show.summary and show.summary not in by_name:
        _check_template(draft, entry, "summary", show.summary)
    elif show.summary:
        _check_public(draft, entry, "summary", show.summary)
    number = entry.at("show", "number")
    known = show.number and expect_name(draft, number, show.number, by_name, "field")
    if show.number and known and by_name[show.number].type != "text":
        draft.report.fault(number, f"{show.number} is no text field; a number is a text.")
    _expect_date(draft, entry, ("show", "issued_on"), show.issued_on)
    _check_sections(draft, entry, ("show", "sections"), show.sections)
    for n, name in enumerate(show.list):
        place = entry.at("show", "list", n)
        if expect_name(draft, place, name, by_name, "field") and not by_name[name].list:
            draft.report.fault(place, f"The field {name} is no column of the list; give it `list: true`.")


def _check_template(draft: Draft, entry: Entry[Kind], key: str, template: str) -> None:
    place = entry.at("show", key)
    if not is_balanced(template):
        draft.report.fault(place, f"A brace of the {key} has no partner; write fields as {{name}}.")
    for name in holes(template):
        if name not in SPECIAL and expect_name(draft, place, name, entry.value.by_name, "field"):
            _check_public(draft, entry, key, name)
            unit = entry.value.by_name[name].unit
            if key == "summary" and unit and f"{{{name}}}{unit}" in template:
                draft.report.fault(place, f"{name} brings its unit with it; take {unit} out behind it.")


def _check_public(draft: Draft, entry: Entry[Kind], key: str, name: str) -> None:
    field = entry.value.by_name[name]
    if field.show != "public" or field.type in ("person", "id_number"):
        sentence = f"The {key} shows {name}, which is not wholly public; take it out."
        draft.report.fault(entry.at("show", key), sentence)
    elif field.type in ("table", "file", "point"):
        draft.report.fault(
            entry.at("show", key), f"The {key} cannot hold {name}, which is a {field.type}; take it out."
        )


def _check_relations(draft: Draft, entry: Entry[Kind]) -> None:
    relations = list(enumerate(entry.value.relations))
    once(draft, ((entry.at("relations", n, "name"), relation.name) for n, relation in relations), "relation")
    for n, relation in relations:
        named = ((entry.at("relations", n, "kinds", p), code) for p, code in enumerate(relation.kinds))
        expect_all(draft, "kinds", named)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sunlit.plan.checks import Checked, check_directory

Plant = Callable[[str, str, str], Checked]

# name: (file, what stands there, what is planted, text before which the fault is reported, part of the sentence)
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "unknown section": ("rules.yaml", "targets:", "tragets:", "tragets:", 'Unknown section "tragets"; did you mean "targets"?'),
    "unknown key": ("kinds/money.yaml", "holders: finance", "holdres: finance", "holdres", 'did you mean "holders"?'),
    "unknown key deep inside": ("kinds/money.yaml", "max_length: 7", "max_lenght: 7", "max_lenght", 'did you mean "max_length"?'),
    "missing key": ("kinds/money.yaml", "    about: {zh: 一年的收支, en: A year's money}\n", "", "code: budget", 'The key "about" is missing from kind budget'),
    "key twice": ("plan.yaml", "  root: lt", "  code: again\n  root: lt", "code: again", "a second time (first in line 2)"),
    "unknown class": ("units/units.csv", "a-county,甲县,County A,,county", "a-county,甲县,County A,,count", "count,lt", 'There is no class "count"; did you mean "county"?'),
    "unknown parent": ("units/units.csv", "village,b-county", "village,c-county", "c-county", 'There is no unit "c-county"'),
    "unknown unit in selector": ("selectors.yaml", "units: [lt-office]", "units: [lt-ofice]", "lt-ofice", 'did you mean "lt-office"?'),
    "unknown function": ("selectors.yaml", "functions: [land]", "functions: [laand]", "laand", 'did you mean "land"?'),
    "unknown selector": ("measures.yaml", "lead: [finance]", "lead: [finnce]", "finnce", 'There is no selector "finnce"'),
    "unknown guard": ("rules.yaml", "guards: [reason-given]", "guards: [reason-giving]", "reason-giving", 'Unknown guard "reason-giving"; did you mean'),
    "unknown effect": ("rules.yaml", "effects: [stop-clock", "effects: [stop-clok", "stop-clok", "Unknown effect"),
    "unknown role": ("rules.yaml", "roles: [editor]", "roles: [writer]", "writer", "Unknown role"),
    "unknown letter": ("rules.yaml", "letter: objection-reply", "letter: objection", "objection,", "Unknown letter"),
    "unknown mask": ("kinds/money.yaml", "mask: surname", "mask: surnam", "surnam", 'did you mean "surname"?'),
    "unknown chart": ("kinds/money.yaml", "word: bar", "word: bars", "bars", 'Unknown chart "bars"'),
    "unknown evidence": ("rules.yaml", "evidence: published", "evidence: publish", "publish}", "Unknown evidence"),
    "unknown card": ("rules.yaml", "word: ratio", "word: ration", "ration}", "Unknown card"),
    "unknown membership": ("selectors.yaml", "membership: village", "membership: vilage", "vilage", "Unknown membership"),
    "unknown field of the 26": ("kinds/money.yaml", "财政预决算]", "财政决算]", "财政决算]", "Unknown field of the 26"),
    "undefined limit": ("kinds/money.yaml", "limits: [DG-7]", "limits: [DG-8]", "DG-8", 'There is no limit "DG-8"; did you mean "DG-7"?'),
    "undefined limit of a move": ("rules.yaml", "limit: DG-7}", "limit: DG-9}", "DG-9}", 'There is no limit "DG-9"'),
    "unknown vocabulary": ("kinds/life.yaml", "choices: penalty-kind", "choices: penalty", "penalty}", "There is no vocabulary"),
    "unknown term": ("kinds/money.yaml", "is: [fine]", "is: [fines]", "fines", 'did you mean "fine"?'),
    "unknown kind": ("kinds/life.yaml", "kinds: [budget]", "kinds: [budgets]", "budgets", 'did you mean "budget"?'),
    "unknown kind of a relation": ("kinds/money.yaml", "Cited by}, kinds: [budget]", "Cited by}, kinds: [budgte]", "budgte", 'There is no kind "budgte"'),
    "unknown measure": ("kinds/money.yaml", "measures: [2]", "measures: [9]", "9]", 'There is no measure "9"'),
    "unknown group": ("kinds/life.yaml", "group: village,", "group: villag,", "villag,", 'There is no group "villag"'),
    "unknown field in the form": ("kinds/money.yaml", "fields: [year, approved_on, total]", "fields: [yeer, year, approved_on, total]", "yeer", 'There is no field "yeer"'),
    "field in no form": ("kinds/money.yaml", "[year, approved_on, total]", "[year, approved_on]", "total, type: money", "stands in no section of the form"),
    "field twice in the form": ("kinds/money.yaml", "[year, approved_on, total]", "[year, approved_on, total, year]", "year]", "a second time"),
    "unknown field in the title": ("kinds/money.yaml", "title: '{unit}{year}", "title: '{unit}{yaer}", "'{unit}", 'There is no field "yaer"'),
    "brace without partner": ("kinds/money.yaml", "'{unit}{year}", "'{unit}{year", "'{unit}", "has no partner"),
    "person in the title": ("kinds/money.yaml", "'行政处罚决定书 {number}'", "'{subject}'", "'{subject}'", "not wholly public"),
    "number is no text": ("kinds/money.yaml", "number: number, issued_on", "number: fine, issued_on", "fine, issued_on", "is no text field"),
    "clock from no date": ("kinds/money.yaml", "counts_from: approved_on", "counts_from: total", "total, article", "no date field"),
    "clock from no field": ("kinds/money.yaml", "counts_from: approved_on", "counts_from: aproved_on", "aproved_on", 'did you mean "approved_on"?'),
    "wrong word of a closed list": ("rules.yaml", "unit: workday, trigger: 作出决定, source: 方案", "unit: workdays, trigger: 作出决定, source: 方案", "workdays", 'did you mean "workday"?'),
    "wrong type of field": ("kinds/life.yaml", "type: richtext", "type: rich", "rich,", '"type" cannot be "rich"; did you mean "richtext"?'),
    "no whole number": ("rules.yaml", "amount: 20", "amount: twenty", "twenty", "must be a whole number"),
    "number below zero": ("rules.yaml", "amount: 20", "amount: -1", "-1", "must be at least 0"),
    "no truth value": ("kinds/money.yaml", "noindex: true", "noindex: yes", "yes}", "must be true or false"),
    "text for a list": ("measures.yaml", "lead: [finance]", "lead: finance", "finance\n", "must be a list"),
    "list for a text": ("measures.yaml", "text: 加强监督检查。", "text: [加强监督检查。]", "[加强", "must be text, not a list"),
    "empty list": ("measures.yaml", "lead: [finance]", "lead: []", "[]", "needs at least 1"),
    "no date": ("rules.yaml", "on: 2026-01-05}}\n  - {id: DG-7", "on: 2026-02-30}}\n  - {id: DG-7", "2026-02-30", "must be a date that exists"),
    "capitals in a code": ("kinds/money.yaml", "code: penalty", "code: Penalty", "Penalty", "use lower-case letters"),
    "duplicate kind": ("kinds/life.yaml", "code: everything", "code: villager", "villager\n    label: {zh: 全部", 'The kind "villager" is declared a second time'),
    "duplicate unit": ("units/units.csv", "b-v1,", "a-v1,", "a-v1,五星村,,,village,b-county", 'The unit "a-v1" is declared a second time'),
    "duplicate organisation code": ("units/units.csv", "lt-office,小城人民政府办公室,Office,政府办,department,lt,,", "lt-office,小城人民政府办公室,Office,政府办,department,lt,115100001,", "115100001,,", "organisation code"),
    "duplicate field": ("kinds/money.yaml", "name: total", "name: year", "year, type: money", "declared a second time"),
    "duplicate header": ("kinds/money.yaml", "label: 罚款金额", "label: 处罚类别", "处罚类别, unit", "import header"),
    "duplicate term": ("rules.yaml", "code: closure", "code: fine", "fine, label: {zh: 责", "declared a second time"),
    "limit twice for one day": ("rules.yaml", ", to: 2024-12-31", "", "DG-7, label: 双公示, amount: 5", "for the same days"),
    "limit ends before it begins": ("rules.yaml", "from: 2019-01-01", "from: 2025-01-01", "", "ends before it begins"),
    "wrong check character": ("units/units.csv", "115100001", "115100002", "115100002", "wrong check character"),
    "unit closes before it opens": ("units/units.csv", "land,,2019-01-15", "land,2020-01-01,2019-01-15", "2019-01-15", "closes before it opens"),
    "second root": ("units/units.csv", "county,lt,,510921", "county,,,510921", ",,510921", "has no parent"),
    "cycle of units": ("units/units.csv", "county,lt,,510921", "county,a-finance,,510921", "a-finance,,510921", "above themselves: a-county → a-finance → a-county"),
    "wrong class of parent": ("units/units.csv", "village,a-county", "village,lt-office", "lt-office,,5109", "cannot stand below lt-office"),
    "cycle of selectors": ("selectors.yaml", "units: [lt-office]", "any: [all]", "{code: office", "defined by themselves: office → all → office"),
    "selector of nobody": ("selectors.yaml", ", units: [lt-office]", "", "{code: office", "names nobody"),
    "missing measure": ("measures.yaml", "number: 2\n", "number: 4\n", "measures:\n", "Measure 2 of 3 is missing"),
    "surplus measure": ("measures.yaml", "measures: 3", "measures: 2", "2}\nparts", "There is a measure 3, but only 2 are expected"),
    "missing part": ("measures.yaml", "parts: 2", "parts: 3", "parts:\n", "Part 3 of 3 is missing"),
    "highlight not in the text": ("measures.yaml", "highlights: [政府预决算]", "highlights: [政府预算]", "政府预算", "does not occur in the text"),
    "succession of what was not held": ("units/functions.yaml", "function: land, from: lt-land", "function: land, from: lt-office", "lt-office", "does not hold the function"),
    "audience without group": ("kinds/life.yaml", "group: village, ", "", "group, audiences", "say which one with `group`"),
    "public identity number": ("kinds/life.yaml", "label: 身份证号, show: internal", "label: 身份证号", "{name: identity, type: id_number, label: 身份证号}", "never public"),
    "person without ground": ("kinds/life.yaml", "mask: none, basis: 社会救助暂行办法, ", "", "{name: household", "`mask` and the `basis`"),
    "person indexed": ("kinds/money.yaml", ", noindex: true", "", "settings: {limit: PENALTY-PLAN, limits", "shows natural persons in public (subject)"),
    "masked without mask": ("kinds/life.yaml", "type: phone, label: 电话", "type: phone, show: masked, label: 电话", "masked", "does not say how"),
    "listed though masked": ("kinds/money.yaml", "show: masked}", "show: masked, list: true}", "{name: subject", "cannot be listed"),
    "key of another type": ("kinds/life.yaml", "type: region, label", "type: region, choices: penalty-kind, label", "choices: penalty-kind, label: 区划", "takes no `choices`"),
    "choice without choices": ("kinds/life.yaml", ", choices: penalty-kind}", "}", "{name: choice", "needs `choices`"),
    "bounds crossed": ("kinds/money.yaml", "min: 2000, max: 2100", "min: 2000, max: 1999", "1999", "lies below `min`"),
    "bound of another type": ("kinds/life.yaml", "min: 2000-01-01", "min: 2000", "2000}", "must be a date"),
    "strange unit of money": ("kinds/money.yaml", "label: 总额, unit: 万元", "label: 总额, unit: 千元", "千元", "元 or 万元"),
    "requirement without field": ("kinds/money.yaml", "{field: kinds, is", "{field: kind, is", "kind, is", 'did you mean "kinds"?'),
    "requirement of itself": ("kinds/life.yaml", "required: {field: day}", "required: {field: why}", "why}}", "depend on itself"),
    "state that nothing reaches": ("rules.yaml", "to: closed, roles", "to: open, roles", "{code: closed", "No move leads to the state closed"),
    "final state left": ("rules.yaml", "from: [open], to", "from: [open, closed], to", "{code: closed", "is final, yet a move leaves it"),
    "state without way out": ("rules.yaml", ", final: true", "", "{code: closed", "No move leaves the state closed"),
    "letter sent but not named": ("rules.yaml", "letter: objection-reply, ", "", "{name: answer", "names none"),
    "duty of kinds and procedure": ("rules.yaml", "kinds: [penalty], every", "kinds: [penalty], procedure: objection, every", "{code: penalties-published", "exactly one"),
    "duty counts from no date": ("rules.yaml", "counts_from: decided_on", "counts_from: number", "number, evidence", "has no date field"),
    "target without bound": ("rules.yaml", "at_least: 95, trend: rising, ", "", "{code: on-time", "has no bound"),
    "question leads nowhere": ("rules.yaml", "to: budget}", "to: budgt}", "budgt}", "neither a kind, nor a measure, nor a page"),
    "menu leads nowhere": ("rules.yaml", "to: home", "to: house", "house", "neither a kind"),
    "example of wrong value": ("examples/all.yaml", "decided_on: 2026-03-01", "decided_on: 2026-02-30", "2026-02-30", "处罚决定日期 (decided_on): “2026-02-30” is no date"),
    "example of wrong cell": ("examples/all.yaml", "amount: 1000}", "amount: many}", "many}", "Row 1, 金额: “many” is no number"),
    "example lacks a field": ("examples/all.yaml", "fine: 2.5, ", "", "{number: 小财罚", "罚款金额 (fine): This is required"),
    "example with unknown field": ("examples/all.yaml", "      total: 1,234", "      totel: 1,234", "totel", "did you mean “total”?"),
    "example with unknown file": ("examples/all.yaml", "[note.txt]", "[nota.txt]", "[nota", 'There is no file "nota.txt"'),
    "example for a wrong audience": ("examples/all.yaml", "unit: lt\n", "unit: lt\n    audience: staff\n", "staff", "only for public"),
    "example for a group without scope": ("examples/all.yaml", "    scope: a-v1\n", "", "kind: villager", "needs `scope`"),
    "tab": ("measures.yaml", "    part: 2", "\tpart: 2", "\tpart", "tab"),
    "bracket left open": ("measures.yaml", "lead: [finance]", "lead: [finance", "", "not valid YAML"),
    "tag": ("plan.yaml", "code: mini", "code: !!python/name:os.system mini", "!!python", "tag"),
    "alias without anchor": ("plan.yaml", "root: lt", "root: *lt", "*lt", "has no anchor"),
    "alias in itself": ("plan.yaml", "basis: [某府发〔2014〕1号]", "basis: &a [*a]", "*a", "refers to itself"),
    "second document": ("plan.yaml", "plan:", "---\nplan:\n---\nplan:", "", "second document"),
    "control character": ("plan.yaml", "root: lt", "root: l\x07t", "\x07t", "U+0007"),
    "cells too many": ("units/units.csv", "a-county,甲县,County A", "a-county,甲县,,County A", "a-county,甲县,,", "16 cells, the header has 15"),
    "unknown column": ("units/units.csv", "aliases", "alias", "alias,", 'did you mean "aliases"?'),
    "quotation mark left open": ("units/units.csv", '东区"', "东区", "", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_it_names_the_place_and_says_what_to_change(name: str, plant: Plant, copy: Path) -> None:
    file, old, new, before, sentence = FAULTS[name]
    found = plant(file, old, new)
    assert found.plan is None
    matching = [fault for fault in found.faults if sentence in fault.sentence]
    assert matching, [str(fault) for fault in found.faults]
    fault = matching[0]
    assert fault.file.endswith(file)
    if before:
        content = (copy / file).read_text()
        at = content.index(before)
        line = content.count("\n", 0, at) + 1
        assert (fault.line, line) == (line, line), str(fault)
        column = at - content.rfind("\n", 0, at)
        exact = before.startswith(
            ("code:", "{code", "{name", "settings", "kind", "measures:", "parts:", "a-county,甲县,,")
        )
        assert exact or fault.column == column, (str(fault), column)


def test_the_small_plan_itself_is_sound(checked: Checked) -> None:
    assert checked.faults == []
    assert checked.plan is not None


def test_all_faults_are_reported_together(copy: Path) -> None:
    for name in ("unknown key", "unknown unit in selector", "undefined limit", "missing measure", "unknown guard"):
        file, old, new, *_ = FAULTS[name]
        path = copy / file
        path.write_text(path.read_text().replace(old, new, 1))
    sentences = " ".join(fault.sentence for fault in check_directory(copy).faults)
    for part in ("holdres", "lt-ofice", "DG-8", "Measure 2", "reason-giving"):
        assert part in sentences


def test_a_reference_to_an_entry_with_a_fault_of_its_own_is_no_second_fault(plant: Plant) -> None:
    found = plant("kinds/money.yaml", "holders: finance", "holdres: finance")
    assert all("There is no kind" not in fault.sentence for fault in found.faults)


def test_a_kind_without_example_is_a_fault(plant: Plant) -> None:
    found = plant("examples/all.yaml", "kind: villager", "kind: everything")
    assert any("kind villager has no example" in fault.sentence for fault in found.faults)


def test_more_listed_fields_than_lists_can_keep_are_a_fault(copy: Path) -> None:
    path = copy / "kinds" / "life.yaml"
    content = path.read_text()
    for number in range(7):
        content = content.replace(
            "      - {name: title,",
            f"      - {{name: t{number}, type: text, label: 文{number}, list: true}}\n      - {{name: title,",
        )
        content = content.replace("title, body", f"t{number}, title, body")
    path.write_text(content)
    assert ["more than 6 text fields" in fault.sentence for fault in check_directory(copy).faults] == [True]


def test_a_file_that_is_no_part_of_a_plan_is_a_fault(copy: Path) -> None:
    (copy / "kinds" / "money.yml").write_text("")
    (copy / "README.md").write_text("for people")
    (copy / "examples" / "files" / "any.bin").write_bytes(b"\xff\0")
    faults = check_directory(copy).faults
    assert [Path(fault.file).name for fault in faults] == ["money.yml"]


def test_what_is_no_plan_at_all_is_a_fault(tmp_path: Path) -> None:
    assert "no such directory" in check_directory(tmp_path / "nowhere").faults[0].sentence
    assert any("holds no plan" in fault.sentence for fault in check_directory(tmp_path).faults)


@pytest.mark.parametrize("content", [b"\xff\xfe plan", b"plan:\n  code: \x00", b"\xef\xbb\xbfplan: x\x80"])
def test_bytes_that_are_no_text_are_a_fault_with_a_place(copy: Path, content: bytes) -> None:
    (copy / "plan.yaml").write_bytes(content)
    faults = [fault for fault in check_directory(copy).faults if fault.file.endswith("plan.yaml")]
    assert any("UTF-8" in fault.sentence or "NUL" in fault.sentence for fault in faults)


def test_unchecked_limits_and_sections_without_engine_are_notices(checked: Checked) -> None:
    sentences = " ".join(notice.sentence for notice in checked.notices)
    assert "Nobody has checked the limit DG-7" in sentences
    assert "no engine runs procedures yet" in sentences
    assert "no engine judges duties yet" in sentences
    assert "no engine computes targets yet" in sentences

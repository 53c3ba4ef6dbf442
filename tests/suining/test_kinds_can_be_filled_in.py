"""Every kind has a good example, and refuses it as soon as something that it needs is missing or wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from sunlit.plan.checks import Checked, check_directory
from sunlit.plan.examples import with_files
from sunlit.plan.language import Plan
from sunlit.plan.language.examples import Example
from sunlit.plan.language.fields import FieldType
from sunlit.plan.language.kinds import Audience
from sunlit.plan.payload import Cleaner, applies

KINDS = sorted(
    line.split("code:")[1].strip()
    for file in (Path(__file__).resolve().parents[2] / "plans" / "suining" / "kinds").glob("*.yaml")
    for line in file.read_text().splitlines()
    if line.startswith("  - code:")
)

WRONG = {
    "date": "2026-02-30",
    "money": "about a hundred",
    "number": "many",
    "percent": "half",
    "choice": "no such term",
    "unit": "no such unit",
    "region": "51090A",
    "uscc": "91510903MA6200001X",
    "id_number": "510903199001011239",
    "phone": "ask at the desk",
    "url": "javascript:alert(1)",
    "point": "somewhere",
    "record": "that other one",
    "officer": {"post": "a post without a name"},
    "file": {"name": "never-uploaded.pdf"},
    "table": "no table",
}
"""For each type of field something that it must refuse; texts and names refuse only what is too long."""


@pytest.fixture(scope="module")
def examples(checked: Checked) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for example in checked.examples:
        found.setdefault(example.kind, []).append(example)
    return found


def typed(plan: Plan, directory: Path, example: Example) -> dict[str, object]:
    return with_files(plan.kinds[example.kind], example.data, directory)


def test_kinds_use_every_type_of_field_and_every_audience(plan: Plan) -> None:
    fields = [field for kind in plan.kinds.values() for field in kind.fields]
    assert {field.type for field in fields} == set(get_args(FieldType))
    assert {kind.settings.audience for kind in plan.kinds.values()} == set(get_args(Audience))
    assert len(plan.kinds) >= 200


def test_readers_find_every_kind_that_they_may_see(plan: Plan) -> None:
    shown = {code for kinds in plan.kinds_of_area.values() for code in kinds}
    assert shown == {code for code, kind in plan.kinds.items() if kind.settings.audience in {"public", "group"}}
    asked = "".join(question.ask.zh for question in plan.navigation.questions)
    for word in ("行政处罚", "预算", "村里的账", "办事", "看病收费", "空气质量", "医保", "申请"):
        assert word in asked


def test_names_of_natural_persons_leave_the_public_site_again(plan: Plan) -> None:
    for kind in plan.kinds.values():
        persons = [field for field in kind.fields if field.type == "person" and field.show != "internal"]
        persons += [column for field in kind.fields for column in field.columns if column.type == "person"]
        if persons:
            assert kind.settings.expires and kind.settings.noindex, kind.code
            assert all(person.basis for person in persons)


@pytest.mark.parametrize("code", KINDS)
def test_the_example_of_a_kind_is_clean_and_stays_as_it_is(
    plan: Plan, directory: Path, examples: dict[str, list[Example]], code: str
) -> None:
    cleaner = Cleaner(plan.kinds[code], plan)
    for example in examples[code]:
        cleaned = cleaner.clean(typed(plan, directory, example))
        assert cleaned.errors == []
        assert cleaner.clean(cleaned.payload).payload == cleaned.payload
        assert example.unit in plan.select(plan.kinds[code].holders)


@pytest.mark.parametrize("code", KINDS)
def test_the_example_of_a_kind_fills_every_field_that_it_can(
    plan: Plan, directory: Path, examples: dict[str, list[Example]], code: str
) -> None:
    filled = {name for example in examples[code] for name in example.data}
    needed = {field.name for field in plan.kinds[code].fields if field.required.always}
    assert needed <= filled
    assert len(filled) >= 0.6 * len(plan.kinds[code].fields)


@pytest.mark.parametrize("code", KINDS)
def test_without_a_required_field_a_record_is_refused(
    plan: Plan, directory: Path, examples: dict[str, list[Example]], code: str
) -> None:
    kind = plan.kinds[code]
    cleaner = Cleaner(kind, plan)
    for example in examples[code]:
        whole = typed(plan, directory, example)
        payload = cleaner.clean(whole).payload
        for field in kind.fields:
            if field.required.always or applies(field.required, payload):
                for empty in ("", None):
                    errors = cleaner.clean({**whole, field.name: empty}).errors
                    assert field.name in {error.field for error in errors}, field.name


@pytest.mark.parametrize("code", KINDS)
def test_a_wrong_value_is_refused_at_its_field(
    plan: Plan, directory: Path, examples: dict[str, list[Example]], code: str
) -> None:
    kind = plan.kinds[code]
    cleaner = Cleaner(kind, plan)
    whole = typed(plan, directory, examples[code][0])
    for field in kind.fields:
        wrong = WRONG.get(field.type)
        if wrong is None and field.max_length:
            wrong = "长" * (field.max_length + 1)
        if wrong is not None:
            errors = cleaner.clean({**whole, field.name: wrong}).errors
            assert {error.field for error in errors} == {field.name}, field.name
            assert all(error.message for error in errors)


def test_an_example_with_a_planted_fault_is_named_with_its_line(tmp_path: Path, directory: Path) -> None:
    copy = Path(shutil.copytree(directory, tmp_path / "suining", ignore=shutil.ignore_patterns("demo")))
    example = copy / "examples" / "penalty-decision.yaml"
    lines = example.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "uscc:" in text)
    example.write_text("\n".join(lines).replace("91510903MA6200050M", "91510903MA6200050X"))
    faults = check_directory(copy).faults
    assert [(Path(fault.file), fault.line) for fault in faults] == [(example, line)]

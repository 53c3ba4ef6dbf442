from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sunlit.plan.checks import Checked, check_directory

Plant = Callable[[str, str, str], Checked]

PLANTED: dict[str, dict[str, str]] = yaml.load(
    (Path(__file__).parent / "planted.yaml").read_text(),
    Loader=yaml.CBaseLoader,  # noqa: S506  # texts only
)
# Faults that are reported at the beginning of an entry, not at the text that was planted.
AT_THE_ENTRY = ("code:", "{code", "{name", "settings", "measures:", "parts:", "a-county,甲县,,")


COUNTY = Path(__file__).resolve().parents[2] / "plans" / "example-county"
IN_THE_COUNTY: dict[str, dict[str, str]] = yaml.load(
    (Path(__file__).parent / "planted_in_the_county.yaml").read_text(),
    Loader=yaml.CBaseLoader,  # noqa: S506  # texts only
)


@pytest.mark.parametrize("name", IN_THE_COUNTY)
def test_it_is_named_in_another_plan_too(name: str, tmp_path: Path) -> None:
    row = IN_THE_COUNTY[name]
    copy = Path(shutil.copytree(COUNTY, tmp_path / "county"))
    path = copy / row["file"]
    content = path.read_text()
    assert row["old"] in content
    path.write_text(content.replace(row["old"], row["new"], 1))
    found = check_directory(copy)
    assert found.plan is None
    matching = [fault for fault in found.faults if row["says"] in fault.sentence]
    assert matching, [str(fault) for fault in found.faults]
    assert matching[0].file.endswith(row["file"]) or not row["before"]
    if row["before"]:
        at = path.read_text().index(row["before"])
        assert matching[0].line == path.read_text().count("\n", 0, at) + 1, str(matching[0])


@pytest.mark.parametrize("name", PLANTED)
def test_it_names_the_place_and_says_what_to_change(name: str, plant: Plant, copy: Path) -> None:
    row = PLANTED[name]
    found = plant(row["file"], row["old"], row["new"])
    assert found.plan is None
    matching = [fault for fault in found.faults if row["says"] in fault.sentence]
    assert matching, [str(fault) for fault in found.faults]
    fault = matching[0]
    assert fault.file.endswith(row["file"])
    if row["before"]:
        content = (copy / row["file"]).read_text()
        at = content.index(row["before"])
        assert fault.line == content.count("\n", 0, at) + 1, str(fault)
        column = at - content.rfind("\n", 0, at)
        assert fault.column == column or row["before"].startswith(AT_THE_ENTRY), (str(fault), column)


def test_the_small_plan_itself_is_sound(checked: Checked) -> None:
    assert checked.faults == []
    assert checked.plan is not None


def test_all_faults_are_reported_together(copy: Path) -> None:
    for name in ("unknown key", "unknown unit in selector", "undefined limit", "missing measure", "unknown guard"):
        row = PLANTED[name]
        path = copy / row["file"]
        path.write_text(path.read_text().replace(row["old"], row["new"], 1))
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


def test_an_organisation_code_with_a_wrong_check_character_is_a_notice(plant: Plant) -> None:
    found = plant("units/units.csv", "115100001", "115100002")
    assert found.plan is not None
    assert any("115100002 has a wrong check character" in notice.sentence for notice in found.notices)

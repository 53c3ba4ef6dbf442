from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from sunlit.plan.actions import store_and_activate
from sunlit.plan.commands import cli
from sunlit.plan.language import Plan

MINI = Path(__file__).parent / "mini"


def test_check_counts_what_a_sound_plan_holds() -> None:
    result = CliRunner().invoke(cli, ["check", str(MINI)])
    assert result.exit_code == 0
    assert "3 measures, 10 units, 4 kinds, 2 limits, 4 examples; no faults" in result.stdout
    assert "(notice)" in result.stderr
    assert "(notice)" not in CliRunner().invoke(cli, ["check", "--quiet", str(MINI)]).output


def test_check_prints_file_line_column_and_sentence_and_fails(copy: Path) -> None:
    path = copy / "plan.yaml"
    path.write_text(path.read_text().replace("  root: lt", "  roots: lt"))
    result = CliRunner().invoke(cli, ["check", str(copy)])
    assert result.exit_code == 1
    assert f'{path}:6:3: Unknown key "roots" in plan mini; did you mean "root"?' in result.stdout.splitlines()


@pytest.mark.django_db
def test_diff_compares_with_the_active_plan(plan: Plan, copy: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", str(copy)])
    assert result.exit_code == 1
    assert "no plan has been applied" in result.output
    store_and_activate(plan, timezone.now())
    assert CliRunner().invoke(cli, ["diff", str(copy)]).stdout == "Nothing changes.\n"
    path = copy / "rules.yaml"
    path.write_text(path.read_text().replace("every: event", "every: year"))
    result = CliRunner().invoke(cli, ["diff", str(copy)])
    assert result.exit_code == 1
    assert result.stdout.startswith("refused: The duty penalties-published changes")


def test_diff_compares_two_directories_without_a_database(copy: Path) -> None:
    path = copy / "rules.yaml"
    path.write_text(path.read_text().replace("amount: 20", "amount: 15"))
    result = CliRunner().invoke(cli, ["diff", str(copy), "--against", str(MINI)])
    assert (result.exit_code, result.stdout) == (0, "additive: The limit PENALTY-PLAN differs in amount.\n1 changes.\n")


def test_diff_of_a_plan_with_faults_reports_them(copy: Path) -> None:
    (copy / "plan.yaml").write_text("plan: {")
    result = CliRunner().invoke(cli, ["diff", str(copy), "--against", str(MINI)])
    assert result.exit_code == 1
    assert "not valid YAML" in result.stdout


def test_schema_describes_every_section_and_every_key() -> None:
    schema = json.loads(CliRunner().invoke(cli, ["schema"]).stdout)
    assert {"plan", "preamble", "kinds", "units", "examples"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    kind = schema["$defs"]["Kind"]
    assert kind["additionalProperties"] is False
    assert "holders" in kind["required"]
    assert "richtext" in schema["$defs"]["Field"]["properties"]["type"]["enum"]
    assert "class" in schema["$defs"]["Unit"]["properties"]
    assert schema["$defs"]["Label"]["anyOf"][0] == {"type": "string"}
    assert schema["$defs"]["Label"]["anyOf"][1]["required"] == ["zh"]

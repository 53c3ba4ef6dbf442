"""`sunlit guard scan` and the worker judge what is public by today's rules and name every place, masked."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from click.testing import CliRunner

from sunlit.ledger.models import Alarm
from sunlit.plan import actions as plan_actions
from sunlit.plan.checks import check_directory
from sunlit.records import acts
from sunlit.records.leaks import rounds
from sunlit.records.leaks.commands import cli
from sunlit.records.models import Leak, Revision
from tests.records.conftest import HERE, NOW

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]

NUMBER = "11010519491231002X"


def leak(record):
    """Put a number into a published wording, as an older version of the rules would have let it pass."""
    from django.db import connection

    text = Revision.objects.get(pk=record.live_id).payload.replace("虚假宣传", f"虚假宣传{NUMBER}")
    name = "records_revision"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [name])
            triggers = cursor.fetchall()
            for trigger, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {trigger}")
        cursor.execute(f"UPDATE {name} SET payload = %s WHERE id = %s", [text, record.live_id])  # noqa: S608
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        else:
            for _trigger, sql in triggers:
                cursor.execute(sql)
    return record


def scan(*options):
    return CliRunner().invoke(cli, ["scan", *options], catch_exceptions=False)


@pytest.fixture
def leaking(publish):
    good = publish()
    bad = leak(publish(number="江市监处罚〔2026〕2号"))
    return good, bad


def test_a_clean_site_is_told_to_be_clean(publish):
    publish()
    result = scan()
    assert result.exit_code == 0, result.output
    assert "1 of 1 wordings looked through" in result.output


def test_what_must_not_be_public_is_named_by_rule_address_and_place(leaking):
    result = scan()
    assert result.exit_code == 1
    assert f"id-number /r/{leaking[1].slug} · 违法事实" in result.output


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_report_repeats_it(leaking, options):
    assert NUMBER not in scan(*options).output


def test_the_sheet_has_every_finding(leaking, tmp_path):
    scan("--csv", str(tmp_path / "found.csv"))
    text = (tmp_path / "found.csv").read_text("utf-8-sig")
    assert [row["rule"] for row in csv.DictReader(text.splitlines())] == ["id-number"]
    assert NUMBER not in text


def test_a_scan_goes_on_where_it_stopped_and_its_report_is_whole(leaking, publish):
    assert scan("--limit", "2").exit_code == 1
    publish(number="江市监处罚〔2026〕3号")
    report = json.loads(scan("--json").stdout)
    assert (report["done"], report["complete"], len(report["findings"])) == (3, True, 1)


def test_a_scan_can_begin_anew(leaking):
    scan("--limit", "1")
    assert json.loads(scan("--restart", "--json").stdout)["done"] == 2


def test_older_wordings_that_are_still_readable_are_judged(city, leaking, approve):
    _good, bad = leaking
    bad.refresh_from_db()
    revision = acts.correct(bad, actor=city.editor, now=NOW, note="更正")
    acts.edit(revision, {**revision.data, "fact": "虚假宣传"}, actor=city.editor, now=NOW)
    acts.publish(approve(revision), actor=city.approver, now=NOW)
    assert f"/r/{bad.slug}, revision 1" in scan().output


def test_the_worker_sounds_an_alarm_and_clears_it_after_a_clean_round(city, leaking):
    rounds.Rounds().turn(NOW)
    alarm = Alarm.objects.get(name="guard")
    assert (alarm.cleared_at, NUMBER in alarm.sentence) == (None, False)
    leaking[1].refresh_from_db()
    acts.take_down(leaking[1], actor=city.approver, now=NOW, reason="误公开")
    rounds.Rounds().turn(NOW)
    alarm.refresh_from_db()
    assert alarm.cleared_at == NOW
    assert not Leak.objects.exists()


def test_an_exception_that_the_plan_makes_today_holds_for_what_was_published_before(leaking, tmp_path):
    folder = shutil.copytree(HERE / "plan", tmp_path / "plan")
    kinds = folder / "kinds" / "kinds.yaml"
    old = "noindex: true}"
    exception = "noindex: true, guard: [{rule: id-number, severity: warn, basis: 试, fields: [fact]}]}"
    kinds.write_text(kinds.read_text().replace(old, exception, 1))
    checked = check_directory(folder)
    assert checked.plan is not None, [str(fault) for fault in checked.faults]
    plan_actions.store_and_activate(checked.plan, NOW)
    result = scan("--restart")
    assert "warn id-number" in " ".join(result.output.split())
    assert result.exit_code == 0

"""A new text takes over words and sums of the last one, but no date and no file, in rows as little as outside."""

import pytest

from sunlit.plan.checks import check_directory
from sunlit.records.beginning import carried_over
from tests.city import PLAN


@pytest.fixture(scope="module")
def accounts():
    plan = check_directory(PLAN).plan
    return plan.kinds["village-finance"]


def test_dates_stay_behind_in_fields_and_in_rows(accounts):
    row = {"day": "2026-07-12", "item": "公用经费", "account": "income-subsidy", "income": "30000"}
    kept, anew = carried_over(accounts, {"year": "2026", "period_end": "2026-09-30", "lines": [row]})
    assert kept == {"year": "2026", "lines": [{name: row[name] for name in ("item", "account", "income")}]}
    assert anew == ["period_end", "lines"]


def test_what_the_last_text_did_not_say_is_not_asked_for(accounts):
    assert carried_over(accounts, {"phone": "0825-2220007"}) == ({"phone": "0825-2220007"}, [])

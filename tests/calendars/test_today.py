import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sunlit.calendars import clock, today

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("foreign", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    "instant",
    [datetime(2025, 3, 10, 23, 30, tzinfo=SHANGHAI), datetime(2025, 3, 10, 0, 30, tzinfo=SHANGHAI)],
    ids=["half past eleven in the evening", "half past midnight"],
)
def test_the_day_is_the_one_in_the_plans_zone_whatever_the_machine_thinks(instant, foreign):
    code = (
        "from datetime import datetime; from sunlit.calendars import clock, today\n"
        f"with clock.fixed(datetime.fromisoformat({instant.isoformat()!r})): print(today(), today('UTC'))"
    )
    environment = {**os.environ, "TZ": foreign, "DJANGO_SETTINGS_MODULE": "sunlit.config.settings"}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["2025-03-10", instant.astimezone(UTC).date().isoformat()]


def test_a_fixed_day_is_that_day_and_the_clock_runs_again_afterwards():
    with clock.fixed(date(2024, 2, 29)):
        assert today() == date(2024, 2, 29)
        with clock.fixed(date(2025, 1, 1)):
            assert today() == date(2025, 1, 1)
        assert today() == date(2024, 2, 29)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=10)


def test_the_clock_runs_again_after_a_failure():
    with pytest.raises(KeyError), clock.fixed(date(2024, 2, 29)):
        raise KeyError
    assert clock.now().year > 2024


def test_now_is_an_instant_in_utc():
    with clock.fixed(datetime(2025, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=8)))):
        assert clock.now() == datetime(2024, 12, 31, 17, 0, tzinfo=UTC)
        assert clock.now().tzinfo is UTC


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"), clock.fixed(datetime(2025, 1, 1)):
        pass

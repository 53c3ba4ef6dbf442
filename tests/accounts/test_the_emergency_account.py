"""The emergency account opens once, within its hours, and never in silence."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from sunlit.accounts import breakglass
from sunlit.accounts.breakglass import CannotArm
from sunlit.accounts.commands import cli
from sunlit.accounts.models import Session
from sunlit.calendars import clock, today
from sunlit.ledger.models import Alarm
from sunlit.units.models import AuditEntry, User
from sunlit.units.permissions import Verb, may
from tests.accounts.conftest import enter

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


@pytest.fixture
def password(city) -> str:
    done = CliRunner().invoke(cli, ["break-glass", "emergency", "--hours", "2"])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()[1]


def test_it_may_approve_everything_and_needs_no_second_factor(city, password, settings):
    settings.MFA = "staff"
    client = Client()
    assert enter(client, "emergency", password).headers["Location"] == "/desk/"
    assert client.get("/desk/people/").status_code == 200
    user = User.objects.get(username="emergency")
    for verb in (Verb.PUBLISH, Verb.TAKE_DOWN, Verb.MANAGE_MEMBERS):
        assert may(user, verb, city["village"], today=today())


def test_each_use_sounds_an_alarm_and_is_written_down(password):
    enter(Client(), "emergency", password)
    assert Alarm.objects.filter(name="break-glass emergency", cleared_at=None).exists()
    assert set(AuditEntry.objects.values_list("event", flat=True)) >= {"break_glass_armed", "break_glass_used"}


def test_the_password_is_good_for_one_log_in(password):
    assert enter(Client(), "emergency", password).status_code == 302
    assert enter(Client(), "emergency", password).status_code == 200


def test_after_its_hours_it_does_not_open(password):
    with clock.fixed(clock.now() + timedelta(hours=2, minutes=1)):
        client = Client()
        enter(client, "emergency", password)
        assert client.get("/account/sessions/").status_code == 302
    assert not Alarm.objects.exists()


def test_its_session_ends_with_its_hours(password):
    client = Client()
    enter(client, "emergency", password)
    kept = Session.objects.get(session_key=client.cookies["sessionid"].value)
    assert kept.expire_date - clock.now() <= timedelta(hours=2)


def test_armed_again_it_has_another_password(city, password):
    _account, again = breakglass.arm("emergency", hours=1, now=clock.now())
    assert enter(Client(), "emergency", password).status_code == 200
    assert enter(Client(), "emergency", again).status_code == 302


@pytest.mark.parametrize(("name", "hours"), [("clerk", 2), ("other", 0), ("other", 1000)])
def test_an_everyday_account_is_not_armed(city, person, name, hours):
    person("clerk")
    with pytest.raises(CannotArm):
        breakglass.arm(name, hours=hours, now=clock.now())

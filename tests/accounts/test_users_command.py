import pytest
from click.testing import CliRunner

from sunlit.accounts.commands import cli
from sunlit.calendars import clock, today
from sunlit.units.models import Member, User
from sunlit.units.permissions import Verb, may

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PHRASE = "correct horse battery"


def run(*arguments: str, **options):
    return CliRunner().invoke(cli, arguments, **options)


def test_a_password_is_asked_for_twice_and_never_shown():
    shown = run("create", "zhang", input=f"{PHRASE}\n{PHRASE}\n")
    assert shown.exit_code == 0, shown.output
    assert PHRASE not in shown.output
    assert User.objects.get(username="zhang").check_password(PHRASE)


def test_a_password_may_come_from_the_environment():
    shown = run("create", "zhang", env={"SUNLIT_PASSWORD": PHRASE})
    assert shown.exit_code == 0, shown.output
    assert PHRASE not in shown.output
    assert User.objects.get(username="zhang").check_password(PHRASE)


def test_a_weak_password_and_a_name_in_use_are_refused_in_words():
    assert run("create", "zhang", env={"SUNLIT_PASSWORD": PHRASE}).exit_code == 0
    again = run("create", "zhang", env={"SUNLIT_PASSWORD": PHRASE})
    weak = run("create", "li", env={"SUNLIT_PASSWORD": "12345"})
    for shown in (again, weak):
        assert shown.exit_code == 1
        assert shown.output.startswith("Error: ")
        assert "Traceback" not in shown.output
    assert User.objects.count() == 1


def test_the_system_administrator_gets_the_role_for_all_units(city):
    assert run("create", "admin", "--system-administrator", env={"SUNLIT_PASSWORD": PHRASE}).exit_code == 0
    admin = User.objects.get()
    assert may(admin, Verb.ADMINISTER, city["village"])
    assert not may(admin, Verb.PUBLISH, city["village"])


def test_without_units_there_is_no_administrator_and_no_account():
    shown = run("create", "admin", "--system-administrator", env={"SUNLIT_PASSWORD": PHRASE})
    assert shown.exit_code == 1
    assert "plan apply" in shown.output
    assert not User.objects.exists()


def test_roles_are_granted_listed_and_revoked(city, person):
    user = person("zhang")
    with clock.fixed(today()):
        assert run("grant", "zhang", "editor", "county").exit_code == 0
        assert may(user, Verb.WRITE, city["village"])
        assert run("list").output == "zhang: editor of county\n"
        assert run("revoke", "zhang", "editor", "county").exit_code == 0
        assert not may(user, Verb.WRITE, city["village"])
        assert run("list").output == "zhang: no role\n"
        assert run("revoke", "zhang", "editor", "county").exit_code == 1


def test_a_role_is_granted_between_two_days(city, person):
    person("zhang")
    assert run("grant", "zhang", "editor", "audit", "--since", "2025-01-01", "--until", "2025-12-31").exit_code == 0
    member = Member.objects.get()
    assert (str(member.since), str(member.until)) == ("2025-01-01", "2025-12-31")
    assert run("grant", "zhang", "editor", "audit", "--since", "2025-01-02", "--until", "2025-01-01").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grant", "nobody", "editor", "audit"), "no account 'nobody'"),
        (("grant", "zhang", "editor", "nowhere"), "no unit with the code 'nowhere'"),
        (("grant", "zhang", "emperor", "audit"), "emperor"),
    ],
)
def test_a_slip_is_answered_with_what_to_do(city, person, arguments, words):
    person("zhang")
    shown = run(*arguments)
    assert shown.exit_code in (1, 2)
    assert words in shown.output

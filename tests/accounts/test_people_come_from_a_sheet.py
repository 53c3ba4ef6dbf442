"""Every cell of a sheet is judged before one row is written."""

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from sunlit.accounts import identities, imports
from sunlit.accounts.commands import cli
from sunlit.accounts.imports import SheetRefused
from sunlit.calendars import clock
from sunlit.units.models import Member, User
from sunlit.units.roles import Role
from tests.accounts.conftest import said
from tests.units.conftest import DAY

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
HEADERS = "username,name,e-mail,unit,roles,since,until,oidc subject\n"


@pytest.fixture(autouse=True)
def _on_that_day():
    with clock.fixed(DAY):
        yield


@pytest.fixture
def chief(city, person):
    return person("chief", (Role.UNIT_ADMINISTRATOR, city["county"]))


@pytest.fixture
def judge(tmp_path, chief):
    """Judge rows for the chief of the county, or for the operator's command."""

    def read(rows: str, *, administrator=chief, headers: str = HEADERS):
        path = tmp_path / "people.csv"
        path.write_text(headers + rows, encoding="utf-8")
        return imports.read(path, administrator=administrator, today=DAY)

    return read


def test_good_rows_become_people_with_roles(judge, chief):
    sheet = judge(
        'zhang,张三,z@example.org,town,"editor, reviewer",2025-07-01,2025-12-31,\nli,李四,,八角村村委会,编辑,,,\n'
    )
    assert not sheet.faults
    done = imports.write(sheet, administrator=chief, today=DAY)
    assert [user.username for user in done.created] == ["zhang", "li"]
    assert done.granted == 3
    held = Member.objects.filter(user__username="zhang").order_by("role")
    assert [(each.role, str(each.since), str(each.until)) for each in held] == [
        ("editor", "2025-07-01", "2025-12-31"),
        ("reviewer", "2025-07-01", "2025-12-31"),
    ]
    assert not User.objects.get(username="li").has_usable_password()


def test_a_person_may_stand_in_several_rows(judge, chief):
    sheet = judge("zhang,张三,,town,editor,,,\nzhang,张三,,village,approver,,,\n")
    done = imports.write(sheet, administrator=chief, today=DAY)
    assert (len(done.created), done.granted) == (1, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("zhang san,张三,,town,editor,,,", "username"),
        (",张三,,town,editor,,,", "username"),
        ("zhang,张三,nowhere,town,editor,,,", "e-mail"),
        ("zhang,张三,,nowhere,editor,,,", "unit"),
        ("zhang,张三,,town,emperor,,,", "roles"),
        ("zhang,张三,,town,,,,", "roles"),
        ("zhang,张三,,audit,editor,,,", "roles"),
        ("zhang,张三,,town,supervisor,,,", "roles"),
        ("chief,头,,town,approver,,,", "roles"),
        ("zhang,张三,,town,editor,soon,,", "since"),
        ("zhang,张三,,town,editor,2025-07-01,2025-06-01,", "until"),
        ("zhang,张三,,town,editor,,,known", "oidc subject"),
        ("closed,张三,,town,editor,,,", "username"),
    ],
)
def test_a_fault_is_told_by_row_and_column(judge, person, row, column):
    identities.make_known(person("somebody"), "known")
    closed = person("closed")
    closed.is_active = False
    closed.save()
    sheet = judge(f"li,李四,,town,editor,,,\n{row}\n")
    assert [(fault.row, fault.column) for fault in sheet.faults] == [(3, column)]
    assert len(sheet.rows) == 1


def test_one_identity_cannot_be_given_to_two(judge):
    sheet = judge("zhang,张三,,town,editor,,,sub-1\nli,李四,,town,editor,,,sub-1\n")
    assert [(fault.row, fault.column) for fault in sheet.faults] == [(3, "oidc subject")]


def test_nobody_opens_the_account_of_someone_above_by_an_identity_of_their_own(judge, person, city):
    person("mayor", (Role.APPROVER, city["city"]))
    sheet = judge("mayor,,,town,editor,,,sub-of-the-chief\n")
    assert [(fault.row, fault.column) for fault in sheet.faults] == [(2, "oidc subject")]
    assert not judge("mayor,,,town,editor,,,sub-1\n", administrator=None).faults


def test_the_operators_command_may_give_every_role(judge):
    sheet = judge("zhang,张三,,city,system_administrator,,,", administrator=None)
    assert not sheet.faults


@pytest.mark.parametrize("headers", ["username,name\n", "username,unit,roles,salary\n", ""])
def test_headers_that_do_not_fit_are_refused_as_a_whole(judge, headers):
    with pytest.raises(SheetRefused):
        judge("zhang,张三\n" if headers else "", headers=headers)


def test_a_workbook_is_read_as_well(tmp_path, chief):
    book = Workbook()
    book.active.append(["用户名", "姓名", "单位代码", "角色", "开始日期"])
    book.active.append(["zhang", "张三", "town", "编辑、审核", DAY])
    book.save(tmp_path / "people.xlsx")
    sheet = imports.read(tmp_path / "people.xlsx", administrator=chief, today=DAY)
    assert not sheet.faults
    assert sheet.rows[0].roles == (Role.EDITOR, Role.REVIEWER)


def upload(desk, rows: str, **more):
    file = SimpleUploadedFile("people.csv", (HEADERS + rows).encode())
    return desk.post("/desk/people/import/", {"file": file, **more})


ROWS = "zhang,张三,,town,editor,,,\nli,李四,,audit,editor,,,\n"


def test_one_bad_row_keeps_all_out_unless_told_otherwise(chief, at_desk):
    desk = at_desk(chief)
    refused = upload(desk, ROWS)
    assert refused.status_code == 422
    assert "audit" not in said(refused).partition("editor")[0]
    assert not User.objects.filter(username__in=("zhang", "li")).exists()
    kept = upload(desk, ROWS, do="good")
    assert "/account/set-password/" in kept.content.decode()
    assert User.objects.filter(username="zhang").exists()
    assert not User.objects.filter(username="li").exists()


def test_checking_writes_nothing(chief, at_desk):
    assert upload(at_desk(chief), "zhang,张三,,town,editor,,,\n", do="check").status_code == 200
    assert not User.objects.filter(username="zhang").exists()


def test_the_template_can_be_filled_in(chief, at_desk, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"".join(at_desk(chief).get("/desk/people/import/template.csv").streaming_content))
    assert imports.read(path, administrator=chief, today=DAY).rows == []


def test_the_command_prints_a_link_for_each_new_account(city, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(HEADERS + ROWS, encoding="utf-8")
    dry = CliRunner().invoke(cli, ["import", str(path), "--dry-run"])
    assert "2 rows are good" in dry.output
    assert not User.objects.exists()
    done = CliRunner().invoke(cli, ["import", str(path)])
    assert done.exit_code == 0, done.output
    assert done.output.count("/account/set-password/") == 2


def test_the_command_names_faults_and_stops(city, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADERS}zhang,张三,,nowhere,editor,,,\n{ROWS}", encoding="utf-8")
    refused = CliRunner().invoke(cli, ["import", str(path)])
    assert refused.exit_code == 1
    assert "row 2, unit 'nowhere'" in refused.output
    assert not User.objects.exists()
    assert CliRunner().invoke(cli, ["import", str(path), "--keep-good"]).exit_code == 0
    assert User.objects.count() == 2

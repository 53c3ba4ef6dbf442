"""Many accounts from a sheet: every row is judged before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.accounts import identities, people, roles
from sunlit.records.imports.sheets import SheetRefused, open_sheet
from sunlit.text.folding import fold
from sunlit.units import granting
from sunlit.units.models import Unit, User
from sunlit.units.roles import Role

MOST_ROWS = 2_000
# What a column may be called; the first name is the one the template uses.
COLUMNS = {
    "username": ("username", "用户名", "账号"),
    "name": ("name", "姓名"),
    "email": ("e-mail", "email", "邮箱", "电子邮箱"),
    "unit": ("unit", "单位", "单位代码"),
    "roles": ("roles", "role", "角色"),
    "since": ("since", "开始日期", "起始日期"),
    "until": ("until", "截止日期", "结束日期"),
    "subject": ("oidc subject", "subject", "统一身份标识"),
}
NEEDED = ("username", "unit", "roles")
ROLE_NAMES = {
    "编辑": Role.EDITOR,
    "审核": Role.REVIEWER,
    "审核员": Role.REVIEWER,
    "保密审查": Role.SECRECY_REVIEWER,
    "保密审查员": Role.SECRECY_REVIEWER,
    "合法性审查": Role.LEGAL_REVIEWER,
    "合法性审查员": Role.LEGAL_REVIEWER,
    "签发": Role.APPROVER,
    "签发人": Role.APPROVER,
    "单位管理员": Role.UNIT_ADMINISTRATOR,
    "经办": Role.OPERATOR,
    "经办人": Role.OPERATOR,
    "监督": Role.SUPERVISOR,
    "考核": Role.ASSESSOR,
    "系统管理员": Role.SYSTEM_ADMINISTRATOR,
}
_SPLIT = re.compile(r"[,;，；、\s]+")
_USERNAME = re.compile(r"^[\w.@+-]{1,150}$")


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell."""

    row: int
    column: str
    cell: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """A row that may be written."""

    number: int
    username: str
    name: str
    email: str
    unit: Unit
    roles: tuple[Role, ...]
    since: date
    until: date | None
    subject: str


@dataclass
class Sheet:
    """What a file holds, judged: rows that may be written, and what is wrong with the others."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def faulty_rows(self) -> int:
        """How many rows have faults."""
        return len({fault.row for fault in self.faults})


@dataclass(frozen=True)
class Outcome:
    """What was written: the people whose accounts are new, and how many roles were given."""

    created: list[User]
    granted: int


class _Register:
    """Finds units by code or name; a name that several bear is nobody's."""

    def __init__(self) -> None:
        self._found: dict[str, Unit | None] = {}
        for unit in Unit.objects.filter(closed=None):
            self._found[unit.code] = unit
            for name in {fold(unit.name), fold(unit.short)} - {""}:
                known = self._found.get(name, unit)
                self._found[name] = unit if known is unit else None

    def find(self, text: str) -> Unit | None:
        return self._found.get(text) or self._found.get(fold(text))


def read(path: Path, *, administrator: User | None, today: date) -> Sheet:
    """Judge a file for an administrator, or for the operator's command without one; raises SheetRefused."""
    opened = open_sheet(path)
    places = _places(opened.headers)
    judge = _Judge(administrator, today)
    for number, cells in opened.rows:
        if number > MOST_ROWS + 1:
            raise SheetRefused(_("The file has more than %(most)d rows: split it.") % {"most": MOST_ROWS})
        judge.row(number, {name: _text(cells, place) for name, place in places.items()})
    return judge.sheet


@transaction.atomic
def write(sheet: Sheet, *, administrator: User | None, today: date, address: str = "") -> Outcome:
    """Create the accounts and give the roles of every good row, all or none of them."""
    created, granted = [], 0
    for row in sheet.rows:
        user = User.objects.filter(username=row.username).first()
        if user is None:
            account = people.NewAccount(row.username, row.name, row.email)
            user = people.create(administrator, account, address=address, unit_path=row.unit.path)
            created.append(user)
        for role in row.roles:
            roles.grant(
                administrator, user, row.unit, role, since=row.since, until=row.until, today=today, address=address
            )
            granted += 1
        if row.subject:
            identities.make_known(user, row.subject, administrator=administrator)
    return Outcome(created, granted)


def _places(headers: Sequence[str]) -> dict[str, int]:
    known = {_plain(alias): name for name, aliases in COLUMNS.items() for alias in aliases}
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        name = known.get(_plain(header))
        if name is None and header:
            raise SheetRefused(
                _("Column %(place)d (“%(header)s”) is unknown. The columns are: %(all)s.")
                % {"place": place + 1, "header": header[:40], "all": ", ".join(each[0] for each in COLUMNS.values())}
            )
        if name is not None:
            found[name] = place
    missing = [COLUMNS[name][0] for name in NEEDED if name not in found]
    if missing:
        raise SheetRefused(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return found


def _plain(header: str) -> str:
    return re.sub(r"[\s_-]+", "", fold(header))


def _text(cells: Sequence[object], place: int) -> str:
    value: Any = cells[place] if place < len(cells) else ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet keeps codes as numbers
    return "" if value is None else str(value).strip()


class _Judge:
    """Judges rows one by one; what an earlier row took a later one cannot have."""

    def __init__(self, administrator: User | None, today: date) -> None:
        self.sheet = Sheet()
        self._administrator, self._today = administrator, today
        self._units = _Register()
        self._users = {user.username: user for user in User.objects.all()}
        self._subjects = identities.known()
        self._seen: dict[str, str] = {}
        self._allowed: dict[str, frozenset[Role]] = {}
        self._held = people.powers(administrator, today=today) if administrator else []

    def row(self, number: int, cells: Mapping[str, str]) -> None:
        faults: list[Fault] = []

        def wrong(column: str, sentence: str) -> None:
            faults.append(Fault(number, COLUMNS[column][0], cells.get(column, "")[:60], sentence))

        username = cells["username"]
        if not _USERNAME.match(username):
            wrong("username", _("A user name has 1 to 150 letters, digits or the signs @ . + - _"))
        user = self._users.get(username)
        if user is not None and not user.is_active:
            wrong("username", _("This account is closed: open it again first."))
        unit = self._units.find(cells["unit"])
        if unit is None:
            wrong("unit", _("No unit in service has this code or name, or several have it."))
        asked = self._roles(cells["roles"], unit, user, wrong)
        since, until = self._days(cells, wrong)
        self._email(cells.get("email", ""), wrong)
        self._subject(cells.get("subject", ""), username, user, wrong)
        if self._seen.setdefault(username, cells.get("name", "")) != cells.get("name", ""):
            wrong("name", _("An earlier row gives this user name to a person of another name."))
        self.sheet.faults += faults
        if not faults and unit is not None:
            name, email, subject = cells.get("name", "")[:150], cells.get("email", ""), cells.get("subject", "")
            self.sheet.rows.append(Row(number, username, name, email, unit, asked, since, until, subject))

    def _roles(self, text: str, unit: Unit | None, user: User | None, wrong: Any) -> tuple[Role, ...]:
        found = []
        for word in filter(None, _SPLIT.split(text)):
            role = ROLE_NAMES.get(word) or (Role(word.lower()) if word.lower() in Role.values else None)
            if role is None:
                wrong("roles", _("“%(word)s” is no role. The roles are: %(all)s.") % _known_roles(word))
            elif unit is not None and not self._may_give(role, unit):
                wrong("roles", roles.sentence("not_yours"))
            elif user is not None and user == self._administrator:
                wrong("roles", roles.sentence("own_hand"))
            else:
                found.append(role)
        if not text:
            wrong("roles", _("Name at least one role."))
        return tuple(found)

    def _may_give(self, role: Role, unit: Unit) -> bool:
        if self._administrator is None:
            return True
        if unit.path not in self._allowed:
            self._allowed[unit.path] = granting.grantable(self._held, unit.path)
        return role in self._allowed[unit.path]

    def _days(self, cells: Mapping[str, str], wrong: Any) -> tuple[date, date | None]:
        found: dict[str, date | None] = {}
        for name in ("since", "until"):
            text = cells.get(name, "").replace("/", "-").replace(".", "-")
            try:
                found[name] = date.fromisoformat(text) if text else None
            except ValueError:
                found[name] = None
                wrong(name, _("Write the day as 2026-03-01."))
        since, until = found["since"] or self._today, found["until"]
        if until is not None and until < since:
            wrong("until", _("The last day lies before the first."))
        return since, until

    def _email(self, text: str, wrong: Any) -> None:
        try:
            if text:
                validate_email(text)
        except ValidationError:
            wrong("email", _("This is no e-mail address."))

    def _subject(self, text: str, username: str, user: User | None, wrong: Any) -> None:
        if text and self._subjects.setdefault(text, username) != username:
            wrong("subject", _("This identity belongs to another account already."))
        elif text and user is not None and not self._may_open(user):
            wrong("subject", people.not_all_yours())

    def _may_open(self, user: User) -> bool:
        """An identity opens an account to its bearer: whoever could set it for others could take those over."""
        chief = self._administrator
        return chief is None or people.may_manage(chief, user, today=self._today)


def _known_roles(word: str) -> dict[str, str]:
    return {"word": word, "all": ", ".join(Role.values)}

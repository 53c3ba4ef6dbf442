"""Loading publishes through the acts, goes on where it stopped, and does nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sunlit.calendars import clock
from sunlit.demo import commands, people, sheets
from sunlit.demo.desk import Desk
from sunlit.demo.loading import Loader
from sunlit.demo.recipes import Dish, Kitchen
from sunlit.demo.values import Link
from sunlit.ledger import keys
from sunlit.ledger.models import Pending
from sunlit.plan import actions as plan_actions
from sunlit.plan.language import Plan
from sunlit.records.models import Batch, Notice, Record, Relation, Revision
from sunlit.units.actions import sync_units
from sunlit.units.models import Member, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.HOME = tmp_path
    keys.ensure()
    with clock.fixed(TODAY):
        yield


@pytest.fixture
def loader(plan: Plan, kitchen: Kitchen) -> Loader:
    sync_units(plan, today=TODAY)
    plan_actions.store_and_activate(plan, clock.now())
    people.create(kitchen.directory)
    return Loader(
        plan, people.cast(kitchen.directory, plan.head.root), {unit.code: unit for unit in Unit.objects.all()}
    )


@pytest.fixture(scope="session")
def few(dishes: list[Dish]) -> list[Dish]:
    """One of each kind, one of each fate, a document with its interpretation, and four rows of a sheet."""
    chosen: dict[object, Dish] = {}
    for dish in dishes:
        if dish.sheet:
            continue
        chosen.setdefault(dish.kind, dish)
        if dish.fate:
            chosen.setdefault(dish.fate, dish)
    needed = {value.key for dish in chosen.values() for value in dish.data.values() if isinstance(value, Link)}
    rows = [dish for dish in dishes if dish.sheet][:4]
    wanted = {id(dish) for dish in (*chosen.values(), *rows)}
    documents = {dish.key for dish in dishes if dish.key and (id(dish) in wanted or dish.key in needed)}
    beside = {id(dish) for dish in dishes if dish.kind == "interpretation" and _names(dish, documents)}
    return [dish for dish in dishes if id(dish) in wanted | beside or (dish.key and dish.key in needed)]


def _names(dish: Dish, keys: set[str]) -> bool:
    return any(isinstance(value, Link) and value.key in keys for value in dish.data.values())


def load(loader: Loader, dishes: list[Dish]) -> int:
    return loader.load(dishes, lambda _count: None)


def test_every_record_is_published_by_its_unit_on_its_day(loader: Loader, few: list[Dish]) -> None:
    assert load(loader, few) == len(few)
    there = Record.objects.select_related("unit").order_by("pk")
    assert there.count() == len(few)
    assert sorted((one.kind, one.unit.code) for one in there) == sorted((dish.kind, dish.unit) for dish in few)
    days = {dish.day for dish in few}
    assert all(one.published_at is not None and one.published_at.date() in days for one in there)
    assert all(one.slug for one in there)
    assert Pending.objects.filter(event="record.published").exists()


def test_only_what_is_invented_is_marked_as_demo(loader: Loader, few: list[Dish]) -> None:
    load(loader, few)
    assert Record.objects.filter(demo=False).count() == sum(dish.marked != "demo" for dish in few)
    assert {one.kind for one in Record.objects.filter(demo=False)} == {"policy", "notice"}


def test_what_befell_a_record_is_told_with_its_reason(loader: Loader, few: list[Dish]) -> None:
    load(loader, few)
    events = set(Notice.objects.values_list("event", flat=True))
    assert events == {"record.withdrawn", "record.unpublished", "record.validity"}
    assert Record.objects.filter(state="withdrawn").exists()
    assert Record.objects.filter(validity="repealed").exists()
    assert Record.objects.filter(revisions__number=2, live__number=2).exists()


def test_an_interpretation_is_linked_to_its_document(loader: Loader, few: list[Dish]) -> None:
    load(loader, few)
    links = list(Relation.objects.select_related("source__live", "target").filter(source__kind="interpretation"))
    assert {link.target.kind for link in links} == {"policy"}
    for link in links:
        assert link.source.live is not None
        assert link.source.live.data["document"] == link.target.slug
        assert link.source.published_at == link.target.published_at


def test_a_sheet_is_imported_in_one_batch(loader: Loader, few: list[Dish]) -> None:
    load(loader, few)
    sheet = sheets.collect(few)[0]
    batch = Batch.objects.get(file_name=sheet.name)
    assert (batch.state, batch.good) == ("released", len(sheet.dishes))


def test_an_unfinished_sheet_is_dropped_and_imported_again(loader: Loader, few: list[Dish]) -> None:
    sheet = sheets.collect(few)[0]
    Batch.objects.create(
        kind=sheet.dishes[0].kind,
        shape=loader.plan.hash,
        file_name=sheet.name,
        file_sha256="0" * 64,
        author_id=loader.cast.editor.user_id,
        approver_id=loader.cast.approver.user_id,
        demo=True,
        started_at=clock.now(),
    )
    load(loader, few)
    assert sheets.is_there(sheet)
    assert Record.objects.count() == len(few)


def test_a_second_load_adds_nothing(loader: Loader, few: list[Dish]) -> None:
    load(loader, few)
    assert load(loader, few) == 0
    assert loader.count(few) == len(few)


def test_an_interrupted_load_goes_on_where_it_stopped(loader: Loader, few: list[Dish]) -> None:
    class Unplugged(Exception):
        pass

    def stop(_count: int) -> None:
        if Record.objects.filter(kind="policy").exists():
            raise Unplugged

    with pytest.raises(Unplugged):
        loader.load(few, stop)
    left = len(few) - loader.count(few)
    assert left > 0
    again = Loader(loader.plan, loader.cast, loader.units)
    assert load(again, few) == left
    assert Record.objects.count() == len(few)
    assert Relation.objects.exists()


def test_the_accounts_hold_their_roles_since_before_the_first_record(loader: Loader, dishes: list[Dish]) -> None:
    assert Member.objects.exists()
    assert max(Member.objects.values_list("since", flat=True)) < dishes[0].day


def test_the_command_loads_what_a_plan_directory_holds(loader: Loader, kitchen: Kitchen, tmp_path: Path) -> None:
    folder = tmp_path / "city" / "demo"
    (folder / "recipes").mkdir(parents=True)
    (folder / "people.yaml").write_bytes((kitchen.directory / "people.yaml").read_bytes())
    (folder / "recipes" / "notices.yaml").write_text(
        "recipes: [{kind: notice, units: [sn-audit], count: '3', published: {from: 2026-01-05, to: 2026-01-09},"
        " data: {title: 'Nr {n}', issuer_written: x, issued_on: '{day}', topic: other, content: y}}]",
        encoding="utf-8",
    )
    first = CliRunner().invoke(commands.demo, ["load", "--plan", str(folder.parent)])
    assert first.exit_code == 0, first.output
    assert "3 records published" in first.output
    again = CliRunner().invoke(commands.demo, ["load", "--plan", str(folder.parent)])
    assert "3 records are there" in again.output
    assert Record.objects.filter(demo=True).count() == 3


def test_the_welcome_names_every_log_in(kitchen: Kitchen) -> None:
    shown = CliRunner().invoke(commands.demo, ["welcome", "--plan", str(kitchen.directory.parent)])
    assert shown.exit_code == 0, shown.output
    for account in people.accounts(kitchen.directory):
        assert account.username in shown.output
        assert account.password in shown.output


def test_the_desk_of_the_demo_city_has_a_text_in_every_step(loader: Loader, kitchen: Kitchen) -> None:
    desk = Desk(loader.plan, loader.cast, kitchen.directory.parent)
    laid = desk.lay(now=clock.now())
    states = set(Revision.objects.filter(record__demo=True).values_list("state", flat=True))
    assert laid == Revision.objects.count()
    assert {"draft", "submitted", "reviewed", "vetted", "approved", "scheduled"} <= states
    assert desk.lay(now=clock.now()) == 0

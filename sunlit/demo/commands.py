"""``sunlit demo``: load the demo city and greet whoever starts it."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings

from sunlit.calendars import clock
from sunlit.demo import people
from sunlit.demo.desk import Desk
from sunlit.demo.loading import Loader
from sunlit.demo.recipes import Kitchen
from sunlit.plan import selectors as plans
from sunlit.units.models import Unit

DIRECTORY = click.option(
    "--plan",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=lambda: settings.BASE_DIR / "plans" / "suining",
    help="The plan directory whose demo/ to load.",
)


@click.group()
def demo() -> None:
    """Fill an instance with a demo city; every invented record is marked as such."""


@demo.command()
@DIRECTORY
def load(directory: Path) -> None:
    """Publish the demo city, or what is still missing of it."""
    kitchen = Kitchen(directory / "demo", plans.current())
    people.create(kitchen.directory)
    dishes = kitchen.dishes()
    cast = people.cast(kitchen.directory, kitchen.plan.head.root)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={dish.unit for dish in dishes})}
    loader = Loader(kitchen.plan, cast, units)
    there = loader.count(dishes)
    if there == len(dishes):
        click.echo(f"  demo city: {there} records are there")
    else:
        with click.progressbar(length=len(dishes), label="  demo city") as bar:
            bar.update(there)
            loaded = loader.load(dishes, bar.update)
        click.echo(f"  demo city: {loaded} records published")
    if laid := Desk(kitchen.plan, cast, directory).lay(now=clock.now()):
        click.echo(f"  demo desk: {laid} texts wait for their next step")


@demo.command()
@DIRECTORY
def welcome(directory: Path) -> None:
    """Print the address and the demo log-ins."""
    click.echo(f"\n  Sunlit 阳光  http://{settings.HOST}/\n\n  demo log-ins (public passwords; never for real use):")
    for account in people.accounts(directory / "demo"):
        click.echo(f"    {account.username:<11}{account.password:<23}{account.does}")
    click.echo("\n  Ctrl+C stops everything.\n")

"""The ``sunlit`` command: one group per engine, loaded only when asked for."""

from __future__ import annotations

import importlib
import os
import sys

import click

# Command -> where it is written. A group or command is imported only when someone calls it, so `--help` stays quick.
COMMANDS = {
    "init": "sunlit.config.commands.instance:init",
    "serve": "sunlit.config.commands.serving:serve",
    "worker": "sunlit.config.commands.serving:worker",
    "copier": "sunlit.config.commands.serving:copier",
    "rebuild": "sunlit.config.commands.serving:rebuild",
    "plan": "sunlit.config.commands.plans:plan",
    "users": "sunlit.accounts.commands:cli",
    "ledger": "sunlit.ledger.commands:cli",
    "guard": "sunlit.records.leaks.commands:cli",
    "import": "sunlit.records.commands:import_command",
    "errands": "sunlit.records.errands.commands:errands",
    "oldsite": "sunlit.records.imports.oldsite.commands:cli",
    "backup": "sunlit.config.commands.backing_up:backup",
    "restore": "sunlit.config.commands.backing_up:restore",
    "doctor": "sunlit.config.commands.doctoring:doctor",
    "charts": "sunlit.screens.charts.commands:charts",
    "search": "sunlit.search.commands:search",
    "bench": "sunlit.search.commands:bench",
    "demo": "sunlit.demo.commands:demo",
}


class Commands(click.Group):
    """Resolves command names through ``COMMANDS``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of the table."""
        return [*COMMANDS, "manage"]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command that was asked for, or None if there is no such command."""
        if name == "manage":
            return manage
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a command of Django's own (migrate, shell, …)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["sunlit manage", *arguments])


@click.group(cls=Commands)
@click.version_option(package_name="sunlit")
def cli() -> None:
    """Run a city's open-government plan."""


def main() -> None:
    """Prepare Django and hand over to the command that was asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    import django

    django.setup()
    from django.db import OperationalError, ProgrammingError

    from sunlit.plan.selectors import NoPlan

    try:
        cli(prog_name="sunlit")
    except NoPlan:
        click.echo("Error: no plan is in force here. Apply one: `sunlit plan apply plans/<city>`.", err=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError) as error:
        if not any(sign in str(error) for sign in ("no such table", "no such column", "does not exist")):
            raise
        click.echo("Error: this instance is not prepared, or not for this version. Run `sunlit init`.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

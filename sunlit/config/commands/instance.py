"""``sunlit init``: prepare an instance, or bring it up to this release."""

from __future__ import annotations

from collections.abc import Callable

import click
from django.conf import settings
from django.core.management import call_command

from sunlit.ledger import keys
from sunlit.screens import messages

FOLDERS = ("files", "keys", "ledger", "log", "static")


@click.command()
def init() -> None:
    """Create or upgrade databases, keys, translations and static files; safe to repeat."""
    prepare(click.echo)


def prepare(say: Callable[[str], object], *, with_keys: bool = True) -> None:
    """Do the steps of ``init``; without keys where those of the log are to be put back by hand."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        (settings.HOME / name).mkdir(exist_ok=True, mode=0o700)
    for alias in settings.DATABASES:
        say(f"  database {alias}: {settings.DATABASES[alias]['NAME']}")
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        call_command("createcachetable", database=alias, verbosity=0)
    if with_keys:
        keys.ensure()
    say(f"  translations: {messages.compile_all()} catalogues")
    call_command("collectstatic", verbosity=0, interactive=False)
    say(f"  instance ready in {settings.HOME}")

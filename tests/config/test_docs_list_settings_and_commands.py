"""What an operator can set or call stands in the documentation, and the documentation names nothing else."""

import re
from pathlib import Path

import click
import pytest

from sunlit.cli import cli

ROOT = Path(__file__).resolve().parent.parent.parent
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
READ = re.compile(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"")
FOREIGN = {"DJANGO_SETTINGS_MODULE"}


def settings_in_code():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "sunlit").rglob("*.py")]
    return {name for source in sources for name in READ.findall(source)} - FOREIGN


def test_every_setting_is_documented():
    missing = {name for name in settings_in_code() if f"`{name}`" not in OPERATE}
    assert not missing, f"docs/operate.md does not tell what {sorted(missing)} are for"


def test_every_documented_setting_exists():
    table = OPERATE.partition("## Settings")[2].partition("## ")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert named <= settings_in_code(), f"nothing reads {sorted(named - settings_in_code())}"


def commands(group, context, prefix=""):
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if name == "manage":  # Django's own
            continue
        if isinstance(command, click.Group):
            yield from commands(command, context, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


COMMANDS = list(commands(cli, click.Context(cli)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert any(f"sunlit {command}" in page.read_text(encoding="utf-8") for page in PAGES), (
        f"no page of the documentation shows `sunlit {command}`"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_documentation_shows_no_command_that_does_not_exist(page):
    groups = {command.partition(" ")[0] for command in COMMANDS if " " in command}
    shown = re.findall(r"(?:^|`|/)sunlit ([a-z-]+)(?: ([a-z-]+))?", page.read_text(encoding="utf-8"), re.MULTILINE)
    for first, second in shown:
        known = first in {*COMMANDS, "manage"} or first in groups
        assert known, f"{page.name} shows `sunlit {first}`"
        if first in groups and second:
            assert f"{first} {second}" in COMMANDS, f"{page.name} shows `sunlit {first} {second}`"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command):
    group, context = cli, click.Context(cli)
    for name in command.split():
        group = group.get_command(context, name)
    assert group.help
    assert group.help.strip().partition("\n")[0].endswith(".")

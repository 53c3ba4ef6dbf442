"""Ten thousand pages with pictures and files are taken in at a rate with which an afternoon is enough for any site."""

from __future__ import annotations

import time

import pytest
from click.testing import CliRunner

from sunlit.records.imports.oldsite.commands import cli
from sunlit.records.models import Record
from tests.oldsite.export import write
from tests.oldsite.test_an_old_site_becomes_records import run
from tests.records.conftest import (  # noqa: F401 - fixtures
    _sentences_as_in_the_code,
    city,
    home,
    plan,
)

pytestmark = [pytest.mark.soak, pytest.mark.django_db(databases="__all__")]
PAGES, SLOWEST = 10_000, 100
"""Pages, and how many a second at least."""


def test_ten_thousand_pages(city, tmp_path):  # noqa: F811
    site = write(tmp_path / "export", PAGES)
    began = time.perf_counter()
    result = run(site)
    rate = PAGES / (time.perf_counter() - began)
    print(f"{rate:.0f} pages a second")
    assert result.exit_code == 0, result.output[-2000:]
    assert Record.objects.filter(state="live").count() == PAGES
    assert rate > SLOWEST
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0

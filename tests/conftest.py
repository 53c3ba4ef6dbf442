"""What every test may lean on."""

import shutil

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _nothing_published(settings):
    """Forget published checkpoint and journal of an earlier test: its database is gone, and a log never goes back."""
    (settings.HOME / "ledger" / "checkpoint").unlink(missing_ok=True)
    shutil.rmtree(settings.HOME / "ledger" / "journal", ignore_errors=True)


@pytest.fixture
def in_english():
    """Let the interface speak English, the language in which its texts stand in the code."""
    with translation.override("en"):
        yield

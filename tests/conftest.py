"""What every test may lean on."""

import pytest


@pytest.fixture(autouse=True)
def _nothing_published(settings):
    """Forget the published checkpoint of an earlier test: its database is gone, and a log never goes back."""
    (settings.HOME / "ledger" / "checkpoint").unlink(missing_ok=True)

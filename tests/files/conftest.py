"""Sentences are compared with those in the code."""

import pytest


@pytest.fixture(autouse=True)
def _sentences_as_in_the_code(in_english: None) -> None:
    """Compare sentences with those in the code."""

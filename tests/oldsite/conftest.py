"""The small city of the records."""

from tests.records.conftest import (  # noqa: F401 - fixtures
    _sentences_as_in_the_code,
    city,
    home,
    plan,
)

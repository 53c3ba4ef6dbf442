"""A word is found wherever a file carries it, and it is said whether a reader would see it."""

from __future__ import annotations

import pytest

from sunlit.files.extraction.reading import read
from tests.files.carriers import CARRIERS

WORD = "11010519491231002X"


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda one: f"{one.name}: {one.place}")
def test_a_word_is_found_wherever_a_file_carries_it(carrier, tmp_path):
    path = tmp_path / carrier.name
    path.write_bytes(carrier.make(WORD))
    found = [part for part in read(path, carrier.type).parts if WORD in part.text]
    assert found, "not found at all"
    assert carrier.hidden in [part.hidden for part in found]
    # What is hidden is not also called visible, or the other way round.
    assert all((part.hidden is None) == (carrier.hidden is None) for part in found)
    assert all(part.where for part in found)

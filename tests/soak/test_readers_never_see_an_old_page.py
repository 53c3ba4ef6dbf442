"""Whatever staff do, readers see it within a second, and nothing that was never published."""

from __future__ import annotations

import pytest

from bench import freshness

pytestmark = [pytest.mark.soak, pytest.mark.both_databases]
ACTS = 400


def test_random_acts_under_load_are_seen_within_a_second_and_nothing_is_ever_wrong(bare_instance, port):
    found = freshness.measure(ACTS, bare_instance, port)
    assert found.acts == ACTS
    assert found.answers > ACTS, "nobody was reading"
    assert found.wrong == []
    assert found.p99 <= 1.0

"""Index numbers: unique whoever asks at once, without a lock on anything but the swap itself."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from sunlit.records import numbering
from sunlit.records.models import IndexSequence
from tests.records.conftest import open_city


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_ten_who_publish_at_once_get_ten_different_numbers(plan):
    city = open_city(plan)
    taken: list[str] = []
    barrier = threading.Barrier(10)

    def work() -> None:
        barrier.wait()
        for _ in range(5):
            with transaction.atomic():
                taken.append(numbering.allot(plan, city["market"], 2026).index_no)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == 50 == IndexSequence.objects.get().last


@pytest.mark.django_db
@pytest.mark.both_databases
def test_many_units_move_on_together(plan):
    city = open_city(plan)
    numbers = numbering.allot_many(plan, {city["market"]: 2, city["water"]: 1}, 2026)
    assert [[one.slug for one in each] for each in numbers.values()] == [
        ["115100028-2026-00001", "115100028-2026-00002"],
        ["115100036-2026-00001"],
    ]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_sequence_that_someone_else_moved_is_read_again(plan, monkeypatch):
    city = open_city(plan)
    numbering.allot(plan, city["market"], 2026)
    real, calls = numbering._read, []

    def overtaken(*arguments):
        found = real(*arguments)
        if not calls:
            calls.append(1)
            IndexSequence.objects.update(last=7)
        return found

    monkeypatch.setattr(numbering, "_read", overtaken)
    assert numbering.allot(plan, city["market"], 2026).slug.endswith("00008")
    assert connection.needs_rollback is False

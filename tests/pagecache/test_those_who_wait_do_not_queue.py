"""While one thread makes a page, others wait for it, and each waits once only."""

from __future__ import annotations

import threading

from sunlit.pagecache.flights import Flights

KEY = ("a page",)


def test_those_who_waited_for_a_page_that_was_not_kept_make_it_side_by_side():
    flights = Flights()
    assert flights.join(KEY, lambda: None) is None  # the first takes off
    together = threading.Barrier(4, timeout=5)
    broken: list[bool] = []

    def ask() -> None:
        assert flights.join(KEY, lambda: None) is None
        try:
            together.wait()  # passes only if all four make the page at the same time
        except threading.BrokenBarrierError:
            broken.append(True)
        flights.land(KEY)

    waiting = [threading.Thread(target=ask) for _ in range(4)]
    for thread in waiting:
        thread.start()
    flights.land(KEY)
    for thread in waiting:
        thread.join(10)
    assert not broken

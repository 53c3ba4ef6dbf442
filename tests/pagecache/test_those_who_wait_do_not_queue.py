"""While one thread makes a page, others wait for it, and each waits once only."""

from __future__ import annotations

import threading
import time

from sunlit.pagecache import flights
from sunlit.pagecache.flights import Flights

KEY = ("a page",)
OTHERS = 4


def test_those_who_waited_for_a_page_that_was_not_kept_make_it_side_by_side():
    making = Flights()
    assert making.join(KEY, lambda: None) is None  # the first takes off
    # Passes only if all make the page at the same time; whoever queued would come later than that.
    together = threading.Barrier(OTHERS, timeout=flights.PATIENCE / 2)
    arrived = threading.Semaphore(0)
    alone: list[bool] = []

    def ask() -> None:
        making.join(KEY, lambda: arrived.release())
        try:
            together.wait()
        except threading.BrokenBarrierError:
            alone.append(True)
        making.land(KEY)

    waiting = [threading.Thread(target=ask) for _ in range(OTHERS)]
    for thread in waiting:
        thread.start()
    for _thread in waiting:
        assert arrived.acquire(timeout=5)
    time.sleep(0.2)
    making.land(KEY)
    for thread in waiting:
        thread.join(10)
    assert not alone

"""Figures for the software that watches over an instance: true, explained, and for nobody else."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from sunlit.calendars import clock
from sunlit.pagecache import counts
from sunlit.portal import metrics
from sunlit.portal.exposition import Metric, Sample, render

OPERATE = (Path(__file__).resolve().parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")
LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+)\})? (-?[0-9.e+-]+)')
database = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]


def figures(client) -> dict[str, float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in response["Cache-Control"]
    found = {}
    for line in response.content.decode().splitlines():
        if not line.startswith("#"):
            match = LINE.fullmatch(line)
            assert match, f"not in the format: {line}"
            found[line.rpartition(" ")[0]] = float(match[3])
    return found


class TestTheFigures:
    pytestmark = database

    def test_every_figure_is_explained(self, client):
        client.get("/healthz")
        names = {metric.name for metric in metrics.collect(clock.now())}
        table = OPERATE.partition("## Watching over it")[2].partition("\n## ")[0]
        explained = set(re.findall(r"^\| `(sunlit_[a-z_]+)", table, re.MULTILINE))
        assert names == explained

    def test_two_requests_move_the_counters(self, client):
        route = 'sunlit_request_seconds_count{route="portal:health",method="GET",status="2xx"}'
        missing = 'sunlit_request_seconds_count{route="other",method="GET",status="4xx"}'
        before = figures(client)
        client.get("/healthz")
        client.get("/healthz")
        client.get("/no/such/address")
        after = figures(client)
        assert after[route] == before.get(route, 0) + 2
        assert after[missing] == before.get(missing, 0) + 1
        buckets = [value for name, value in after.items() if name.startswith(route.replace("_count", "_bucket")[:-1])]
        assert buckets == sorted(buckets)
        assert buckets[-1] == after[route]

    def test_the_ledger_is_counted(self, client):
        found = figures(client)
        assert found["sunlit_ledger_entries"] == 0
        assert found["sunlit_ledger_pending_seconds"] == 0
        assert found["sunlit_database_up"] == 1
        assert found['sunlit_effects{state="failed"}'] == 0
        assert found['sunlit_database_bytes{database="default"}'] > 0

    def test_without_a_database_the_rest_is_still_told(self, client, monkeypatch):
        def broken():
            raise OperationalError("gone")

        monkeypatch.setattr(metrics.ledger, "head", broken)
        found = figures(client)
        assert found["sunlit_database_up"] == 0
        assert found["sunlit_disk_free_bytes"] > 0


class TestWhoMayReadThem:
    pytestmark = database

    @pytest.mark.parametrize(
        ("direct", "more", "status"),
        [
            ("127.0.0.1", {}, 200),
            ("::1", {}, 200),
            ("::ffff:127.0.0.1", {}, 200),
            ("10.20.0.7", {}, 200),
            ("10.21.0.7", {}, 404),
            ("", {}, 404),
            ("not an address", {}, 404),
            ("10.0.0.1", {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}, 404),
            ("10.0.0.1", {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 198.51.100.7"}, 404),
            ("10.0.0.1", {"HTTP_X_FORWARDED_FOR": "10.20.0.7"}, 200),
            ("127.0.0.1", {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}, 404),
            ("127.0.0.1", {"HTTP_X_REAL_IP": "198.51.100.7"}, 404),
        ],
    )
    def test_this_machine_and_those_named_in_the_settings(self, client, settings, direct, more, status):
        from sunlit.portal.views import site

        settings.TRUSTED_PROXIES = ("10.0.0.1",)
        settings.METRICS_FROM = (*settings.METRICS_FROM, ip_network("10.20.0.0/16"))
        request = client.get("/healthz").wsgi_request
        request.META.update(REMOTE_ADDR=direct, **more)
        try:
            answered = site.metrics(request).status_code
        except site.Http404:
            answered = 404
        assert answered == status

    def test_for_others_there_is_no_such_address(self, client):
        assert client.get("/metrics", REMOTE_ADDR="198.51.100.7").status_code in (404, 503)


class TestTheFormat:
    def test_a_figure_is_three_lines(self):
        text = render(
            [Metric("a_total", "counter", "How\nmany.", [Sample(3, {"of": 'a "b"\\\n'})]), Metric("b", "gauge", "")]
        )
        assert text == '# HELP a_total How\\nmany.\n# TYPE a_total counter\na_total{of="a \\"b\\"\\\\\\n"} 3\n'

    @given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
    def test_no_label_breaks_a_line(self, label, value):
        text = render([Metric("a", "gauge", "", [Sample(value, {"l": label})])])
        lines = text.split("\n")
        assert len(lines) == 4
        assert LINE.fullmatch(lines[2])
        assert float(lines[2].rpartition(" ")[2]) == value


class TestTheCountsOfProcesses:
    TABLE = counts.Table(["portal:home", "portal:find"])

    def test_living_and_dead_are_added_up_and_the_dead_are_folded(self, tmp_path):
        import os

        living = counts.Counts(tmp_path, self.TABLE, f"metrics-{os.getpid()}")
        dead = counts.Counts(tmp_path, self.TABLE, f"metrics-{2**22 + 1}")
        for each in (living, dead):
            each.outcome(counts.HIT)
            each.request("portal:home", "GET", 200, 5_000)
            each.request("portal:home", "GET", 200, 5_001)
            each.request("portal:invented", "BREW", 503, 9_999_999)
        for _ in range(2):
            found = counts.gather(tmp_path, self.TABLE)
            assert found.outcomes == {"hit": 2, "made": 0, "bypass": 0}
            home, other = found.rows()
            assert (home.route, home.status, home.counts[:2], home.microseconds) == (
                "portal:home",
                "2xx",
                (2, 2),
                20_002,
            )
            assert (other.route, other.method, other.status, other.counts[-1]) == ("other", "other", "5xx", 2)
        names = sorted(file.name for file in tmp_path.iterdir())
        assert names == [f"metrics-{os.getpid()}", "metrics-gone", "metrics.lock"]

    def test_a_process_with_the_number_of_an_earlier_one_carries_on(self, tmp_path):
        counts.Counts(tmp_path, self.TABLE, "metrics-1").outcome(counts.MADE)
        counts.Counts(tmp_path, self.TABLE, "metrics-1").outcome(counts.MADE)
        assert counts.gather(tmp_path, self.TABLE).outcomes["made"] == 2

    def test_what_another_version_counted_is_left_out(self, tmp_path):
        counts.Counts(tmp_path, counts.Table(["portal:home"]), "metrics-1").outcome(counts.MADE)
        counts.Counts(tmp_path, counts.Table(["portal:home", "portal:seek"]), "metrics-2").outcome(counts.MADE)
        assert counts.gather(tmp_path, self.TABLE).outcomes["made"] == 0
        counts.Counts(tmp_path, self.TABLE, "metrics-1").outcome(counts.MADE)
        assert counts.gather(tmp_path, self.TABLE).outcomes["made"] == 1

    def test_threads_lose_no_count(self, tmp_path):
        from threading import Thread

        mine = counts.Counts(tmp_path, self.TABLE, "metrics-1")
        threads = [Thread(target=lambda: [mine.outcome(counts.HIT) for _ in range(5_000)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counts.gather(tmp_path, self.TABLE).outcomes["hit"] == 40_000

    def test_a_process_that_is_forked_off_counts_for_itself(self):
        import os

        mine = counts.here()
        child = os.fork()
        if not child:
            os._exit(0 if counts.here() is not mine else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert counts.here() is mine

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["portal:home", "portal:find", "x"]),
                st.sampled_from([*counts.METHODS, "BREW", ""]),
                st.integers(0, 999),
                st.integers(0, 10**9),
            )
        )
    )
    def test_every_request_is_counted_once(self, tmp_path_factory, asked):
        folder = tmp_path_factory.mktemp("counts")
        mine = counts.Counts(folder, self.TABLE, "metrics-1")
        for route, method, status, microseconds in asked:
            mine.request(route, method, status, microseconds)
        rows = list(counts.gather(folder, self.TABLE).rows())
        assert sum(sum(row.counts) for row in rows) == len(asked)
        assert sum(row.microseconds for row in rows) == sum(each[3] for each in asked)

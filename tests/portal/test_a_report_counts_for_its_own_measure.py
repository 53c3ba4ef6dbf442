"""A kind that serves many measures counts for the one that its record names."""

from sunlit.records import selectors as records


def test_a_report_on_one_measure_is_no_evidence_for_another(city):
    counts = records.by_kind_and_measure()
    reports = {number: count for (kind, number), count in counts.items() if kind == "measure-report"}
    assert sum(reports.values()) == records.by_kind()["measure-report"]
    assert 0 in reports.values()

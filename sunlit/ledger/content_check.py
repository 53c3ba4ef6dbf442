"""Holds documents against the entries to which the log has bound them."""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sunlit.ledger import entries
from sunlit.ledger.contents import Content, ContentSource
from sunlit.ledger.findings import Fault, Report
from sunlit.ledger.models import Entry, Pending

CHUNK = 500
Found = tuple[int, bytes]  # position and body of an entry


def check(source: ContentSource, report: Report) -> None:
    """Recompute every document of ``source`` and report each that is not the one in the log."""
    for chunk in _chunks(source.contents()):
        check_some(source, chunk, report)


def check_some(source: ContentSource, chunk: Sequence[Content], report: Report) -> None:
    """Hold some documents against the log; report each that is not the one in it, and is not on its way there."""
    by_position, by_name = _find(chunk)
    unknown: list[Content] = []
    for content in chunk:
        report.contents += 1
        if content.position is not None:
            found = by_position.get(content.position)
        else:
            found = by_name.get((content.subject, content.ref, content.event))
        if found is None:
            unknown.append(content)
        else:
            _compare(source, content, found, report)
    waiting = _waiting(unknown)
    for content in unknown:
        if content.subject not in waiting:
            report.add(Fault.CONTENT_UNKNOWN, f"{source.name} {content.where}", "the log has no entry about it")


def _waiting(unknown: Sequence[Content]) -> set[str]:
    """Return the subjects whose acts have not got their place in the log yet."""
    subjects = {content.subject for content in unknown if content.subject}
    found = Pending.objects.filter(subject__in=subjects).values_list("subject", flat=True) if subjects else ()
    return set(found)


def _compare(source: ContentSource, content: Content, found: Found, report: Report) -> None:
    where = f"{source.name} {content.where}"
    position, body = found
    if content.commitment is None:
        report.add(Fault.CONTENT_CHANGED, where, f"it is gone, but entry {position} says that it was published")
        return
    try:
        expected = entries.parse(body).commitment
    except entries.EntryRefused as error:
        report.add(Fault.ENTRY_CHANGED, f"entry {position}", f"it cannot be read: {error}")
        return
    if not hmac.compare_digest(expected, content.commitment):
        report.add(Fault.CONTENT_CHANGED, where, f"it is not the document to which entry {position} is bound")


def _find(
    chunk: Sequence[Content],
) -> tuple[dict[int, tuple[int, bytes]], dict[tuple[str, str, str], tuple[int, bytes]]]:
    """Return the entries that ``chunk`` names, by position and by (subject, ref, event), the earliest of each."""
    positions = [content.position for content in chunk if content.position is not None]
    subjects = [content.subject for content in chunk if content.position is None]
    by_position = {
        position: (position, bytes(body))
        for position, body in Entry.objects.filter(position__in=positions).values_list("position", "body")
    }
    by_name: dict[tuple[str, str, str], Found] = {}
    found = Entry.objects.filter(subject__in=subjects).order_by("position")
    for position, body, subject, ref, event in found.values_list("position", "body", "subject", "ref", "event"):
        for name in ((subject, ref, event), (subject, ref, ""), (subject, "", event), (subject, "", "")):
            by_name.setdefault(name, (position, bytes(body)))
    return by_position, by_name


def _chunks(contents: Iterable[Content]) -> Iterator[list[Content]]:
    remaining = iter(contents)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk

"""What was done to a record, or by a person; on the screen and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sunlit.records import desk
from sunlit.records.models import Trace
from sunlit.screens.export import csv_response
from sunlit.screens.page import respond
from sunlit.units.models import User
from sunlit.workbench import audited, door
from sunlit.workbench.pages import history as pages


@require_safe
@door.staff
def of_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a record."""
    page = pages.of_record(door.viewer(request), door.record(request, pk), before=_before(request))
    return respond(request, page, "workbench/history.html")


@require_safe
@door.staff
def of_record_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the history of a record as a file."""
    found = door.record(request, pk)
    return _export(request, found.subject, desk.traces(door.viewer(request), record=found))


@require_safe
@door.staff
def of_person(request: HttpRequest) -> HttpResponse:
    """Show what a person did, as far as the asker works on the records."""
    q = request.GET.get("person", "").strip()
    page = pages.of_person(door.viewer(request), _person(q), before=_before(request), q=q)
    return respond(request, page, "workbench/history.html")


@require_safe
@door.staff
def of_person_csv(request: HttpRequest) -> HttpResponseBase:
    """Give what a person did as a file."""
    person = _person(request.GET.get("person", "").strip())
    traces = desk.traces(door.viewer(request), person=person.pk if person else None)
    return _export(request, f"user:{person.pk}" if person else "history", traces)


def _export(request: HttpRequest, what: str, traces: QuerySet[Trace]) -> HttpResponseBase:
    audited.exported(request, f"history of {what}", traces.count())
    header = [_("When"), _("What"), _("Who"), _("Role"), _("Index number"), _("Wording"), _("Why")]
    return csv_response("history.csv", header, _cells(traces))


def _cells(traces: Iterable[Trace]) -> Iterator[list[str]]:
    for trace in traces:
        row = pages.rows_of([trace])[0]
        number = trace.record.index_no or ""
        yield [
            f"{localtime(row.at):%Y-%m-%d %H:%M:%S}",
            row.what,
            row.who,
            row.role,
            number,
            str(row.wording),
            row.note,
        ]


def _person(name: str) -> User | None:
    return User.objects.filter(username=name).first() if name else None


def _before(request: HttpRequest) -> int:
    written = request.GET.get("before", "")
    return int(written) if written.isdigit() else 0

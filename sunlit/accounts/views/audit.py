"""The audit journal, for those who supervise and administer, each within their subtree."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sunlit.accounts import auditing
from sunlit.accounts.asked import BadAnswer, day
from sunlit.accounts.auditing import Question
from sunlit.accounts.pages import audit as pages
from sunlit.accounts.people import Reach
from sunlit.accounts.views.guards import reader_of_audit
from sunlit.calendars import today
from sunlit.screens.export import csv_response
from sunlit.screens.limits import client_address
from sunlit.screens.page import respond
from sunlit.units import audit


@never_cache
@require_safe
@login_required
def journal(request: HttpRequest) -> HttpResponse:
    """Show a page of the journal."""
    _user, reach = reader_of_audit(request, today=today())
    question, error = _question(request)
    before = request.GET.get("after", "")
    page = pages.audit_page(reach, question, before=int(before[:18]) if before.isdecimal() else None, error=error)
    return respond(request, page, "accounts/audit.html")


@never_cache
@require_safe
@login_required
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out the journal as a file; that is written into it."""
    user, reach = reader_of_audit(request, today=today())
    question, _error = _question(request)
    count = min(auditing.entries(reach, question).count(), auditing.MOST_ROWS)
    audit.exported(user, "audit", rows=count, unit_path=reach.paths[0], address=client_address(request))
    header = (_("Time"), _("Who"), _("What"), _("About"), _("Detail"), _("Network"))
    return csv_response("audit.csv", header, _lines(reach, question))


def _lines(reach: Reach, question: Question) -> Iterator[list[str]]:
    for found in auditing.everything(reach, question):
        for row in pages.rows(found):
            yield [row.at.isoformat(timespec="seconds"), row.who, row.event, row.about, row.detail, row.address]


def _question(request: HttpRequest) -> tuple[Question, str]:
    asked = request.GET
    who, event = asked.get("who", "").strip()[:150], asked.get("event", "")[:24]
    try:
        return Question(who, event, day(asked.get("since", "")), day(asked.get("until", ""))), ""
    except BadAnswer as wrong:
        return Question(who, event), str(wrong)

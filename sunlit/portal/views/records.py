"""A record at its permanent address: page, document, proof, earlier wordings and files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sunlit import sight
from sunlit.files import responses
from sunlit.ledger import selectors as ledger
from sunlit.pagecache.pages import cached
from sunlit.portal.pages import record as pages
from sunlit.records import selectors as records
from sunlit.records.models import Record, Revision
from sunlit.records.states import Audience
from sunlit.screens.charts.responses import svg_response
from sunlit.screens.charts.selectors import svg
from sunlit.screens.export import csv_response
from sunlit.screens.page import respond

GONE = 410


@require_safe
@cached()
def record(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with a record, with what is left of it, or with what everyone may know of it."""
    viewer = sight.viewer_of(request)
    found = records.record_by_slug(viewer, slug)
    if found is None:
        return _stub(request, viewer, slug)
    if found.live is None or not found.is_readable:
        return _gone(request, found)
    response = respond(request, pages.record_page(viewer, found, found.live), "portal/record.html")
    return _kept_private(response, found)


@require_safe
@cached()
def revision(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Answer with one published wording of a record."""
    viewer = sight.viewer_of(request)
    found = _found(viewer, slug)
    if not found.is_readable:
        return _gone(request, found)
    shown = _wording(found, number)
    return _kept_private(respond(request, pages.record_page(viewer, found, shown), "portal/record.html"), found)


@require_safe
@cached("revision")
def document(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the committed document and all that is needed to check it against the ledger."""
    found = _found(sight.viewer_of(request), slug)
    if not found.is_readable:
        return _gone(request, found, fmt="json")
    data = pages.proved_document(_wording(found, _asked_number(request)))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    if found.audience == Audience.PUBLIC:
        response["Access-Control-Allow-Origin"] = "*"
    return _kept_private(response, found)


@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with a record as a file for spreadsheets: one line a field, then the rows of its tables."""
    viewer = sight.viewer_of(request)
    found = _found(viewer, slug)
    if not found.is_readable:
        return _gone(request, found)
    heading, rows = pages.as_table(viewer, found, _wording(found, _asked_number(request)))
    return _kept_private(csv_response(f"{slug}.csv", heading, rows), found)


@require_safe
def chart(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the chart of a record's figures, to whoever may read the record."""
    found = _found(sight.viewer_of(request), slug)
    if not found.is_readable:
        return _gone(request, found)
    return _kept_private(svg_response(svg(found.subject)), found)


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the proof file of a wording; 503 for the seconds in which it waits for its place in the ledger."""
    found = _found(sight.viewer_of(request), slug)
    if not found.is_readable:
        return _gone(request, found)
    receipt = records.receipt(_wording(found, _asked_number(request)))
    try:
        text = ledger.proof_for(receipt.position) if receipt else ""
    except ledger.NotYetSigned:
        text = ""
    if not text:
        waiting = _("This record is waiting for its place in the ledger. Ask again in ten seconds.")
        return HttpResponse(
            waiting, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "10"}
        )
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.tlog-proof"'
    return _kept_private(response, found)


@require_safe
def file(request: HttpRequest, slug: str, position: int, name: str) -> HttpResponseBase:
    """Answer with a file of a record that the reader may see."""
    number = _asked_number(request)
    found = records.attachment(sight.viewer_of(request), slug, position, name, number=number)
    if found is None:
        raise Http404(_("There is no such file."))
    return responses.download(found)


def _found(viewer: sight.Viewer, slug: str) -> Record:
    found = records.record_by_slug(viewer, slug)
    if found is None:
        raise Http404(_("There is no such record."))
    return found


def _wording(found: Record, number: int | None) -> Revision:
    shown = found.live if number is None else records.revision(found, number)
    if shown is None:
        raise Http404(_("There is no such wording."))
    return shown


def _asked_number(request: HttpRequest) -> int | None:
    asked = request.GET.get("revision", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else None


def _gone(request: HttpRequest, found: Record, fmt: str = "html") -> HttpResponseBase:
    page = pages.tombstone(found)
    if page is None:
        raise Http404(_("There is no such record."))
    return respond(request, page, "portal/tombstone.html", fmt=fmt, status=GONE)


def _stub(request: HttpRequest, viewer: sight.Viewer, slug: str) -> HttpResponseBase:
    page = pages.stub_page(viewer, slug)
    if page is None:
        raise Http404(_("There is no such record."))
    return respond(request, page, "portal/stub.html")


def _kept_private(response: HttpResponseBase, found: Record) -> HttpResponseBase:
    """Keep what is not for everyone out of every cache."""
    if found.audience != Audience.PUBLIC:
        patch_cache_control(response, private=True, no_store=True)
    return response

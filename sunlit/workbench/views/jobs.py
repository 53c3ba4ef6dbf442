"""Imports and bulk work: begun, followed, mended, looked at, released, undone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.records.acts.rules import ActRefused
from sunlit.records.errands import errorsheet, importing, selectors, uploads
from sunlit.records.errands.tables import ErrandState, RowState, Sort
from sunlit.records.imports.sheets import SheetRefused
from sunlit.records.models import Errand
from sunlit.screens.export import csv_response
from sunlit.screens.page import respond
from sunlit.units.models import Unit
from sunlit.units.roles import Verb
from sunlit.workbench import audited, door, publishing_units
from sunlit.workbench.job_acts import JOB_ACTS, verb_for
from sunlit.workbench.pages import jobs as pages
from sunlit.workbench.pages import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@door.staff
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs of the units on which somebody works."""
    page = pages.jobs_page(door.person(request), door.viewer(request), request.GET.get("before", ""))
    return respond(request, page, "workbench/jobs.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def new(request: HttpRequest) -> HttpResponse:
    """Ask for kind, unit and file, and begin an import."""
    user = door.person(request)
    asked = request.POST if request.method == "POST" else request.GET
    unit = publishing_units.unit_for(user, asked.get("unit", ""))
    error = ""
    if request.method == "POST":
        if unit is None:
            raise Http404("no such unit for which this person writes")
        try:
            return _begin(request, unit)
        except (ActRefused, SheetRefused) as refused:
            error = str(refused)
    page = sheets.upload_page(
        user,
        unit=unit,
        kind=asked.get("kind", ""),
        find=request.GET.get("find", ""),
        waive=asked.get("waive", ""),
        error=error,
    )
    return respond(request, page, "workbench/job_new.html", status=422 if error else 200)


@require_safe
@door.staff
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job: how far it is, what is wrong, what can be done."""
    page = pages.job_page(door.person(request), door.viewer(request), _job(request, pk))
    return respond(request, page, "workbench/job.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the columns of a sheet hold, and take the answer."""
    errand = _import(request, pk)
    if errand.state != ErrandState.MAPPING:
        return HttpResponseRedirect(reverse("workbench:job", args=[pk]))
    if request.method == "POST":
        names = [request.POST.get(f"column-{at}", "") for at in range(len(importing.latest(errand).headers))]
        try:
            actor = door.acting(door.person(request), Verb.IMPORT, errand.unit)
            importing.name_columns(errand, names, actor=actor, now=clock.now())
        except ActRefused as refused:
            messages.error(request, refused.reason)
        return HttpResponseRedirect(reverse("workbench:job", args=[pk]))
    return respond(request, sheets.columns_page(errand), "workbench/job_columns.html")


@require_POST
@door.staff
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Take corrected rows in as part of the same import."""
    errand = _import(request, pk)
    try:
        actor = door.acting(door.person(request), Verb.IMPORT, errand.unit)
        path, name, sha256 = _upload(request)
        try:
            importing.add_sheet(errand, path, name, sha256, actor=actor, now=clock.now())
        finally:
            path.unlink(missing_ok=True)
    except (ActRefused, SheetRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken in. The rows are checked now."))
    return HttpResponseRedirect(reverse("workbench:job", args=[pk]))


@require_safe
@door.staff
def row(request: HttpRequest, pk: int, number: int, at: int) -> HttpResponse:
    """Show one row of a sheet as it would be published."""
    errand = _import(request, pk)
    found = errand.sheets.filter(number=number).first()
    page = pages.row_page(errand, found, at) if found is not None and found.mapping else None
    if page is None:
        raise Http404("no such row")
    audited.read_rows(request, errand)
    return respond(request, page, "workbench/job_row.html")


@require_safe
@door.staff
def errors(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the rows that failed, with what is wrong and what to do, to be corrected and brought again."""
    errand = _import(request, pk)
    if not errand.sheets.exists():
        raise Http404("this import has no sheet")
    stream = io.BytesIO()
    count = errorsheet.write(errand, stream)
    audited.exported(request, f"mistakes of import {pk}", count)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"import-{pk}-mistakes.xlsx", content_type=XLSX)


@require_safe
@door.staff
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out what became of each row as CSV."""
    errand = _job(request, pk)
    audited.exported(request, f"report of job {pk}", errand.good + errand.bad)
    header = [_("Row"), _("Sheet"), _("Title"), _("Outcome"), _("Why")]
    return csv_response(f"job-{pk}.csv", header, _report(errand))


@require_POST
@door.staff
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing with a job; what the engine refuses is said in its own words."""
    errand = _job(request, pk)
    chosen = JOB_ACTS.get(name)
    if chosen is None:
        raise Http404("no such act")
    after = pk
    try:
        actor = door.acting(door.person(request), verb_for(errand, chosen, request.POST), errand.unit)
        follows = chosen.do(errand, request.POST, actor, clock.now())
        after = follows.pk if follows is not None else pk
    except ActRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, str(chosen.done))
    return HttpResponseRedirect(reverse("workbench:job", args=[after]))


def _job(request: HttpRequest, pk: int) -> Errand:
    found = selectors.errand(door.viewer(request), pk)
    if found is None:
        raise Http404("no such job on this desk")
    return found


def _import(request: HttpRequest, pk: int) -> Errand:
    found = _job(request, pk)
    if found.sort != Sort.IMPORT or found.kind not in plans.current().kinds:
        raise Http404("no such import on this desk")
    return found


def _begin(request: HttpRequest, unit: Unit) -> HttpResponse:
    post = request.POST
    kind = plans.current().kinds.get(post.get("kind", ""))
    if kind is None:
        raise ActRefused(_("Choose what the records are."))
    actor = door.acting(door.person(request), Verb.IMPORT, unit)
    path, name, sha256 = _upload(request)
    try:
        errand = importing.begin(
            *(kind, unit, path, name, sha256),
            actor=actor,
            now=clock.now(),
            units_in_sheet=post.get("units") == "sheet",
            waive=post.get("waive", ""),
            again=post.get("again") == "yes",
        )
    finally:
        path.unlink(missing_ok=True)
    return HttpResponseRedirect(reverse("workbench:job", args=[errand.pk]))


def _upload(request: HttpRequest) -> tuple[Path, str, str]:
    """Take the file of a form in on disk; raise SheetRefused where there is none or it cannot be read."""
    upload = request.FILES.get("file")
    if upload is None:
        raise SheetRefused(_("Choose a file."))
    name = uploads.name_of(upload.name or "")
    path, sha256 = uploads.take(cast(io.BufferedReader, cast("UploadedFile[bytes]", upload).file), name)
    return path, name, sha256


def _report(errand: Errand) -> Iterator[tuple[object, ...]]:
    for one in selectors.rows_of(errand, *RowState.values):
        yield one.row, one.sheet or "", one.title, RowState(one.state).label, one.words

"""Many accounts from a sheet."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sunlit.accounts import imports, links
from sunlit.accounts.imports import COLUMNS, Outcome, Sheet
from sunlit.accounts.pages.importing import ImportPage, NewPerson
from sunlit.accounts.pages.people import crumb
from sunlit.accounts.roles import Refused
from sunlit.accounts.views.guards import administrator
from sunlit.calendars import today
from sunlit.records.imports.sheets import SheetRefused
from sunlit.screens.components import Link
from sunlit.screens.export import csv_response
from sunlit.screens.limits import client_address
from sunlit.screens.page import respond
from sunlit.units.models import User

MOST_BYTES = 2 * 1024 * 1024
MOST_FAULTS = 500
EXAMPLE = ("zhang.san", "张三", "", "", "editor, reviewer", "", "", "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Judge a file and, if it is good or the good rows are to be kept, write it."""
    asker, _reach = administrator(request, today=today())
    crumbs = [crumb(), Link(_("Import"))]
    page = ImportPage(crumbs)
    if request.method == "POST":
        try:
            page = _answer(request, asker, crumbs)
        except (SheetRefused, Refused) as refused:
            page = ImportPage(crumbs, error=str(refused))
    is_bad = bool(page.error or (page.faults and not page.was_written))
    return respond(request, page, "accounts/import.html", status=422 if is_bad else 200)


@require_safe
@login_required
def template(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out an empty sheet with an example that is not read."""
    administrator(request, today=today())
    header = [aliases[0] for aliases in COLUMNS.values()]
    return csv_response("people.csv", header, [(f"# {EXAMPLE[0]}", *EXAMPLE[1:])])


def _answer(request: HttpRequest, asker: User, crumbs: list[Link]) -> ImportPage:
    sheet = _judged(request.FILES.get("file"), asker)
    do = request.POST.get("do", "all")
    good, bad = len(sheet.rows), sheet.faulty_rows
    may_write = do != "check" and good and (not bad or do == "good")
    done = (
        imports.write(sheet, administrator=asker, today=today(), address=client_address(request))
        if may_write
        else Outcome([], 0)
    )
    return ImportPage(
        crumbs,
        good=good,
        bad=bad,
        faults=tuple(sheet.faults[:MOST_FAULTS]),
        was_judged=True,
        was_written=bool(may_write),
        granted=done.granted,
        created=tuple(NewPerson(user.username, user.first_name, _address(user)) for user in done.created),
    )


def _judged(file: UploadedFile[Any] | None, asker: User) -> Sheet:
    if file is None or not file.name:
        raise SheetRefused(_("Choose a file."))
    if (file.size or 0) > MOST_BYTES:
        raise SheetRefused(_("The file is larger than 2 MB: split it."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"people{Path(file.name).suffix[:6].lower()}"
        path.write_bytes(file.read())
        return imports.read(path, administrator=asker, today=today())


def _address(user: User) -> str:
    return f"{'https' if settings.HTTPS else 'http'}://{settings.HOST}{links.path_for(user)}"

"""Many published records at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sunlit.calendars import clock
from sunlit.plan import selectors as plans
from sunlit.records.acts.rules import ActRefused
from sunlit.records.errands import bulk as engine
from sunlit.records.errands.tables import Sort
from sunlit.records.models import Errand
from sunlit.screens.page import respond
from sunlit.units.models import User
from sunlit.workbench import door
from sunlit.workbench.pages import bulk as pages


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask what is to be done with the chosen records, show what will change, and begin the job."""
    user = door.person(request)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = pages.selection(door.viewer(request), asked)
    do = request.POST.get("do", "")
    try:
        if do == "run":
            return _run(request, user, chosen)
        page = pages.page(user, chosen, asked, is_preview=do == "preview")
    except ActRefused as refused:
        page = pages.page(user, chosen, asked, error=refused.reason)
    return respond(request, page, "workbench/bulk.html", status=422 if page.error else 200)


def _run(request: HttpRequest, user: User, chosen: pages.Selection) -> HttpResponse:
    post = request.POST
    sort = Sort(post["sort"]) if post.get("sort") in pages.SORTS else Sort.EDIT
    ids = list(chosen.records.values_list("pk", flat=True)[: engine.MOST + 1])
    if post.get("seen") != str(len(ids)):
        raise ActRefused(_("Other records fit the filter now. Look at what will change once more."))
    unit = pages.unit_over(user, sort, chosen)
    actor, now = door.acting(user, engine.VERBS[sort], unit), clock.now()
    errand: Errand
    if sort == Sort.EDIT:
        kind = plans.current().kinds.get(chosen.records.values_list("kind", flat=True)[:1][0] if ids else "")
        if kind is None:
            raise ActRefused(_("No record is chosen."))
        if chosen.records.exclude(kind=kind.code).exists():
            raise ActRefused(_("Choose records of one kind to change a field of theirs."))
        field, value, note = (post.get(name, "") for name in ("field", "value", "note"))
        errand = engine.begin_edit(kind, unit, ids, field, value, note=note, actor=actor, now=now)
    else:
        why = {name: post.get(name, "") for name in ("reason", "basis", "code", "validity")}
        errand = engine.begin_end(sort, unit, ids, actor=actor, now=now, **why)
    return HttpResponseRedirect(reverse("workbench:job", args=[errand.pk]))

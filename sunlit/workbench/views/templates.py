"""Templates of a unit: kept from a text, listed, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunlit.calendars import clock
from sunlit.records import desk
from sunlit.records.models import UnitTemplate
from sunlit.screens.page import respond
from sunlit.sight import Audience
from sunlit.units.roles import Verb
from sunlit.workbench import door
from sunlit.workbench.pages import templates as pages


@require_safe
@door.staff
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates of the units for which the person writes."""
    return respond(request, pages.templates_page(door.person(request)), "workbench/templates.html")


@require_POST
@door.staff
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a text says as a template of its unit; one of the same name is replaced."""
    revision, user = door.text(request, pk), door.person(request)
    name = request.POST.get("name", "").strip()[:100]
    back = HttpResponseRedirect(reverse("workbench:text", args=[pk]))
    if not desk.may(user, Verb.WRITE, revision.record) or not name:
        messages.error(request, _("Give the template a name.") if not name else _("You do not write for this unit."))
        return back
    if revision.record.audience == Audience.SEALED:
        messages.error(request, _("What only people named one by one may read is no template."))
        return back
    UnitTemplate.objects.update_or_create(
        unit=revision.record.unit,
        kind=revision.record.kind,
        name=name,
        defaults={"payload": revision.payload, "author": user, "created_at": clock.now()},
    )
    messages.success(request, _("Kept as the template “%(name)s”.") % {"name": name})
    return back


@require_POST
@door.staff
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a template."""
    found = next((one for one in pages.templates_of(door.person(request)) if one.pk == pk), None)
    if found is None:
        raise Http404("no such template")
    found.delete()
    messages.success(request, _("Deleted."))
    return HttpResponseRedirect(reverse("workbench:templates"))

"""Mending a file of a text."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sunlit.workbench import blackening, door
from sunlit.workbench.views.compose import draft_of


@require_POST
@door.staff
def blacken(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Blacken what was found in the file that ``file`` names by its hash, or words, or what readers do not see."""
    revision, _plan, _kind = draft_of(request, pk)
    if what not in blackening.ACTS:
        raise Http404("no such act")
    blackening.take(request, revision, what, request.POST.get("file", ""))
    return HttpResponseRedirect(reverse("workbench:text", args=[pk]))

"""What the scripts of a form ask its page for: names while they are typed, and a place for a picture."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from sunlit.files import responses
from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.plan.language import Plan
from sunlit.screens.forms import keeping, lookups


class _Picture:
    """A picture as the answer for a file takes it."""

    def __init__(self, file: File) -> None:
        self.file, self.name = file, f"picture{file.path.suffix}"


def names(request: HttpRequest, plan: Plan, what: str) -> JsonResponse:
    """Answer ``?q=`` with the units or regions (``what`` is ``unit`` or ``region``) that may be meant."""
    found = lookups.find(plan, what, request.GET.get("q", "")[:80])
    return JsonResponse({"options": [{"value": one.value, "label": one.label} for one in found]})


def keep_picture(request: HttpRequest, owner: str = "") -> JsonResponse:
    """Store the posted ``picture`` and answer with its hash, or with 400 and a sentence why it is not taken."""
    upload = request.FILES.get("picture")
    if upload is None:
        return JsonResponse({"refused": _("Choose a picture.")}, status=400)
    try:
        stored = keeping.store(upload, owner)
    except FileRefused as refused:
        return JsonResponse({"refused": str(refused)}, status=400)
    if not str(stored["type"]).startswith("image/"):
        return JsonResponse({"refused": _("This is no picture. Use PNG, JPEG, GIF or WebP.")}, status=400)
    return JsonResponse({"sha256": stored["sha256"]})


def picture(sha256: str) -> HttpResponseBase:
    """Answer with a stored picture for its editor; raise Http404 for what is no picture.

    The page that calls this has made sure that the asker may write the text in which the picture stands.
    """
    found = File.objects.filter(sha256=sha256, type__startswith="image/").first()
    if found is None:
        raise Http404
    response = responses.download(_Picture(found))
    response["Cache-Control"] = "private, max-age=3600"
    return response

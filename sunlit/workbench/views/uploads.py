"""Large files for a text, in pieces. The protocol is that of tus 1.0.0 (core and creation)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import BinaryIO, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sunlit.calendars import clock
from sunlit.files import uploads
from sunlit.files.kinds import FileRefused
from sunlit.files.uploads import Displaced, Upload
from sunlit.screens.amounts import size as words_of
from sunlit.screens.forms import keeping
from sunlit.workbench import door
from sunlit.workbench.views.compose import draft_of


@require_POST
@door.staff
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an upload of ``Upload-Length`` bytes and name its address; 400 with a sentence if it is too large."""
    draft_of(request, pk)
    length = request.headers.get("Upload-Length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        return _answer(_refused(_("Say how large the file is.")))
    name = _name(request.headers.get("Upload-Metadata", ""))
    try:
        upload = uploads.begin(door.person(request).pk, name, int(length), now=clock.now())
    except FileRefused as refused:
        return _answer(_refused(str(keeping.named(refused, name))))
    response = HttpResponse(status=201)
    response["Location"] = reverse("workbench:upload", args=[pk, upload.token])
    return _answer(response, 0)


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@door.staff
def upload(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Say how far an upload has come, go on with it, or give it up.

    The last piece is answered with the word that stands for the file in the form, or with 400 and why it is not taken.
    """
    draft_of(request, pk)
    found = uploads.find(token, door.person(request).pk, now=clock.now())
    if found is None:
        raise Http404("no such upload")
    if request.method == "DELETE":
        uploads.drop(found)
        return _answer(HttpResponse(status=204))
    if request.method == "PATCH":
        return _go_on(request, found)
    response = HttpResponse(status=200)
    response["Upload-Length"] = str(found.size)
    return _answer(response, found.offset)


def _go_on(request: HttpRequest, found: Upload) -> HttpResponse:
    given = request.headers.get("Upload-Offset", "")
    try:
        offset = uploads.append(
            found, int(given) if given.isascii() and given.isdigit() else -1, cast(BinaryIO, request)
        )
        if offset < found.size:
            return _answer(HttpResponse(status=204), offset)
        taken = uploads.finish(found, now=clock.now())
    except UnreadablePostError:
        # The connection broke off; what has arrived stays, and nobody listens to this answer.
        return _answer(HttpResponse(status=408), found.offset)
    except Displaced as displaced:
        return _answer(HttpResponse(status=409), displaced.offset)
    except FileRefused as refused:
        return _answer(_refused(str(keeping.named(refused, found.name))))
    value = keeping.value_of(taken.file, found.name)
    answer = {
        "token": keeping.token_of(value),
        "sha256": value["sha256"],
        "name": value["name"],
        "size": words_of(taken.file.size),
        "said": keeping.said_of(taken, found.name),
    }
    return _answer(JsonResponse(answer), offset)


def _refused(sentence: str) -> JsonResponse:
    return JsonResponse({"refused": sentence}, status=400)


def _answer(response: HttpResponse, offset: int | None = None) -> HttpResponse:
    response["Tus-Resumable"] = "1.0.0"
    if offset is not None:
        response["Upload-Offset"] = str(offset)
    return response


def _name(metadata: str) -> str:
    """Return the ``filename`` among pairs of a key and a value in base64."""
    for pair in metadata.split(","):
        key, _space, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                break
    return ""

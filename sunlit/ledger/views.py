"""The log as machines read it: checkpoint, tiles, verifier key, proof files. Nothing here writes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sunlit.calendars import clock
from sunlit.ledger import keys, rotation, selectors, tiles

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
SHORT = "public, max-age=5"
DAY = "public, max-age=86400"
FOREVER = "public, max-age=31536000, immutable"
MAX_POSITION = 2**63 - 1


def _answer(body: str | bytes, content_type: str, cache: str) -> HttpResponse:
    # The log is for anyone to check, also for a page of another site in someone's browser.
    headers = {"Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    return HttpResponse(body, content_type=content_type, headers=headers)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Answer with the last published checkpoint."""
    note = selectors.published_note()
    if note is None:
        raise Http404("nothing has been signed yet")
    return _answer(note, TEXT, SHORT)


@require_safe
def tile(request: HttpRequest, address: str) -> HttpResponse:
    """Answer with a tile of hashes or entries, full or partial, that the published checkpoint covers."""
    wanted = tiles.parse_path(address)
    try:
        body = selectors.tile_bytes(wanted) if wanted else None
    except LookupError:
        body = None
    if body is None:
        raise Http404("no such tile under the published checkpoint")
    return _answer(body, BYTES, FOREVER)


@require_safe
def vkey(request: HttpRequest) -> HttpResponse:
    """Answer with the verifier key."""
    try:
        return _answer(f"{keys.verifier().vkey()}\n", TEXT, DAY)
    except keys.KeyRefused as error:
        raise Http404("this instance has no ledger key yet") from error


@require_safe
def vkeys(request: HttpRequest) -> HttpResponse:
    """Answer with every key that the log has had: verifier key, first day, last day or ``-``."""
    try:
        return _answer("".join(term.line() for term in rotation.terms(clock.today())), TEXT, DAY)
    except keys.KeyRefused as error:
        raise Http404("this instance has no ledger key yet") from error


@require_safe
def proof(request: HttpRequest, position: int) -> HttpResponse:
    """Answer with the proof file of one entry, as a download."""
    if position > MAX_POSITION:
        raise Http404("no such entry")
    try:
        response = _answer(selectors.proof_for(position), TEXT, SHORT)
    except LookupError as error:
        raise Http404("no such entry under the published checkpoint") from error
    response["Content-Disposition"] = f'attachment; filename="entry-{position}.tlog-proof"'
    return response

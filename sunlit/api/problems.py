"""How a call is refused: RFC 9457 problem details, with a pointer to every value at fault."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sunlit.files.kinds import FileRefused
from sunlit.plan.payload import FieldError
from sunlit.plan.selectors import NoPlan
from sunlit.records.acts import ActRefused, Overtaken
from sunlit.screens import asking

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/intake/v1/"
MOST_ERRORS = 200
log = logging.getLogger(__name__)

Error = dict[str, Any]


@dataclass
class Problem(Exception):
    """A refusal; ``lasting`` if the same call would be refused again, so that its answer may be kept."""

    status: int
    code: str
    detail: str
    errors: Sequence[Error] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return it in the words of RFC 9457."""
        data = {
            "type": f"{DOCS}#{self.code}",
            "title": title(self.code),
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        if self.errors:
            data["errors"] = list(self.errors[:MOST_ERRORS])
        return data

    def response(self) -> HttpResponse:
        """Return it as an answer."""
        return answer(self.as_data(), self.status, self.headers)


def title(code: str) -> str:
    """Return what sort of refusal a code is; the page of the intake lists all of them."""
    return titles()[code]


def titles() -> dict[str, str]:
    """Return every code with its title, in the caller's language."""
    return {
        "unreadable": _("The call cannot be read"),
        "no-token": _("No valid token"),
        "not-allowed": _("The token does not reach this far"),
        "not-found": _("Nothing is here"),
        "method": _("This address is not called in this way"),
        "conflict": _("Something stands in the way"),
        "too-large": _("The call is too large"),
        "invalid": _("Some values cannot be taken"),
        "key-reused": _("The key was used for something else"),
        "too-many": _("Too many calls"),
        "broken": _("The fault is ours"),
        "waiting": _("Ask again in a moment"),
    }


def answer(data: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return problem details as they are sent."""
    return JsonResponse(
        data, status=status, content_type=MEDIA_TYPE, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


def pointer(*parts: str | int) -> str:
    """Return a JSON pointer (RFC 6901); what cannot be sent in a name is replaced."""
    path = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return path.encode("utf-8", "replace").decode()


def of_fields(errors: Iterable[FieldError], *, within: tuple[str | int, ...] = ("fields",)) -> list[Error]:
    """Return what is wrong with a text's fields, each with its pointer."""
    return [{"pointer": pointer(*within, one.field, *one.path), "detail": one.message} for one in errors]


def of_refusal(refused: ActRefused) -> Problem:
    """Return the refusal of an act: with the places that it names, the guard's as well, else as a conflict."""
    if isinstance(refused, Overtaken):
        return Problem(409, "conflict", refused.reason, lasting=False)
    errors = of_fields(refused.errors)
    return Problem(422, "invalid", refused.reason, errors) if errors else Problem(409, "conflict", refused.reason)


def register(api: NinjaAPI) -> None:
    """Let every exception be answered as a problem, never with a trace."""
    for known in (*_KNOWN, Exception):
        api.add_exception_handler(known, _answered)


def _answered(request: HttpRequest, error: Any) -> HttpResponse:
    for known, make in _KNOWN.items():
        if isinstance(error, known):
            return make(error).response()
    return _broken(error)


def no_token() -> Problem:
    """Return the one answer to every token that is not taken: nobody learns why."""
    return Problem(
        401,
        "no-token",
        _("Send a valid token as “Authorization: Bearer …”."),
        headers={"WWW-Authenticate": "Bearer"},
        lasting=False,
    )


def nothing_here() -> Problem:
    """Return the answer to an address, or a number, behind which there is nothing for the caller."""
    return Problem(404, "not-found", _("There is nothing at this address."), lasting=False)


def unreadable() -> Problem:
    """Return the answer to a body that is no JSON."""
    return Problem(400, "unreadable", _("The body is no JSON of the form that is asked for."), lasting=False)


def too_large() -> Problem:
    """Return the answer to a body that is too large."""
    return Problem(413, "too-large", _("The body is too large. Send fewer rows in one call."), lasting=False)


def refused_file(refused: FileRefused) -> Problem:
    """Return why a file is not taken."""
    return Problem(422, "invalid", str(refused), [{"pointer": "/file", "detail": str(refused)}])


def of_shape(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> list[Error]:
    """Return what pydantic says of a body's shape, in our words; ``skip`` parts stand before the body's own place."""
    return [{"pointer": pointer(*one["loc"][skip:]), "detail": _shape_sentence(one)} for one in errors]


def _misread(errors: Iterable[Mapping[str, Any]]) -> Problem:
    listed = list(errors)
    if any(one["loc"][:1] != ("body",) for one in listed):
        names = ", ".join(str(one["loc"][-1]) for one in listed)
        return Problem(400, "unreadable", _("Correct these parameters: %(names)s.") % {"names": names}, lasting=False)
    detail = _("The body does not have the form that is asked for.")
    return Problem(422, "invalid", detail, of_shape(listed, skip=2), lasting=False)


def _shape_sentence(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return _("This is required; fill it in.")
        case "extra_forbidden":
            return _("There is no such part; remove it.")
        case "value_error":
            return str(error.get("ctx", {}).get("error", error["msg"]))
    return _("This does not have the form that is asked for: %(what)s.") % {"what": error["msg"]}


def _waiting(seconds: int) -> Problem:
    detail = _("The service cannot answer right now.")
    return Problem(503, "waiting", detail, headers={"Retry-After": str(seconds)}, lasting=False)


def _broken(error: Exception) -> HttpResponse:
    log.exception("a call of the intake failed", exc_info=error)
    detail = _("Tell whoever runs this service the number of your call: %(number)s.") % {"number": asking.current()}
    return Problem(500, "broken", detail, lasting=False).response()


_KNOWN: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda error: error,
    ActRefused: of_refusal,
    AuthenticationError: lambda error: no_token(),
    Http404: lambda error: nothing_here(),
    ValidationError: lambda error: _misread(error.errors),
    RequestDataTooBig: lambda error: too_large(),
    HttpError: lambda error: unreadable(),
    FileRefused: refused_file,
    NoPlan: lambda error: _waiting(60),
    OperationalError: lambda error: _waiting(5),
}

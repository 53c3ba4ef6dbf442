"""Texts that are released together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.calendars import clock
from sunlit.calendars import today as present_day
from sunlit.records import acts, desk
from sunlit.records import bundles as gathered
from sunlit.records.bundled import Bundle
from sunlit.records.models import Revision
from sunlit.screens.page import respond
from sunlit.units.actors import Actor
from sunlit.units.roles import Verb
from sunlit.workbench import door
from sunlit.workbench.pages import bundles as pages
from sunlit.workbench.text_acts import minute

Texts = list[Revision]
Do = Callable[[Bundle, Texts, QueryDict, Actor, datetime], object]


def _each(act: Callable[..., object]) -> Do:
    def do(bundle: Bundle, texts: Texts, _post: QueryDict, actor: Actor, now: datetime) -> object:
        for text in texts:
            act(bundle, text, actor=actor, now=now)
        return bundle

    return do


ACTS: Mapping[str, Do] = {
    "add": _each(acts.add_to_bundle),
    "remove": _each(acts.remove_from_bundle),
    "schedule": lambda bundle, _texts, post, actor, now: acts.schedule_bundle(
        bundle, minute(post), actor=actor, now=now
    ),
    "publish": lambda bundle, _texts, _post, actor, now: acts.publish_bundle(bundle, actor=actor, now=now),
    "dissolve": lambda bundle, _texts, _post, actor, now: acts.dissolve(bundle, actor=actor, now=now),
}


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff
def bundles(request: HttpRequest) -> HttpResponse:
    """List the bundles that are open, and make a new one of approved texts."""
    user, viewer = door.person(request), door.viewer(request)
    if request.method == "POST":
        return _gather(request)
    wanted = [int(one) for one in request.GET.getlist("text") if one.isdigit()]
    page = pages.bundles_page(user, viewer, today=present_day(), wanted=wanted)
    return respond(request, page, "workbench/bundles.html")


@require_safe
@door.staff
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one bundle."""
    page = pages.bundle_page(door.person(request), door.viewer(request), pk, today=present_day())
    if page is None:
        raise Http404("no such bundle on this desk")
    return respond(request, page, "workbench/bundle.html")


@require_POST
@door.staff
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing with a bundle; what the engine refuses is said in its own words."""
    user, viewer = door.person(request), door.viewer(request)
    found = pages.bundle_for(user, viewer, pk)
    if found is None or name not in ACTS:
        raise Http404("no such bundle, or no such act")
    texts = _chosen(request)
    unit = next(iter(texts or gathered.texts(found)), None)
    try:
        if unit is None:
            raise acts.ActRefused(_("There is no text in this bundle."))
        actor = door.acting(user, Verb.PUBLISH, unit.record.unit)
        ACTS[name](found, texts, request.POST, actor, clock.now())
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("workbench:bundle", args=[pk]))


def _gather(request: HttpRequest) -> HttpResponse:
    texts = _chosen(request)
    try:
        if len(texts) < 2:
            raise acts.ActRefused(_("Choose at least two texts that are to be released together."))
        actor = door.acting(door.person(request), Verb.PUBLISH, texts[0].record.unit)
        made = acts.bundle(texts, actor=actor, now=clock.now(), label=request.POST.get("label", ""))
    except acts.ActRefused as refused:
        messages.error(request, refused.reason)
        return HttpResponseRedirect(reverse("workbench:bundles"))
    messages.success(request, _("Bundled. Give it a minute, or release it now."))
    return HttpResponseRedirect(reverse("workbench:bundle", args=[made.pk]))


def _chosen(request: HttpRequest) -> Texts:
    viewer = door.viewer(request)
    ids = [int(one) for one in request.POST.getlist("text") if one.isdigit()][:20]
    return [found for pk in ids if (found := desk.revision(viewer, pk)) is not None]

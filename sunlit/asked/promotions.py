"""Answers that staff put above what is found, for a time."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from sunlit import sight
from sunlit.asked import alike
from sunlit.asked.models import Promotion
from sunlit.guard import judging, rules
from sunlit.guard.findings import Passage, Place, Severity
from sunlit.ledger import pagetags
from sunlit.plan import selectors as plans
from sunlit.records import selectors as records
from sunlit.units import audit
from sunlit.units.models import User

_RECORD = re.compile(r"/(?:[a-z-]+/)?r/(?P<slug>[\w-]+)")
_LANGUAGE = re.compile(r"^/(?:zh-hant|en)(?=/)")


class PromotionRefused(ValueError):
    """Say in a sentence for whoever typed it why an answer cannot be promoted."""


def promoted(viewer: sight.Viewer, query: str, *, today: date) -> list[Promotion]:
    """Return the answers that stand above a query today, without records that a viewer may not read."""
    key = alike.key(query)
    found = list(in_force(today).filter(key=key).order_by("pk")[:5]) if key else []
    slugs = {one.pk: match["slug"] for one in found if (match := _RECORD.fullmatch(urlsplit(one.address).path))}
    readable = records.titles_of(viewer, slugs.values())
    return [one for one in found if one.pk not in slugs or slugs[one.pk] in readable]


def in_force(today: date) -> QuerySet[Promotion]:
    """Return what stands above its query today."""
    return Promotion.objects.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today)


def promote(
    query: str, title: str, address: str, *, since: date, until: date | None, user: User, network: str, now: datetime
) -> Promotion:
    """Put an answer above a query from one day to another; raises PromotionRefused."""
    key, title, path = alike.key(query), " ".join(title.split())[:200], local(address)
    if not key or not title:
        raise PromotionRefused(_("Write both the query and what its answer is called."))
    if len(key) > 100:
        raise PromotionRefused(_("The query has more than 100 characters: write what people type, a few words."))
    if until is not None and until < since:
        raise PromotionRefused(_("The last day is before the first."))
    found = judging.judge([Passage(Place(field="title"), title)], rules.of(plans.current()))
    if any(one.severity == Severity.BLOCK for one in found):
        raise PromotionRefused(_("The title holds what must not be public, such as somebody's number."))
    with transaction.atomic():
        row = Promotion.objects.create(
            query=query.strip()[:100], key=key, title=title, address=path, since=since, until=until, by=user, at=now
        )
        _changed(f"search:promotion:{row.pk}", "promoted", user, network, now)
    return row


def end(row: Promotion, *, user: User, network: str, now: datetime) -> None:
    """Take an answer away."""
    with transaction.atomic():
        subject = f"search:promotion:{row.pk}"
        row.delete()
        _changed(subject, "ended", user, network, now)


def local(address: str) -> str:
    """Return an address on this site without host and language; raises PromotionRefused for any other."""
    parts = urlsplit(address.strip())
    if parts.netloc and parts.netloc.lower() != settings.HOST.lower():
        raise PromotionRefused(_("Give an address on this site: promoted answers do not lead away from it."))
    path = _LANGUAGE.sub("", unquote(parts.path))
    try:
        resolve(path)
    except Resolver404 as error:
        raise PromotionRefused(_("There is no such page: copy the address from the browser.")) from error
    return f"{path}?{parts.query}"[:500] if parts.query else path[:500]


def _changed(subject: str, act: str, user: User, network: str, now: datetime) -> None:
    audit.write(
        audit.AuditEvent.SEARCH_TUNED, actor=user, subject=subject, address=network, detail={"act": act}, now=now
    )
    pagetags.touch([pagetags.ALL], now=now)

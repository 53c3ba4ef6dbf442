"""Draws what is due. It runs in a process of its own: the engine behind it takes a hundred megabytes while it lasts."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sunlit.calendars import clock
from sunlit.ledger import pagetags
from sunlit.plan import selectors as plans
from sunlit.plan.language import Plan
from sunlit.records import documents, rendition
from sunlit.records import selectors as records
from sunlit.records.models import Record
from sunlit.screens.charts import figures, specs
from sunlit.screens.models import Chart

logger = logging.getLogger(__name__)
TRIES = 3
LANGUAGES = {"zh": "zh-hans", "en": "en"}
_SIZE = re.compile(r'width="([0-9.]+)" height="([0-9.]+)"')

Draw = Callable[[specs.Spec], str]


def engine() -> Draw:
    """Return what makes an SVG of a specification; loaded only where something is drawn."""
    import vl_convert

    def draw(spec: specs.Spec) -> str:
        return str(vl_convert.vegalite_to_svg(spec))

    return draw


def draw_due(draw: Draw | None = None, *, most: int = 1_000, progress: Callable[[], None] = lambda: None) -> int:
    """Draw up to ``most`` charts that are due, each kept at once, and return how many were dealt with.

    The chart of a kind whose slots are being refilled waits until they are.
    """
    plan = plans.current()
    waiting = [f"kind:{code}" for code in records.all_preparing()]
    done = 0
    while done < most:
        due = Chart.objects.filter(due=True).exclude(pk__in=waiting)
        chart = due.order_by("tries", "subject").first()
        if chart is None:
            break
        draw = draw or engine()
        _draw_one(plan, chart, draw)
        done += 1
        progress()
    return done


def _draw_one(plan: Plan, chart: Chart, draw: Draw) -> None:
    """Draw one chart in every language; after three tries in vain it is left as it was, and its table stands alone."""
    tries = chart.tries + 1
    # Counted before, so that a drawing which takes the whole process with it is not tried for ever.
    Chart.objects.filter(pk=chart.pk, asked=chart.asked).update(tries=tries, due=tries < TRIES)
    # Whatever was published while it was drawn asks for another drawing.
    own = Chart.objects.filter(pk=chart.pk, asked=chart.asked)
    try:
        values = _drawings(plan, chart.subject, draw)
    except Exception:
        logger.exception("the chart of %s could not be drawn", chart.subject)
        return
    with transaction.atomic():
        if own.update(due=False, tries=0, **values):
            pagetags.touch([chart.subject], now=clock.now())


def _drawings(plan: Plan, subject: str, draw: Draw) -> dict[str, Any]:
    found: dict[str, str] = {}
    for column, language in LANGUAGES.items():
        with translation.override(language):
            shown = _figures(plan, subject)
            found[column] = draw(specs.spec(shown, _("Other"))) if shown else ""
    if not found["zh"]:
        return {"digest": "", "zh": b"", "en": b"", "width": 0, "height": 0}
    size = _SIZE.search(found["zh"])
    width, height = (round(float(part)) for part in size.groups()) if size else (0, 0)
    digest = hashlib.sha256("".join(found.values()).encode()).hexdigest()[:16]
    packed = {column: gzip.compress(svg.encode(), mtime=0) for column, svg in found.items()}
    return {"digest": digest, "width": width, "height": height, **packed}


def _figures(plan: Plan, subject: str) -> figures.Figures | None:
    sort, _colon, name = subject.partition(":")
    if sort == "kind":
        return figures.of_kind(plan, plan.kinds[name]) if name in plan.kinds else None
    record = Record.objects.select_related("live").filter(pk=int(name)).first()
    if record is None or record.live is None or record.kind not in plan.kinds:
        return None
    # A wording is drawn in the shape in which it was published, as its page shows it.
    kind = documents.kind_of(record, record.live)
    return figures.of_record(plans.by_hash(record.live.shape), kind, rendition.public(kind, record.live.data))

"""What an instance is made of beside its data: the plan in force, time zones, translations, static files."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.staticfiles import finders
from pydantic import ValidationError

from sunlit.config.doctor.findings import Level, Situation, fine, problem
from sunlit.plan import selectors as plans
from sunlit.screens import messages

Said = tuple[Level, str, str]
_INIT = "Run `sunlit init`."
_STYLE = "screens/screens.css"


def plan(situation: Situation) -> Said:
    """Judge whether a plan is in force, and can be read by this release."""
    try:
        current = plans.current()
    except plans.NoPlan:
        return problem("none is in force: the site has nothing to show", "Run `sunlit plan apply DIR`.")
    except (ValidationError, ValueError) as error:
        sentence = str(error).splitlines()[0]
        return problem(f"the one in force cannot be read: {sentence}", "Apply it again with this release.")
    return fine(f"{current.head.code} {current.hash[:12]}")


def time_zone(situation: Situation) -> Said:
    """Judge whether the time zone of the platform is known to this system."""
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return problem(f"{settings.TIME_ZONE} is unknown here", "apt-get install tzdata, or pip install tzdata.")
    return fine(settings.TIME_ZONE)


def catalogues(situation: Situation) -> Said:
    """Judge whether the translations are compiled."""
    for source in sorted(messages.LOCALE.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists():
            return problem(f"{compiled} is missing: pages would mix languages", _INIT)
    return fine("compiled")


def static_files(situation: Situation) -> Said:
    """Judge whether the static files of this release have been collected."""
    collected = Path(settings.STATIC_ROOT) / _STYLE
    source = finders.find(_STYLE)
    if not collected.exists():
        return problem(f"{collected} is missing: pages would have no style", _INIT)
    if isinstance(source, str) and Path(source).read_bytes() != collected.read_bytes():
        return problem(f"{collected} is of another release", _INIT)
    return fine("collected")

"""Which detector carries out which rule of the plan's closed table."""

from __future__ import annotations

from collections.abc import Mapping

from sunlit.guard.detectors import hiding
from sunlit.guard.detectors.base import TextDetector
from sunlit.guard.detectors.damage import DAMAGE
from sunlit.guard.detectors.marks import MARKS
from sunlit.guard.detectors.numbers import NUMBERS
from sunlit.guard.detectors.people import PEOPLE
from sunlit.guard.detectors.secrecy import SECRECY
from sunlit.guard.detectors.wording import WORDING

TEXT_DETECTORS: tuple[TextDetector, ...] = (NUMBERS, MARKS, PEOPLE, SECRECY, WORDING, DAMAGE)


def implementations() -> Mapping[str, object]:
    """Return what carries out each rule; raises ValueError if two detectors claim one."""
    found: dict[str, object] = dict.fromkeys(hiding.RULES, hiding.hidden_in)
    for detector in TEXT_DETECTORS:
        for rule in detector.rules:
            if rule in found:
                raise ValueError(f"the rule {rule} is carried out twice")
            found[rule] = detector
    return found

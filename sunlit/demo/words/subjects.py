"""Words for those who do not exist: codes and numbers of the right form that belong to nobody, and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sunlit.demo.values import Making, make
from sunlit.demo.words.chance import number
from sunlit.text.identifiers import id_check_character, uscc_check_character

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Nobody alive was born in that century, and the form of an identity number allows it.
FIRST_BIRTHDAY = date(1800, 1, 1)


# The sexagenary cycle: sixty names that are plainly counted off, so that no invented company is taken for a real one.
CYCLE = tuple("甲乙丙丁戊己庚辛壬癸"[n % 10] + "子丑寅卯辰巳午未申酉戌亥"[n % 12] for n in range(60))


def cyclic(argument: Any, making: Making) -> str:
    """Make the name of an invented enterprise: a name of the sexagenary cycle between two texts ``[before, after]``."""
    before, after = (str(make(part, making)) for part in argument)
    return f"{before}{making.chance.choice(CYCLE)}{after}"


def uscc(region: Any, making: Making) -> str:
    """Make the credit code of an invented enterprise (91) of a region, or of a sole trader (92: ``{trader: region}``).

    The form is that of GB 32100; the subject code behind it was not given to anybody.
    """
    first = "91"
    if isinstance(region, Mapping):
        first, region = "92", region["trader"]
    area = str(make(region, making))[:6].ljust(6, "0")
    code = f"{first}{area}MA6" + "".join(making.chance.choice(USCC_ALPHABET) for _ in range(6))
    return code + uscc_check_character(code)


def organ(argument: Sequence[Any], making: Making) -> str:
    """Make the credit code of an organ from its division and its organisation code (GB 32100)."""
    region, organisation = (str(make(part, making)) for part in argument)
    code = f"11{region[:6].ljust(6, '0')}{organisation}"
    return code + uscc_check_character(code)


def id_number(region: Any, making: Making) -> str:
    """Make an identity number of the right form, born between 1800 and 1899: nobody's (GB 11643)."""
    born = FIRST_BIRTHDAY + timedelta(days=making.chance.randint(0, 36_000))
    first = f"{str(make(region, making))[:6]}{born:%Y%m%d}{making.chance.randint(1, 999):03d}"
    return first + id_check_character(first)


def point(argument: Mapping[str, Any], making: Making) -> str:
    """Draw a place: longitude, then latitude, each ``[low, high, step]``."""
    return f"{number(argument['lng'], making)},{number(argument['lat'], making)}"

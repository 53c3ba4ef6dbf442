"""Words that mean the same to whoever searches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sunlit.plan.language.scalars import Strict, Text


class Synonyms(Strict):
    """Words of which any one finds the others as well, as 医保 and 医疗保险."""

    words: Annotated[tuple[Text, ...], Field(min_length=2, max_length=12)]

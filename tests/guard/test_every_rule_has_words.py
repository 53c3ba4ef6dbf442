"""Whoever reads of a finding reads what its rule is called and what to do, never the rule's code."""

from __future__ import annotations

import pytest
from django.utils import translation

from sunlit.guard import remedies
from sunlit.plan.words import GUARD_RULES

WORDS = {"right": "安排", "hiding": "comment", "what": "名单.pdf"}


@pytest.mark.parametrize("rule", sorted(GUARD_RULES))
def test_a_rule_has_a_name_and_a_remedy(rule):
    with translation.override("zh-hans"):
        assert remedies.name(rule) != rule
        assert remedies.remedy(rule, WORDS)

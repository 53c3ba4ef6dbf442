"""The root of a day is pinned to notice boards: one A4 sheet, in every language, with room for several witnesses."""

import re

import pytest

from tests.browser.conftest import DESK

pytestmark = pytest.mark.browser

SEVERAL = """() => {
  const place = document.querySelector('.root dl dd:last-of-type');
  place.innerHTML = '<ul class="plain cosigners">' + '<li>a-rather-long-name.example/witness</li>'.repeat(8) + '</ul>';
}"""


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
@pytest.mark.parametrize("large", [False, True])
def test_it_prints_on_one_sheet(window, prefix, large):
    page = window(f"{prefix}/verify/root/", size=DESK, large=large, bypass_csp=True)
    page.evaluate(SEVERAL)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1

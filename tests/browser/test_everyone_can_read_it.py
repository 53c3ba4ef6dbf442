"""Checked by axe-core and by measure: on a phone and on a desk, in normal and in large text."""

from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
MAIN = {
    "home": "/",
    "plan": "/plan/",
    "measure": "/plan/22/",
    "catalogue": "/catalogue/",
    "list": "/kinds/policy/",
    "record": "{corrected}",
    "unit": "/units/510900/",
    "village": "/units/510903001001/",
    "find": "/find/?q=安居",
    "verify": "/verify/",
    "root of the day": "/verify/root/",
    "login": "/login/",
}
MORE = {
    "penalties": "/kinds/penalty-decision/",
    "penalty": "{penalty-decision}",
    "budget": "{gov-budget}",
    "withdrawn": "{withdrawn}",
    "tombstone": "{unpublished}",
    "stub": "{group}",
    "units": "/units/",
    "nothing found": "/find/?q=xyzxyz",
    "search begins": "/find/",
    "narrowed": "/find/?q=预算&type=records&sort=date",
    "about": "/about/",
    "sitemap": "/sitemap/",
    "not there": "/nothing-here/",
    "English": "/en/kinds/policy/",
    "calendar": "/kinds/air-daily/",
    "prices": "/kinds/hospital-price/",
    "side by side": "/kinds/land-supply-plan/",
    "groups": "/kinds/power-item/",
    "processes": "/processes/procurement/",
    "standard": "/standard/",
    "standard of a unit": "/units/510903001002/standard/",
    "statistics": "/statistics/",
    "for other systems": "/api/intake/v1/",
}
PAGES = MAIN | MORE
SIZES = {"phone": PHONE, "desk": DESK}
# The main pages in every form; of the others the two that differ most.
FORMS = [
    *((name, size, large) for name in MAIN for size in SIZES for large in (False, True)),
    *((name, size, large) for name in MORE for size, large in (("phone", True), ("desk", False))),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.mark.parametrize(
    ("name", "size", "large"),
    FORMS,
    ids=[f"{name}, {size}, {'large' if large else 'normal'} text" for name, size, large in FORMS],
)
def test_no_barrier_and_no_sideways_scrolling(name, size, large, window):
    page = window(PAGES[name], size=SIZES[size], large=large, bypass_csp=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the window: {widest(page)}"
    page.evaluate(AXE)
    violations = page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", RULES)
    assert not violations, "\n".join(told(one) for one in violations)


def told(violation):
    places = [f"{node['html'][:160]} ({' '.join(node['target'])})" for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']}\n  " + "\n  ".join(places)


def widest(page):
    """Name the elements that reach out of the window."""
    return page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 4).map(e => e.outerHTML.slice(0, 120))"
    )


def test_large_text_is_larger(window):
    normal, large = (
        window("/plan/22/", large=wanted).evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        for wanted in (False, True)
    )
    assert large >= normal * 1.2


@pytest.mark.parametrize("name", ["home", "list", "record", "unit"])
def test_nothing_to_tap_is_too_small_in_large_text(name, window):
    page = window(PAGES[name], large=True)
    small = page.evaluate(
        "[...document.querySelectorAll('button, input:not([type=hidden]), select, .btn, .door')]"
        ".map(e => [e.outerHTML.slice(0, 100), e.getBoundingClientRect().height])"
        ".filter(([_, height]) => height > 0 && height < 44)"
    )
    assert not small, small


@pytest.mark.parametrize("name", ["home", "record"])
def test_a_page_can_be_magnified_four_times(name, window):
    """WCAG 1.4.10: at 320 px, which is 1280 px at 400 %, nothing scrolls sideways."""
    page = window(PAGES[name], size={"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

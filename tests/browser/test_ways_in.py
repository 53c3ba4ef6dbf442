"""A passkey is added and logs in, and the pages of accounts hold no barrier, in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_everyone_can_read_it import AXE, RULES, told, widest
from tests.city import PHRASE

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PAGES = {
    "me": "/me/",
    "password": "/account/password/",
    "sessions": "/account/sessions/",
    "factors": "/account/factors/",
    "people": "/desk/people/",
    "former people": "/desk/people/?all=1&q=editor",
    "new account": "/desk/people/new/",
    "import": "/desk/people/import/",
    "absence": "/desk/absence/",
    "audit": "/desk/audit/",
    "a day of the audit in English": "/en/desk/audit/?since=2026-01-01",
}
TOP = "system_administrator-above"


@pytest.fixture
def local(window, site):
    """Open windows under the name ``localhost``: browsers know no passkeys for numbers."""

    def open_window(path: str, **options):
        page = window("/healthz", **options)
        page.goto(site.root.replace("127.0.0.1", "localhost") + path)
        return page

    return open_window


def log_in(page, name: str) -> None:
    page.fill("[name=username]", name)
    page.fill("[name=password]", PHRASE)
    page.locator("form.form button").click()
    page.wait_for_url("**/desk/")


def confirm(page) -> None:
    page.fill("[name=password]", PHRASE)
    page.locator("form.form button").click()


def test_a_passkey_is_added_and_logs_in_alone(local):
    page = local("/login/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    log_in(page, "assessor-elsewhere")
    page.goto(page.url.replace("/desk/", "/account/passkeys/add/"))
    confirm(page)
    page.wait_for_url("**/account/passkeys/add/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/account/factors/codes/")
    assert page.locator(".codes li").count() == 10
    page.goto(page.url.replace("/account/factors/codes/", "/me/"))
    page.locator("form[action$='/logout/'] button").click()
    page.goto(page.url.split("//")[0] + "//" + page.url.split("//")[1].split("/")[0] + "/login/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/desk/")
    # With the password alone the passkey is asked for as the second factor.
    page.locator("form[action$='/logout/'] button").click()
    page.goto(page.url.rstrip("/") + "/login/")
    page.fill("[name=username]", "assessor-elsewhere")
    page.fill("[name=password]", PHRASE)
    page.locator("form.form button").click()
    page.wait_for_url("**/account/code/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/desk/")
    assert not complaints, complaints


def test_without_a_passkey_at_hand_the_page_says_so_and_goes_on(local):
    page = local("/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')) }")
    page.locator("form[data-passkey] button").click()
    page.locator("form[data-passkey] .error").wait_for(state="visible")
    log_in(page, "assessor-here")


def test_without_scripts_one_logs_in_with_the_password(local):
    page = local("/login/", java_script_enabled=False)
    assert not page.locator("form[data-passkey]").is_visible()
    page.fill("[name=username]", "operator-here")
    page.fill("[name=password]", PHRASE)
    page.locator("form.form button").click()
    assert page.url.endswith("/desk/")


@pytest.fixture(scope="module")
def inside(site, chromium):
    """Stay logged in as an administrator, on a phone and on a desk: tries are counted."""
    contexts = {}
    for name, size in {"phone": PHONE, "desk": DESK}.items():
        context = chromium.new_context(viewport=size, reduced_motion="reduce", bypass_csp=True)
        page = context.new_page()
        page.goto(f"{site.root}/login/")
        log_in(page, TOP)
        contexts[name] = page
    yield contexts
    for page in contexts.values():
        page.context.close()


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("name", PAGES)
def test_no_barrier_and_no_sideways_scrolling(name, size, inside, site):
    page = inside[size]
    page.goto(site.root + PAGES[name])
    check(page)


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_persons_page_and_a_report_of_faults_hold_no_barrier(size, inside, site, tmp_path):
    page = inside[size]
    page.goto(f"{site.root}/desk/people/?q=editor-here")
    page.locator(".list.people a").first.click()
    check(page)
    sheet = tmp_path / "people.csv"
    sheet.write_text("username,unit,roles\nzhang san,nowhere,emperor\n", encoding="utf-8")
    page.goto(f"{site.root}/desk/people/import/")
    page.set_input_files("[name=file]", sheet)
    page.locator("form[enctype] button").click()
    assert page.locator(".journal tbody tr").count() == 3
    check(page)


def check(page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window: {widest(page)}"
    page.evaluate(AXE)
    violations = page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", RULES)
    assert not violations, "\n".join(told(one) for one in violations)

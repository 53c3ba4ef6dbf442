"""A person at the desk in a real browser; every page on the way is checked once for barriers."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_everyone_can_read_it import AXE, RULES, told, widest
from tests.city import PHRASE

SIZES = {"phone": PHONE, "desk": DESK}
SHAPE = """(() => [location.pathname.replace(/\\d+/g, '0'), innerWidth, ...new Set(
  [...document.querySelectorAll('body *')].map(e => e.tagName + '.' + e.className))].join(' '))()"""
TOO_SMALL = """[...document.querySelectorAll(
  '.desk-main :is(button:not(.vh):not(.link), .btn, summary, select, input:not([type=hidden]):not([type=radio])'
  + ':not([type=checkbox]):not(.vh)), .desk-nav a, .tabs a, label:has([type=radio], [type=checkbox])')]
  .filter(e => !e.closest('.prose-menubar'))
  .map(e => [e.outerHTML.slice(0, 120), Math.round(e.getBoundingClientRect().height)])
  .filter(([_, height]) => height > 0 && height < 44)"""
CHECK = """rules => axe.run({include: [document], exclude: ['.ProseMirror img:not([alt])']}, rules)
  .then(found => found.violations)"""
"""A picture that came without a description: the form tells the editor, whose work the description is."""
clean: set[str] = set()
"""Shapes of pages in which nothing was found: another page of the same elements needs no second look."""


class Seat:
    """A person at a window of the desk, who counts what they have to do."""

    def __init__(self, page: Any, root: str, places: dict[str, str], *, runs_scripts: bool = True) -> None:
        self.page, self.root, self.places, self.runs_scripts = page, root, places, runs_scripts
        self.taps = self.fields = 0
        self.pressed = 0.0

    def go(self, path: str) -> Seat:
        """Open an address, or a place by its name."""
        self.page.goto(self.root + self.places.get(path, path))
        return self.look()

    def look(self) -> Seat:
        """Find no barrier on the page, nothing too wide, and on a phone nothing too small to press."""
        shape = self.page.evaluate(SHAPE)
        if shape in clean:
            return self
        where = f"{self.page.url} at {self.page.viewport_size['width']} px"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{where} is {wide} px wider than the window: {widest(self.page)}"
        if self.runs_scripts:
            self.page.evaluate(AXE)
            violations = self.page.evaluate(CHECK, RULES)
            assert not violations, f"{where}\n" + "\n".join(told(one) for one in violations)
        if self.page.viewport_size == PHONE:
            small = self.page.evaluate(TOO_SMALL)
            assert not small, f"{where}: {small}"
        clean.add(shape)
        return self

    def tap(self, what: str) -> Seat:
        """Press something that stays on the page."""
        self.taps += 1
        self.page.locator(what).first.click()
        return self

    def follow(self, what: str) -> Seat:
        """Press something that leads to another page."""
        self.taps += 1
        with self.page.expect_navigation():
            self.pressed = time.monotonic()
            self.page.locator(what).first.click()
        return self.look()

    def fill(self, **values: str) -> Seat:
        """Fill in fields of the form by name (``__`` stands for a hyphen), as its controls want to be filled in."""
        for name, value in values.items():
            self.fields += 1
            field = self.page.locator(f"[name='f-{name.replace('__', '-')}']").first
            if field.get_attribute("type") == "radio":
                self.page.locator(f"[name='f-{name}'][value='{value}']").check()
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        return str(self.page.locator(f"[name='f-{name}']").first.input_value())

    def save(self, do: str = "save") -> Seat:
        """Press one of the buttons below the form."""
        return self.follow(f".compose .actions [value='{do}']")

    def act(self, name: str, **said: str) -> Seat:
        """Do one of the things that a text or record offers, saying what it asks for."""
        form = f"form[action$='/{name}/']"
        folded = self.page.locator("details", has=self.page.locator(form))
        if folded.count() and not self.page.locator(form).is_visible():
            folded.locator("summary").first.click()
            self.look()
        for field, value in said.items():
            self._say(self.page.locator(f"{form} [name='{field.replace('__', '-')}']"), value)
        seen = self.page.locator(f"{form} [name=seen]")
        if seen.count():
            seen.check()
        return self.follow(f"{form} button")

    def _say(self, field: Any, value: str) -> None:
        if not field.is_visible():
            field.locator("xpath=ancestor::details[1]/summary").click()
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(index=1)
        else:
            field.fill(value)

    def offers(self, name: str) -> bool:
        """Tell whether a text or record offers to do something."""
        return bool(self.page.locator(f"form[action$='/{name}/']").count())

    def says(self, words: str) -> bool:
        """Tell whether the page says something."""
        return words in self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Return where the person is."""
        return str(self.page.url).removeprefix(self.root).partition("?")[0]


class Desk:
    """The running instance and the windows on it."""

    def __init__(self, root: str, places: dict[str, str], chromium: Any) -> None:
        self.root, self.places, self.chromium = root, places, chromium
        self.windows: list[Any] = []
        self.sessions: dict[str, Any] = {}
        self.troubles: list[str] = []

    def sit(self, name: str, size: str = "desk", **options: Any) -> Seat:
        """Open a window for a person, who logs in by the public door the first time."""
        options = {"viewport": SIZES[size], "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        window = self.chromium.new_context(reduced_motion="reduce", storage_state=self.sessions.get(name), **options)
        window.set_default_timeout(8_000)
        self.windows.append(window)
        page = window.new_page()
        page.on("console", lambda message: self.troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        if name not in self.sessions:
            page.goto(f"{self.root}/login/?next=/desk/")
            page.fill("[name=username]", name)
            page.fill("[name=password]", PHRASE)
            page.locator("form.form button").click()
            page.wait_for_url("**/desk/")
            self.sessions[name] = window.storage_state()
        return Seat(page, self.root, self.places, runs_scripts=options.get("java_script_enabled", True))

    def close(self) -> None:
        """Close every window."""
        for window in self.windows:
            window.close()
        self.windows.clear()

    def answer(self, path: str) -> tuple[int, str]:
        """Return what an address answers to someone who is not logged in."""
        try:
            with urllib.request.urlopen(self.root + path, timeout=5) as answer:  # noqa: S310 - our own server
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def within(seconds: float, condition: Callable[[], Any], since: float | None = None) -> Any:
    """Return what a condition gives as soon as it holds; it must within some seconds from now, or from a moment."""
    begun = time.monotonic() if since is None else since
    while not (found := condition()):
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return found

"""A real instance with the city in it, served as ``make run`` serves it, and headless Chromium to look at it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.desk import Desk

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Instance:
    """A running instance: its root, and the addresses of records by kind and by specimen."""

    root: str
    slugs: dict[str, str]

    def address(self, path: str) -> str:
        return self.root + path.format_map({key: f"/r/{slug}" for key, slug in self.slugs.items()})


@pytest.fixture(scope="package")
def site() -> Iterator[Instance]:
    """Build the city in an instance of its own and serve it."""
    with served("tests.city", "--no-worker") as (root, told):
        yield Instance(root, told)


@contextmanager
def served(filling: str, *options: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve an instance that a module has filled; give its root and what the module said in its last line."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tempfile.mkdtemp(prefix="sunlit-browser.")
    unwanted = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SUNLIT_LEDGER_ORIGIN")
    env = {key: value for key, value in os.environ.items() if key not in unwanted}
    env |= {"SUNLIT_HOME": home, "SUNLIT_HOST": f"127.0.0.1:{port}", "PORT": str(port), "SUNLIT_DEMO": "1"}
    server = None
    try:
        _run([sys.executable, "-m", "sunlit.cli", "init"], env)
        told = json.loads(_run([sys.executable, "-m", filling], env | {"DJANGO_SETTINGS_MODULE": SETTINGS}))
        serve = [sys.executable, "-m", "sunlit.cli", "serve", *options]
        server = subprocess.Popen(serve, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        root = f"http://127.0.0.1:{port}"
        _wait(root)
        yield root, told
    finally:
        if server is not None:
            server.terminate()
            server.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


SETTINGS = "sunlit.config.settings"


def _run(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip().rpartition("\n")[2]


def _wait(root: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{root}/healthz", timeout=2)  # noqa: S310 - our own server
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the site did not come up within 30 seconds")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """Start Chromium; without it these tests are left out, except where everything must run."""
    found = shutil.which("chromium")
    if found is None:
        message = "Chromium is not installed. Get it: apt-get install -y chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS, headless=True)
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def window(site: Instance, chromium: Any) -> Iterator[Open]:
    """Open a window: ``window("/", large=True)``, on a phone unless told otherwise."""
    contexts = []

    def open_window(path: str = "/", *, size: dict[str, int] = PHONE, large: bool = False, **options: Any) -> Any:
        context = chromium.new_context(viewport=size, reduced_motion="reduce", **options)
        contexts.append(context)
        if large:
            context.add_cookies([{"name": "sunlit_text", "value": "large", "url": site.root}])
        page = context.new_page()
        page.goto(site.address(path))
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def instance(chromium: Any) -> Iterator[Desk]:
    """Serve a small city with a day's work on its desk, a new one for each file of journeys."""
    from tests.browser.desk import Desk  # which needs the sizes of windows from here

    with served("tests.browser.desk_city") as (root, places):
        yield Desk(root, places, chromium)


@pytest.fixture
def desk(instance: Desk) -> Iterator[Desk]:
    """Sit down at the desk; whatever the browser complains of on the way is a fault."""
    instance.troubles.clear()
    yield instance
    instance.close()
    # A refusal is an answer, and the browser reports it as such.
    assert [one for one in instance.troubles if "Failed to load resource" not in one] == []

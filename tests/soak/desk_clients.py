"""Staff in front of a real server: sessions made beforehand, forms read from the pages, tokens sent back with them."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
SERVE = [sys.executable, "-m", "sunlit.cli", "serve", "--workers", "2"]
UNIT, KIND = "ex-education", "service-card"
STAFF = """
import json, os
from datetime import date
from django.conf import settings
from django.test import Client
from sunlit.units.actions import grant
from sunlit.units.models import Unit, User
unit, found = Unit.objects.get(code="ex-education"), {}
for name, roles in json.loads(os.environ["STAFF"]).items():
    user = User.objects.create(username=name, password="!")
    for role in roles:
        grant(user, unit, role, since=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    found[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(found))
"""


def instance(environment: dict[str, str], port: int, staff: Mapping[str, list[str]]) -> tuple[dict[str, str], dict]:
    """Prepare the county with some staff, and return the environment of its processes and each one's session."""
    env = {**environment, "PORT": str(port), "SUNLIT_MFA": "off", "SUNLIT_BIND": "127.0.0.1"}
    for arguments in (["init"], ["plan", "apply", "plans/example-county"]):
        run([sys.executable, "-m", "sunlit.cli", *arguments], env)
    return env, json.loads(script({**env, "STAFF": json.dumps(staff)}, STAFF).splitlines()[-1])


def run(command: list[str], env: Mapping[str, str]) -> str:
    """Run a command to its end and return what it said."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def script(env: Mapping[str, str], source: str) -> str:
    """Run a few lines in a process of the instance."""
    return run([sys.executable, "-c", f"import django; django.setup()\n{source}"], env)


def wait_for(port: int) -> None:
    """Wait until the site answers."""
    for _try in range(300):
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/")
            if link.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    raise AssertionError("the site does not answer")


class Form(HTMLParser):
    """Reads what the fields of a page's forms hold, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.token, self._area, self._text, self._select = "", "", "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name == "csrfmiddlewaretoken":
            self.token = value
        elif tag == "input" and name and given.get("type") not in ("submit", "file", "search"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.fields.append((name, value))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.fields.append((self._select, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.fields.append((self._area, self._text.removeprefix("\n")))
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self._text += data if self._area else ""


@dataclass
class Answer:
    """What came back."""

    status: int
    body: str = ""
    location: str = ""
    took: float = 0.0

    @property
    def form(self) -> dict[str, str]:
        """The fields of the page, by name."""
        return dict(Form(self.body).fields)


@dataclass
class Clerk:
    """Somebody who is logged in; keeps the connection open as a browser does."""

    port: int
    session: str
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    link: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Ask for a page, and remember the token in it."""
        answer = self._ask("GET", path)
        self.token = Form(answer.body).token or self.token
        return answer

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": self.token}))

    def upload(self, path: str, fields: Mapping[str, str], name: str, content: bytes) -> Answer:
        """Send a form with a file."""
        mark = "soak-boundary-7d1f"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in {**fields, "csrfmiddlewaretoken": self.token}.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join([*parts, head]).encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={mark}")

    def download(self, path: str) -> bytes:
        """Return a file."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        link.request("GET", path, headers={"Cookie": f"sessionid={self.session}"})
        answer = link.getresponse()
        assert answer.status == 200, answer.status
        return answer.read()

    def _ask(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        content_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        """Ask once; raises OSError or HTTPException if the server went away meanwhile."""
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = {**self.cookies, "sessionid": self.session}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if body is not None:
            headers["Content-Type"] = content_type
        began = time.monotonic()
        try:
            self.link.request(method, path, body, headers)
            answer = self.link.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.link.close()
            self.link = None
            raise
        took = time.monotonic() - began
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _is, rest = line.partition("=")
            if name != "sessionid":
                self.cookies[name] = rest.partition(";")[0]
        return Answer(answer.status, text, answer.getheader("Location") or "", took)


def load() -> str:
    """Say how busy the machine is."""
    return f"load average {os.getloadavg()[0]:.1f}"

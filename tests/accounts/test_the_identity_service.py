"""People log in with the province's identity service if this house knows them; strangers are told whom to ask.

The provider is a real one (``oidc-provider``), installed by npm from the lock file beside it into the cache folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from sunlit.accounts import identities
from sunlit.config.identity import Identity, from_environment, origins, providers
from sunlit.units.models import AuditEntry, User
from sunlit.units.roles import Role
from tests.accounts.conftest import PHRASE, enter

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = Path(__file__).parent / "identity_service"
CALLBACK = "http://testserver/account/oidc/identity/login/callback/"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory) -> Iterator[str]:
    """Start the identity service; returns its address."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed. Get them: apt-get install -y nodejs npm")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sunlit-tests" / "identity-service"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(HERE / name, home / name)
    if not (home / "node_modules" / "oidc-provider").exists():
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=home, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"npm could not install oidc-provider: {done.stderr[-500:]}")
    server = subprocess.Popen(
        ["node", "server.mjs", CALLBACK], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        for line in server.stdout or ():
            if line.startswith("listening "):
                yield line.split()[1]
                break
        else:
            pytest.skip("the identity service did not start; it needs Node 20 or later")
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
def service(issuer, settings) -> str:
    """Let this instance know the identity service."""
    settings.IDENTITY = Identity(issuer, "sunlit", "a secret between two", "省统一身份认证")
    settings.SOCIALACCOUNT_PROVIDERS = providers(settings.IDENTITY)
    return issuer


def prove(address: str, subject: str) -> str:
    """Log in at the identity service as someone would in a browser; returns where it sends them back to."""
    browser = requests.Session()
    for _ in range(12):
        answer = browser.get(address, allow_redirects=False, timeout=10)
        if answer.is_redirect:
            address = urljoin(address, answer.headers["Location"])
            if address.startswith(CALLBACK):
                return address
            continue
        form = re.search(r'action="([^"]+)"', answer.text)
        prompt = "login" if 'name="login"' in answer.text else "consent"
        data = {"prompt": prompt, "login": subject, "password": "any"}
        posted = browser.post(urljoin(address, form[1]), data=data, allow_redirects=False, timeout=10)
        address = urljoin(address, posted.headers["Location"])
    raise AssertionError("the identity service sends nobody back")


def log_in_there(client: Client, subject: str, question: str = "next=/account/sessions/"):
    sent = client.post(f"/account/oidc/identity/login/?{question}")
    assert sent.status_code == 302, sent.content.decode()[:500]
    back = urlsplit(prove(sent.headers["Location"], subject))
    return client.get(f"{back.path}?{back.query}")


@pytest.fixture
def clerk(city, person):
    return person("clerk", (Role.EDITOR, city["audit"]))


def is_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


def test_who_was_made_known_logs_in(service, clerk):
    identities.make_known(clerk, "subject-1")
    client = Client()
    assert log_in_there(client, "subject-1").headers["Location"] == "/account/sessions/"
    assert is_in(client)
    assert AuditEntry.objects.filter(event="logged_in", actor=clerk.pk).exists()


def test_a_stranger_gets_no_account_but_is_told_whom_to_ask(service, clerk):
    client = Client()
    answer = log_in_there(client, "somebody-else")
    assert answer.status_code == 403
    assert "/login/" in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_a_person_links_their_own_account_and_unlinks_it(service, clerk):
    client = Client()
    enter(client, "clerk")
    client.post("/account/confirm/", {"password": PHRASE})
    log_in_there(client, "subject-2", "process=connect")
    assert identities.is_linked(clerk)
    other = Client()
    log_in_there(other, "subject-2")
    assert is_in(other)
    assert client.post("/account/identity/").status_code == 302
    assert not identities.is_linked(clerk)
    events = set(AuditEntry.objects.values_list("event", flat=True))
    assert {"identity_linked", "identity_unlinked"} <= events


def test_linking_takes_the_password_once_more(service, clerk):
    client = Client()
    enter(client, "clerk")
    log_in_there(client, "subject-3", "process=connect")
    assert not identities.is_linked(clerk)


def test_an_identity_of_one_cannot_be_linked_to_another(service, clerk, person):
    identities.make_known(person("owner"), "subject-4")
    client = Client()
    enter(client, "clerk")
    client.post("/account/confirm/", {"password": PHRASE})
    log_in_there(client, "subject-4", "process=connect")
    assert not identities.is_linked(clerk)


def test_a_closed_account_is_not_let_in(service, clerk):
    identities.make_known(clerk, "subject-5")
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    client = Client()
    answer = log_in_there(client, "subject-5")
    assert answer.headers["Location"] == "/login/?refused=1"
    assert not is_in(client)


def test_a_second_factor_is_asked_for_here_as_well(service, clerk):
    from allauth.mfa.models import Authenticator

    identities.make_known(clerk, "subject-6")
    Authenticator.objects.create(user=clerk, type="totp", data={"secret": "x"})
    client = Client()
    assert log_in_there(client, "subject-6").headers["Location"].startswith("/account/code/")
    assert not is_in(client)


def test_a_forged_answer_opens_nothing(service, clerk):
    answer = Client().get("/account/oidc/identity/login/callback/?code=x&state=y")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/")


def test_the_log_in_page_offers_it(service, clerk):
    assert "省统一身份认证" in Client().get("/login/").content.decode()


def test_without_it_there_is_no_such_address():
    assert Client().post("/account/oidc/identity/login/").status_code == 404


def test_half_a_setting_is_refused(monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    assert from_environment() is None
    monkeypatch.setenv("SUNLIT_OIDC_ISSUER", "https://id.example/realms/a/")
    with pytest.raises(ImproperlyConfigured):
        from_environment()
    monkeypatch.setenv("SUNLIT_OIDC_CLIENT_ID", "sunlit")
    monkeypatch.setenv("SUNLIT_OIDC_CLIENT_SECRET", "s")
    found = from_environment()
    assert (found.issuer, found.name) == ("https://id.example/realms/a", "id.example")
    assert origins(found) == ["https://id.example"]

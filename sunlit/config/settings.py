"""Settings of one instance; everything an operator may change comes from the environment (``docs/operate.md``)."""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from sunlit.config import identity, logs
from sunlit.config.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("SUNLIT_HOME") or BASE_DIR / "var").resolve()
PORT = int(os.environ.get("PORT") or 8000)
HOST = os.environ.get("SUNLIT_HOST") or f"127.0.0.1:{PORT}"
HTTPS = os.environ.get("SUNLIT_HTTPS", "") == "1"
DEMO = os.environ.get("SUNLIT_DEMO", "") == "1"
# Only these may say for whom they ask; without them every limit counts the address that connects.
TRUSTED_PROXIES = tuple(filter(None, os.environ.get("SUNLIT_PROXY", "").replace(",", " ").split()))
# Who may read the figures at /metrics, besides this machine itself.
METRICS_FROM = tuple(
    ip_network(each, strict=False)
    for each in ("127.0.0.0/8", "::1", *os.environ.get("SUNLIT_METRICS_FROM", "").replace(",", " ").split())
)

# For whom a second factor is compulsory: staff (anyone who holds a role), administrators, or off.
MFA = os.environ.get("SUNLIT_MFA") or ("off" if DEMO else "staff")
if MFA not in ("staff", "administrators", "off"):
    raise ImproperlyConfigured(f"SUNLIT_MFA is {MFA!r}; it may be staff, administrators or off")
# The identity service of the province, if people may log in with it.
IDENTITY = identity.from_environment()

# The log's name is its address without a scheme (C2SP tlog-checkpoint); it must never change once entries exist.
LEDGER_ORIGIN = os.environ.get("SUNLIT_LEDGER_ORIGIN") or f"{HOST}/ledger"
WITNESSES = os.environ.get("SUNLIT_WITNESSES", "")
# A second place for every entry, best on another disk; empty for a folder in the instance's home.
JOURNAL = os.environ.get("SUNLIT_JOURNAL") or ""
LEDGER_CONTENT_SOURCES = "sunlit.config.registry.content_sources"
LEDGER_FOLLOWERS = "sunlit.config.registry.followers"

# Which engine searches (tantivy, fts5 or opensearch), and where the server is if it is one.
SEARCH_ENGINE = os.environ.get("SUNLIT_SEARCH") or ""
SEARCH_URL = os.environ.get("SEARCH_URL") or ""
SEARCH_LOGIN = os.environ.get("SUNLIT_SEARCH_LOGIN") or ""
SEARCH_TYPES = "sunlit.config.registry.search_types"

DEBUG = False
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = [HOST.rpartition(":")[0] if ":" in HOST else HOST, "127.0.0.1", "localhost", "[::1]"]
# Names under which an old site was known, if they lead here now: their addresses are answered with redirects.
OLD_HOSTS = [each.lower() for each in os.environ.get("SUNLIT_OLD_HOSTS", "").replace(",", " ").split()]
ALLOWED_HOSTS += OLD_HOSTS
CSRF_TRUSTED_ORIGINS = [f"https://{HOST}"] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_prose_editor",
    "sunlit.accounts",  # before allauth, so that its pages are shown in our templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "sunlit.plan",
    "sunlit.units",
    "sunlit.ledger",
    "sunlit.files",
    "sunlit.records",
    "sunlit.pagecache",
    "sunlit.search",
    "sunlit.screens",
    "sunlit.portal",
    "sunlit.workbench",
    "sunlit.api",
]

MIDDLEWARE = [
    "sunlit.screens.measuring.Measure",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "sunlit.screens.middleware.TraditionalText",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sunlit.accounts.middleware.Presence",
    "sunlit.accounts.middleware.SecondFactor",
    "sunlit.screens.middleware.AwaitPlan",
    "sunlit.screens.middleware.SayNotAllowed",
]

ROOT_URLCONF = "sunlit.config.urls"
WSGI_APPLICATION = "sunlit.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sunlit.screens.context.site",
                "sunlit.portal.context.navigation",
                "sunlit.workbench.context.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


def sqlite(name: str) -> dict[str, Any]:
    """Describe one SQLite file of this instance: write-ahead log, immediate transactions, queued writers."""
    return {
        "ENGINE": "sunlit.config.sqlite",
        "NAME": str(HOME / name),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                # 32 MB: at SQLite's own 4 MB nearly every chunk of an import would copy the log back before it lets go.
                "PRAGMA wal_autocheckpoint=8000;"
            ),
        },
        "TEST": {"NAME": str(HOME / f"test-{name}")},
    }


if url := os.environ.get("DATABASE_URL"):
    _server = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    _server["OPTIONS"] = {**_server.get("OPTIONS", {}), "pool": False}
    DATABASES: dict[str, Any] = {"default": _server}
else:
    DATABASES = {"default": sqlite("db.sqlite3"), "aux": sqlite("aux.sqlite3")}

# What comes and goes (sessions, throttles) lives in a second file, so that it never waits for an act of publication.
DATABASE_ROUTERS = ["sunlit.config.routers.AuxRouter"]
# One for all processes: what limits tries must count them all, allauth's own limits included.
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
    for name in ("default", "shared")
}
PAGE_CACHE_MB = int(os.environ.get("SUNLIT_CACHE_MB") or 64)
SESSION_ENGINE = "sunlit.accounts.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # the reverse proxy redirects; Sunlit itself may be reached over loopback
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "sunlit.screens.errors.form_expired"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        # A form that leads to the identity service is followed there by a redirect, which this governs too.
        "form-action": [SELF, *identity.origins(IDENTITY)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

AUTH_USER_MODEL = "units.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "portal:login"
LOGIN_REDIRECT_URL = "portal:me"
STAFF_REDIRECT_URL = "workbench:today"
LOGOUT_REDIRECT_URL = "portal:home"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # how long a link to set a password holds

# Log-in by allauth. Nobody signs up: accounts are made by administrators.
ACCOUNT_ADAPTER = "sunlit.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/key",
    "reauthenticate": "10/15m/user",
    "change_password": "10/15m/user",
}
MFA_ADAPTER = "sunlit.accounts.adapters.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
SOCIALACCOUNT_ADAPTER = "sunlit.accounts.adapters.Identities"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_PROVIDERS = identity.providers(IDENTITY)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "sunlit" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_ROOT = HOME / "files"
FILE_LIMIT = int(os.environ.get("SUNLIT_FILE_MB") or 50) << 20
FILE_LIMITS = {"application/pdf": max(FILE_LIMIT, int(os.environ.get("SUNLIT_PDF_MB") or 1024) << 20)}
EXTRACT_SECONDS = int(os.environ.get("SUNLIT_EXTRACT_SECONDS") or 10)
CLAMD = os.environ.get("SUNLIT_CLAMD") or ""
KEYS_ROOT = HOME / "keys"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# How many calls of the intake a token may make in a minute, and all tokens of one address together.
API_RATE = int(os.environ.get("SUNLIT_API_RATE") or 120)
API_RATE_ADDRESS = int(os.environ.get("SUNLIT_API_RATE_ADDRESS") or 600)

LOG_FORMAT = os.environ.get("SUNLIT_LOG_FORMAT") or "line"
LOGGING = logs.configuration(LOG_FORMAT, os.environ.get("SUNLIT_LOG") or "WARNING")

"""Settings of a test run: an instance of its own for every process, gone with the machine's temporary files."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="sunlit-test.")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["SUNLIT_HOME"] = _home
os.environ.pop("SUNLIT_JOURNAL", None)
os.environ.setdefault("SUNLIT_HOST", "testserver")

from sunlit.config.settings import *  # noqa: E402, F403
from sunlit.config.settings import STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir()
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
MFA = "off"  # the tests that are about it turn it on
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

"""The entry point that the web server imports: kept pages in front, Django behind."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402  # only now are the settings named

from sunlit.pagecache.board import Board  # noqa: E402
from sunlit.pagecache.front import Front  # noqa: E402

application = Front(
    django_application, Board(Path(settings.HOME) / "cache" / "board"), limit=settings.PAGE_CACHE_MB * 1024 * 1024
)

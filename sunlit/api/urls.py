"""Addresses of the intake, outside of the languages: a call says by a header which one it reads."""

from django.urls import URLPattern, path

from sunlit.api.calls import api, unknown
from sunlit.api.door import through
from sunlit.api.views.reading import document, guide

app_name = "intake"


def _calls() -> list[URLPattern]:
    """Return the calls, each behind the door; the first address of ninja is its own root, which we do without."""
    found = []
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = through(pattern.callback)
            found.append(pattern)
    return found


urlpatterns = [
    path("", guide, name="guide"),
    path("openapi.json", document, name="openapi"),
    *_calls(),
    path("<path:rest>", through(unknown), name="unknown"),
]

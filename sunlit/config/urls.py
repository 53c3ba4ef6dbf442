"""Every address of an instance. Languages are paths: Simplified at the plain address, the others under their code."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "sunlit.screens.errors.bad_request"
handler403 = "sunlit.screens.errors.forbidden"
handler404 = "sunlit.screens.errors.not_found"
handler500 = "sunlit.screens.errors.server_error"

urlpatterns = [
    path("ledger/", include("sunlit.ledger.urls")),
    *i18n_patterns(
        path("desk/", include("sunlit.workbench.urls")),
        path("", include("sunlit.portal.urls")),
        prefix_default_language=False,
    ),
]

"""Every address of an instance. Languages are paths: Simplified at the plain address, the others under their code."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "sunlit.screens.errors.bad_request"
handler403 = "sunlit.screens.errors.forbidden"
handler404 = "sunlit.portal.views.former.not_found"
handler429 = "sunlit.accounts.views.entrance.too_many_tries"
handler500 = "sunlit.screens.errors.server_error"

urlpatterns = [
    path("ledger/", include("sunlit.ledger.urls")),
    path("api/intake/v1/", include("sunlit.api.urls")),
    # Outside of the languages: an identity service knows one address to send people back to.
    path("account/oidc/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *i18n_patterns(
        path("", include("sunlit.accounts.urls")),
        path("desk/", include("sunlit.accounts.desk_urls")),
        path("desk/", include("sunlit.api.desk_urls")),
        path("desk/", include("sunlit.workbench.urls")),
        path("", include("sunlit.portal.urls")),
        prefix_default_language=False,
    ),
]

"""Addresses at the door: logging in and out, and one's own way in. The names are those that allauth asks for."""

from allauth.mfa.base.views import index, reauthenticate
from allauth.mfa.recovery_codes.views import download_recovery_codes, generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import edit_webauthn, list_webauthn, login_webauthn, remove_webauthn
from django.urls import path
from django.views.decorators.cache import never_cache

from sunlit.accounts.views import entrance, factors, own

urlpatterns = [
    path("login/", entrance.log_in, name="account_login"),
    path("logout/", entrance.log_out, name="account_logout"),
    path("account/password/", own.change_password, name="account_change_password"),
    path("account/set-password/<slug:key>/<slug:token>/", own.set_password, name="account_set_password_from_link"),
    path("account/sessions/", own.sessions, name="account_sessions"),
    path("account/sessions/end/", own.end_sessions, name="account_sessions_end"),
    path("account/confirm/", never_cache(factors.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", never_cache(reauthenticate), name="mfa_reauthenticate"),
    path("account/confirm/passkey/", factors.reauthenticate_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/code/", factors.authenticate, name="mfa_authenticate"),
    path("account/factors/", never_cache(index), name="mfa_index"),
    path("account/factors/app/", never_cache(activate_totp), name="mfa_activate_totp"),
    path("account/factors/app/remove/", never_cache(deactivate_totp), name="mfa_deactivate_totp"),
    path("account/factors/codes/", never_cache(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/factors/codes/new/", never_cache(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/factors/codes.txt", never_cache(download_recovery_codes), name="mfa_download_recovery_codes"),
    path("account/passkeys/", never_cache(list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", factors.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/log-in/", never_cache(login_webauthn), name="mfa_login_webauthn"),
    path("account/passkeys/<int:pk>/name/", never_cache(edit_webauthn), name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", never_cache(remove_webauthn), name="mfa_remove_webauthn"),
    path("account/identity/", own.identity, name="socialaccount_connections"),
    path("account/identity/failed/", entrance.identity_failed, name="socialaccount_login_error"),
    path("account/identity/cancelled/", entrance.identity_failed, name="socialaccount_login_cancelled"),
]

"""The closed list of what the audit journal holds."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AuditEvent(TextChoices):
    """Everything that is written in the audit journal."""

    LOGGED_IN = "logged_in", _("logged in")
    LOG_IN_FAILED = "log_in_failed", _("log-in failed")
    LOGGED_OUT = "logged_out", _("logged out")
    SESSION_ENDED = "session_ended", _("session ended")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    LINK_ISSUED = "link_issued", _("link to set a password issued")
    FACTOR_ADDED = "factor_added", _("second factor set up")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    FACTOR_RESET = "factor_reset", _("recovery codes made anew")
    FACTOR_FAILED = "factor_failed", _("second factor refused")
    IDENTITY_LINKED = "identity_linked", _("identity service linked")
    IDENTITY_UNLINKED = "identity_unlinked", _("identity service unlinked")
    ACCOUNT_CREATED = "account_created", _("account created")
    ACCOUNT_CLOSED = "account_closed", _("account closed")
    ACCOUNT_REOPENED = "account_reopened", _("account reopened")
    ROLE_GRANTED = "role_granted", _("role granted")
    ROLE_ENDED = "role_ended", _("role ended")
    DELEGATED = "delegated", _("deputy named")
    DELEGATION_ENDED = "delegation_ended", _("deputy ended")
    DRAFTS_HANDED_OVER = "drafts_handed_over", _("drafts handed over")
    BREAK_GLASS_ARMED = "break_glass_armed", _("emergency account armed")
    BREAK_GLASS_USED = "break_glass_used", _("emergency account used")
    RESTRICTED_READ = "restricted_read", _("restricted data read")
    EXPORTED = "exported", _("list exported")
    SEARCH_TUNED = "search_tuned", _("promoted answers or synonyms of search changed")
    OVERRODE = "overrode", _("check overridden")
    TOKEN_ISSUED = "token_issued", _("token for another system issued")
    TOKEN_RENEWED = "token_renewed", _("token of another system made anew")
    TOKEN_REVOKED = "token_revoked", _("token of another system revoked")
    TOKEN_VOUCHED = "token_vouched", _("answered for what another system publishes")

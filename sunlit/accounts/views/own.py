"""One's own way in: password, sessions, identity service."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunlit.accounts import identities, journal, links
from sunlit.accounts import sessions as kept
from sunlit.accounts.pages import own
from sunlit.accounts.views.guards import asker
from sunlit.calendars import clock
from sunlit.screens.limits import may_post, too_many
from sunlit.screens.page import respond
from sunlit.units.audit import AuditEvent

QUARTER = 15 * 60


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password, and end every other session."""
    user = asker(request)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST":
        if not may_post("change-password", str(user.pk), times=10, seconds=QUARTER):
            return too_many(request, QUARTER)
        if form.is_valid():
            form.save()
            update_session_auth_hash(request, user)
            kept.end_all(user, but=request.session.session_key)
            journal.note(AuditEvent.PASSWORD_CHANGED, request, about=user)
            messages.success(request, _("The password is changed; your other sessions have ended."))
            return HttpResponseRedirect(reverse("portal:me"))
    return respond(request, own.password_page(form, has_one=user.has_usable_password()), "accounts/password.html")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Let the bearer of a link set the password of the account it was issued for."""
    user = links.user_of(key, token)
    if user is None:
        return respond(request, own.link_page(None, None), "accounts/set_password.html", status=410)
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        kept.end_all(user)
        journal.note(AuditEvent.PASSWORD_CHANGED, request, about=user, actor=user)
        messages.success(request, _("The password is set. Log in with it."))
        return HttpResponseRedirect(reverse("portal:login"))
    return respond(request, own.link_page(user, form), "accounts/set_password.html")


@never_cache
@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show one's sessions."""
    page = own.sessions_page(asker(request), current=request.session.session_key or "", now=clock.now())
    return respond(request, page, "accounts/sessions.html")


@never_cache
@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all but this one."""
    user, name = asker(request), request.POST.get("session", "")
    count = kept.end_one(user, name) if name else kept.end_all(user, but=request.session.session_key)
    journal.note(AuditEvent.SESSION_ENDED, request, about=user, detail={"count": count})
    return HttpResponseRedirect(reverse("account_sessions"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]  # allauth has no types
def identity(request: HttpRequest) -> HttpResponse:
    """Link one's account to the identity service, or undo that."""
    user = asker(request)
    if request.method == "POST":
        if not user.has_usable_password():
            messages.error(request, _("You have no password: ask the administrator of your unit for a link first."))
        else:
            for account in SocialAccount.objects.filter(user_id=user.pk, provider=identities.PROVIDER):
                disconnect(request, account)
        return HttpResponseRedirect(reverse("portal:me"))
    return respond(request, own.identity_page(user), "accounts/identity.html")

"""What is under `compte/`: of allauth's addresses, only those that are used here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from comptoir.web.account import addresses, notices, phones, profile, sessions

View = Callable[..., HttpResponseBase]


def says_no(view: View) -> View:
    """A form that allauth gives back is a refusal: the page again, with the status of one."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = view(request, *args, **kwargs)
        if request.method == "POST" and given.status_code == 200 and isinstance(given, TemplateResponse):
            given.status_code = 422
        return given

    return never_cache(answer)


# A try is counted at once, in a transaction of its own: an office behind one address does not wait for one password's
# hashing after another, and no fall of the request takes the count back.
at_once = non_atomic_requests

to_profile = RedirectView.as_view(pattern_name="profile")

urlpatterns = [
    path("profil/", profile.screen, name="profile"),
    path("langue/", profile.language, name="language"),
    path("notifications/appareils", notices.subscribe, name="notice_device_add"),
    path("notifications/appareils/<uuid:device_id>/retrait", notices.remove, name="notice_device_end"),
    path("notifications/", notices.screen, name="notice_choices"),
    path("adresse/", addresses.ask, name="address"),
    path("adresse/abandon", addresses.abandon, name="address_abandon"),
    path("adresse/<str:token>/", addresses.confirm, name="address_confirm"),
    path("sessions/autres", sessions.revoke_others, name="sessions_revoke_others"),
    path("sessions/<int:session_id>/fin", sessions.revoke, name="session_revoke"),
    path("telephones/", phones.screen, name="phones"),
    path("telephones/ajout/", phones.add, name="phone_add"),
    path("telephones/arrivee", phones.arrived, name="phone_arrived"),
    path("telephones/<uuid:phone_id>/retrait", phones.revoke, name="phone_revoke"),
    # In and out
    path("login/", at_once(says_no(account.login)), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", says_no(account.reauthenticate), name="account_reauthenticate"),
    # Passwords
    path("password/change/", says_no(account.password_change), name="account_change_password"),
    path("password/set/", says_no(account.password_set), name="account_set_password"),
    path("password/reset/", says_no(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        says_no(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    # Second factor
    path("2fa/", to_profile, name="mfa_index"),
    path("2fa/authenticate/", at_once(says_no(mfa.authenticate)), name="mfa_authenticate"),
    path("2fa/reauthenticate/", says_no(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/trust/", mfa.trust, name="mfa_trust"),
    path("2fa/totp/activate/", says_no(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", says_no(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/codes/generate/", says_no(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/passkeys/", to_profile, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", says_no(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/passkeys/login/", never_cache(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path(
        "2fa/passkeys/reauthenticate/",
        says_no(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/passkeys/<int:pk>/edit/", says_no(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", says_no(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]

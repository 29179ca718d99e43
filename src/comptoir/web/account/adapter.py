"""What allauth does at each step of signing in, and what we add: waits, the log, known devices, mails that lead home.

Signals are not used here: each act has a method that allauth calls.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.context import request_context as context_of
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from comptoir.lib import browser
from comptoir.records.accounts import actions as accounts
from comptoir.records.accounts import queries
from comptoir.records.firms.models import Person
from comptoir.web.account import devices
from comptoir.web.doors import origin
from comptoir.web.public_address import absolute

log = logging.getLogger(__name__)

WRONG = "Adresse ou mot de passe incorrect."
NOTED = {
    "mfa/email/totp_activated": ("second_factor_added", "totp"),
    "mfa/email/totp_deactivated": ("second_factor_removed", "totp"),
    "mfa/email/webauthn_added": ("second_factor_added", "passkey"),
    "mfa/email/webauthn_removed": ("second_factor_removed", "passkey"),
    "mfa/email/recovery_codes_generated": ("recovery_codes_renewed", "codes"),
}
"""What a person is told of is also noted: allauth tells, by one method, of every change to a second factor."""


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """allauth, closed to strangers and patient with nobody who guesses."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "enter_current_password": "Ce mot de passe n’est pas le bon.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.",
        "too_many_login_attempts": "Trop d’essais à la suite. Réessayez dans cinq minutes.",
        "rate_limited": "Trop d’essais à la suite. Réessayez dans cinq minutes.",
        "invalid_password_reset": "Ce lien n’est plus valable.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone: the first-run page and invitations make accounts."""
        return False

    # ── Passwords ─────────────────────────────────────────────────────────────────────────────────

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at; even the right one must wait."""
        self.try_once(request, credentials.get("email", ""))

    def try_once(self, request: HttpRequest, address: str) -> None:
        """Raise the sentence that says when to try again, for any address, known or not."""
        now = timezone.now()
        sentence = accounts.try_once(address=address, ip=self.get_client_ip(request), at=now)
        if sentence:
            raise ValidationError(sentence, code="locked_out")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who has this address and this password; a right password is no failure."""
        person = super().authenticate(request, **credentials)
        if person is not None:
            self.give_back(request, credentials.get("email", ""))
        return person

    def give_back(self, request: HttpRequest, address: str) -> None:
        """The try that was counted beforehand was a right one."""
        accounts.give_back(address=address, ip=self.get_client_ip(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the refusal, whether or not the address has an account."""
        address = credentials.get("email", "")
        self.note_refusal(request, queries.person_at(address), by="password")

    def note_refusal(self, request: HttpRequest, person: Any, *, by: str) -> None:
        """Note a wrong password or code, and sweep what no longer counts."""
        now = timezone.now()
        accounts.note("sign_in_refused", person=person, at=now, by=by, origin=origin(request))
        accounts.forget_old_failures(at=now)

    def set_password(self, user: Person, password: str) -> None:
        """Change a password: every other session and every trusted device ends with it."""
        super().set_password(user, password)
        accounts.note("password_changed", person=user, at=timezone.now(), origin=origin(self.request))

    # ── In and out ────────────────────────────────────────────────────────────────────────────────

    def login(self, request: HttpRequest, user: Person) -> None:
        """Signed in for good, second factor included: only now are the wrong tries forgotten."""
        super().login(request, user)
        accounts.forget_failures(address=user.email)
        accounts.note("sign_in", person=user, at=timezone.now(), origin=origin(request))

    def post_login(self, request: HttpRequest, user: Person, **details: Any) -> HttpResponse:
        """Where to go; on the way, the device is remembered and, if it is new, its owner told."""
        response: HttpResponse = super().post_login(request, user, **details)
        devices.remember(request, response, user, adapter=self)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Leave, and note it."""
        if isinstance(request.user, Person):
            accounts.note("sign_out", person=request.user, at=timezone.now(), origin=origin(request))
        super().logout(request)

    def is_safe_url(self, url: str) -> bool:
        """Only the address that was asked itself may be gone on to: not this machine's other names and ports."""
        host = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, host, require_https=self.request.is_secure())

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Every change to how one signs in asks again who it is."""
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to say again who one is, in our words."""
        words = {
            "reauthenticate": "Avec votre mot de passe",
            "mfa_reauthenticate": "Avec un code",
            "mfa_reauthenticate:webauthn": "Avec une clé d’accès",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to « Mon compte »."""
        return reverse("profile")

    # ── Mails ─────────────────────────────────────────────────────────────────────────────────────

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> Any:
        """The mail, and whose account it is about: the outbox keeps it for them alone (`shell/outbox.py`)."""
        message = super().render_mail(template_prefix, email, context, headers)
        message.about = context.get("person") or context.get("user")
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail that does not leave must not stop who signs in, nor tell by an error that an address exists."""
        try:
            with context_of(self.request):  # some mails leave after the commit
                super().send_mail(template_prefix, email, {"home": self.absolute("/"), **context})
        except Exception:  # whatever a transport raises: the act stands, the log says that the mail does not
            log.exception("the mail %s was not sent", template_prefix)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person of a change to how they sign in; a second factor that comes or goes is noted."""
        if template_prefix in NOTED:
            verb, what = NOTED[template_prefix]
            accounts.note(verb, person=user, at=timezone.now(), what=what, origin=origin(self.request))
        words = {
            "person": user,
            "device": browser.in_words(self.get_http_user_agent(self.request)),
            "profile": self.absolute(reverse("profile")),
            "reset": self.absolute(reverse("account_reset_password")),
        }
        super().send_notification_mail(template_prefix, user, words | (context or {}), email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail, on the public address: who asks does not choose the host that it names."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return self.absolute(path.replace("UID-KEY", key))

    def absolute(self, path: str) -> str:
        """An address that works from a mail."""
        return absolute(self.request, path)

"""TOTP and passkeys: what allauth leaves to us."""

import base64
import hashlib
import logging
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache

from comptoir.lib import browser
from comptoir.records.firms.models import Person

log = logging.getLogger(__name__)

REMEMBERED = 120
"""Seconds for which a code that was taken is not taken again: longer than any code lives."""


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no stubs
    """Secrets are kept sealed, and passkeys bear the name of their device."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.",
        "cannot_generate_recovery_codes": "Activez d’abord un second facteur.",
    }

    def encrypt(self, text: str) -> str:
        """A stolen copy of the database alone signs nobody in: the key stands beside it, not in it."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret, as long as the installation's key is the one that sealed it; else one that no code fits."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("a second factor was sealed with another secret key: it is of no use until that key is back")
            return str(generate_totp_secret())

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        """`Safari sur iPhone`: what its owner will look for in the list."""
        return browser.in_words(self.request.META.get("HTTP_USER_AGENT", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a passkey is for, as the phone shows it."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Comptoir"}


def is_first_use(person: Person, code: str) -> bool:
    """Whether a code was not taken a moment ago: who looks over a shoulder must not use it after its owner."""
    seen = hashlib.sha256(f"{person.pk}:{code}".encode()).hexdigest()
    return bool(cache.add(f"code:{seen}", "y", timeout=REMEMBERED))


def _seal() -> Fernet:
    key = hashlib.sha256(b"comptoir.second_factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))

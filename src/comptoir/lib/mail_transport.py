"""Who carries the mail, from one line of settings: a mail server, or a provider by its key.

smtp://user:password@host:587   (STARTTLS)      smtps://user:password@host:465      brevo://KEY
mailjet://KEY:SECRET   postmark://KEY   mailgun://KEY@domain   resend://KEY   mailersend://KEY
"""

import re
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit


class UnknownTransport(ValueError):
    """COMPTOIR_MAIL ne nomme aucun moyen d’envoi connu."""


def mail_transport(setting: str) -> dict[str, Any]:
    """What `django.core.mail.get_connection` wants; empty without a setting: letters stay in the outbox."""
    if not setting:
        return {}
    parts = urlsplit(setting)
    if parts.scheme in ("smtp", "smtps"):
        return _smtp(parts)
    if parts.scheme in _PROVIDERS:
        return _provider(parts.scheme, setting.partition("://")[2])
    known = ", ".join(("smtp", "smtps", *_PROVIDERS))
    raise UnknownTransport(f"COMPTOIR_MAIL commence par « {parts.scheme}: », qui n’est pas connu ({known}).")


def _smtp(parts: SplitResult) -> dict[str, Any]:
    is_wrapped = parts.scheme == "smtps"
    in_clear = parse_qs(parts.query).get("tls") == ["no"]
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname or "localhost",
        "port": parts.port or (465 if is_wrapped else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": is_wrapped,
        "use_tls": not (is_wrapped or in_clear),
        "timeout": 20,
    }


def _provider(name: str, keys: str) -> dict[str, Any]:
    wanted = _PROVIDERS[name]
    given = [unquote(key) for key in re.split("[:@]", keys)]
    if len(given) != len(wanted) or not all(given):
        raise UnknownTransport(f"COMPTOIR_MAIL : « {name}:// » attend {' puis '.join(wanted)}.")
    return {"backend": f"anymail.backends.{name}.EmailBackend", **dict(zip(wanted, given, strict=True))}


_PROVIDERS = {
    "brevo": ("api_key",),
    "mailjet": ("api_key", "secret_key"),
    "postmark": ("server_token",),
    "mailgun": ("api_key", "sender_domain"),
    "resend": ("api_key",),
    "mailersend": ("api_token",),
}

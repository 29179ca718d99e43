"""Django's settings; what differs from one installation to another comes from `environment`."""

import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from comptoir.config import environment
from comptoir.gateways import push
from comptoir.gateways.antivirus import scanner
from comptoir.gateways.bank.bridge import access as bridge_access
from comptoir.gateways.einvoice import platform
from comptoir.gateways.timestamp import authority
from comptoir.lib.mail_transport import mail_transport

ENV = environment.load()

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
_PUBLIC = urlsplit(ENV.public_url)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([_PUBLIC.hostname] if _PUBLIC.hostname else [])]
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"] if _PUBLIC.netloc else []
PUBLIC_URL = ENV.public_url.rstrip("/")
HOME = PUBLIC_URL or f"http://localhost:{ENV.port}"
"""Where a letter that no request causes leads."""
"""Where mails lead to; empty where only this machine is asked, and the request's own address serves."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _PUBLIC.scheme == "https"
CSRF_COOKIE_HTTPONLY = True  # no script of ours reads it: pages carry their token
if _PUBLIC.scheme == "https":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

STAGES = (
    "audit",
    "mail",
    "firms",
    "accounts",
    "deposits",
    "inbox",
    "folders",
    "requests",
    "readings",
    "einvoices",
    "banking",
    "connections",
    "ebics",
    "ledger",
    "matching",
    "conversations",
    "missing",
    "reminders",
    "notices",
    "exports",
)
"""The records, in the order of the data's way: each knows only those before it."""

INSTALLED_APPS = [
    "comptoir.web",  # before allauth, whose pages it draws again
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    *(f"comptoir.records.{stage}" for stage in STAGES),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "comptoir.web.compressed_pages.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "comptoir.web.account.even.EvenMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "comptoir.web.plain_text.PlainTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comptoir.web.tongue.Tongue",
    "comptoir.web.private_pages.PrivatePages",
    "comptoir.web.live.Began",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comptoir.web.account.sessions.SeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "comptoir.web.refusal_log.RefusalLog",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

FORM_RENDERER = "comptoir.lib.english.forms.Renderer"

ROOT_URLCONF = "comptoir.config.urls"
ASGI_APPLICATION = "comptoir.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("comptoir.lib.english.loader.Loader", ["django.template.loaders.app_directories.Loader"])],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["comptoir.web.templatetags.comptoir", "template_partials.templatetags.partials"],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # A pooled connection must not carry one request's settings into the next.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": ENV.database_patience}},
        "CONN_MAX_AGE": 0,
        # Whose rows a request sees is said in its transaction and ends with it (`lib/tenancy.py`).
        "ATOMIC_REQUESTS": True,
    }


DATABASES = {"default": _database(ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else has a use for our files

STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "comptoir.lib.durable_storage.DurableStorage",
        "OPTIONS": {"location": ENV.data / "files"},
    },
    "originals": {
        "BACKEND": "comptoir.lib.durable_storage.DurableStorage",
        "OPTIONS": {"location": ENV.data / "originals"},
    },
    "derived": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.data / "derived"},
    },
    "staticfiles": {"BACKEND": "comptoir.web.static_files.HashedFiles"},
}
GUIDE = environment.ROOT / "docs" / "guide"
"""The help's articles (`web/articles.py`)."""
UPLOADS = ENV.data / "uploads"
"""Where files wait that are still arriving: every web process must reach it."""
ANTIVIRUS = scanner(ENV.antivirus)
TIMESTAMP = authority(ENV.timestamp, ENV.timestamp_ca)
PLATFORM = platform(ENV.platform)
"""Where e-invoices wait (*plateforme agréée*); None where none is set."""
PLATFORM_TRIAL = ENV.platform_trial
"""Whether that one is the demo's: then its screens say so."""
BRIDGE = bridge_access(ENV.bridge)
"""Who gives access to the clients' banks (Bridge); None where none is set."""
EBICS_KEY = ENV.ebics_key
EBICS_TRIAL = ENV.ebics_trial
"""Where the letter of a bank to try EBICS with is shown; empty but in the demo."""
"""What the private keys of EBICS contracts are closed with."""
DEPOSIT_DOMAIN = ENV.deposit_domain or (_PUBLIC.hostname or "comptoir.localhost")
"""What stands behind the @ of the addresses that documents are sent to."""
OWN_CHECKS = (
    f"comptoir-{hmac.new(ENV.secret_key.encode(), b'origin', 'sha256').hexdigest()[:20]}"
    if ENV.checks_origin
    else ""
)
"""The name under which we say ourselves what we found of SPF, DKIM and DMARC (RFC 8601); nobody else can know it."""
TRUSTED_CHECKS = {name.lower() for name in (OWN_CHECKS, ENV.trusted_checks) if name}
"""Whose word for it is taken: ours, and that of the firm's own mail server."""
MAILS_AN_HOUR = ENV.max_mails
STATIC_URL = "/static/"
STATIC_ROOT = ENV.data / "static"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
"""A cutting desk of 400 pages says four things of each."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

AUTH_USER_MODEL = "firms.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "comptoir.web.account.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # older ones are read, and made again at the next sign-in
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "comptoir.web.account.passwords.NotTheirName"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "comptoir.web.account.passwords.NotCommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account comes by an invitation that its address received
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "comptoir.web.account.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "comptoir.web.account.forms.Login",
    "change_password": "comptoir.web.account.forms.ChangePassword",
    "set_password": "comptoir.web.account.forms.SetPassword",
    "reset_password": "comptoir.web.account.forms.ResetPassword",
    "reset_password_from_key": "comptoir.web.account.forms.NewPassword",
    "reauthenticate": "comptoir.web.account.forms.Reauthenticate",
}
# allauth's own would keep a second list of addresses beside `Person.email`.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/m/ip,2/m/key,10/h/key",
    "manage_email": "10/m/user,20/h/user",
    "login_failed": "60/m/ip,20/5m/key",  # of codes; our own waits are shorter, speak first and say when
}
# Seconds: a wrong password and a forgotten one are answered at whole steps, for every address alike.
EVEN_STEP = 0.25
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# All mail goes through the outbox, with the act that causes it; a job hands it to the transport afterwards.
EMAIL_BACKEND = "comptoir.web.shell.outbox.Backend"
MAIL_TRANSPORT = mail_transport(ENV.mail)
DEFAULT_FROM_EMAIL = ENV.mail_from or f"ne-pas-repondre@{_PUBLIC.hostname or 'localhost'}"
PUSH: push.Sender | None = push.Sender(push.read_key(ENV.push_key), PUBLIC_URL or f"mailto:{DEFAULT_FROM_EMAIL}")
"""Who sends what devices show: its key is made at the first start, beside the other secrets."""
MFA_ADAPTER = "comptoir.web.account.second_factor.Adapter"
MFA_FORMS = {
    "authenticate": "comptoir.web.account.forms.Code",
    "reauthenticate": "comptoir.web.account.forms.CodeAgain",
    "activate_totp": "comptoir.web.account.forms.ActivateCode",
    "add_webauthn": "comptoir.web.account.forms.AddPasskey",
    "edit_webauthn": "comptoir.web.account.forms.RenamePasskey",
    "authenticate_webauthn": "comptoir.web.account.forms.PasskeySecond",
    "login_webauthn": "comptoir.web.account.forms.PasskeyAlone",
    "reauthenticate_webauthn": "comptoir.web.account.forms.PasskeyAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up here: no stranger can take an address that is not theirs
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Comptoir"
MFA_TOTP_TOLERANCE = 1  # a phone's clock is seldom right to the second; a code is never taken twice all the same
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = timedelta(days=30)

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# Every web process counts the same tries: what they share is in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "comptoir_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refusal (4xx) is an answer to a person, not news for who runs the server.
    "loggers": {"django.request": {"level": "ERROR"}},
}

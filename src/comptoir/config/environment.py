"""The one place that reads the environment: what differs from one installation to another."""

import base64
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from comptoir.gateways.push import written_key

ROOT = Path(__file__).resolve().parents[3]
_SEALING = 32
_URL_SAFE = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class Environment:
    """Where this installation keeps its data, finds its database, and is reached."""

    database_url: str
    database_patience: float
    database_owner_url: str
    data: Path
    secret_key: str
    port: int
    public_url: str
    debug: bool
    mail: str
    mail_from: str
    antivirus: str
    timestamp: str
    timestamp_ca: str
    deposit_domain: str
    trusted_checks: str
    checks_origin: bool
    max_mails: int
    platform: str
    bridge: str
    platform_trial: bool
    ebics_trial: str
    ebics_key: bytes
    push_key: str


def load() -> Environment:
    """The environment as the variables give it, with what is missing at its default."""
    data = Path(os.environ.get("COMPTOIR_DATA", ROOT / "var"))
    url = os.environ.get("DATABASE_URL", "")
    return Environment(
        database_url=url,
        # Seconds that a request waits for the database before it says that it is away.
        database_patience=float(os.environ.get("COMPTOIR_DATABASE_PATIENCE", "20")),
        database_owner_url=os.environ.get("DATABASE_OWNER_URL", url),
        data=data,
        secret_key=os.environ.get("COMPTOIR_SECRET_KEY") or _made_once(data / "secret-key", _signing_key),
        port=int(os.environ.get("COMPTOIR_PORT", "8000")),
        public_url=os.environ.get("COMPTOIR_PUBLIC_URL", ""),
        debug=os.environ.get("COMPTOIR_DEBUG", "") == "1",
        mail=os.environ.get("COMPTOIR_MAIL", ""),
        mail_from=os.environ.get("COMPTOIR_MAIL_FROM", ""),
        antivirus=os.environ.get("COMPTOIR_ANTIVIRUS", ""),
        timestamp=os.environ.get("COMPTOIR_TIMESTAMP", ""),
        timestamp_ca=os.environ.get("COMPTOIR_TIMESTAMP_CA", ""),
        deposit_domain=os.environ.get("COMPTOIR_DEPOSIT_DOMAIN", ""),
        trusted_checks=os.environ.get("COMPTOIR_TRUSTED_CHECKS", ""),
        checks_origin=os.environ.get("COMPTOIR_CHECK_ORIGIN", "1") != "0",
        max_mails=int(os.environ.get("COMPTOIR_MAILS_AN_HOUR", "500")),
        platform=os.environ.get("COMPTOIR_PLATFORM", ""),
        platform_trial=os.environ.get("COMPTOIR_PLATFORM_TRIAL", "") == "1",
        bridge=os.environ.get("COMPTOIR_BRIDGE", ""),
        ebics_trial=os.environ.get("COMPTOIR_EBICS_TRIAL", ""),
        ebics_key=_ebics_key(os.environ.get("COMPTOIR_EBICS_KEY") or _made_once(data / "ebics-key", _sealing_key)),
        push_key=os.environ.get("COMPTOIR_PUSH_KEY") or _made_once(data / "push-key", written_key),
    )


def _ebics_key(written: str) -> bytes:
    """What the private keys of EBICS contracts are closed with (AES-256): it never lies in the database."""
    try:
        key = base64.b64decode(written.translate(_URL_SAFE), validate=True)
    except ValueError:
        key = b""
    if len(key) != _SEALING:
        raise ValueError(
            "COMPTOIR_EBICS_KEY: 32 random bytes in base64, as « openssl rand -base64 32 » writes them"
        )
    return key


def _signing_key() -> str:
    return secrets.token_urlsafe(50)


def _sealing_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(_SEALING)).decode()


def _made_once(path: Path, make: Callable[[], str]) -> str:
    """What the file says; the first process to ask makes it, and whoever came at the same time reads what that one made."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(handle, make().encode())
        os.fsync(handle)
        os.close(handle)
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_text().strip()

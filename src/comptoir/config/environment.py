"""The one place that reads the environment: what differs from one installation to another."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Environment:
    """Where this installation keeps its data, finds its database, and is reached."""

    database_url: str
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
    max_mails: int
    platform: str
    bridge: str


def load() -> Environment:
    """The environment as the variables give it, with what is missing at its default."""
    data = Path(os.environ.get("COMPTOIR_DATA", ROOT / "var"))
    url = os.environ.get("DATABASE_URL", "")
    return Environment(
        database_url=url,
        database_owner_url=os.environ.get("DATABASE_OWNER_URL", url),
        data=data,
        secret_key=os.environ.get("COMPTOIR_SECRET_KEY") or _secret_key(data),
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
        max_mails=int(os.environ.get("COMPTOIR_MAILS_AN_HOUR", "500")),
        platform=os.environ.get("COMPTOIR_PLATFORM", ""),
        bridge=os.environ.get("COMPTOIR_BRIDGE", ""),
    )


def _secret_key(data: Path) -> str:
    path = data / "secret-key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(handle, secrets.token_urlsafe(50).encode())
        os.close(handle)
    return path.read_text().strip()

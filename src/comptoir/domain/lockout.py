"""How long one waits after wrong passwords or codes: nothing at first, then twice as long each time."""

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many failures cost nothing, and after how long without any they are forgotten."""

    free: int
    forgotten_after: timedelta


BY_ACCOUNT = Allowance(free=5, forgotten_after=timedelta(days=1))
BY_NETWORK = Allowance(free=30, forgotten_after=timedelta(hours=2))
"""A whole office signs in from one address on a Monday morning: it may be wrong more often than one person."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong tries in a row, and when the last one was."""

    count: int = 0
    last_at: datetime | None = None


def after_one_more(failures: Failures, allowance: Allowance, *, at: datetime) -> Failures:
    """The failures once one more is counted; those long past are forgotten first."""
    known = 0 if _is_forgotten(failures, allowance, at) else failures.count
    return Failures(known + 1, at)


def waits_until(failures: Failures, allowance: Allowance, *, at: datetime) -> datetime | None:
    """The moment before which no try is taken; None where one may try now."""
    if failures.last_at is None or _is_forgotten(failures, allowance, at):
        return None
    over = failures.count - allowance.free
    if over < 0:
        return None
    # Doubling stops long before the power could matter: 30 s × 2⁷ is past the hour.
    until = failures.last_at + min(FIRST_WAIT * 2 ** min(over, 20), LONGEST_WAIT)
    return until if until > at else None


def sentence(until: datetime, *, at: datetime) -> str:
    """What a person is told: the same for an address that has no account."""
    return f"Trop d’essais à la suite. Pour protéger les comptes, réessayez dans {_in_words(until - at)}."


def account_key(address: str) -> str:
    """One account by any spelling of its address, known to us or not."""
    return "account:" + unicodedata.normalize("NFKC", address).strip().casefold()


def network_key(ip: str) -> str:
    """One network: an IPv4 address, or the /64 that one IPv6 customer is given whole."""
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        return "network:" + ip
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return f"network:{mapped or ipaddress.ip_network((int(address), 64), strict=False)}"
    return f"network:{address}"


def _is_forgotten(failures: Failures, allowance: Allowance, at: datetime) -> bool:
    return failures.last_at is not None and at - failures.last_at >= allowance.forgotten_after


def _in_words(wait: timedelta) -> str:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    if seconds <= 90:
        return f"{seconds} seconde{'s' if seconds > 1 else ''}"
    minutes = -(-seconds // 60)
    return "une heure" if minutes >= 60 else f"{minutes} minutes"

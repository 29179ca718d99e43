"""What the twin bank knows of its clients and has for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics.contract import Contract, Order, Version
from comptoir.gateways.bank.ebics.keys import BankKeys, Keys, PublicKey
from comptoir.gateways.bank.ebics.rights import Account
from comptoir.lib.turnstile import Turnstile


@dataclass(frozen=True, slots=True)
class Fault:
    """How one answer goes wrong: with a status, cut short, endless, late, elsewhere, altered, or after the act was done."""

    status: int = 0
    truncated: bool = False
    huge: bool = False
    hangs: float = 0
    elsewhere: str = ""
    alters: Callable[[bytes], bytes] | None = None
    after_the_act: bool = False


@dataclass
class Statement:
    """One file that the bank has for its client."""

    order: Order
    content: bytes
    on: date
    is_fetched: bool = False


@dataclass
class Subscriber:
    """A user of a client, and what the bank has of theirs."""

    partner_id: str
    user_id: str
    signature: PublicKey | None = None
    authentication: PublicKey | None = None
    encryption: PublicKey | None = None
    is_ready: bool = False


@dataclass
class Transaction:
    """An order between its first request and its last."""

    order_type: str
    version: Version
    subscriber: Subscriber
    segments: list[str] = field(default_factory=list)
    given: set[int] = field(default_factory=set)
    statements: list[Statement] = field(default_factory=list)
    key: bytes = b""
    signature: bytes = b""
    digest: bytes = b""


@dataclass
class Twin:
    """What the bank knows and has, what it was asked, and what will go wrong next (by « order type, phase »)."""

    host_id: str = "TWINBANK"
    name: str = "Banque Jumelle"
    schemas: Path | None = None
    segment_size: int = 700_000
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    is_named_by_certificate: bool | None = None
    cuts_before_encoding: bool = False
    versions: tuple[Version, ...] = tuple(Version)
    subscribers: dict[tuple[str, str], Subscriber] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    offers: dict[Order, str] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    limit: Turnstile | None = None
    """How often it may be asked: beyond, it answers 503 and says how long to wait."""
    keys: Keys = field(default_factory=lambda: _made(datetime.now(UTC)))

    @property
    def bank_keys(self) -> BankKeys:
        """What stands on the bank's own letter."""
        return BankKeys(self.keys.authentication.public, self.keys.encryption.public)

    def named(self, key: PublicKey, version: Version) -> bytes:
        """How this bank wants its own keys to be named."""
        is_certified = (
            version is Version.H005 if self.is_named_by_certificate is None else self.is_named_by_certificate
        )
        return key.certificate_hash if is_certified else key.key_hash

    def renew_keys(self) -> None:
        """The bank changes its keys: whoever names the old ones is told to read the new."""
        self.keys = _made(self.clock())

    def admit(self, partner_id: str, user_id: str) -> Subscriber:
        """A contract is signed at the counter; the keys are still to come."""
        return self.subscribers.setdefault((partner_id, user_id), Subscriber(partner_id, user_id))

    def activate(self, partner_id: str, user_id: str) -> None:
        """The letters have come and their hashes were compared."""
        self.subscribers[partner_id, user_id].is_ready = True

    def allow(self, order: Order, description: str) -> None:
        """The contract covers this order, whether there is data or not."""
        self.offers[order] = description

    def offer(self, order: Order, content: bytes, *, on: date) -> Statement:
        """A statement is ready."""
        self.offers.setdefault(order, "Relevé de compte")
        self.statements.append(Statement(order, content, on))
        return self.statements[-1]


def _made(at: datetime) -> Keys:
    bank = Contract("https://bank.invalid/", "TWINBANK", "BANK", "BANK", Version.H005)
    return ebics_keys.make(bank, at=at)

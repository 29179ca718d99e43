"""The approved platform (*plateforme agréée*): e-invoices and life-cycle messages that wait there, and statuses sent.

`afnor+https://client:secret@host/path` speaks XP Z12-013; `?token=` names the address that gives tokens where it is
elsewhere. `memory:` is a platform without a wire. Nothing by default.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit


class Kind(StrEnum):
    """What a flow carries (XP Z12-013, `flowType`), seen from the company: its purchase, its sale, or news of one."""

    PURCHASE = "SupplierInvoice"
    SALE = "CustomerInvoice"
    PURCHASE_NEWS = "SupplierInvoiceLC"
    SALE_NEWS = "CustomerInvoiceLC"

    @property
    def is_news(self) -> bool:
        """Whether it is a life-cycle message, and no invoice."""
        return self in (Kind.PURCHASE_NEWS, Kind.SALE_NEWS)

    @property
    def is_sale(self) -> bool:
        """Whether the company is the seller."""
        return self in (Kind.SALE, Kind.SALE_NEWS)


@dataclass(frozen=True, slots=True)
class Listed:
    """One flow as the platform lists it; `updated_at` is the platform's own writing, given back as it came."""

    flow_id: str
    kind: Kind
    syntax: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Trader:
    """The seller or the buyer."""

    siren: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A life-cycle status said of an invoice (CDAR D22B). `key` is its own: sent again, it is the same message."""

    key: str
    code: str
    number: str
    issued_on: date | None
    type_code: str
    seller: Trader
    buyer: Trader
    is_by_seller: bool
    at: datetime
    name: str = ""
    motive: str = ""
    reason: str = ""
    # What was paid, by rate of VAT: compulsory with 212 (BR-FR-CDV-14).
    paid: tuple[tuple[Decimal, Decimal], ...] = ()
    currency: str = "EUR"


class Unreachable(Exception):
    """La plateforme ne répond pas : rien n’est perdu, Comptoir réessaie."""

    def __init__(self, why: str = "", wait: int = 0) -> None:
        super().__init__(f"{self.__class__.__doc__} {why}".strip())
        self.wait = wait
        """How many seconds the platform asks us to stay away."""


class Unrecognised(Unreachable):
    """La plateforme ne reconnaît pas nos identifiants : rien n’est perdu, Comptoir réessaie."""


class Refused(Exception):
    """La plateforme refuse ce qui lui est demandé."""

    def __init__(self, why: str = "") -> None:
        super().__init__(f"{self.__class__.__doc__} {why}".strip())


class Platform(Protocol):
    """What the product asks of a platform. Each raises `Unreachable` (later) or `Refused` (never so)."""

    def received(self, since: str) -> Iterator[Listed]:
        """What has come or changed since, oldest first, each once; everything where `since` is empty."""
        ...

    def fetch(self, flow_id: str) -> bytes:
        """The flow's original, bit for bit and whole."""
        ...

    def acknowledge(self, flow_id: str) -> None:
        """Say that the flow is kept here; said twice, it is said once."""
        ...

    def send_status(self, message: Message) -> str:
        """Send a life-cycle message, once whatever happens on the way, and give the flow that it became."""
        ...


def platform(address: str) -> Platform | None:
    """The platform that a setting names; None where there is none. Raises `ValueError` for an unknown one."""
    from comptoir.gateways.einvoice import afnor, memory

    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme == "memory":
        return memory.Platform()
    if parts.scheme in ("afnor+https", "afnor+http"):
        return afnor.Platform(afnor.Access.of(address))
    raise ValueError(f"COMPTOIR_PLATFORM: {parts.scheme}")

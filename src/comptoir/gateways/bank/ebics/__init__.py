"""EBICS (2.5 as H004, 3.0 as H005): statements from French banks, fetched by keys that a signed letter makes known.

The way of a contract: `initialisation.begun` → `advanced` (INI, HIA) → `letters.written`, signed and sent → `advanced`
(HPB) → `trusted` by a person → `download.fetch` → stored → `download.give_receipt`. Keys are stored `sealing.sealed`.
All state is frozen values; every step may be taken again after a crash.
"""

from comptoir.gateways.bank.ebics.cipher import File
from comptoir.gateways.bank.ebics.contract import (
    BusinessFormat,
    Contract,
    FileFormat,
    Order,
    Period,
    Version,
    WrongContract,
)
from comptoir.gateways.bank.ebics.download import Closing, Download
from comptoir.gateways.bank.ebics.faults import (
    EbicsFault,
    NoData,
    NotActivated,
    Refused,
    UnknownBankKeys,
    Unreachable,
    Unreadable,
    WrongAddress,
    WrongOrder,
    WrongSecret,
    WrongSignature,
)
from comptoir.gateways.bank.ebics.initialisation import Step, Subscription
from comptoir.gateways.bank.ebics.keys import BankKeys, Key, Keys, PublicKey
from comptoir.gateways.bank.ebics.requests import Access

__all__ = [
    "Access",
    "BankKeys",
    "BusinessFormat",
    "Closing",
    "Contract",
    "Download",
    "EbicsFault",
    "File",
    "FileFormat",
    "Key",
    "Keys",
    "NoData",
    "NotActivated",
    "Order",
    "Period",
    "PublicKey",
    "Refused",
    "Step",
    "Subscription",
    "UnknownBankKeys",
    "Unreachable",
    "Unreadable",
    "Version",
    "WrongAddress",
    "WrongContract",
    "WrongOrder",
    "WrongSecret",
    "WrongSignature",
]

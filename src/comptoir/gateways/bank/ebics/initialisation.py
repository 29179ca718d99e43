"""How a contract comes to life: keys made, sent (INI, HIA), told by letter, the bank's keys read (HPB) and compared.

Each step gives a new `Subscription` to store. Store `under_way(…)` before a step: where the machine stopped between the
bank's consent and ours to it, the step is done again, and the bank's « already known » is then no refusal.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from comptoir.gateways.bank.ebics import answers, cipher, codes, order_data, requests, wire, xml
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics.contract import Contract
from comptoir.gateways.bank.ebics.faults import Refused, UnknownBankKeys, Unreadable
from comptoir.gateways.bank.ebics.keys import BankKeys, Keys
from comptoir.gateways.bank.ebics.requests import Access


class Step(StrEnum):
    """How far a contract has come; what `advanced` does next is said of each."""

    KEYS_MADE = "keys_made"  # INI
    SIGNATURE_SENT = "signature_sent"  # HIA
    ALL_SENT = "all_sent"  # the letters are on their way; HPB
    BANK_KEYS_READ = "bank_keys_read"  # a person compares
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True)
class Subscription:
    """All that is known of a contract's initialisation."""

    contract: Contract
    keys: Keys
    step: Step = Step.KEYS_MADE
    is_under_way: bool = False
    bank: BankKeys | None = None

    @property
    def access(self) -> Access:
        """What orders need; raises `UnknownBankKeys` as long as nobody has compared the bank's."""
        if self.step is not Step.TRUSTED or self.bank is None:
            raise UnknownBankKeys
        return Access(self.contract, self.keys, self.bank)


def versions(contract: Contract) -> tuple[str, ...]:
    """Which protocols the bank's server speaks (HEV): the contract's should be among them."""
    return answers.versions(wire.posted(contract, requests.versions(contract)))


def begun(contract: Contract, *, at: datetime) -> Subscription:
    """A contract with new keys of its own."""
    return Subscription(contract, ebics_keys.make(contract, at=at))


def under_way(subscription: Subscription) -> Subscription:
    """The same, about to take its next step: to be stored before it is taken."""
    return replace(subscription, is_under_way=True)


def advanced(subscription: Subscription, *, at: datetime) -> Subscription:
    """The next step that a machine can take; raises what the bank refuses, `NotActivated` while letters are awaited."""
    contract, keys = subscription.contract, subscription.keys
    match subscription.step:
        case Step.KEYS_MADE:
            _send(subscription, "INI", order_data.for_ini(contract, keys.signature, at=at))
            return replace(subscription, step=Step.SIGNATURE_SENT, is_under_way=False)
        case Step.SIGNATURE_SENT:
            _send(subscription, "HIA", order_data.for_hia(contract, keys, at=at))
            return replace(subscription, step=Step.ALL_SENT, is_under_way=False)
        case Step.ALL_SENT:
            bank = bank_keys(contract, keys)
            return replace(subscription, step=Step.BANK_KEYS_READ, is_under_way=False, bank=bank)
        case _:
            return subscription


def trusted(subscription: Subscription, *, authentication: str, encryption: str) -> Subscription:
    """Believe the bank's keys, whose hashes a person has copied from its letter; raises `UnknownBankKeys` where they differ."""
    if subscription.bank is None or not subscription.bank.are_said(
        authentication=authentication, encryption=encryption
    ):
        raise UnknownBankKeys
    return replace(subscription, step=Step.TRUSTED, is_under_way=False)


def checked_again(subscription: Subscription) -> Subscription:
    """What to do when the bank knows its keys no more (091008): they are read again, and new ones wait for a person.

    Where they are those already trusted, only their name displeased: banks do not agree on how it is made.
    """
    contract = subscription.contract
    bank = bank_keys(contract, subscription.keys)
    if bank == subscription.bank and subscription.step is Step.TRUSTED:
        other = replace(contract, is_bank_certified=not contract.hashes_certificates)
        return replace(subscription, contract=other)
    return replace(subscription, step=Step.BANK_KEYS_READ, is_under_way=False, bank=bank)


def bank_keys(contract: Contract, keys: Keys) -> BankKeys:
    """The bank's keys (HPB), closed for us; nothing proves them but a comparison with its letter."""
    answer = answers.key_management(contract, wire.posted(contract, requests.bank_keys(contract, keys)))
    if not answer.order_data:
        raise Unreadable("(clés absentes)")
    return order_data.of_hpb(
        contract, cipher.opened(xml.binary(answer.order_data), answer.transaction_key, keys.encryption)
    )


def _send(subscription: Subscription, order_type: str, content: bytes) -> None:
    contract = subscription.contract
    try:
        answers.key_management(contract, wire.posted(contract, requests.unsecured(contract, order_type, content)))
    except Refused as refusal:
        # Sent before, and taken: a bank takes each key once, and says « wrong state » to the second.
        if not (subscription.is_under_way and refusal.code == codes.WRONG_STATE):
            raise

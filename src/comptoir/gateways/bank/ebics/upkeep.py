"""Keys renewed before they expire (HCS), and a contract stopped at once when they may have been stolen (SPR)."""

import secrets
from datetime import datetime

from comptoir.gateways.bank.ebics import answers, initialisation, order_data, requests, wire
from comptoir.gateways.bank.ebics.contract import Contract
from comptoir.gateways.bank.ebics.faults import NotActivated, Refused, Unreadable
from comptoir.gateways.bank.ebics.keys import Keys
from comptoir.gateways.bank.ebics.requests import Access

_KEY = 16
_REFUSES_THE_KEY = "061001"


def renew(access: Access, new: Keys, *, at: datetime) -> Access:
    """New keys in place of the old ones, signed with the old ones; both are to be stored before, the answer after."""
    content = order_data.for_hcs(access.contract, new, at=at)
    _upload(access, "HCS", content, has_data=True)
    return Access(access.contract, new, access.bank)


def current(contract: Contract, *, old: Keys, new: Keys) -> Keys:
    """Which keys the bank goes by, where nobody knows whether a renewal reached it; asked by HPB, which changes nothing."""
    try:
        initialisation.bank_keys(contract, new)
    except Refused as refusal:
        if refusal.code == _REFUSES_THE_KEY or isinstance(refusal, NotActivated):
            initialisation.bank_keys(contract, old)
            return old
        raise
    return new


def suspend(access: Access) -> None:
    """The bank takes no more orders with these keys; afterwards the contract is initialised anew, with new keys."""
    _upload(access, "SPR", order_data.SUSPENSION, has_data=False)


def _upload(access: Access, order_type: str, content: bytes, *, has_data: bool) -> None:
    key = secrets.token_bytes(_KEY)
    request = requests.upload(access, order_type, content, key=key, has_data=has_data)
    first = answers.signed(access.contract, wire.posted(access.contract, request), access.bank.authentication)
    if not has_data:
        return
    if not first.transaction_id:
        raise Unreadable("(transmission sans numéro)")
    request = requests.upload_segment(access, first.transaction_id, content, key=key)
    answers.signed(access.contract, wire.posted(access.contract, request), access.bank.authentication)

"""A statement comes in three phases: it is announced, its pieces are fetched, and a receipt lets the bank forget it.

The receipt is the caller's to give, once the data is durably stored: before that, a crash loses nothing, because the
bank offers again whatever was not acknowledged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from comptoir.gateways.bank.ebics import answers, cipher, codes, requests, wire, xml
from comptoir.gateways.bank.ebics.answers import Answer
from comptoir.gateways.bank.ebics.cipher import File
from comptoir.gateways.bank.ebics.contract import BusinessFormat, Order, Period
from comptoir.gateways.bank.ebics.faults import EbicsFault, Refused, Unreadable
from comptoir.gateways.bank.ebics.requests import Access

LARGEST = 64 * 1024 * 1024
"""Letters of base64 that all the pieces of one order have together."""


@dataclass(frozen=True, slots=True)
class Download:
    """What the bank gave, whole and opened, and what it calls the transmission that still wants its receipt."""

    transaction_id: str
    content: bytes = field(repr=False)
    is_archive: bool

    @property
    def files(self) -> Iterator[File]:
        """What it holds, one file at a time."""
        return cipher.each(self.content) if self.is_archive else iter((File("", self.content),))


class Closing(StrEnum):
    """What became of a transmission at the bank."""

    FORGOTTEN = "forgotten"  # it is done with the data: it gives it no more by itself
    OFFERED_AGAIN = "offered_again"
    UNKNOWN = "unknown"  # it was closed before, or took too long: the data comes again, or was acknowledged


_CLOSINGS = {codes.DONE_AFTER_RECEIPT: Closing.FORGOTTEN, codes.KEPT_AFTER_RECEIPT: Closing.OFFERED_AGAIN}


def fetch(access: Access, order: Order | str, period: Period | None = None) -> Download:
    """The data, without a receipt; raises `NoData` where there is nothing new, and whatever else went wrong."""
    first = _asked(access, requests.download(access, order, period))
    if not first.transaction_id or first.phase != "Initialisation":
        raise Unreadable("(transmission sans numéro)")
    try:
        return _opened(access, order, first, _pieces(access, first))
    except Unreadable:
        _leave(access, first.transaction_id)
        raise


def give_receipt(access: Access, transaction_id: str, *, is_kept: bool) -> Closing:
    """Tell the bank that the data is stored, or that it must be offered again; said twice, it is said once."""
    try:
        answer = _asked(access, requests.receipt(access, transaction_id, is_kept=is_kept))
    except Refused as refusal:
        if refusal.code == codes.UNKNOWN_TRANSACTION:
            return Closing.UNKNOWN
        raise
    # The bank's word counts, where it says what it did; some say no more than « OK ».
    custom = codes.DONE_AFTER_RECEIPT if is_kept else codes.KEPT_AFTER_RECEIPT
    said = next((code for code in (answer.header_code, answer.body_code) if code in _CLOSINGS), custom)
    return _CLOSINGS[said]


def _pieces(access: Access, first: Answer) -> bytes:
    """All the pieces in their order, each of this very transmission."""
    count = max(first.segments, 1)
    if first.segment and (first.segment, first.is_last) != (1, count == 1):
        raise Unreadable("(premier morceau)")
    parts, size = [first.order_data], len(first.order_data)
    for number in range(2, count + 1):
        is_last = number == count
        answer = _asked(access, requests.segment(access, first.transaction_id, number, is_last=is_last))
        # The number of the transmission may be left out of an answer (schema ebics_response), and never be another's.
        is_ours = answer.transaction_id in ("", first.transaction_id)
        if not is_ours or (answer.segment, answer.is_last) != (number, is_last):
            raise Unreadable(f"(morceau {number})")
        parts.append(answer.order_data)
        size += len(answer.order_data)
        if size > LARGEST:
            raise Unreadable("(trop volumineuse)")
    return _joined(parts)


def _joined(parts: Sequence[str]) -> bytes:
    """EBICS cuts the base64 of the whole (§7.1); a bank that encodes each piece by itself is understood too."""
    if any(part.endswith("=") for part in parts[:-1]):
        return b"".join(xml.binary(part) for part in parts)
    return xml.binary("".join(parts))


def _opened(access: Access, order: Order | str, first: Answer, closed: bytes) -> Download:
    content = cipher.opened(closed, first.transaction_key, access.keys.encryption)
    is_container = isinstance(order, BusinessFormat) and order.container == "ZIP"
    is_statement = not isinstance(order, str)
    found = Download(first.transaction_id, content, is_container or (is_statement and cipher.is_archive(content)))
    for _ in found.files:  # what is broken is known before the bank hears that it came
        pass
    return found


def _leave(access: Access, transaction_id: str) -> None:
    """What cannot be read is not acknowledged: the bank may offer it again at once, without waiting for us."""
    try:
        give_receipt(access, transaction_id, is_kept=False)
    except EbicsFault:
        return


def _asked(access: Access, request: bytes) -> Answer:
    content = wire.posted(access.contract, request)
    return answers.signed(access.contract, content, access.bank.authentication)

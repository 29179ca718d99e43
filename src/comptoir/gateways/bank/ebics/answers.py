"""Each answer as it comes: believed only as far as the bank has signed it, and refused by either of its two codes."""

from dataclasses import dataclass

from lxml import etree

from comptoir.gateways.bank.ebics import codes, signature, xml
from comptoir.gateways.bank.ebics.contract import Contract
from comptoir.gateways.bank.ebics.faults import EbicsFault, Unreadable, WrongSignature, refusal
from comptoir.gateways.bank.ebics.keys import PublicKey
from comptoir.gateways.bank.ebics.requests import HEV
from comptoir.gateways.bank.ebics.xml import only, perhaps, text_of

MOST_SEGMENTS = 1000
_ANSWER, _KEY_MANAGEMENT, _HEV = "ebicsResponse", "ebicsKeyManagementResponse", "ebicsHEVResponse"
_TRANSACTION_ID = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank said at one step of an order."""

    header_code: str
    body_code: str
    report: str
    phase: str = ""
    transaction_id: str = ""
    segments: int = 0
    segment: int = 0
    is_last: bool = False
    transaction_key: bytes = b""
    order_data: str = ""  # base64, of which a piece may begin and end anywhere


def signed(contract: Contract, content: bytes, bank: PublicKey) -> Answer:
    """An answer that the bank's key has signed and that refuses nothing; raises what it refuses, or why it is none."""
    root = xml.parsed(content)
    name = _name(contract, root)
    if name == _KEY_MANAGEMENT:
        raise _heard_unsigned(contract, root)
    if name != _ANSWER:
        raise Unreadable("(réponse inattendue)")
    try:
        signature.verify(root, bank)
    except WrongSignature as error:
        raise _heard_unsigned(contract, root) from error
    _check_cover(contract, root)
    return _accepted(_read(contract, root))


def key_management(contract: Contract, content: bytes) -> Answer:
    """The answer to INI, HIA or HPB, which EBICS leaves unsigned: what it gives, a person compares with a letter."""
    root = xml.parsed(content)
    if _name(contract, root) not in (_KEY_MANAGEMENT, _ANSWER):
        raise Unreadable("(réponse inattendue)")
    return _accepted(_read(contract, root))


def versions(content: bytes) -> tuple[str, ...]:
    """The protocols that the server speaks (HEV), by their codes: the numbers beside them are written as banks like."""
    root, space = xml.parsed(content), f"{{{HEV}}}"
    if root.tag != f"{space}{_HEV}":
        raise Unreadable("(réponse inattendue)")
    code = only(root, f"{space}SystemReturnCode", f"{space}ReturnCode")
    if text_of(code) != codes.DONE:
        raise refusal(text_of(code))
    return tuple(node.get("ProtocolVersion", "") for node in root.findall(f"{space}VersionNumber"))


def _name(contract: Contract, root: etree._Element) -> str:
    name = etree.QName(root)
    return name.localname if name.namespace == contract.version.namespace else ""


def _accepted(answer: Answer) -> Answer:
    """Both codes are read: the header's of the transport, the body's of the order itself."""
    for code in (answer.header_code, answer.body_code):
        if code not in codes.FAVOURABLE:
            raise refusal(code, answer.report)
    return answer


def _heard_unsigned(contract: Contract, root: etree._Element) -> EbicsFault:
    """Some banks refuse without signing, or with new keys: that is heard, but no consent and no absence of data is."""
    try:
        answer = _read(contract, root)
    except Unreadable:
        return WrongSignature()
    for code in (answer.header_code, answer.body_code):
        if code not in codes.FAVOURABLE and code != codes.NO_DATA:
            return refusal(code, answer.report)
    return WrongSignature()


def _check_cover(contract: Contract, root: etree._Element) -> None:
    """All that is read of an answer is signed, but the order data, which its own checksum proves."""
    space = f"{{{contract.version.namespace}}}"
    covered = signature.authenticated(root)
    body = only(root, f"{space}body")
    read = [only(root, f"{space}header"), only(body, f"{space}ReturnCode")]
    info = perhaps(body, f"{space}DataTransfer", f"{space}DataEncryptionInfo")
    if any(node not in covered for node in [*read, *([] if info is None else [info])]):
        raise WrongSignature


def _read(contract: Contract, root: etree._Element) -> Answer:
    space = f"{{{contract.version.namespace}}}"
    if root.get("Version") != contract.version.value:
        raise Unreadable("(autre version d’EBICS)")
    static, mutable = (
        only(root, f"{space}header", f"{space}static"),
        only(root, f"{space}header", f"{space}mutable"),
    )
    body = only(root, f"{space}body")
    piece = perhaps(mutable, f"{space}SegmentNumber")
    key = perhaps(body, f"{space}DataTransfer", f"{space}DataEncryptionInfo", f"{space}TransactionKey")
    return Answer(
        header_code=text_of(only(mutable, f"{space}ReturnCode")),
        body_code=text_of(only(body, f"{space}ReturnCode")),
        report=text_of(perhaps(mutable, f"{space}ReportText"))[:256],
        phase=text_of(perhaps(mutable, f"{space}TransactionPhase")),
        transaction_id=_transaction_id(text_of(perhaps(static, f"{space}TransactionID"))),
        segments=_count(text_of(perhaps(static, f"{space}NumSegments"))),
        segment=_count(text_of(piece)),
        is_last=piece is not None and piece.get("lastSegment") in ("true", "1"),
        transaction_key=xml.binary(text_of(key)),
        order_data="".join(text_of(perhaps(body, f"{space}DataTransfer", f"{space}OrderData")).split()),
    )


def _transaction_id(written: str) -> str:
    if written and (len(written) != _TRANSACTION_ID or not all(c in "0123456789abcdefABCDEF" for c in written)):
        raise Unreadable("(numéro de transmission)")
    return written


def _count(written: str) -> int:
    if not written:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) <= 10) or int(written) > MOST_SEGMENTS:
        raise Unreadable("(nombre de morceaux)")
    return int(written)

"""Orders at the twin bank: statements given in pieces and forgotten upon receipt, keys renewed, contracts suspended."""

import secrets
from datetime import date

from lxml import etree

from comptoir.gateways.bank.ebics import cipher, codes, order_data, signature, xml
from comptoir.gateways.bank.ebics.contract import FileFormat, Order, Period, Version, WrongContract
from comptoir.gateways.bank.ebics.faults import Unreadable
from comptoir.gateways.bank.ebics.keys import Key
from comptoir.gateways.bank.ebics.rights import read_service
from comptoir.gateways.bank.ebics.twin import answers, archive, keyroom, papers
from comptoir.gateways.bank.ebics.twin.refusal import Refusal
from comptoir.gateways.bank.ebics.twin.state import Statement, Subscriber, Transaction, Twin
from comptoir.gateways.bank.ebics.xml import element, leaf, only, perhaps, text_of

_RECEIPTS = {"0": codes.DONE_AFTER_RECEIPT, "1": codes.KEPT_AFTER_RECEIPT}
_STATEMENTS = {Version.H004: "FDL", Version.H005: "BTD"}
_UPLOADS = {"HCS": ("OZHNN", 1), "SPR": ("UZHNN", 0)}


def begun(twin: Twin, version: Version, root: etree._Element, whose: Subscriber) -> bytes:
    """The first request of an order."""
    space = f"{{{version.namespace}}}"
    if _phase(root, space) != "Initialisation":
        raise Refusal("061002")
    details = only(root, f"{space}header", f"{space}static", f"{space}OrderDetails")
    name = "AdminOrderType" if version is Version.H005 else "OrderType"
    order_type = text_of(only(details, f"{space}{name}"))
    attribute = text_of(perhaps(details, f"{space}OrderAttribute"))
    if order_type in _UPLOADS:
        return _upload_begun(twin, version, root, whose, order_type, attribute)
    if version is Version.H004 and attribute != "DZHNN":
        raise Refusal("091121")
    if order_type == _STATEMENTS[version]:
        return _statements_begun(twin, version, details, whose)
    if order_type not in papers.KINDS:
        raise Refusal("091005")
    content = papers.written(twin, version, order_type, whose)
    return _announced(twin, Transaction(order_type, version, whose), content)


def continued(twin: Twin, root: etree._Element, transaction_id: str, transaction: Transaction) -> bytes:
    """The further requests of an order."""
    space, phase = f"{{{transaction.version.namespace}}}", _phase(root, f"{{{transaction.version.namespace}}}")
    if phase == "Receipt" and transaction.segments:
        return _receipt(twin, root, transaction_id, transaction)
    if phase != "Transfer":
        raise Refusal("061002")
    piece = only(root, f"{space}header", f"{space}mutable", f"{space}SegmentNumber")
    number, is_last = int(text_of(piece)), piece.get("lastSegment") in ("true", "1")
    if not transaction.segments:
        return _upload_ended(twin, root, transaction_id, transaction)
    if number > len(transaction.segments):
        raise Refusal("091104")
    # A piece may be asked for twice, none may be left out (EBICS §5.6.2.2).
    if number not in {*transaction.given, max(transaction.given) + 1} or is_last != (
        number == len(transaction.segments)
    ):
        raise Refusal("091104")
    return _piece(twin, transaction_id, transaction, number)


def _statements_begun(twin: Twin, version: Version, details: etree._Element, whose: Subscriber) -> bytes:
    order, period = _asked(version, details)
    if order not in twin.offers:
        raise Refusal("090003")
    found = [one for one in twin.statements if one.order == order and _is_wanted(one, period)]
    if not found:
        raise Refusal(codes.NO_DATA)
    transaction = Transaction(_STATEMENTS[version], version, whose)
    if period is None:
        transaction.statements = found
    return _announced(twin, transaction, archive.packed(order, [one.content for one in found]))


def _announced(twin: Twin, transaction: Transaction, content: bytes) -> bytes:
    """The first piece, with the number of all."""
    transaction.key = secrets.token_bytes(16)
    closed = cipher.encrypted(content, transaction.key)
    transaction.segments = _cut(twin, closed)
    transaction_id = secrets.token_hex(16).upper()
    twin.transactions[transaction_id] = transaction
    return _piece(twin, transaction_id, transaction, 1)


def _cut(twin: Twin, closed: bytes) -> list[str]:
    """EBICS cuts the base64 of the whole, wherever it falls (§7.1); some banks encode each piece by itself."""
    size = twin.segment_size
    if twin.cuts_before_encoding:
        return [xml.base64_of(closed[at : at + size]) for at in range(0, len(closed), size)]
    said = xml.base64_of(closed)
    return [said[at : at + size] for at in range(0, len(said), size)]


def _piece(twin: Twin, transaction_id: str, transaction: Transaction, number: int) -> bytes:
    transaction.given.add(number)
    count, version, reader = len(transaction.segments), transaction.version, transaction.subscriber.encryption
    is_first = number == 1
    info = answers.encryption_info(version, transaction.key, reader) if is_first and reader else ""
    data = element("DataTransfer", info, leaf("OrderData", transaction.segments[number - 1]))
    return answers.signed(
        twin,
        version,
        phase="Initialisation" if is_first else "Transfer",
        static=leaf("TransactionID", transaction_id) + (leaf("NumSegments", str(count)) if is_first else ""),
        segment=leaf("SegmentNumber", str(number), lastSegment="true" if number == count else "false"),
        data=data,
    )


def _receipt(twin: Twin, root: etree._Element, transaction_id: str, transaction: Transaction) -> bytes:
    space = f"{{{transaction.version.namespace}}}"
    told = only(root, f"{space}body", f"{space}TransferReceipt")
    if told not in signature.authenticated(root):
        raise Refusal("061001")
    code = _RECEIPTS.get(text_of(only(told, f"{space}ReceiptCode")))
    if code is None:
        raise Refusal("091113")
    # No receipt for what was not given whole.
    if len(transaction.given) < len(transaction.segments):
        raise Refusal("091102")
    del twin.transactions[transaction_id]
    for statement in transaction.statements if code == codes.DONE_AFTER_RECEIPT else ():
        statement.is_fetched = True
    static = leaf("TransactionID", transaction_id)
    return answers.signed(twin, transaction.version, phase="Receipt", header_code=code, static=static)


def _upload_begun(
    twin: Twin, version: Version, root: etree._Element, whose: Subscriber, order_type: str, attribute: str
) -> bytes:
    space = f"{{{version.namespace}}}"
    wanted, count = _UPLOADS[order_type]
    static, transfer = (
        only(root, f"{space}header", f"{space}static"),
        only(root, f"{space}body", f"{space}DataTransfer"),
    )
    if version is Version.H004 and attribute != wanted:
        raise Refusal("091121")
    if text_of(only(static, f"{space}NumSegments")) != str(count):
        raise Refusal("091113")
    covered = signature.authenticated(root)
    info, signed = only(transfer, f"{space}DataEncryptionInfo"), only(transfer, f"{space}SignatureData")
    if info not in covered or signed not in covered:
        raise Refusal("061001")
    transaction = Transaction(order_type, version, whose)
    transaction.key = _opened_key(twin, version, info)
    transaction.signature = _user_signature(version, xml.binary(text_of(signed)), transaction.key, whose)
    digest = perhaps(transfer, f"{space}DataDigest")
    transaction.digest = xml.binary(text_of(digest))
    if not count:
        _check_order(transaction, order_data.SUSPENSION)
        whose.is_ready, whose.signature, whose.authentication, whose.encryption = False, None, None, None
        return answers.signed(twin, version, phase="Initialisation")
    transaction_id = secrets.token_hex(16).upper()
    twin.transactions[transaction_id] = transaction
    return answers.signed(twin, version, phase="Initialisation", static=leaf("TransactionID", transaction_id))


def _upload_ended(twin: Twin, root: etree._Element, transaction_id: str, transaction: Transaction) -> bytes:
    space = f"{{{transaction.version.namespace}}}"
    closed = xml.binary(text_of(only(root, f"{space}body", f"{space}DataTransfer", f"{space}OrderData")))
    del twin.transactions[transaction_id]
    try:
        content = cipher.decrypted(closed, transaction.key)
    except Unreadable:
        raise Refusal("090004") from None
    _check_order(transaction, content)
    keyroom.renewed(twin, transaction.version, transaction.subscriber, content)
    static = leaf("TransactionID", transaction_id)
    segment = leaf("SegmentNumber", "1", lastSegment="true")
    return answers.signed(twin, transaction.version, phase="Transfer", static=static, segment=segment)


def _check_order(transaction: Transaction, content: bytes) -> None:
    key = transaction.subscriber.signature
    if key is None or not signature.is_order_signed(content, transaction.signature, key):
        raise Refusal("091301")
    if transaction.version is Version.H005 and transaction.digest != signature.order_digest(content):
        raise Refusal("091301")


def _opened_key(twin: Twin, version: Version, info: etree._Element) -> bytes:
    space = f"{{{version.namespace}}}"
    reader: Key = twin.keys.encryption
    told = xml.binary(text_of(only(info, f"{space}EncryptionPubKeyDigest")))
    if told != twin.named(reader.public, version):
        raise Refusal("091008")
    try:
        return cipher.opened_key(xml.binary(text_of(only(info, f"{space}TransactionKey"))), reader)
    except Unreadable:
        raise Refusal("090004") from None


def _user_signature(version: Version, closed: bytes, key: bytes, whose: Subscriber) -> bytes:
    space = f"{{{version.signature_namespace}}}"
    try:
        root = xml.parsed(cipher.decrypted(closed, key))
        said = only(root, f"{space}OrderSignatureData")
        told = (
            root.tag,
            text_of(only(said, f"{space}SignatureVersion")),
            text_of(only(said, f"{space}PartnerID")),
            text_of(only(said, f"{space}UserID")),
        )
        value = xml.binary(text_of(only(said, f"{space}SignatureValue")))
    except Unreadable:
        raise Refusal("091111") from None
    held = whose.signature.version if whose.signature else ""
    if told != (f"{space}UserSignatureData", held, whose.partner_id, whose.user_id):
        raise Refusal("091111")
    return value


def _asked(version: Version, details: etree._Element) -> tuple[Order, Period | None]:
    space = f"{{{version.namespace}}}"
    try:
        params = only(details, f"{space}{_STATEMENTS[version]}OrderParams")
        period = _period(perhaps(params, f"{space}DateRange"), space)
        if version is Version.H005:
            return read_service(only(params, f"{space}Service"), space), period
        name = only(params, f"{space}FileFormat")
        return FileFormat(text_of(name), name.get("CountryCode", "")), period
    except (Unreadable, WrongContract, ValueError):
        raise Refusal("091112") from None


def _period(node: etree._Element | None, space: str) -> Period | None:
    if node is None:
        return None
    first, last = (date.fromisoformat(text_of(only(node, f"{space}{name}"))) for name in ("Start", "End"))
    return Period(first, last)


def _is_wanted(statement: Statement, period: Period | None) -> bool:
    """Without days, what was not yet fetched; with days, all of them, fetched or not."""
    if period is None:
        return not statement.is_fetched
    return period.first_on <= statement.on <= period.last_on


def _phase(root: etree._Element, space: str) -> str:
    return text_of(only(root, f"{space}header", f"{space}mutable", f"{space}TransactionPhase"))

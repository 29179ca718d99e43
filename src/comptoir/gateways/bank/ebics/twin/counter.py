"""The counter of the twin bank: which request it is, whether it may be heard, and who answers it."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from lxml import etree

from comptoir.gateways.bank.ebics import signature, xml
from comptoir.gateways.bank.ebics.contract import Version
from comptoir.gateways.bank.ebics.faults import Unreadable, WrongSignature
from comptoir.gateways.bank.ebics.keys import PublicKey
from comptoir.gateways.bank.ebics.requests import HEV
from comptoir.gateways.bank.ebics.twin import answers, keyroom, orders
from comptoir.gateways.bank.ebics.twin.refusal import Refusal
from comptoir.gateways.bank.ebics.twin.state import Subscriber, Transaction, Twin
from comptoir.gateways.bank.ebics.xml import only, perhaps, text_of

DRIFT = timedelta(minutes=15)
"""How far a client's clock may be from the bank's, and how long nonces are kept at least (EBICS §11.4)."""
_UNSECURED, _NO_DIGESTS, _REQUEST = "ebicsUnsecuredRequest", "ebicsNoPubKeyDigestsRequest", "ebicsRequest"


def answered(twin: Twin, content: bytes) -> bytes:
    """What the bank says to one request, whatever it is."""
    twin.asked.append(label(twin, content))
    try:
        root = xml.parsed(content)
    except Unreadable:
        return answers.refused(twin, Version.H005, Refusal("091010"))
    if root.tag == f"{{{HEV}}}ebicsHEVRequest":
        return _versions(twin, root)
    version = next((v for v in twin.versions if v.namespace == etree.QName(root).namespace), None)
    if version is None:
        return answers.refused(twin, Version.H005, Refusal("061002"))
    name = etree.QName(root).localname
    try:
        return _heard(twin, version, name, root)
    except Refusal as refusal:
        if name == _REQUEST:
            return answers.refused(twin, version, refusal)
        return answers.key_management(version, refusal.code)
    except (Unreadable, WrongSignature, ValueError):
        return answers.refused(twin, version, Refusal("091010"))


def label(twin: Twin, content: bytes) -> str:
    """« BTD Initialisation », « INI », « HEV »: what tests name a step by."""
    try:
        root = xml.parsed(content)
    except Unreadable:
        return "?"
    if root.tag == f"{{{HEV}}}ebicsHEVRequest":
        return "HEV"
    said = {etree.QName(node).localname: (node.text or "").strip() for node in root.iter(etree.Element)}
    known = twin.transactions.get(said.get("TransactionID", ""))
    order_type = said.get("AdminOrderType") or said.get("OrderType") or (known.order_type if known else "?")
    return f"{order_type} {said.get('TransactionPhase', '')}".strip()


def _heard(twin: Twin, version: Version, name: str, root: etree._Element) -> bytes:
    _check_schema(twin, version, root)
    space = f"{{{version.namespace}}}"
    if root.get("Version") != version.value or name not in (_UNSECURED, _NO_DIGESTS, _REQUEST):
        raise Refusal("061002")
    static = only(root, f"{space}header", f"{space}static")
    if text_of(only(static, f"{space}HostID")) != twin.host_id:
        raise Refusal("091011")
    if name == _UNSECURED:
        return keyroom.received(twin, version, root)
    transaction_id = text_of(perhaps(static, f"{space}TransactionID"))
    if transaction_id:
        return _later(twin, version, root, transaction_id)
    subscriber = keyroom.subscriber(twin, static, space)
    _check_once(twin, static, space)
    _check_signature(root, subscriber.authentication)
    if not subscriber.is_ready:
        raise Refusal("091002")
    if name == _NO_DIGESTS:
        return keyroom.bank_keys(twin, version, root, subscriber)
    _check_bank_digests(twin, version, static, space)
    return orders.begun(twin, version, root, subscriber)


def _later(twin: Twin, version: Version, root: etree._Element, transaction_id: str) -> bytes:
    transaction: Transaction | None = twin.transactions.get(transaction_id)
    if transaction is None or transaction.version is not version:
        raise Refusal("091101")
    subscriber: Subscriber = transaction.subscriber
    _check_signature(root, subscriber.authentication)
    if not subscriber.is_ready:
        raise Refusal("091002")
    return orders.continued(twin, root, transaction_id, transaction)


def _versions(twin: Twin, root: etree._Element) -> bytes:
    known = text_of(only(root, f"{{{HEV}}}HostID")) == twin.host_id
    return answers.versions(twin, "000000" if known else "091011")


def _check_once(twin: Twin, static: etree._Element, space: str) -> None:
    nonce, written = text_of(only(static, f"{space}Nonce")), text_of(only(static, f"{space}Timestamp"))
    try:
        moment = datetime.fromisoformat(written)
        is_far = abs(moment - twin.clock()) > DRIFT
    except (ValueError, TypeError):
        raise Refusal("091010") from None
    if is_far or nonce.upper() in twin.nonces:
        raise Refusal("091103")
    twin.nonces.add(nonce.upper())


def _check_signature(root: etree._Element, key: PublicKey | None) -> None:
    if key is None:
        raise Refusal("091002")
    try:
        signature.verify(root, key)
    except WrongSignature:
        raise Refusal("061001") from None
    covered = signature.authenticated(root)
    space = f"{{{etree.QName(root).namespace}}}"
    if only(root, f"{space}header") not in covered:
        raise Refusal("061001")


def _check_bank_digests(twin: Twin, version: Version, static: etree._Element, space: str) -> None:
    told = only(static, f"{space}BankPubKeyDigests")
    bank = twin.bank_keys
    for name, key in (("Authentication", bank.authentication), ("Encryption", bank.encryption)):
        node = only(told, f"{space}{name}")
        if (node.get("Version"), xml.binary(text_of(node))) != (key.version, twin.named(key, version)):
            raise Refusal("091008")


def _check_schema(twin: Twin, version: Version, root: etree._Element) -> None:
    """Where no schema is given, what is read is checked as it is read."""
    if twin.schemas and not _schema(twin.schemas, version).validate(root):
        raise Refusal("091010")


@lru_cache(maxsize=8)
def _schema(folder: Path, version: Version) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(folder / version.value / f"ebics_{version.value}.xsd")))

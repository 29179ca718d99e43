"""Where the twin bank receives its clients' keys (INI, HIA, HCS) and gives its own (HPB)."""

import secrets
import zlib

from lxml import etree

from comptoir.gateways.bank.ebics import cipher, order_data, xml
from comptoir.gateways.bank.ebics.contract import Version
from comptoir.gateways.bank.ebics.faults import Unreadable
from comptoir.gateways.bank.ebics.keys import PublicKey
from comptoir.gateways.bank.ebics.twin import answers
from comptoir.gateways.bank.ebics.twin.refusal import Refusal
from comptoir.gateways.bank.ebics.twin.state import Subscriber, Twin
from comptoir.gateways.bank.ebics.xml import DS, element, leaf, only, perhaps, text_of

_SIGNATURES = ("A005", "A006")


def subscriber(twin: Twin, node: etree._Element, space: str) -> Subscriber:
    """Whom a request or an order names; a stranger hears no more than that something is wrong (091002)."""
    who = text_of(only(node, f"{space}PartnerID")), text_of(only(node, f"{space}UserID"))
    found = twin.subscribers.get(who)
    if found is None:
        raise Refusal("091002")
    return found


def received(twin: Twin, version: Version, root: etree._Element) -> bytes:
    """INI or HIA: keys of a subscriber who has none, taken once."""
    space = f"{{{version.namespace}}}"
    static = only(root, f"{space}header", f"{space}static")
    whose = subscriber(twin, static, space)
    order_type = _order_type(version, static, space)
    data = _inflated(xml.binary(text_of(only(root, f"{space}body", f"{space}DataTransfer", f"{space}OrderData"))))
    if order_type == "INI":
        _take_signature(twin, version, whose, data)
    elif order_type == "HIA":
        _take_others(twin, version, whose, data)
    else:
        raise Refusal("091005")
    return answers.key_management(version, "000000")


def bank_keys(twin: Twin, version: Version, root: etree._Element, whose: Subscriber) -> bytes:
    """HPB, closed for who asks."""
    space = f"{{{version.namespace}}}"
    static = only(root, f"{space}header", f"{space}static")
    if _order_type(version, static, space) != "HPB" or whose.encryption is None:
        raise Refusal("091005")
    key = secrets.token_bytes(16)
    info = answers.encryption_info(version, key, whose.encryption)
    content = cipher.encrypted(_written(twin, version), key)
    data = element("DataTransfer", info, leaf("OrderData", xml.base64_of(content)))
    return answers.key_management(version, "000000", data)


def renewed(twin: Twin, version: Version, whose: Subscriber, data: bytes) -> None:
    """HCS: all three keys at once, in place of those it has."""
    root, space = _parsed(data), f"{{{version.namespace}}}"
    if root.tag != f"{space}HCSRequestOrderData" or subscriber(twin, root, space) is not whose:
        raise Refusal("090004")
    info = only(root, f"{{{version.signature_namespace}}}SignaturePubKeyInfo")
    signature, (authentication, encryption) = _signature_key(version, info), _other_keys(version, root)
    _check_apart(signature, authentication, encryption)
    if any(
        new.modulus == old.modulus
        for new, old in zip((signature, authentication, encryption), _held(whose), strict=True)
    ):
        raise Refusal("091218")
    whose.signature, whose.authentication, whose.encryption = signature, authentication, encryption


def _held(whose: Subscriber) -> tuple[PublicKey, PublicKey, PublicKey]:
    if whose.signature is None or whose.authentication is None or whose.encryption is None:
        raise Refusal("091002")
    return whose.signature, whose.authentication, whose.encryption


def _take_signature(twin: Twin, version: Version, whose: Subscriber, data: bytes) -> None:
    root, space = _parsed(data), f"{{{version.signature_namespace}}}"
    if root.tag != f"{space}SignaturePubKeyOrderData" or subscriber(twin, root, space) is not whose:
        raise Refusal("090004")
    if whose.signature is not None:
        raise Refusal("091002")
    key = _signature_key(version, only(root, f"{space}SignaturePubKeyInfo"))
    _check_apart(key, whose.authentication, whose.encryption)
    whose.signature = key


def _take_others(twin: Twin, version: Version, whose: Subscriber, data: bytes) -> None:
    root, space = _parsed(data), f"{{{version.namespace}}}"
    if root.tag != f"{space}HIARequestOrderData" or subscriber(twin, root, space) is not whose:
        raise Refusal("090004")
    if whose.authentication is not None:
        raise Refusal("091002")
    authentication, encryption = _other_keys(version, root)
    _check_apart(whose.signature, authentication, encryption)
    whose.authentication, whose.encryption = authentication, encryption


def _signature_key(version: Version, info: etree._Element) -> PublicKey:
    told = text_of(only(info, f"{{{version.signature_namespace}}}SignatureVersion"))
    if told not in _SIGNATURES:
        raise Refusal("091201")
    return _key(version, info, "SignatureVersion", told, "091204")


def _other_keys(version: Version, root: etree._Element) -> tuple[PublicKey, PublicKey]:
    space = f"{{{version.namespace}}}"
    authentication, encryption = (
        only(root, f"{space}{role}PubKeyInfo") for role in ("Authentication", "Encryption")
    )
    return (
        _key(version, authentication, "AuthenticationVersion", "X002", "091205"),
        _key(version, encryption, "EncryptionVersion", "E002", "091206"),
    )


def _key(version: Version, info: etree._Element, tag: str, wanted: str, too_short: str) -> PublicKey:
    space = f"{{{etree.QName(info).namespace}}}"
    if text_of(only(info, f"{space}{tag}")) != wanted:
        raise Refusal(str(int(too_short) - 3).zfill(6))
    if version is Version.H005 and perhaps(info, f"{{{DS}}}X509Data") is None:
        raise Refusal("091217")
    try:
        return order_data.read_key(version, info, tag, wanted)
    except Unreadable as error:
        raise Refusal(too_short if "bits" in str(error) else "091219") from error


def _check_apart(signature: PublicKey | None, *others: PublicKey | None) -> None:
    """The signature key is no other key (EBICS 3.0, §4.4)."""
    if signature and any(other and other.modulus == signature.modulus for other in others):
        raise Refusal("091218")


def _order_type(version: Version, static: etree._Element, space: str) -> str:
    name = "AdminOrderType" if version is Version.H005 else "OrderType"
    return text_of(only(static, f"{space}OrderDetails", f"{space}{name}"))


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompress(content)
    except zlib.error:
        raise Refusal("090004") from None


def _parsed(content: bytes) -> etree._Element:
    try:
        return xml.parsed(content)
    except Unreadable:
        raise Refusal("090004") from None


def _written(twin: Twin, version: Version) -> bytes:
    infos = [
        element(f"{role}PubKeyInfo", _public(version, key), leaf(f"{role}Version", key.version))
        for role, key in (
            ("Authentication", twin.bank_keys.authentication),
            ("Encryption", twin.bank_keys.encryption),
        )
    ]
    spaces = {"xmlns": version.namespace, "xmlns:ds": DS}
    return xml.document(element("HPBResponseOrderData", *infos, leaf("HostID", twin.host_id), **spaces))


def _public(version: Version, key: PublicKey) -> str:
    certificate = element("ds:X509Data", leaf("ds:X509Certificate", xml.base64_of(key.certificate)))
    if version is Version.H005:
        return certificate
    numbers = element(
        "ds:RSAKeyValue",
        leaf("ds:Modulus", xml.base64_of(_bytes(key.modulus))),
        leaf("ds:Exponent", xml.base64_of(_bytes(key.exponent))),
    )
    return certificate + element("PubKeyValue", numbers)


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")

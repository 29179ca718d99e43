"""Each request as it leaves (schemas ebics_request, ebics_keymgmt_request and ebics_hev of H004 and H005)."""

import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from comptoir.gateways.bank.ebics import cipher, signature, xml
from comptoir.gateways.bank.ebics.contract import BusinessFormat, Contract, FileFormat, Order, Period, Version
from comptoir.gateways.bank.ebics.faults import WrongOrder
from comptoir.gateways.bank.ebics.keys import BankKeys, Keys, PublicKey
from comptoir.gateways.bank.ebics.xml import DS, element, leaf

HEV = "http://www.ebics.org/H000"
_MEDIUM = leaf("SecurityMedium", "0000")  # keys in a file (EBICS §3.4)
_DOWNLOAD, _UPLOAD, _SIGNATURE_ALONE, _UNSIGNED = "DZHNN", "OZHNN", "UZHNN", "DZNNN"


@dataclass(frozen=True, slots=True)
class Access:
    """All that a signed request needs: the contract, our keys, and the bank's, compared and trusted."""

    contract: Contract
    keys: Keys
    bank: BankKeys


def versions(contract: Contract) -> bytes:
    """HEV: which protocols the server speaks."""
    return xml.document(element("ebicsHEVRequest", leaf("HostID", contract.host_id), xmlns=HEV))


def unsecured(contract: Contract, order_type: str, order_data: bytes) -> bytes:
    """INI and HIA: keys that nothing signs yet but the letters."""
    static = (*_who(contract), _details(contract, order_type, _UNSIGNED), _MEDIUM)
    header = element("header", element("static", *static), element("mutable"), authenticate="true")
    data = leaf("OrderData", xml.base64_of(zlib.compress(order_data)))
    body = element("body", element("DataTransfer", data))
    return xml.document(element("ebicsUnsecuredRequest", header, body, **_root(contract)))


def bank_keys(contract: Contract, keys: Keys) -> bytes:
    """HPB: asks for the bank's keys, signed, before any of hers is known."""
    host, *who = _who(contract)
    static = (host, *_once(), *who, _details(contract, "HPB", _DOWNLOAD), _MEDIUM)
    header = element("header", element("static", *static), element("mutable"), authenticate="true")
    return signature.signed(
        "ebicsNoPubKeyDigestsRequest", _root(contract), header, element("body"), keys.authentication
    )


def download(access: Access, order: Order | str, period: Period | None = None) -> bytes:
    """Begins to fetch a statement (FDL, BTD), or what the contract allows (HTD, HAA, HPD)."""
    contract = access.contract
    if isinstance(order, str):
        details = _details(contract, order, _DOWNLOAD, element("StandardOrderParams"))
    else:
        details = _details(contract, _order_type(contract, order), _DOWNLOAD, _params(order, period))
    return _initial(access, details, element("body"))


def segment(access: Access, transaction_id: str, number: int, *, is_last: bool) -> bytes:
    """Asks for a further piece."""
    which = leaf("SegmentNumber", str(number), lastSegment="true" if is_last else "false")
    return _later(access, transaction_id, "Transfer", which, element("body"))


def receipt(access: Access, transaction_id: str, *, is_kept: bool) -> bytes:
    """Says that all is kept (the bank forgets it) or is not (the bank offers it again)."""
    code = element("TransferReceipt", leaf("ReceiptCode", "0" if is_kept else "1"), authenticate="true")
    return _later(access, transaction_id, "Receipt", "", element("body", code))


def upload(access: Access, order_type: str, order_data: bytes, *, key: bytes, has_data: bool) -> bytes:
    """Begins an order of ours (HCS, SPR): its signature first, closed with `key`; the data itself follows, if any."""
    contract = access.contract
    details = _details(
        contract,
        order_type,
        _UPLOAD if has_data else _SIGNATURE_ALONE,
        element("StandardOrderParams"),
    )
    info = element(
        "DataEncryptionInfo",
        _digest("EncryptionPubKeyDigest", access.bank.encryption, contract),
        leaf("TransactionKey", xml.base64_of(cipher.closed_key(key, access.bank.encryption))),
        authenticate="true",
    )
    signed = cipher.encrypted(_user_signature(access, order_data), key)
    said = leaf("SignatureData", xml.base64_of(signed), authenticate="true")
    told = _data_digest(access, order_data) if contract.version is Version.H005 else ""
    count = leaf("NumSegments", "1" if has_data else "0")
    return _initial(access, details, element("body", element("DataTransfer", info, said, told)), count)


def upload_segment(access: Access, transaction_id: str, order_data: bytes, *, key: bytes) -> bytes:
    """The order itself: one piece, since keys are small."""
    data = leaf("OrderData", xml.base64_of(cipher.encrypted(order_data, key)))
    body = element("body", element("DataTransfer", data))
    return _later(access, transaction_id, "Transfer", leaf("SegmentNumber", "1", lastSegment="true"), body)


def _initial(access: Access, details: str, body: str, more: str = "") -> bytes:
    contract = access.contract
    digests = element(
        "BankPubKeyDigests",
        _digest("Authentication", access.bank.authentication, contract),
        _digest("Encryption", access.bank.encryption, contract),
    )
    host, *who = _who(contract)
    static = element("static", host, *_once(), *who, details, digests, _MEDIUM, more)
    mutable = element("mutable", leaf("TransactionPhase", "Initialisation"))
    return _signed(access, element("header", static, mutable, authenticate="true"), body)


def _later(access: Access, transaction_id: str, phase: str, which: str, body: str) -> bytes:
    static = element("static", leaf("HostID", access.contract.host_id), leaf("TransactionID", transaction_id))
    mutable = element("mutable", leaf("TransactionPhase", phase), which)
    return _signed(access, element("header", static, mutable, authenticate="true"), body)


def _signed(access: Access, header: str, body: str) -> bytes:
    return signature.signed("ebicsRequest", _root(access.contract), header, body, access.keys.authentication)


def _root(contract: Contract) -> dict[str, str]:
    version = contract.version
    return {"xmlns": version.namespace, "xmlns:ds": DS, "Version": version.value, "Revision": "1"}


def _once() -> tuple[str, str]:
    """What makes a request one of its kind: the bank takes each nonce once (EBICS §11.4)."""
    moment = datetime.now(UTC)
    return leaf("Nonce", secrets.token_hex(16).upper()), leaf("Timestamp", f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def _who(contract: Contract) -> tuple[str, ...]:
    return (
        leaf("HostID", contract.host_id),
        leaf("PartnerID", contract.partner_id),
        leaf("UserID", contract.user_id),
        leaf("Product", contract.product, Language="fr"),
    )


def _details(contract: Contract, order_type: str, attribute: str, params: str = "") -> str:
    if contract.version is Version.H005:
        return element("OrderDetails", leaf("AdminOrderType", order_type), params)
    return element("OrderDetails", leaf("OrderType", order_type), leaf("OrderAttribute", attribute), params)


def _order_type(contract: Contract, order: Order) -> str:
    if isinstance(order, FileFormat) and contract.version is Version.H004:
        return "FDL"
    if isinstance(order, BusinessFormat) and contract.version is Version.H005:
        return "BTD"
    raise WrongOrder


def _params(order: Order, period: Period | None) -> str:
    if isinstance(order, FileFormat):
        country = {"CountryCode": order.country} if order.country else {}
        return element("FDLOrderParams", _days(period), leaf("FileFormat", order.name, **country))
    return element("BTDOrderParams", service(order), _days(period))


def service(said: BusinessFormat) -> str:
    """A service as EBICS 3.0 names it (BTF)."""
    message = {
        "variant": said.message_variant,
        "version": said.message_version,
        "format": said.message_format,
    }
    return element(
        "Service",
        leaf("ServiceName", said.name),
        leaf("Scope", said.scope) if said.scope else "",
        leaf("ServiceOption", said.option) if said.option else "",
        element("Container", containerType=said.container) if said.container else "",
        leaf("MsgName", said.message, **{key: value for key, value in message.items() if value}),
    )


def _days(period: Period | None) -> str:
    if period is None:
        return ""
    first, last = period.first_on.isoformat(), period.last_on.isoformat()
    return element("DateRange", leaf("Start", first), leaf("End", last))


def _digest(name: str, key: PublicKey, contract: Contract) -> str:
    return leaf(name, xml.base64_of(key.digest(contract)), Version=key.version, Algorithm=signature.SHA256)


def _data_digest(access: Access, order_data: bytes) -> str:
    digest = xml.base64_of(signature.order_digest(order_data))
    return leaf("DataDigest", digest, SignatureVersion=access.keys.signature.version)


def _user_signature(access: Access, order_data: bytes) -> bytes:
    contract, key = access.contract, access.keys.signature
    said = element(
        "OrderSignatureData",
        leaf("SignatureVersion", key.version),
        leaf("SignatureValue", xml.base64_of(signature.order_signature(order_data, key))),
        leaf("PartnerID", contract.partner_id),
        leaf("UserID", contract.user_id),
    )
    return xml.document(element("UserSignatureData", said, xmlns=contract.version.signature_namespace))

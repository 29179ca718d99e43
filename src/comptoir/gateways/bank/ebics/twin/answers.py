"""What the twin bank writes: signed answers, unsigned ones of key management, and its versions."""

from comptoir.gateways.bank.ebics import cipher, codes, signature, xml
from comptoir.gateways.bank.ebics.contract import Version
from comptoir.gateways.bank.ebics.keys import PublicKey
from comptoir.gateways.bank.ebics.requests import HEV
from comptoir.gateways.bank.ebics.twin.refusal import Refusal
from comptoir.gateways.bank.ebics.twin.state import Twin
from comptoir.gateways.bank.ebics.xml import DS, element, leaf

_NUMBERS = {Version.H004: "02.50", Version.H005: "03.00"}


def versions(twin: Twin, code: str) -> bytes:
    """HEV."""
    said = element("SystemReturnCode", leaf("ReturnCode", code), leaf("ReportText", _report(code)))
    spoken = [leaf("VersionNumber", _NUMBERS[version], ProtocolVersion=version.value) for version in twin.versions]
    return xml.document(element("ebicsHEVResponse", said, *(spoken if code == codes.DONE else ()), xmlns=HEV))


def key_management(version: Version, code: str, data: str = "") -> bytes:
    """INI, HIA, HPB: both codes are one, and nothing is signed."""
    mutable = element("mutable", leaf("ReturnCode", code), leaf("ReportText", _report(code)))
    header = element("header", element("static"), mutable, authenticate="true")
    body = element("body", data, leaf("ReturnCode", code, authenticate="true"))
    return xml.document(element("ebicsKeyManagementResponse", header, body, **_root(version)))


def refused(twin: Twin, version: Version, refusal: Refusal, *, phase: str = "Initialisation") -> bytes:
    """A signed no."""
    return signed(twin, version, phase=phase, header_code=refusal.header, body_code=refusal.body)


def signed(
    twin: Twin,
    version: Version,
    *,
    phase: str,
    header_code: str = codes.DONE,
    body_code: str = codes.DONE,
    static: str = "",
    segment: str = "",
    data: str = "",
) -> bytes:
    """An answer to an order."""
    mutable = element(
        "mutable",
        leaf("TransactionPhase", phase),
        segment,
        leaf("ReturnCode", header_code),
        leaf("ReportText", _report(header_code)),
    )
    header = element("header", element("static", static), mutable, authenticate="true")
    body = element("body", data, leaf("ReturnCode", body_code, authenticate="true"))
    return signature.signed("ebicsResponse", _root(version), header, body, twin.keys.authentication)


def encryption_info(version: Version, key: bytes, reader: PublicKey) -> str:
    """The transaction key, closed for who reads."""
    digest = reader.certificate_hash if version is Version.H005 else reader.key_hash
    return element(
        "DataEncryptionInfo",
        leaf(
            "EncryptionPubKeyDigest",
            xml.base64_of(digest),
            Version=reader.version,
            Algorithm=signature.SHA256,
        ),
        leaf("TransactionKey", xml.base64_of(cipher.closed_key(key, reader))),
        authenticate="true",
    )


def _root(version: Version) -> dict[str, str]:
    return {"xmlns": version.namespace, "xmlns:ds": DS, "Version": version.value, "Revision": "1"}


def _report(code: str) -> str:
    symbol = codes.meaning(code).symbol
    return f"[{symbol}]"

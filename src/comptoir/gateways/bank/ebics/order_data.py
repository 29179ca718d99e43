"""The order data of key management: our keys as INI, HIA and HCS hand them in, the bank's as HPB gives them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509
from lxml import etree

from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics import xml
from comptoir.gateways.bank.ebics.contract import Contract, Version
from comptoir.gateways.bank.ebics.faults import Unreadable
from comptoir.gateways.bank.ebics.keys import BankKeys, Key, Keys, PublicKey
from comptoir.gateways.bank.ebics.xml import DS, element, leaf, only, perhaps, text_of

SUSPENSION = b" "
"""The order data of SPR: a blank, so that there is something to sign (EBICS §4.5)."""


def for_ini(contract: Contract, key: Key, *, at: datetime) -> bytes:
    """The signature key."""
    space = contract.version.signature_namespace
    info = element("SignaturePubKeyInfo", _key(contract, key, at), leaf("SignatureVersion", key.version))
    return _document("SignaturePubKeyOrderData", (info, *_who(contract)), {"xmlns": space})


def for_hia(contract: Contract, keys: Keys, *, at: datetime) -> bytes:
    """The keys of authentication and encryption."""
    content = (*_authentication_and_encryption(contract, keys, at), *_who(contract))
    return _document("HIARequestOrderData", content, {"xmlns": contract.version.namespace})


def for_hcs(contract: Contract, keys: Keys, *, at: datetime) -> bytes:
    """All three, in place of those the bank has."""
    signature = element(
        "esig:SignaturePubKeyInfo",
        _key(contract, keys.signature, at, prefix="esig:"),
        leaf("esig:SignatureVersion", keys.signature.version),
    )
    content = (*_authentication_and_encryption(contract, keys, at), signature, *_who(contract))
    spaces = {"xmlns": contract.version.namespace, "xmlns:esig": contract.version.signature_namespace}
    return _document("HCSRequestOrderData", content, spaces)


def of_hpb(contract: Contract, content: bytes) -> BankKeys:
    """The bank's keys; raises `Unreadable` for those of another bank, too weak, or unlike their own certificate."""
    root, space = xml.parsed(content), f"{{{contract.version.namespace}}}"
    if root.tag != f"{space}HPBResponseOrderData" or text_of(only(root, f"{space}HostID")) != contract.host_id:
        raise Unreadable("(clés d’une autre banque)")
    return BankKeys(
        read_key(
            contract.version, only(root, f"{space}AuthenticationPubKeyInfo"), "AuthenticationVersion", "X002"
        ),
        read_key(contract.version, only(root, f"{space}EncryptionPubKeyInfo"), "EncryptionVersion", "E002"),
    )


def read_key(version: Version, info: etree._Element, tag: str, wanted: str) -> PublicKey:
    """A public key out of its element: a certificate, a bare key, or both that agree."""
    space = f"{{{etree.QName(info).namespace}}}"
    if text_of(only(info, f"{space}{tag}")) != wanted:
        raise Unreadable(f"(clé d’une autre version que {wanted})")
    written = text_of(perhaps(info, f"{{{DS}}}X509Data", f"{{{DS}}}X509Certificate"))
    certified = ebics_keys.of_certificate(wanted, xml.binary(written)) if written else None
    if version is Version.H005:
        if certified is None:
            raise Unreadable(f"(clé {wanted} sans certificat)")
        return certified
    value = only(info, f"{space}PubKeyValue", f"{{{DS}}}RSAKeyValue")
    modulus, exponent = (
        int.from_bytes(xml.binary(text_of(only(value, f"{{{DS}}}{part}"))), "big")
        for part in ("Modulus", "Exponent")
    )
    if certified and (certified.modulus, certified.exponent) != (modulus, exponent):
        raise Unreadable(f"(clé {wanted} d’un autre certificat)")
    return certified or ebics_keys.checked(PublicKey(wanted, modulus, exponent))


def _document(name: str, content: Iterable[str], spaces: dict[str, str]) -> bytes:
    return xml.document(element(name, *content, **spaces, **{"xmlns:ds": DS}))


def _who(contract: Contract) -> tuple[str, str]:
    return leaf("PartnerID", contract.partner_id), leaf("UserID", contract.user_id)


def _authentication_and_encryption(contract: Contract, keys: Keys, at: datetime) -> list[str]:
    return [
        element(f"{role}PubKeyInfo", _key(contract, key, at), leaf(f"{role}Version", key.version))
        for role, key in (("Authentication", keys.authentication), ("Encryption", keys.encryption))
    ]


def _key(contract: Contract, key: Key, at: datetime, *, prefix: str = "") -> str:
    """The certificate where the bank wants one; the bare key too with EBICS 2.5, and none with 3.0 (§4.2)."""
    certificate = _certificate(key) if contract.is_x509 else ""
    return certificate if contract.version is Version.H005 else certificate + _bare(key, at, prefix)


def _certificate(key: Key) -> str:
    found = x509.load_der_x509_certificate(key.certificate)
    issuer = element(
        "ds:X509IssuerSerial",
        leaf("ds:X509IssuerName", found.issuer.rfc4514_string()),
        leaf("ds:X509SerialNumber", str(found.serial_number)),
    )
    return element("ds:X509Data", issuer, leaf("ds:X509Certificate", xml.base64_of(key.certificate)))


def _bare(key: Key, at: datetime, prefix: str) -> str:
    public = key.public
    value = element(
        "ds:RSAKeyValue",
        leaf("ds:Modulus", _crypto_binary(public.modulus)),
        leaf("ds:Exponent", _crypto_binary(public.exponent)),
    )
    return element(
        f"{prefix}PubKeyValue", value, leaf(f"{prefix}TimeStamp", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    )


def _crypto_binary(number: int) -> str:
    return xml.base64_of(number.to_bytes((number.bit_length() + 7) // 8, "big"))

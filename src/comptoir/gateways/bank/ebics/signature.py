"""AuthSignature (EBICS §5.5.1.2): what proves that a request is ours and an answer the bank's."""

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from lxml import etree

from comptoir.gateways.bank.ebics import xml
from comptoir.gateways.bank.ebics.faults import Unreadable, WrongSignature
from comptoir.gateways.bank.ebics.keys import Key, PublicKey
from comptoir.gateways.bank.ebics.xml import DS, element, leaf, only, text_of

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
EVERYTHING = "#xpointer(//*[@authenticate='true'])"
_PKCS1, _WITH_SHA256 = padding.PKCS1v15(), hashes.SHA256()


def signed(name: str, attributes: dict[str, str], header: str, body: str, key: Key) -> bytes:
    """A whole message between whose header and body stands our signature."""
    digest = _digest(xml.parsed(element(name, header, body, **attributes).encode()))
    info = _info(digest)
    # The signature is over SignedInfo as it stands in the message: with all the namespaces of the root.
    place = xml.parsed(element(name, element("AuthSignature", info), **attributes).encode())
    said = xml.canonical(place[0][0])
    value = leaf("ds:SignatureValue", xml.base64_of(key.rsa.sign(said, _PKCS1, _WITH_SHA256)))
    return xml.document(element(name, header, element("AuthSignature", info, value), body, **attributes))


def verify(root: etree._Element, key: PublicKey) -> None:
    """Believe a message as far as it is signed: every element that says so, by this very key; raises `WrongSignature`."""
    try:
        _verify(root, key)
    except (Unreadable, InvalidSignature, ValueError) as error:
        raise WrongSignature from error


def order_signature(order_data: bytes, key: Key) -> bytes:
    """The signature under an order (A005 or A006, EBICS §14.1): over what it says, line ends and end-of-file apart."""
    digest = order_digest(order_data)
    if key.version == "A005":
        return key.rsa.sign(digest, _PKCS1, utils.Prehashed(_WITH_SHA256))
    # A006 signs the hash as its message: PSS hashes it once more.
    return key.rsa.sign(digest, _pss(), _WITH_SHA256)


def is_order_signed(order_data: bytes, value: bytes, key: PublicKey) -> bool:
    """Whether this signature is that key's, under this order."""
    digest = order_digest(order_data)
    try:
        if key.version == "A005":
            key.rsa.verify(value, digest, _PKCS1, utils.Prehashed(_WITH_SHA256))
        else:
            key.rsa.verify(value, digest, _pss(), _WITH_SHA256)
    except InvalidSignature:
        return False
    return True


def order_digest(order_data: bytes) -> bytes:
    """SHA-256 of an order without CR, LF and Ctrl-Z (EBICS §14.1.4)."""
    return hashlib.sha256(order_data.translate(None, b"\r\n\x1a")).digest()


def authenticated(root: etree._Element) -> list[etree._Element]:
    """What the signature covers, in the order of the document."""
    return [node for node in root.iter() if node.get("authenticate") in ("true", "1")]


def _verify(root: etree._Element, key: PublicKey) -> None:
    space = f"{{{etree.QName(root).namespace}}}"
    auth = only(root, f"{space}AuthSignature")
    info = only(auth, f"{{{DS}}}SignedInfo")
    if not hmac.compare_digest(_told_digest(info), _digest(root)):
        raise InvalidSignature
    value = xml.binary(text_of(only(auth, f"{{{DS}}}SignatureValue")))
    key.rsa.verify(value, xml.canonical(info), _PKCS1, _WITH_SHA256)


def _told_digest(info: etree._Element) -> bytes:
    """The digest that SignedInfo tells, where it was made the one way that EBICS allows."""
    reference = only(info, f"{{{DS}}}Reference")
    transforms = only(reference, f"{{{DS}}}Transforms")
    told = (
        only(info, f"{{{DS}}}CanonicalizationMethod").get("Algorithm"),
        only(info, f"{{{DS}}}SignatureMethod").get("Algorithm"),
        reference.get("URI"),
        only(transforms, f"{{{DS}}}Transform").get("Algorithm"),
        only(reference, f"{{{DS}}}DigestMethod").get("Algorithm"),
    )
    if told != (C14N, RSA_SHA256, EVERYTHING, C14N, SHA256):
        raise InvalidSignature
    return xml.binary(text_of(only(reference, f"{{{DS}}}DigestValue")))


def _digest(root: etree._Element) -> bytes:
    nodes = authenticated(root)
    if not nodes or any(node.get("authenticate") != "true" for node in nodes):
        raise InvalidSignature
    return hashlib.sha256(b"".join(xml.canonical(node) for node in nodes)).digest()


def _info(digest: bytes) -> str:
    return element(
        "ds:SignedInfo",
        element("ds:CanonicalizationMethod", Algorithm=C14N),
        element("ds:SignatureMethod", Algorithm=RSA_SHA256),
        element(
            "ds:Reference",
            element("ds:Transforms", element("ds:Transform", Algorithm=C14N)),
            element("ds:DigestMethod", Algorithm=SHA256),
            leaf("ds:DigestValue", xml.base64_of(digest)),
            URI=EVERYTHING,
        ),
    )


def _pss() -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(_WITH_SHA256), salt_length=_WITH_SHA256.digest_size)

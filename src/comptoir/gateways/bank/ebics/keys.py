"""The three keys of a subscriber (A signs orders, X requests, E opens answers), the bank's two, and their hashes."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from comptoir.gateways.bank.ebics.contract import Contract
from comptoir.gateways.bank.ebics.faults import Unreadable

SIZE, LEAST = 2048, 2048
"""Bits of a key of ours, and of the smallest that we believe (EBICS 3.0 allows none below 2048)."""
LARGEST = 16384
YEARS = 5
SIGNS_ORDERS, SIGNS_REQUESTS, OPENS = "A006", "X002", "E002"
_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as others know it: modulus, exponent, and the very certificate that was sent, where there is one."""

    version: str
    modulus: int
    exponent: int
    certificate: bytes = b""

    @property
    def rsa(self) -> rsa.RSAPublicKey:
        """As the cipher takes it."""
        return rsa.RSAPublicNumbers(self.exponent, self.modulus).public_key()

    @property
    def key_hash(self) -> bytes:
        """SHA-256 of exponent and modulus in lower-case hexadecimal without leading zeros (EBICS 2.5, §4.4.1.2.2)."""
        return hashlib.sha256(f"{self.exponent:x} {self.modulus:x}".encode()).digest()

    @property
    def certificate_hash(self) -> bytes:
        """SHA-256 of the certificate's own bytes (EBICS 3.0, and the French profile of 2.5); none without one."""
        return hashlib.sha256(self.certificate).digest() if self.certificate else b""

    def digest(self, contract: Contract) -> bytes:
        """How requests name it."""
        return (contract.hashes_certificates and self.certificate_hash) or self.key_hash

    def printed(self, contract: Contract) -> bytes:
        """What stands on a letter."""
        return (contract.is_x509 and self.certificate_hash) or self.key_hash

    def is_said(self, hash_on_paper: str) -> bool:
        """Whether a hash copied from a letter, spaces and colons as they are, is this key's, whichever way it was made."""
        typed = re.sub(r"[\s:.\-]", "", hash_on_paper).lower()
        return typed in {found.hex() for found in (self.key_hash, self.certificate_hash) if found}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of ours: the private part in no message and no representation, and the certificate as it is sent."""

    version: str
    private: bytes = field(repr=False)
    certificate: bytes

    @property
    def rsa(self) -> rsa.RSAPrivateKey:
        """As the cipher takes it."""
        return _loaded(self.private)

    @property
    def expires_at(self) -> datetime:
        """Until when its certificate is valid: renewed before, no new letters are needed."""
        return x509.load_der_x509_certificate(self.certificate).not_valid_after_utc

    @property
    def public(self) -> PublicKey:
        """As the bank is to know it."""
        numbers = self.rsa.public_key().public_numbers()
        return PublicKey(self.version, numbers.n, numbers.e, self.certificate)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a subscriber holds. The signature key is another than the two others (EBICS 3.0, §4.4)."""

    signature: Key
    authentication: Key
    encryption: Key

    @property
    def expires_at(self) -> datetime:
        """When the first of the three certificates ends."""
        return min(key.expires_at for key in (self.signature, self.authentication, self.encryption))


@dataclass(frozen=True, slots=True)
class BankKeys:
    """What the bank signs and encrypts with, as HPB gave it: worth nothing before a person has compared its hashes."""

    authentication: PublicKey
    encryption: PublicKey

    def are_said(self, *, authentication: str, encryption: str) -> bool:
        """Whether these are the keys of the bank's own letter."""
        return self.authentication.is_said(authentication) and self.encryption.is_said(encryption)


def make(contract: Contract, *, at: datetime, signature: str = SIGNS_ORDERS, years: int = YEARS) -> Keys:
    """New keys for a contract, each with a certificate that it signs itself, as French banks want it."""
    versions = (signature, SIGNS_REQUESTS, OPENS)
    return Keys(*(_made(contract, version, at, years) for version in versions))


def of_certificate(version: str, certificate: bytes) -> PublicKey:
    """The key that a certificate carries; raises `Unreadable` for none, or one too weak."""
    try:
        found = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm, TypeError) as error:
        raise Unreadable("(certificat)") from error
    if not isinstance(found, rsa.RSAPublicKey):
        raise Unreadable("(certificat sans clé RSA)")
    numbers = found.public_numbers()
    return checked(PublicKey(version, numbers.n, numbers.e, certificate))


def checked(key: PublicKey) -> PublicKey:
    """The same, strong enough to be believed; raises `Unreadable`."""
    if not LEAST <= key.modulus.bit_length() <= LARGEST or key.modulus % 2 == 0:
        raise Unreadable(f"(clé {key.version} de {key.modulus.bit_length()} bits)")
    if not 3 <= key.exponent < key.modulus or key.exponent % 2 == 0 or key.exponent.bit_length() > 64:
        raise Unreadable(f"(exposant de la clé {key.version})")
    return key


def _made(contract: Contract, version: str, at: datetime, years: int) -> Key:
    private = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=SIZE)
    written = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Key(version, written, _certificate(contract, version, private, at, years))


def _certificate(contract: Contract, version: str, key: rsa.RSAPrivateKey, at: datetime, years: int) -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, contract.partner_id),
            x509.NameAttribute(NameOID.COMMON_NAME, contract.user_id),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(158) | 1)
        .not_valid_before(at - timedelta(days=1))  # a bank's clock may be behind ours
        .not_valid_after(at + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(version), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _usage(version: str) -> x509.KeyUsage:
    """What each key is for (EBICS, annex on X.509): commitment, authentication, or the way of a transaction key."""
    return x509.KeyUsage(
        digital_signature=version.startswith("X"),
        content_commitment=version.startswith("A"),
        key_encipherment=version.startswith("E"),
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@lru_cache(maxsize=64)
def _loaded(private: bytes) -> rsa.RSAPrivateKey:
    # Ours, and proved when it was unsealed: it needs no new proof that its numbers are prime.
    key = load_der_private_key(private, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key

"""A twin bank with one client of its own, in either version, as far along as a test wants it."""

import os
import ssl
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comptoir.gateways.bank.ebics import (
    BusinessFormat,
    Contract,
    FileFormat,
    Step,
    Subscription,
    Version,
    initialisation,
)
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics.twin import Serving, Twin

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("COMPTOIR_SHARED") or ROOT.parent / "shared")
SCHEMAS = SHARED / "data" / "ebics" / "xsd"
REQUESTS = SHARED / "data" / "ebics" / "requests"
WHO = ("PARTNER", "USER")
DAY = date(2026, 11, 23)
CFONB = FileFormat("camt.xxx.cfonb120.stm")
CAMT = BusinessFormat("EOP", "camt.053", scope="FR", container="ZIP", message_version="02")
ORDERS = {Version.H004: CFONB, Version.H005: CAMT}
STATEMENT = b"01" + b"x" * 118 + b"\r\n" + "04 été à la boulangerie".encode("latin-1").ljust(120) + b"\r\n"


def now():
    return datetime.now(UTC)


@cache
def some_keys(who="client"):
    """Keys that take a tenth of a second to make: made once for all tests that need any."""
    return ebics_keys.make(contract(Version.H005), at=now())


def contract(version, url="https://bank.example/ebics", **more):
    return Contract(url, "TWINBANK", *WHO, version, **more)


class Desk:
    """The client's side of a twin that listens."""

    def __init__(self, version, **more):
        more.setdefault("schemas", SCHEMAS if SCHEMAS.exists() else None)
        self.version, self.order = version, ORDERS[version]
        self.twin = Twin(keys=some_keys("bank"), **more)
        self.twin.admit(*WHO)
        self.serving = Serving(self.twin)
        self.contract = contract(version, self.serving.url)

    def __enter__(self):
        self.serving.__enter__()
        return self

    def __exit__(self, *_):
        self.serving.__exit__()

    def begun(self, **more):
        return Subscription(replace(self.contract, **more), some_keys())

    def sent(self, **more):
        """Both keys at the bank; the letters are on their way."""
        subscription = self.begun(**more)
        while subscription.step is not Step.ALL_SENT:
            subscription = initialisation.advanced(subscription, at=now())
        return subscription

    def trusted(self, **more):
        subscription = self.sent(**more)
        self.twin.activate(*WHO)
        subscription = initialisation.advanced(subscription, at=now())
        return initialisation.trusted(subscription, **self.letter())

    def letter(self):
        """The hashes on the bank's own letter, as a person copies them."""
        bank = self.twin.bank_keys
        return {
            "authentication": bank.authentication.certificate_hash.hex(" ").upper(),
            "encryption": bank.encryption.certificate_hash.hex(":"),
        }

    def access(self):
        return self.trusted().access

    def offer(self, content=STATEMENT, *, on=DAY, order=None):
        return self.twin.offer(order or self.order, content, on=on)


def certificate_of_this_machine(folder):
    """A TLS server's key and certificate, which is its own root."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    written = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (folder / "key.pem").write_bytes(written)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return folder


def tls_of(folder):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return server

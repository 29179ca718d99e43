"""Web push: a sentence, sealed for one browser (RFC 8291) and signed by this house (RFC 8292), handed to its push service."""

import base64
import ipaddress
import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comptoir.lib import wire

LONGEST = 2000
"""Bytes of a sentence and its link: one record, as push services take it (RFC 8291 §4)."""
LASTS = 24 * 3600
"""Seconds during which the service keeps it for a device that is off."""
TOKEN_LASTS = 12 * 3600
"""Seconds a signature holds; no more than a day (RFC 8292 §2)."""
_RECORD = 4096
_HEADER = 86
"""Bytes before the sealed text: salt, size of a record, length of the key, the key."""


class NotAnEndpoint(Exception):
    """Cet appareil donne une adresse d’envoi qui n’est pas acceptée."""


class Gone(Exception):
    """The browser wants no more: the subscription is forgotten (404, 410)."""


class Refused(Exception):
    """The service does not take it, now or ever."""


class Later(Exception):
    """The service asks to come back."""

    def __init__(self, said: str, wait: int = 0) -> None:
        super().__init__(said)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is reached, and what its messages are sealed with."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the house's key, whom to write to about it, and whether a service on this machine is allowed (tests)."""

    key: ec.EllipticCurvePrivateKey
    contact: str
    allows_loopback: bool = False

    @property
    def public(self) -> str:
        """The key that browsers subscribe with."""
        return encoded(point(self.key.public_key()))


def read_key(written: str) -> ec.EllipticCurvePrivateKey:
    """The house's key, as `written_key` writes it; raises `ValueError`."""
    return ec.derive_private_key(int.from_bytes(decoded(written), "big"), ec.SECP256R1())


def written_key() -> str:
    """A new key."""
    return encoded(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))


def check(subscription: Subscription, *, allows_loopback: bool = False) -> None:
    """What a browser hands in is a public https address and two keys. Raises `NotAnEndpoint`."""
    _place(subscription.endpoint, allows_loopback=allows_loopback)
    try:
        _their_key(subscription.p256dh)
        if len(decoded(subscription.auth)) != 16:
            raise ValueError
    except ValueError as error:
        raise NotAnEndpoint(NotAnEndpoint.__doc__) from error


def send(sender: Sender, to: Subscription, said: dict[str, str], *, now: Callable[[], float] = time.time) -> None:
    """Hand one message to the browser's push service. Raises `Gone`, `Later`, `Refused`, `NotAnEndpoint`."""
    place = _place(to.endpoint, allows_loopback=sender.allows_loopback)
    _refuse_private(place, allows_loopback=sender.allows_loopback)
    body = sealed(json.dumps(said, ensure_ascii=False).encode(), to)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(LASTS),
        "Urgency": "normal",
        "Authorization": f"vapid t={signature(sender, place, int(now()))}, k={sender.public}",
    }
    path = f"{place.path}?{place.query}" if place.query else place.path
    try:
        answer = wire.send(place, "POST", path or "/", body, headers, at_most=65_536, patience=10)
    except (wire.Cut, wire.TooLarge) as error:
        raise Later(str(error)) from error
    if answer.status in (404, 410):
        raise Gone
    if answer.is_later:
        raise Later(str(answer.status), answer.wait)
    if not answer.is_yes:
        raise Refused(str(answer.status))


def signature(sender: Sender, place: SplitResult, now: int) -> str:
    """Who sends, for this service alone and not for long: a JWT by ES256 (RFC 8292 §2)."""
    claims = {"aud": f"{place.scheme}://{place.netloc}", "exp": now + TOKEN_LASTS, "sub": sender.contact}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    signed = ".".join(encoded(part) for part in parts)
    r, s = utils.decode_dss_signature(sender.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def sealed(
    text: bytes, to: Subscription, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The text as only that browser opens it (RFC 8291 §3.4, RFC 8188 §2); key and salt are new each time."""
    if len(text) > LONGEST:
        raise ValueError("too long for one record")
    own, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    theirs, ours = _their_key(to.p256dh), point(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    content_key, nonce = _keys(shared, decoded(to.auth), point(theirs), ours, salt)
    record = AESGCM(content_key).encrypt(nonce, text + b"\x02", None)
    return salt + _RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + record


def opened(body: bytes, *, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a browser reads: for the twin that tests send to. Raises `ValueError`."""
    salt, ours, record = body[:16], body[21:_HEADER], body[_HEADER:]
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ours))
    content_key, nonce = _keys(shared, auth, point(key.public_key()), ours, salt)
    try:
        padded = AESGCM(content_key).decrypt(nonce, record, None)
    except InvalidTag as error:
        raise ValueError("not for this browser") from error
    return padded.rstrip(b"\x00").removesuffix(b"\x02")


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as it travels: an uncompressed point."""
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_bytes(serialization.Encoding.X962, form)


def encoded(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(written: str) -> bytes:
    """Raises `ValueError`."""
    return base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)


def _keys(shared: bytes, auth: bytes, theirs: bytes, ours: bytes, salt: bytes) -> tuple[bytes, bytes]:
    secret = _derived(auth, shared, b"WebPush: info\x00" + theirs + ours, 32)
    key = _derived(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
    return key, _derived(salt, secret, b"Content-Encoding: nonce\x00", 12)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256, one block (RFC 5869)."""
    return _mac(_mac(salt, secret), info + b"\x01")[:length]


def _mac(key: bytes, text: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(text)
    return made.finalize()


def _their_key(written: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(written))


def _place(endpoint: str, *, allows_loopback: bool) -> SplitResult:
    """A name on the public Internet, by https and its own port; in tests, this machine. Raises `NotAnEndpoint`."""
    try:
        place = urlsplit(endpoint)
        port, host = place.port, place.hostname or ""
    except ValueError as error:
        raise NotAnEndpoint(NotAnEndpoint.__doc__) from error
    if allows_loopback and host == "127.0.0.1":
        return place
    is_named = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    if (
        place.scheme != "https"
        or port not in (None, 443)
        or not is_named
        or place.username
        or len(endpoint) > 1000
    ):
        raise NotAnEndpoint(NotAnEndpoint.__doc__)
    return place


def _refuse_private(place: SplitResult, *, allows_loopback: bool) -> None:
    """A name that leads into this house's own network is no push service."""
    host = place.hostname or ""
    if allows_loopback and host == "127.0.0.1":
        return
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise Later(str(error)) from error
    if not all(ipaddress.ip_address(str(one).split("%")[0]).is_global for one in found):
        raise NotAnEndpoint(NotAnEndpoint.__doc__)

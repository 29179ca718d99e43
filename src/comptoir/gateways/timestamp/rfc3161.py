"""A time-stamp authority by HTTP (RFC 3161 §3.4): a digest goes out, a signed token comes back and is judged at once."""

import base64
import urllib.error
import urllib.request
from datetime import datetime
from urllib.parse import unquote, urlsplit, urlunsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from comptoir.gateways.timestamp.faults import NotAStamp, Unreachable

PATIENCE = 15
LARGEST = 64 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class Authority:
    """One authority, and the certificates by which it is trusted (PEM): its own roots, no system's."""

    def __init__(self, address: str, certificates: bytes) -> None:
        parts = urlsplit(address)
        self.name = parts.hostname or ""
        self._headers = {"Content-Type": QUERY, "Accept": REPLY}
        if parts.username:
            said = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {base64.b64encode(said.encode()).decode()}"
        self._address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        self._roots = x509.load_pem_x509_certificates(certificates)

    def stamp(self, said: bytes) -> bytes:
        """A token over these bytes, of this very request: it repeats a number that nobody could foresee."""
        request = TimestampRequestBuilder().data(said).hash_algorithm(HashAlgorithm.SHA256).build()
        token = self._asked(request.as_bytes())
        self._judge(token, said, nonce=request.nonce)
        return token

    def judged(self, token: bytes, said: bytes) -> datetime:
        """The moment that a kept token proves."""
        return self._judge(token, said)

    def _asked(self, query: bytes) -> bytes:
        request = urllib.request.Request(self._address, query, self._headers)  # noqa: S310  # http or https, by the port
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                token: bytes = answer.read(LARGEST + 1)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise Unreachable(str(error)) from error
        if len(token) > LARGEST:
            raise NotAStamp("larger than any token")
        return token

    def _judge(self, token: bytes, said: bytes, *, nonce: int | None = None) -> datetime:
        verifier = VerifierBuilder(roots=list(self._roots), nonce=nonce).build()
        try:
            answer = decode_timestamp_response(token)
            verifier.verify_message(answer, said)
            return answer.tst_info.gen_time
        except (VerificationError, ValueError) as error:
            raise NotAStamp(str(error)) from error

"""A time-stamp authority by HTTP (RFC 3161 §3.4): a digest goes out, a signed token comes back and is judged at once."""

import base64
import http.client
import ssl
import time
from datetime import datetime
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from comptoir.gateways.timestamp import token as tokens
from comptoir.gateways.timestamp.faults import NotAStamp, Unreachable

PATIENCE = 15
"""Seconds without a byte, and for one answer in all."""
LARGEST = 64 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class Authority:
    """One authority, and the certificates by which it is trusted (PEM): its own roots, no system's."""

    def __init__(self, address: str, certificates: bytes, *, patience: float = PATIENCE) -> None:
        self._place = urlsplit(address)
        self._port = self._place.port
        self._patience = patience
        self.name = self._place.hostname or ""
        self._headers = {"Content-Type": QUERY, "Accept": REPLY}
        if self._place.username:
            said = f"{unquote(self._place.username)}:{unquote(self._place.password or '')}"
            self._headers["Authorization"] = f"Basic {base64.b64encode(said.encode()).decode()}"
        self._roots = x509.load_pem_x509_certificates(certificates)
        # Written again, since the file may hold more than certificates.
        self.certificates = b"".join(root.public_bytes(Encoding.PEM) for root in self._roots)

    def stamp(self, said: bytes) -> bytes:
        """A token over these bytes, of this very request: it repeats a number that nobody could foresee."""
        request = TimestampRequestBuilder().data(said).hash_algorithm(HashAlgorithm.SHA256).build()
        token = self._asked(request.as_bytes())
        tokens.judge(token, said, roots=self._roots, nonce=request.nonce)
        return token

    def judged(self, token: bytes, said: bytes) -> datetime:
        """The moment that a kept token proves."""
        return tokens.judge(token, said, roots=self._roots)

    def _asked(self, query: bytes) -> bytes:
        until = time.monotonic() + self._patience
        link = self._opened()
        try:
            # Nothing is followed elsewhere: another address would be sent the password too.
            path = self._place.path or "/"
            link.request("POST", f"{path}?{self._place.query}".rstrip("?"), query, self._headers)
            response = link.getresponse()
            if response.status != http.client.OK:
                raise Unreachable(str(response.status))
            return _whole(response, until=until)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(type(error).__name__) from error
        finally:
            link.close()

    def _opened(self) -> http.client.HTTPConnection:
        if self._place.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.name, self._port, timeout=self._patience, context=context)
        return http.client.HTTPConnection(self.name, self._port, timeout=self._patience)


def _whole(response: http.client.HTTPResponse, *, until: float) -> bytes:
    """The body to its last byte, neither larger than any token nor a byte a minute."""
    body = b""
    while part := response.read1(LARGEST):
        body += part
        if len(body) > LARGEST:
            raise NotAStamp("larger than any token")
        if time.monotonic() > until:
            raise Unreachable("too slow")
    return body

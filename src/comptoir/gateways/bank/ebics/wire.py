"""HTTPS to the bank: one POST a step, nothing followed elsewhere, nothing larger than said, nothing shorter than promised."""

import http.client
import ssl
import time
from urllib.parse import SplitResult, urlsplit

from comptoir.gateways.bank.ebics.contract import Contract
from comptoir.gateways.bank.ebics.faults import Unreachable, Unreadable, WrongAddress

PATIENCE = 60
"""Seconds without a byte."""
LONGEST = 300
"""Seconds for one answer in all: a bank that sends a byte a minute holds no worker for ever."""
LARGEST = 8 * 1024 * 1024
"""Bytes of one answer: a segment is a megabyte at most (EBICS §7.2)."""
LONGEST_WAIT = 24 * 3600
_BUSY = (http.client.REQUEST_TIMEOUT, http.client.TOO_EARLY, http.client.TOO_MANY_REQUESTS)
_CHUNK = 256 * 1024
_HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "Accept": "text/xml"}


def posted(contract: Contract, request: bytes, *, patience: float = PATIENCE) -> bytes:
    """The bank's answer to a request; raises `Unreachable`, or `Unreadable` for what no answer could be."""
    place = urlsplit(contract.url)
    link = _opened(place, patience)
    try:
        path = f"{place.path or '/'}?{place.query}" if place.query else place.path or "/"
        link.request("POST", path, request, _HEADERS)
        with link.getresponse() as response:
            _check(response)
            return _whole(response)
    except ssl.SSLCertVerificationError as error:
        raise Unreachable("(certificat du serveur non reconnu)") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"({type(error).__name__})") from error
    finally:
        link.close()


def _opened(place: SplitResult, patience: float) -> http.client.HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, place.port, timeout=patience, context=context)
    return http.client.HTTPConnection(host, place.port, timeout=patience)


def _check(response: http.client.HTTPResponse) -> None:
    """EBICS answers with 200 whatever it says; a redirection is no answer: another address is another bank."""
    status = response.status
    if status in _BUSY or status >= http.client.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"({status})", wait=_wait(response.headers.get("Retry-After", "")))
    if status != http.client.OK:
        raise WrongAddress(f"({status})")


def _whole(response: http.client.HTTPResponse) -> bytes:
    """The body to its last byte."""
    promised, until = response.length, time.monotonic() + LONGEST
    if promised is not None and promised > LARGEST:
        raise Unreadable("(trop volumineuse)")
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise Unreadable("(trop volumineuse)")
        if time.monotonic() > until:
            raise Unreachable("(trop lente)")
    if promised is not None and size != promised:
        raise Unreachable("(réponse tronquée)")
    return b"".join(parts)


def _wait(asked: str) -> int:
    return min(int(asked), LONGEST_WAIT) if asked.isascii() and asked.isdigit() else 0

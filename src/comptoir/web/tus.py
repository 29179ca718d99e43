"""The words of tus 1.0 (tus.io/protocols/resumable-upload): headers in, headers out; no rule of ours."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse

from comptoir.lib.english.catalog import told

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration"
BYTES = "application/offset+octet-stream"
CHUNK = 256 * 1024
SMALL = 8 * 1024 * 1024
TOGETHER = 8 * 1024 * 1024
"""How much may come in one request of several files."""
MOST_TOGETHER = 32
"""How many files may."""
LONGEST_LINE = 64 * 1024
"""How much may be said of them."""


class BadRequest(Exception):
    """Cet envoi n’est pas compréhensible : rechargez la page, puis recommencez."""


def length(request: HttpRequest) -> int:
    """How long the whole file is; raises `BadRequest`."""
    return _count(request, "Upload-Length")


def offset(request: HttpRequest) -> int:
    """Where the bytes of this request begin; raises `BadRequest`."""
    if request.content_type != BYTES:
        raise BadRequest(BadRequest.__doc__)
    return _count(request, "Upload-Offset")


def metadata(request: HttpRequest) -> dict[str, str]:
    """What the sender says of the file: names, and values in base 64; raises `BadRequest`."""
    said = {}
    try:
        for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
            name, _, value = pair.strip().partition(" ")
            said[name] = base64.b64decode(value, validate=True).decode("utf-8").replace("\0", "")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadRequest(BadRequest.__doc__) from error
    return said


def lengths(said: str, length: int, *, most: int) -> tuple[int, ...]:
    """How long each part of the bytes is, where they are several files in a row; raises `BadRequest`."""
    written = said.split(",") if said else []
    if not all(part.isascii() and part.isdecimal() and len(part) < 12 for part in written):
        raise BadRequest(BadRequest.__doc__)
    found = tuple(map(int, written))
    if found and (sum(found) != length or not all(found) or len(found) > most):
        raise BadRequest(BadRequest.__doc__)
    return found


def body(request: HttpRequest) -> Iterator[bytes]:
    """The bytes of this request, a little at a time."""
    while chunk := request.read(CHUNK):
        yield chunk


def brings_bytes(request: HttpRequest) -> bool:
    """Whether a creation holds the first bytes already."""
    return request.content_type == BYTES


def brings_all(request: HttpRequest, length: int) -> bool:
    """Whether a creation holds the whole of a file small enough to be held in memory."""
    return brings_bytes(request) and length <= SMALL and request.headers.get("Content-Length") == str(length)


def together(request: HttpRequest) -> Iterator[tuple[dict[str, str], bytes]]:
    """What is said of each of several small files that come whole, and its bytes; raises `BadRequest`.

    No part of tus, which has a request for each file: a first line of JSON says of each what a creation's metadata say,
    and its `length`; their bytes follow, one file after the other.
    """
    try:
        announced = json.loads(request.readline(LONGEST_LINE))
        said = [{str(name): _text(value) for name, value in one.items()} for one in announced]
        lengths = [int(one["length"]) for one in said]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise BadRequest(BadRequest.__doc__) from error
    if not 0 < len(said) <= MOST_TOGETHER or min(lengths) < 0 or sum(lengths) > TOGETHER:
        raise BadRequest(BadRequest.__doc__)
    for one, length in zip(said, lengths, strict=True):
        if len(content := request.read(length)) < length:
            raise BadRequest(BadRequest.__doc__)
        yield one, content
    if request.read(1):
        raise BadRequest(BadRequest.__doc__)


def _text(value: object) -> str:
    """What JSON says, as text that can be kept: it may hold half of a surrogate pair, which no database takes."""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def answer(status: int, said: Mapping[str, object] | None = None, **headers: object) -> HttpResponse:
    """An answer of the protocol: `Upload_Offset=3` becomes that header; `said` is for our own pages' script."""
    response = HttpResponse(status=status) if said is None else JsonResponse(told(said), status=status)
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name.replace("_", "-")] = str(value)
    return response


def _count(request: HttpRequest, header: str) -> int:
    written = request.headers.get(header, "")
    if not written.isascii() or not written.isdecimal() or len(written) > 15:
        raise BadRequest(BadRequest.__doc__)
    return int(written)

"""Files as they came, and pictures of them: a piece's original, pages and thumbnail."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir import readers
from comptoir.domain.reading import Seen
from comptoir.readers.layout import Word
from comptoir.records.deposits import leaves
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document, Original
from comptoir.web import doors

LARGE, SMALL = 1600, 320
"""How many pixels a page has at most, to be read and to be recognised."""
MOST_PAGES = 300
"""How many pages of a piece are laid one under the other: a piece has no more."""


@doors.signed_in
@require_GET
def original(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The file as it came, bit for bit, always as a download: what clients hand in never runs here."""
    _, document = doors.paper(request, company_id, document_id)
    return download(document.original, document.filename)


@doors.signed_in
@require_GET
def readable(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The page that came beside an e-invoice's data, as it came."""
    seat, page = doors.readable(request, company_id, document_id)
    return download(page, f"{seat.company.name} {page.sha256[:8]}.pdf")


@doors.signed_in
@require_GET
def page(request: HttpRequest, company_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """The picture of one page of a piece, counted from 1."""
    _, document = doors.paper(request, company_id, document_id)
    return _picture(request, document, number, LARGE)


@doors.signed_in
@require_GET
def thumbnail(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The first page, small; of what is only kept, a sheet that names its kind."""
    _, document = doors.paper(request, company_id, document_id)
    return _picture(request, document, 1, SMALL) if is_drawn(document) else _sheet(document.filename)


@doors.signed_in
@require_GET
def small_page(request: HttpRequest, company_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """One page of a piece, small, counted from 1."""
    _, document = doors.paper(request, company_id, document_id)
    return _picture(request, document, number, SMALL)


def is_drawn(document: Document) -> bool:
    """Whether the piece has pages to look at: an Office document that is only kept has none."""
    return document.original.media_type in readers.READ


def page_numbers(document: Document) -> range:
    """The pages of a piece that are laid one under the other, from 1; none of what is only kept."""
    return range(1, min(len(leaves.shown(document)), MOST_PAGES) + 1 if is_drawn(document) else 1)


def _sheet(filename: str) -> HttpResponse:
    kind = re.sub(r"[^A-Za-z0-9]", "", filename.rpartition(".")[2])[:4].upper()
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path fill="#fff" d="M0 0h40v48H0z"/>'
        '<text x="20" y="28" font-family="sans-serif" font-size="11" font-weight="600" text-anchor="middle" '
        f'fill="#5b635f">{kind}</text></svg>'
    )
    return HttpResponse(
        drawn,
        content_type="image/svg+xml",
        headers={"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"},
    )


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word where it stands on the page's picture, in thousandths."""

    text: str
    x: float
    y: float
    width: float
    size: float


@doors.signed_in
@require_GET
def page_text(request: HttpRequest, company_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """The words of one page, to be laid over its picture so that they can be selected."""
    _, document = doors.paper(request, company_id, document_id)
    try:
        found = readers.words_on(leaves.content(document), number)
    except readers.NotReadable:
        found = ()
    words = [_placed(word) for word in found or leaves.seen(document, number)]
    answer = render(request, "components/page_text.html", {"words": words})
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _placed(word: Word | Seen) -> PlacedWord:
    x0, y0, x1, y1 = (1000 * part for part in word.box)
    return PlacedWord(
        word.text, round(x0, 1), round(y1 - 0.15 * (y1 - y0), 1), round(x1 - x0, 1), round(y1 - y0, 1)
    )


def download(original: Original, filename: str) -> HttpResponse:
    """An original as a download: nothing that came in ever runs here."""
    response = HttpResponse(documents.content(original), content_type=original.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _picture(request: HttpRequest, document: Document, number: int, at_most: int) -> HttpResponse:
    pages = leaves.shown(document)
    if not 1 <= number <= len(pages):
        raise Http404
    # The same address shows another page once a piece is cut or turned: a browser asks again, and is told "as before".
    etag = f'"{leaves.digest([pages[number - 1]])}-{at_most}"'
    try:
        response = get_conditional_response(request, etag) or HttpResponse(
            leaves.picture(document, number, at_most=at_most), content_type="image/webp"
        )
    except readers.NotReadable as error:
        raise Http404 from error
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response

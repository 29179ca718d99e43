"""The bytes of a piece, from either side: the original, its pages' pictures, its thumbnail."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir import readers
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document
from comptoir.web import doors


@doors.signed_in
@require_GET
def original(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The file as it came, bit for bit, always as a download: what clients hand in never runs here."""
    _, document = doors.paper(request, company_id, document_id)
    response = HttpResponse(documents.content(document.original), content_type=document.original.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.filename)
    return response


@doors.signed_in
@require_GET
def page(request: HttpRequest, company_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """The picture of one page, counted from 1."""
    _, document = doors.paper(request, company_id, document_id)
    if not 1 <= number <= document.original.pages:
        raise Http404
    return _picture(document, f"page-{number}.webp", lambda content: readers.preview(content, number))


@doors.signed_in
@require_GET
def thumbnail(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The first page, small."""
    _, document = doors.paper(request, company_id, document_id)
    return _picture(document, "thumbnail.webp", readers.thumbnail)


def _picture(document: Document, name: str, draw: Callable[[bytes], bytes]) -> HttpResponse:
    made = documents.derived(document.original, name)
    if made is None:
        try:
            made = draw(documents.content(document.original))
        except readers.NotReadable as error:
            raise Http404 from error
        documents.keep_derived(document.original, name, made)
    response = HttpResponse(made, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400"
    return response

"""Files as they came, and pictures of them: a piece's original, pages and thumbnail, and the shared files."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir import readers
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Document, Original
from comptoir.records.folders import actions as folders
from comptoir.web import doors


@doors.signed_in
@require_GET
def original(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The file as it came, bit for bit, always as a download: what clients hand in never runs here."""
    _, document = doors.paper(request, company_id, document_id)
    return _download(document.original, document.filename)


@doors.signed_in
@require_GET
def shared(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """A shared file, for the client; the log keeps who took what is reserved."""
    seat, file = doors.shared_file(request, company_id, folder, file_id)
    if file.folder_enum.is_reserved:
        folders.note_download(file=file, by=seat.viewer or seat.person, at=timezone.now())
    return _download(file.original, file.name)


@doors.signed_in
@require_GET
def kept(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """A shared file, for the firm."""
    _, file = doors.file_to_keep(request, company_id, folder, file_id)
    return _download(file.original, file.name)


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


def _download(original: Original, filename: str) -> HttpResponse:
    response = HttpResponse(documents.content(original), content_type=original.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


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

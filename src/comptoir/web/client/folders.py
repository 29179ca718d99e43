"""The client's shared folders: what the firm put there, to read and download."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from comptoir.domain.folder import visible_to
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.folders import queries as folders
from comptoir.web import doors
from comptoir.web.client.context import frame


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The folders that this person may see, and how full each is."""
    seat = doors.company(request, company_id, Act.SEE_FOLDERS)
    context = frame(seat, "folders") | {"shelves": folders.shelves(seat.company, visible_to(seat.role))}
    return render(request, "client/folders.html", context)


@doors.signed_in
@require_GET
def folder(request: HttpRequest, company_id: UUID, folder: str) -> HttpResponse:
    """One folder, the latest file first; htmx asks for its lines only."""
    seat, found = doors.folder(request, company_id, folder)
    after = keyset.moment_key(request.GET.get("apres", ""))
    context = frame(seat, "folders") | {
        "folder": found,
        "page": folders.listed(seat.company, found, after=after),
        "is_first": after is None,
        "address": reverse("client_folder", args=[company_id, found]),
    }
    page = "client/folder.html#files" if request.htmx else "client/folder.html"  # type: ignore[attr-defined]
    return render(request, page, context)

"""Several pieces at once: taken away as a ZIP, moved to another kind, to another dossier, or set aside."""

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.readers import NotReadable
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits import leaves
from comptoir.records.deposits.actions import IsDismissed
from comptoir.records.deposits.models import Document
from comptoir.records.ledger import pieces
from comptoir.records.ledger.actions import AlreadyPosted
from comptoir.web import doors

MOST = 500
"""Pieces at once: what a person ticks on a few pages, not a whole dossier."""
IN_MEMORY = 8 * 1024 * 1024


@doors.signed_in
@require_POST
def download(request: HttpRequest, company_id: UUID) -> HttpResponseBase:
    """The ticked pieces in one ZIP, under names that say what each is."""
    seat, documents = doors.papers(
        request, company_id, Act.SEE_OWN_DOCUMENTS, request.POST.getlist("piece")[:MOST]
    )
    if not documents:
        return _nothing(request, company_id)
    # Stored, since PDFs and photos are compressed already; on disk past a few megabytes, so that memory stays flat.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the answer closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, document in zip(pieces.file_names(documents), documents, strict=True):
            archive.writestr(name, leaves.content(document))
    file.seek(0)
    deposits.note_taken_away(company=seat.company, count=len(documents), by=seat.person, at=timezone.now())
    today = timezone.localdate().isoformat()
    return FileResponse(
        file, as_attachment=True, filename=f"{seat.company.name} {today}.zip", content_type="application/zip"
    )


@doors.signed_in
@require_POST
def reclassify(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Move the ticked pieces to another kind."""
    seat, documents = doors.papers(request, company_id, Act.DEPOSIT, request.POST.getlist("piece")[:MOST])
    purpose = request.POST.get("purpose", "")
    if purpose not in Document.Purpose.values:
        return _nothing(request, company_id)
    now = timezone.now()
    return _each(
        request,
        documents,
        "reclassée",
        lambda one: pipeline.reclassify(document=one, purpose=purpose, by=seat.person, at=now),
    )


@doors.signed_in
@require_POST
def dismiss(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The firm sets the ticked pieces aside, with one reason that the client reads."""
    seat, documents = doors.papers(request, company_id, Act.REVIEW, request.POST.getlist("piece")[:MOST])
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "Dites pourquoi : le client lira cette raison.")
        return redirect(_back(request, company_id))
    now = timezone.now()
    return _each(
        request,
        documents,
        "écartée",
        lambda one: pipeline.dismiss(document=one, reason=reason, by=seat.person, at=now),
    )


@doors.signed_in
@require_POST
def move(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The firm moves the ticked pieces to another of its dossiers, where one may work in both."""
    seat, documents = doors.papers(request, company_id, Act.REVIEW, request.POST.getlist("piece")[:MOST])
    target = doors.other_dossier(seat, request.POST.get("dossier", ""))
    if target is None:
        messages.error(request, "Choisissez le dossier où mettre ces pièces.")
        return redirect(_back(request, company_id))
    now = timezone.now()
    return _each(
        request, documents, "déplacée", lambda one: pipeline.move(document=one, to=target, by=seat.person, at=now)
    )


def _each(
    request: HttpRequest, documents: Sequence[Document], done: str, act: Callable[[Document], object]
) -> HttpResponse:
    """Do it for each piece by itself: what one of them refuses keeps no other from it."""
    refused: list[str] = []
    for document in documents:
        try:
            act(document)
        except (AlreadyPosted, IsDismissed, NotReadable) as refusal:
            refused.append(f"« {document.filename} » : {refusal}")
    count = len(documents) - len(refused)
    s = "s" if count > 1 else ""
    if count:
        messages.success(request, f"{count} pièce{s} {done}{s}.")
    for sentence in refused[:5]:
        messages.error(request, sentence)
    if len(refused) > 5:
        messages.error(request, f"… et {len(refused) - 5} autres pour la même raison.")
    if not documents:
        messages.error(request, "Cochez d’abord des pièces.")
    return redirect(_back(request, documents[0].company_id if documents else None))


def _nothing(request: HttpRequest, company_id: UUID) -> HttpResponse:
    messages.error(request, "Cochez d’abord des pièces.")
    return redirect(_back(request, company_id))


def _back(request: HttpRequest, company_id: UUID | None) -> str:
    """The list that one comes from."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, None) and back.startswith("/") else "/"

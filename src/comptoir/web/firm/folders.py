"""The shared folders as the firm fills them: put files, and take them back."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from comptoir import pipeline, readers
from comptoir.domain.folder import LARGEST, Folder, visible_to
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import queries as folders
from comptoir.records.folders.actions import AlreadyInFolder, AlreadyWithdrawn
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy, content, several


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file: the sentence, and the status that a script reads."""

    sentence: str
    status: int


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The five folders, how full each is, and who sees it."""
    seat = doors.dossier(request, company_id, Act.SEE_FOLDERS)
    context = frame(seat, "folders") | {"shelves": folders.shelves(seat.company, visible_to(seat.role))}
    return render(request, "firm/folders.html", context)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def folder(request: HttpRequest, company_id: UUID, folder: str) -> HttpResponse:
    """One folder; a POST puts files in it, each on its own."""
    seat, found = doors.folder_to_fill(request, company_id, folder)
    if request.method != "POST":
        return _page(request, seat, found)
    try:
        answers = [_put(seat, found, file) for file in several(request)]
    except NoFile as refusal:
        answers = [Answer(str(refusal), 422)]
    return _answer(request, seat, found, answers)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """What follows from taking a file back, then the act; a second time changes nothing and says so."""
    seat, file = doors.file_to_keep(request, company_id, folder, file_id, is_there=request.method != "POST")
    if request.method != "POST":
        context = frame(seat, "folders") | {"file": file, "folder": file.folder_enum, "address": request.path}
        return render(request, "firm/withdraw_file.html", context)
    try:
        pipeline.withdraw_file(file=file, by=seat.person, at=timezone.now())
        messages.success(request, f"« {file.name} » est retiré : le client ne le voit plus.")
    except AlreadyWithdrawn as told:
        messages.info(request, str(told))
    return redirect("firm_folder", company_id, folder)


def _page(request: HttpRequest, seat: Seat, found: Folder) -> HttpResponse:
    after = keyset.moment_key(request.GET.get("apres", ""))
    context = frame(seat, "folders") | {
        "shelves": folders.shelves(seat.company, visible_to(seat.role)),
        "folder": found,
        "page": folders.listed(seat.company, found, after=after),
        "is_first": after is None,
        "address": reverse("firm_folder", args=[seat.company.pk, found]),
    }
    page = "firm/folder.html#files" if request.htmx else "firm/folder.html"  # type: ignore[attr-defined]
    return render(request, page, context)


def _put(seat: Seat, found: Folder, file: "UploadedFile[bytes]") -> Answer:
    name = file.name or ""
    try:
        put = pipeline.put_file(
            company=seat.company,
            folder=found,
            content=content(file, LARGEST),
            filename=name,
            by=seat.person,
            at=timezone.now(),
        )
    except (TooHeavy, AlreadyInFolder) as refusal:
        return Answer(str(refusal), 409 if isinstance(refusal, AlreadyInFolder) else 422)
    except readers.NotReadable as refusal:
        return Answer(f"« {name} » : {refusal}", 422)
    return Answer(f"« {put.name} » est partagé.", 201)


def _answer(request: HttpRequest, seat: Seat, found: Folder, answers: list[Answer]) -> HttpResponse:
    """JSON for the page's script, which sends files one by one; else the page, with a sentence for each refusal."""
    worst = max(answers, key=lambda answer: answer.status)
    if request.headers.get("accept", "").startswith("application/json"):
        return JsonResponse({"sentence": worst.sentence}, status=worst.status)
    done = [answer.sentence for answer in answers if answer.status == 201]
    if done:
        messages.success(request, done[0] if len(done) == 1 else f"{len(done)} fichiers sont partagés.")
    refusals = [answer.sentence for answer in answers if answer.status != 201]
    if not refusals:
        return redirect("firm_folder", seat.company.pk, found)
    for sentence in refusals[1:]:
        messages.error(request, sentence)
    answer = refused(request, refusals[0], _page, seat, found)
    answer.status_code = worst.status
    return answer

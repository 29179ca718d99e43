"""What both sides do with the shared folders: take a file or a whole folder home, look at a file's pages."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir import pipeline, readers
from comptoir.domain.folder import LARGEST
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Place, Tree
from comptoir.lib import zipping
from comptoir.lib.english.catalog import english, told
from comptoir.readers.naming import told_apart
from comptoir.records.deposits import queries as documents
from comptoir.records.deposits.models import Original
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import actions, previews
from comptoir.records.folders import queries as folders
from comptoir.records.folders.actions import AlreadyInFolder, NotThere
from comptoir.records.folders.models import SharedFile
from comptoir.web import doors
from comptoir.web.files import LARGE, download
from comptoir.web.uploads import NoFile, TooHeavy, content, several


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file: the sentence, and the status that a script reads."""

    sentence: str
    status: int


@doors.signed_in
@require_GET
def shared(request: HttpRequest, side: str, company_id: UUID, folder: str, file_id: UUID) -> HttpResponse:
    """A file as it came, or one of its versions; the log keeps who of the client's took what is reserved."""
    seat, file, tree = doors.shared_file(request, side, company_id, folder, file_id)
    original = _version(request, file)
    if side == "client" and tree.access(file.place).readers <= {Role.DIRIGEANT}:
        actions.note_download(file=file, by=seat.viewer or seat.person, at=timezone.now())
    return download(original, file.name)


@doors.signed_in
@require_GET
def page(
    request: HttpRequest, side: str, company_id: UUID, folder: str, file_id: UUID, number: int
) -> HttpResponse:
    """The picture of one page of a file, counted from 1."""
    _, file, _ = doors.shared_file(request, side, company_id, folder, file_id)
    if not 1 <= number <= previews.MOST_PAGES:
        raise Http404
    etag = f'"{file.original.sha256[:32]}-{number}"'
    try:
        response = get_conditional_response(request, etag) or HttpResponse(
            previews.picture(file.original, file.name, number, at_most=LARGE), content_type="image/webp"
        )
    except readers.NotReadable as error:
        raise Http404 from error
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


@doors.signed_in
@require_GET
def whole(
    request: HttpRequest, side: str, company_id: UUID, folder: str, subfolder_id: UUID | None = None
) -> HttpResponseBase:
    """Everything in a folder that is there for who asks, as one ZIP that is sent while it is made."""
    seat, place, tree = doors.folder(request, side, company_id, folder, subfolder_id)
    found = list(folders.beneath(seat.company, tree, doors.viewer(seat), place))
    if not found:
        messages.info(request, "Ce dossier est vide : il n’y a rien à télécharger.")
        return redirect(address(side, seat, place))
    who, at = seat.viewer or seat.person, timezone.now()
    actions.note_folder_taken(company=seat.company, place=place, count=len(found), by=who, at=at)
    # The rows are read here: what is sent afterwards asks the store alone.
    members = [
        (name, partial(documents.content, file.original))
        for name, (_, file) in zip(told_apart(zipping.plain(way) for way, _ in found), found, strict=True)
    ]
    response = StreamingHttpResponse(zipping.sent(zipping.zipped(members)), content_type="application/zip")
    name = zipping.plain(
        f"{seat.company.name} - {named(tree, place)} {timezone.localdate().isoformat()}.zip".replace("/", "-")
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def put(request: HttpRequest, seat: Seat, place: Place) -> list[Answer]:
    """The files of a form, each on its own: one that is refused keeps no other out."""
    try:
        return [_put(seat, place, file) for file in several(request)]
    except NoFile as refusal:
        return [Answer(str(refusal), 422)]


def as_json(answers: list[Answer]) -> HttpResponse:
    """For the page's script, which sends files one by one."""
    worst = max(answers, key=lambda answer: answer.status)
    return JsonResponse(told({"sentence": worst.sentence}), status=worst.status)


def wants_json(request: HttpRequest) -> bool:
    """Whether it is the page's script that asks."""
    return request.headers.get("accept", "").startswith("application/json")


def say(request: HttpRequest, answers: list[Answer]) -> list[str]:
    """Tell what was shared; gives what was refused."""
    done = [answer.sentence for answer in answers if answer.status == 201]
    if done:
        messages.success(request, done[0] if len(done) == 1 else f"{len(done)} fichiers sont partagés.")
    return [answer.sentence for answer in answers if answer.status != 201]


def address(side: str, seat: Seat, place: Place) -> str:
    """Where a folder is."""
    if place.key is None:
        return reverse(f"{side}_folder", args=[seat.company.pk, place.folder])
    return reverse(f"{side}_subfolder", args=[seat.company.pk, place.folder, place.key])


def crumbs(side: str, seat: Seat, tree: Tree, place: Place, *, with_last: bool = False) -> list[tuple[str, str]]:
    """The way to a folder, name and address each, as far as it is there for who looks."""
    ways = [Place(place.folder), *(Place(place.folder, node.key) for node in tree.path(place))]
    shown = [way for way in (ways if with_last else ways[:-1]) if tree.sees(doors.viewer(seat), way)]
    return [(named(tree, way), address(side, seat, way)) for way in shown]


def named(tree: Tree, place: Place) -> str:
    """What a folder is called: by the firm, or by the product in the language that is spoken."""
    return tree.nodes[place.key].name if place.key else english(place.folder.french)


def _put(seat: Seat, place: Place, file: "UploadedFile[bytes]") -> Answer:
    name = file.name or ""
    try:
        came = content(file, LARGEST)
        done = pipeline.put_file(
            company=seat.company, place=place, content=came, filename=name, by=seat.person, at=timezone.now()
        )
    except (TooHeavy, AlreadyInFolder, NotThere) as refusal:
        return Answer(str(refusal), 409 if isinstance(refusal, AlreadyInFolder) else 422)
    except readers.NotReadable as refusal:
        return Answer(f"« {name} » : {refusal}", 422)
    again = f"« {done.name} » est là : version {done.version}. Les précédentes sont gardées."
    return Answer(again if done.version > 1 else f"« {done.name} » est partagé.", 201)


def _version(request: HttpRequest, file: SharedFile) -> Original:
    asked = request.GET.get("version", "")
    if not asked:
        return file.original
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    found = folders.version(file, number)
    if found is None:
        raise Http404
    return found.original

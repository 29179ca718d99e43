"""Files sent in pieces and resumed after a cut (tus 1.0), from either side and from the phone: one way in for all."""

import errno
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.gateways.antivirus import Unreachable
from comptoir.lib.partial_files import Busy, WrongOffset
from comptoir.pipeline.deposit import FOLDER, MESSAGE
from comptoir.records.deposits import uploads
from comptoir.records.deposits.models import Document, Upload
from comptoir.records.firms.queries import Seat
from comptoir.records.folders import queries as folders
from comptoir.web import doors, tus

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

NO_ROOM = (
    "Le serveur n’a plus de place : rien n’a été perdu de votre côté. Prévenez votre cabinet, puis recommencez."
)


def _in_words(view: View[P]) -> View[P]:
    """What goes wrong on the way is an answer with a sentence; the sender keeps the file and may go on."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except tus.BadRequest as fault:
            return tus.answer(400, _said(fault))
        except uploads.TooLong as fault:
            return tus.answer(413, _said(fault), Tus_Max_Size=uploads.LARGEST)
        except uploads.TooManyOpen as fault:
            return tus.answer(429, _said(fault), Retry_After=30)
        except Busy:
            return tus.answer(423, {"sentence": "Cet envoi est déjà en cours."})
        except WrongOffset as fault:
            return tus.answer(409, {"sentence": "L’envoi reprend là où il en était."}, Upload_Offset=fault.offset)
        except Unreachable as fault:
            return tus.answer(503, _said(fault), Retry_After=60)
        except OSError as fault:
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return tus.answer(507, {"sentence": NO_ROOM})

    return answered


@doors.signed_in
@require_http_methods(["GET", "POST", "OPTIONS"])
@_in_words
def begin(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """A file is announced, with its first bytes or all of them; asked without one, how to send here."""
    seat = doors.either_side(request, company_id, Act.DEPOSIT, Act.TAKE_PART)
    if request.method == "POST":
        return _begin(request, seat)
    is_asked = request.method == "GET"
    return tus.answer(
        200 if is_asked else 204,
        {"token": get_token(request), "largest": uploads.LARGEST} if is_asked else None,
        Tus_Version=tus.VERSION,
        Tus_Extension=tus.EXTENSIONS,
        Tus_Max_Size=uploads.LARGEST,
    )


def _begin(request: HttpRequest, seat: Seat) -> HttpResponse:
    announced, at = _announced(seat, tus.metadata(request), tus.length(request)), timezone.now()
    if tus.brings_all(request, announced.length):
        came = [(announced, request.read(announced.length))]
        (upload,) = pipeline.take_whole(company=seat.company, came=came, by=seat.person, at=at)
        there = uploads.offset(upload)
    else:
        upload = uploads.begin(company=seat.company, announced=announced, by=seat.person, at=at)
        there = uploads.offset(upload)
        if tus.brings_bytes(request) and there == 0 and upload.ended_at is None:
            there = uploads.append(upload, 0, tus.body(request))
        upload = _ended(upload, there)
    return tus.answer(
        201, _state(upload), Location=_address(upload), Upload_Offset=there, Upload_Expires=_expires(upload)
    )


@doors.signed_in
@require_POST
@_in_words
def together(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Several small files, each with all its bytes, in one request: each is answered as if it had come alone."""
    seat = doors.either_side(request, company_id, Act.DEPOSIT, Act.TAKE_PART)
    came = [(_announced(seat, said, len(content)), content) for said, content in tus.together(request)]
    taken = pipeline.take_whole(company=seat.company, came=came, by=seat.person, at=timezone.now())
    return tus.answer(200, {"uploads": [{"location": _address(row), **_state(row)} for row in taken]})


@doors.signed_in
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@_in_words
def upload(request: HttpRequest, company_id: UUID, upload_id: UUID) -> HttpResponse:
    """One file on its way: how far it is, more of it, what became of it, or given up."""
    row = doors.upload(request, company_id, upload_id).thing
    if request.method == "DELETE":
        uploads.cancel(row)
        return tus.answer(204)
    there = uploads.offset(row)
    if request.method == "PATCH":
        there = uploads.append(row, tus.offset(request), tus.body(request)) if row.ended_at is None else there
    row = _ended(row, there)
    said = _state(row) if request.method == "GET" else None
    status = 204 if request.method == "PATCH" else 200
    return tus.answer(status, said, Upload_Offset=there, Upload_Length=row.length, Upload_Expires=_expires(row))


@doors.signed_in
@require_POST
@_in_words
def unlock(request: HttpRequest, company_id: UUID, upload_id: UUID) -> HttpResponse:
    """The password of a protected PDF that has arrived: used once, kept nowhere."""
    row = doors.upload(request, company_id, upload_id).thing
    if uploads.offset(row) != row.length:
        raise tus.BadRequest(tus.BadRequest.__doc__)
    password = request.POST.get("password", "")[:200]
    return tus.answer(200, _state(pipeline.end_upload(upload=row, at=timezone.now(), password=password)))


def _announced(seat: Seat, said: Mapping[str, str], length: int) -> uploads.Announced:
    if said.get("purpose") == FOLDER:
        return _to_folder(seat, said, length)
    if said.get("purpose") != MESSAGE and not seat.may(Act.DEPOSIT):
        raise Http404
    purposes = {*Document.Purpose.values, *([MESSAGE] if seat.may(Act.TAKE_PART) else [])}
    ways = {Document.Channel.WEB, Document.Channel.PHONE}
    return uploads.Announced(
        key=said.get("key") or str(uuid4()),
        length=length,
        filename=said.get("filename") or "sans nom",
        purpose=said["purpose"] if said.get("purpose") in purposes else "",
        way=said["way"] if said.get("way") in ways else Document.Channel.WEB,
        justifies=doors.key_to_justify(seat, said.get("justifies", "")),
        sees_all=seat.may(Act.SEE_DOCUMENTS),
        paid_by=doors.payer(seat, said["paid_by"]) if said.get("paid_by") else None,
        pages=tus.lengths(said.get("pages", ""), length, most=uploads.MOST_PAGES),
    )


def _to_folder(seat: Seat, said: Mapping[str, str], length: int) -> uploads.Announced:
    """A file for a shared folder, for who may put files there; 404 for who may not."""
    place = doors.place_named(seat, folders.tree(seat.company), said.get("place", ""))
    return uploads.Announced(
        key=said.get("key") or str(uuid4()),
        length=length,
        filename=said.get("filename") or "sans nom",
        purpose=FOLDER,
        place=str(place),
        path=said.get("path", "")[:1500],
    )


def _ended(row: Upload, there: int) -> Upload:
    """The upload, handed in where its last byte is there."""
    return pipeline.end_upload(upload=row, at=timezone.now()) if there == row.length else row


def _state(row: Upload) -> dict[str, Any]:
    return {"ended": row.ended_at is not None, "answers": row.outcome.get("answers", [])}


def _address(row: Upload) -> str:
    return reverse("upload", args=[row.company_id, row.pk])


def _expires(row: Upload) -> str:
    return http_date((row.begun_at + uploads.KEPT).timestamp())


def _said(fault: Exception) -> dict[str, object]:
    return {"sentence": str(fault)}

"""The cutting desk: which pages make which piece, from the client's side or the firm's: the same desk, the same acts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline, readers
from comptoir.domain.cutting import SURE, Why
from comptoir.domain.leaf import Leaf
from comptoir.domain.rights import Act
from comptoir.records.deposits import arranging, leaves
from comptoir.records.deposits.actions import IsDismissed
from comptoir.records.deposits.arranging import NotAnArrangement
from comptoir.records.deposits.models import Document
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import pieces
from comptoir.records.ledger.actions import AlreadyPosted
from comptoir.web import doors
from comptoir.web.client.context import frame as client_frame
from comptoir.web.files import SMALL
from comptoir.web.firm.context import frame as firm_frame
from comptoir.web.refusals import refused

MOST_SHOWN = 400
"""More pages than that on one screen help nobody: such a file is cut in two first."""
_NO = (NotAnArrangement, AlreadyPosted, IsDismissed)


@dataclass(frozen=True, slots=True)
class Cell:
    """One page on the desk: its leaf as the form sends it back, its picture, and whether a piece begins with it."""

    rank: int
    leaf: str
    picture: str
    page: int
    turn: int
    begins: bool
    why: str = ""
    is_sure: bool = True
    points: str = ""


@doors.signed_in
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """The pages of a piece with the cuts proposed between them; a POST makes the pieces as they were laid."""
    seat, document = doors.paper_to_arrange(request, company_id, document_id)
    return _lay(request, seat, document) if request.method == "POST" else _desk(request, seat, document)


@doors.signed_in
@require_GET
def proposed(request: HttpRequest, company_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """The picture of one leaf of the proposal, counted from 1."""
    _, document = doors.paper_to_arrange(request, company_id, document_id)
    pages = [leaf for leaf, _, _ in _proposal(document)]
    if not 1 <= number <= len(pages):
        raise Http404
    leaf = pages[number - 1]
    made = leaves.leaf_picture(document.original, leaf, at_most=SMALL)
    return HttpResponse(made, content_type="image/webp", headers={"Cache-Control": "private, max-age=600"})


@doors.signed_in
@require_POST
def undo(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """A file that was cut is one piece again."""
    seat, document = doors.paper_to_arrange(request, company_id, document_id)
    first = document.cut_from or document
    try:
        pipeline.undo_cut(document=first, by=seat.person, at=timezone.now())
    except _NO as refusal:
        return refused(request, str(refusal), _desk, seat, document)
    messages.success(request, f"« {first.filename} » est de nouveau une seule pièce.")
    return redirect("arrange", seat.company.pk, first.pk)


@doors.signed_in
@require_POST
def unite(request: HttpRequest, company_id: UUID, document_id: UUID) -> HttpResponse:
    """Put the pages of other pieces behind this one's."""
    seat, document = doors.paper_to_arrange(request, company_id, document_id)
    others = [doors.paper_to_arrange(request, company_id, key).thing for key in _keys(request.POST)]
    if not others or document in others:
        return refused(request, "Choisissez au moins une autre pièce.", _desk, seat, document)
    try:
        pipeline.unite(documents=[document, *others], by=seat.person, at=timezone.now())
    except _NO as refusal:
        return refused(request, str(refusal), _desk, seat, document)
    messages.success(request, f"{len(others) + 1} pièces n’en font plus qu’une.")
    return redirect("arrange", seat.company.pk, document.pk)


@doors.signed_in
@require_GET
def separator(request: HttpRequest) -> HttpResponse:
    """A separator sheet to print."""
    headers = {"Content-Disposition": 'inline; filename="page-de-separation.pdf"'}
    return HttpResponse(readers.cutting.separator_sheet(), content_type="application/pdf", headers=headers)


def _lay(request: HttpRequest, seat: Seat, document: Document) -> HttpResponse:
    try:
        parts = [leaves.of(document)] if "whole" in request.POST else _laid(request.POST, document)
        made = pipeline.split(document=document, parts=parts, by=seat.person, at=timezone.now())
    except _NO as refusal:
        return refused(request, str(refusal), _desk, seat, document)
    except (ValueError, KeyError, TypeError):
        return refused(request, str(NotAnArrangement()), _desk, seat, document)
    said = (
        "La pièce est gardée ainsi."
        if len(made) == 1
        else f"{len(made)} pièces sont faites, chacune est lue à part."
    )
    messages.success(request, said)
    return redirect(_back(seat, document))


def _laid(sent: QueryDict, document: Document) -> list[list[Leaf]]:
    """The pieces as they were laid; pages that the desk could not show stay behind the last one."""
    parts = list(_parts(sent))
    unseen = [leaf for leaf, _, _ in _rows(document)[MOST_SHOWN:]]
    return [*parts[:-1], [*parts[-1], *unseen]] if parts else []


def _parts(sent: QueryDict) -> Iterable[list[Leaf]]:
    """The pieces as the form laid them: the pages in their order, a new piece where one begins."""
    begins, out = set(sent.getlist("begins")), set(sent.getlist("out"))
    part: list[Leaf] = []
    for written in sent.getlist("leaf")[:MOST_SHOWN]:
        said = json.loads(written)
        rank = str(said["rank"])
        if rank in begins and part:
            yield part
            part = []
        if rank not in out:
            turn = int(sent.get(f"turn-{rank}", "0")) % 360
            part.append(leaves.from_json({**said, "turn": turn}))
    if part:
        yield part


def _desk(request: HttpRequest, seat: Seat, document: Document) -> HttpResponse:
    rows = _rows(document)
    cells = _cells(document, rows)
    context = (firm_frame(seat, "production") if seat.is_firm else client_frame(seat, "documents")) | {
        "piece": pieces.one(document),
        "document": document,
        "cells": cells,
        "is_proposal": bool(arranging.proposal(document)),
        "is_photo": _is_picture(document) and leaves.is_all_of_original(document),
        "count": sum(cell.begins for cell in cells),
        "shown": len(cells),
        "unseen": len(rows) - len(cells),
        "others": _beside(seat, document),
        "was_cut": arranging.was_cut(document),
        "back": _back(seat, document),
        "address": reverse("arrange", args=[seat.company.pk, document.pk]),
    }
    return render(request, "firm/arrange.html" if seat.is_firm else "client/arrange.html", context)


def _rows(document: Document) -> list[tuple[Leaf, str, float]]:
    return _proposal(document) or _as_it_is(document)


def _cells(document: Document, rows: Sequence[tuple[Leaf, str, float]]) -> list[Cell]:
    route = "proposed_page" if arranging.proposal(document) else "small_page"
    return [
        Cell(
            rank=rank,
            leaf=json.dumps({"rank": rank, **leaves.to_json(leaf)}),
            picture=reverse(route, args=[document.company_id, document.pk, rank]),
            page=leaf.page,
            turn=leaf.turn,
            begins=bool(why),
            why=Why(why).french if why and rank > 1 else "",
            is_sure=confidence >= SURE,
            points=" ".join(f"{x * 1000:.0f},{y * 1000:.0f}" for x, y in leaf.outline or ()),
        )
        for rank, (leaf, why, confidence) in enumerate(rows[:MOST_SHOWN], start=1)
    ]


def _proposal(document: Document) -> list[tuple[Leaf, str, float]]:
    """The leaves of the proposal in their order, with why a piece begins there, if one does."""
    proposal = arranging.proposal(document)
    return [
        (leaves.from_json(said), part["why"] if rank == 0 else "", part["confidence"])
        for part in (proposal.parts if proposal else ())
        for rank, said in enumerate(part["leaves"])
    ]


def _as_it_is(document: Document) -> list[tuple[Leaf, str, float]]:
    return [(leaf, Why.WHOLE if rank == 0 else "", 1.0) for rank, leaf in enumerate(leaves.of(document))]


def _is_picture(document: Document) -> bool:
    """A photo, or a scan of one page: slips may lie on it."""
    original = document.original
    return original.pages == 1 and original.media_type in readers.sniff.IMAGES | {readers.sniff.PDF}


def _beside(seat: Seat, document: Document) -> list[pieces.Piece]:
    """Pieces whose pages may join this one's: the last ones that are in no book."""
    own = None if seat.may(Act.SEE_DOCUMENTS) else seat.person
    return [piece for piece in pieces.open_ones(seat.company, only_by=own) if piece.id != document.pk]


def _keys(sent: QueryDict) -> list[UUID]:
    try:
        return [UUID(key) for key in sent.getlist("piece")[:50]]
    except ValueError as error:
        raise Http404 from error


def _back(seat: Seat, document: Document) -> Any:
    return reverse("firm_review" if seat.is_firm else "client_document", args=[seat.company.pk, document.pk])

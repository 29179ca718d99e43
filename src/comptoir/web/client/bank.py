"""The client's bank: what is expected of them, their connections, balances, the last movements."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain.bank_way import Way
from comptoir.domain.rights import Act
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank import files as bank_files
from comptoir.lib import keyset
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import queries as bank
from comptoir.records.banking.actions import NoMovement, OtherAccount
from comptoir.records.banking.models import BankAccount, UnreadStatement
from comptoir.records.banking.overlaps import Doubtful
from comptoir.records.banking.queries import Search
from comptoir.records.connections import queries as connected
from comptoir.records.connections import treasury
from comptoir.records.connections.actions import NotYours
from comptoir.records.connections.models import Connection
from comptoir.records.firms.queries import Seat
from comptoir.web import bank_search, charts, doors
from comptoir.web.client.context import frame
from comptoir.web.imports import counted, long_files
from comptoir.web.public_address import absolute
from comptoir.web.refusals import refused
from comptoir.web.uploads import LARGEST_STATEMENT, NoFile, TooHeavy, arrived


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What is to be done about the bank, how it is connected, up to which day each balance is proved."""
    return _page(request, doors.company(request, company_id, Act.SEE_BANK))


@doors.signed_in
@require_GET
def export(request: HttpRequest, company_id: UUID) -> FileResponse:
    """The movements that are looked for, as a spreadsheet opens them."""
    seat = doors.company(request, company_id, Act.SEE_BANK)
    rows = bank.found(seat.company, bank_search.asked(request)).order_by("-booked_on", "-pk")
    return bank_search.file(seat, rows.iterator(chunk_size=2000))


@doors.signed_in
@require_POST
def connect(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Leave for Bridge's page, to connect a bank."""
    return _leave(request, doors.company(request, company_id, Act.CONNECT_BANK), None)


@doors.signed_in
@require_POST
def repair(request: HttpRequest, company_id: UUID, connection_id: UUID) -> HttpResponse:
    """Leave for Bridge's page, to identify again at a bank that is connected."""
    seat, connection = doors.connection(request, company_id, connection_id)
    return _leave(request, seat, connection)


@doors.signed_in
@require_GET
def come_back(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Back from Bridge's page; what became of it is asked of Bridge, not of the address."""
    seat = doors.company(request, company_id, Act.CONNECT_BANK)
    if seat.viewer:
        raise doors.OnlyLooking(doors.OnlyLooking.__doc__)
    try:
        context = UUID(request.GET.get("context", ""))
        pipeline.come_back(company=seat.company, context=context, by=seat.person, at=timezone.now())
    except (ValueError, NotYours):
        return refused(request, str(NotYours.__doc__), _page, seat)
    if request.GET.get("success", "").lower() == "true":
        messages.success(request, "Votre banque est connectée : vos comptes arrivent dans un instant.")
    else:
        messages.info(request, "La connexion n’est pas allée au bout. Vous pouvez recommencer.")
    return redirect("client_bank", company_id)


@doors.signed_in
@require_POST
def disconnect(request: HttpRequest, company_id: UUID, connection_id: UUID) -> HttpResponse:
    """Cut a connection: nothing more is taken, what came stays."""
    seat, connection = doors.connection(request, company_id, connection_id)
    pipeline.disconnect(connection=connection, by=seat.person, at=timezone.now())
    messages.success(request, "La connexion est coupée : plus rien n’est transmis. Ce qui est arrivé reste.")
    return redirect("client_bank", company_id)


@doors.signed_in
@require_POST
def import_statement(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """Send a statement file of one account, or say why it is not taken."""
    seat, account = doors.own_bank_account(request, company_id, account_id, Act.IMPORT_STATEMENT)
    try:
        file = arrived(request, largest=LARGEST_STATEMENT)
        if pipeline.statements.is_long(file.size or 0):
            _send(seat, account, file)
        else:
            messages.success(request, f"« {file.name} » est arrivé : {_read(seat, account, file)}.")
    except (NoFile, TooHeavy, OtherAccount, NoMovement, bank_files.RefusedFile) as refusal:
        return refused(request, str(refusal), _page, seat)
    return redirect("client_bank", company_id)


def _read(seat: Seat, account: BankAccount, file: "UploadedFile[bytes]") -> str:
    """What a file gave, or who will say what it is; raises why it is not taken."""
    content, filename, now = file.read(), file.name or "sans nom", timezone.now()
    asked = {"account": account, "content": content, "filename": filename, "by": seat.person, "at": now}
    try:
        return counted(pipeline.import_statement(**asked))
    except bank_files.UnknownColumns:
        bank_columns.keep_unread(**asked)
        return "votre cabinet dira ce que contiennent ses colonnes"
    except Doubtful:
        bank_columns.keep_unread(**asked, waits=UnreadStatement.Waits.TWICE)
        return "votre cabinet dira si ses opérations sont déjà connues"


def _send(seat: Seat, account: BankAccount, file: "UploadedFile[bytes]") -> None:
    """A long file is kept, and read while the client does something else: the page tells what it gave."""
    pipeline.statements.send_statement(
        account=account, file=file, filename=file.name or "sans nom", by=seat.person, at=timezone.now()
    )


def _page(request: HttpRequest, seat: Seat) -> HttpResponse:
    states = connected.states(seat.company, at=timezone.now())
    standing = [state for state in states if state.connection.ended_at is None]
    way = connected.way(seat.company)
    balances = connected.told(seat.company, bank.balances(seat.company))
    known = treasury.of(seat.company, balances, on=timezone.localdate())
    context = frame(seat, "bank") | {
        "balances": balances,
        "treasury": known,
        "chart": charts.line(known.days, known.amounts) if known else None,
        "states": states,
        "long_files": long_files(seat.company, at=timezone.now()),
        "stands": bool(standing),
        "well": sum(state.is_well for state in standing),
        "just_back": any(state.is_coming for state in standing),
        "way": way,
        "by_bridge": way is Way.BRIDGE and settings.BRIDGE is not None,
        "may_connect": seat.may(Act.CONNECT_BANK) and not seat.viewer,
        "may_send": way is Way.FILES and seat.may(Act.IMPORT_STATEMENT) and not seat.viewer,
        "has_movements": any(balance.last_movement_on for balance, _ in balances),
        **_movements(request, seat),
    }
    part = request.headers.get("HX-Target") == "movements"
    return render(request, "client/bank.html#movements" if part else "client/bank.html", context)


def _movements(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    search = bank_search.asked(request)
    page = bank.listed(seat.company, search, after=keyset.day_key(request.GET.get("apres", "")))
    return {
        "search": search,
        "ways_of_money": (("", "Entrées et sorties"), ("in", "Entrées"), ("out", "Sorties")),
        "page": page,
        "asked": bank_search.written(search),
        "only_words": search == Search(words=search.words),
        "sums": bank.sums(seat.company, search) if search.narrows else None,
    }


def _leave(request: HttpRequest, seat: Seat, repairs: Connection | None) -> HttpResponse:
    callback = absolute(request, reverse("client_bank_return", args=[seat.company.pk]))
    try:
        page = pipeline.connect(
            company=seat.company, by=seat.person, callback=callback, repairs=repairs, at=timezone.now()
        )
    except bridge.Unreachable as fault:
        moment = f"dans {fault.wait} secondes" if fault.wait > 1 else "dans une minute"
        said = f"Bridge ne répond pas en ce moment, et votre connexion n’a pas changé. Réessayez {moment}."
        return refused(request, said, _page, seat)
    except (pipeline.NoBridge, bridge.Refused) as fault:
        return refused(request, str(fault), _page, seat)
    # A form may only lead to ourselves (`form-action`): this page leads on, by itself and by a link.
    return render(request, "client/leave_for_bank.html", frame(seat, "bank") | {"page": page})

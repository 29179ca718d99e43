"""A bank's table that nobody knew yet: somebody says which column is what, sees what it would give, and imports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.gateways.bank import files as bank_files
from comptoir.gateways.bank.files import Columns, table
from comptoir.gateways.bank.files.table import Table
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import stored
from comptoir.records.banking.actions import NoMovement, OtherAccount
from comptoir.records.banking.models import UnreadStatement
from comptoir.records.banking.overlaps import Doubtful
from comptoir.records.firms.queries import Seat
from comptoir.records.firms.retention import Held
from comptoir.web import doors
from comptoir.web.firm import bank
from comptoir.web.firm.context import frame
from comptoir.web.imports import counted
from comptoir.web.refusals import refused

MEANINGS = (
    ("booked_on", "Date", "Celle de l’opération, ou de la comptabilisation"),
    ("value_on", "Date de valeur", "Si la banque la donne"),
    ("label", "Libellé", ""),
    ("more", "Suite du libellé", "Si elle est dans une autre colonne"),
    ("amount", "Montant", "S’il tient en une colonne"),
    ("debit", "Débit", "Si débits et crédits sont séparés"),
    ("credit", "Crédit", ""),
    ("balance", "Solde après l’opération", "Il prouve le relevé, ligne à ligne"),
)
DAYS = (("", "Jour, mois, année"), ("mois", "Mois, jour, année"))
DECIMALS = (("", "Telles qu’elles sont"), (",", "Virgule : 1.234,56"), (".", "Point : 1,234.56"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One list of the form: what it asks, and which column is chosen."""

    name: str
    label: str
    hint: str
    chosen: str


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, company_id: UUID, unread_id: UUID) -> HttpResponse:
    """The columns as guessed or chosen and what they give; a POST imports, and remembers them for the firm."""
    seat, unread = doors.unread_statement(request, company_id, unread_id, Act.IMPORT_STATEMENT)
    if unread.waits == UnreadStatement.Waits.TWICE:
        return redirect("firm_statement_twice", company_id, unread_id)
    if request.method == "GET":
        return _page(request, seat, unread)
    try:
        content = stored.content(unread)
        found = _table(content)
        columns = _columns(request.POST, found.width)
        given = _given(seat, unread, content, found, columns)
    except Doubtful:
        _explain(seat, found, columns)
        bank_columns.wait_for(unread=unread, waits=UnreadStatement.Waits.TWICE)
        return redirect("firm_statement_twice", company_id, unread_id)
    except stored.NoLongerThere as gone:
        return refused(request, str(gone), bank.page, seat)
    except (NotChosen, OtherAccount, NoMovement, bank_files.RefusedFile) as refusal:
        return refused(request, str(refusal), _page, seat, unread)
    _explain(seat, found, columns)
    messages.success(request, f"« {unread.filename} » : {given}. {REMEMBERED}")
    return redirect("firm_bank", company_id)


def _given(seat: Seat, unread: UnreadStatement, content: bytes, found: Table, columns: Columns) -> str:
    """What the file gives with these columns; a long one leaves to be read, once its preview finds nothing wrong."""
    now = timezone.now()
    if pipeline.statements.is_long(unread.size):
        if fault := table.preview(found, columns).fault:
            raise NotChosen(fault)
        pipeline.statements.read_unread(unread=unread, by=seat.person, at=now)
        return "en cours de lecture"
    imported = pipeline.import_statement(
        account=unread.account,
        content=content,
        filename=unread.filename,
        by=seat.person,
        at=now,
        columns={found.signature: columns},
    )
    bank_columns.discard_unread(unread=unread)
    return counted(imported)


REMEMBERED = "Les prochains fichiers aux mêmes titres seront lus sans rien demander."


@doors.signed_in
@require_POST
def discard(request: HttpRequest, company_id: UUID, unread_id: UUID) -> HttpResponse:
    """Throw the file away: nothing of it was imported."""
    seat, unread = doors.unread_statement(request, company_id, unread_id, Act.IMPORT_STATEMENT)
    try:
        bank_columns.throw_away(unread=unread, by=seat.person, at=timezone.now())
        messages.success(request, f"« {unread.filename} » est jeté : rien n’en a été importé.")
    except Held as told:
        messages.info(request, str(told))
    return redirect("firm_bank", company_id)


class NotChosen(Exception):
    """Une colonne manque."""


def _explain(seat: Seat, found: Table, columns: Columns) -> None:
    bank_columns.explain(
        company=seat.company, signature=found.signature, columns=columns, by=seat.person, at=timezone.now()
    )


def _page(request: HttpRequest, seat: Seat, unread: UnreadStatement) -> HttpResponse:
    try:
        found = _table(stored.content(unread))
    except stored.NoLongerThere as gone:
        return refused(request, str(gone), bank.page, seat)
    asked = request.POST or request.GET
    said = asked.dict() if "booked_on" in asked else _known(seat, found)
    shown, missing = None, ""
    try:
        shown = table.preview(found, _columns(said, found.width))
    except NotChosen as reason:
        missing = str(reason)
    context = frame(seat, "bank") | {
        "address": reverse("firm_statement_columns", args=[seat.company.pk, unread.pk]),
        "unread": unread,
        "choices": [Choice(name, label, hint, said.get(name, "")) for name, label, hint in MEANINGS],
        "columns": [(str(place), _named(found, place)) for place in range(found.width)],
        "days": DAYS,
        "decimals": DECIMALS,
        "said": said,
        "preview": shown,
        "missing": missing,
    }
    return render(request, "firm/statement_columns.html", context)


def _known(seat: Seat, found: Table) -> dict[str, str]:
    """The form as somebody of the firm filled it in for these headings, else as the table itself does."""
    columns = bank_columns.explained(seat.company.firm_id).get(found.signature)
    if columns is None:
        return _guessed(found)
    places = {name: getattr(columns, name, None) for name, _, _ in MEANINGS}
    places |= dict(zip(("label", "more"), columns.label, strict=False))
    said = {name: str(place) for name, place in places.items() if place is not None}
    days, turned = "mois" if columns.is_month_first else "", "1" if columns.is_reversed else ""
    return said | {"days": days, "decimal": columns.decimal, "reversed": turned}


def _guessed(found: Table) -> dict[str, str]:
    """The form as the table itself fills it in, before anybody has."""
    places = table.guess(found)
    is_month_first = "booked_on" in places and table.is_month_first(found, places["booked_on"])
    return {name: str(place) for name, place in places.items()} | {"days": "mois" if is_month_first else ""}


def _table(content: bytes) -> Table:
    found = table.table_of(content)
    assert found is not None  # it is kept because it holds one
    return found


def _named(found: Table, place: int) -> str:
    """The column by its heading, and by the first thing that it holds."""
    heading = found.headings[place] if place < len(found.headings) else ""
    held = next((cells[place] for _, cells in found.rows[:20] if place < len(cells) and cells[place]), "")
    return f"{heading or f'Colonne {place + 1}'} ({held[:24] or 'vide'})"


def _columns(said: Mapping[str, str], width: int) -> Columns:
    """What the form says; raises `NotChosen` with what is missing."""
    place: dict[str, Any] = {
        name: int(said[name]) for name, _, _ in MEANINGS if _is_column(said.get(name, ""), width)
    }
    if not {"booked_on", "label"} <= place.keys():
        raise NotChosen("Choisissez la colonne de la date et celle du libellé.")
    if "amount" not in place and not {"debit", "credit"} <= place.keys():
        raise NotChosen("Choisissez la colonne du montant, ou celles du débit et du crédit.")
    label, more = place.pop("label"), place.pop("more", None)
    if "amount" in place:
        place = {name: at for name, at in place.items() if name not in ("debit", "credit")}
    decimal = said.get("decimal", "")
    return Columns(
        label=(label,) if more is None else (label, more),
        is_month_first=said.get("days") == "mois",
        decimal=decimal if decimal in (",", ".") else "",
        is_reversed=said.get("reversed") == "1",
        **place,
    )


def _is_column(said: str, width: int) -> bool:
    return said.isascii() and said.isdigit() and int(said[:4]) < width

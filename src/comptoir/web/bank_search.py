"""Looking for movements, from either side: what the address asks, and the file that takes them away."""

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils import timezone

from comptoir.domain.limits import read_day
from comptoir.domain.money import french
from comptoir.domain.rules import Direction
from comptoir.domain.text import on_one_line
from comptoir.lib import sheets
from comptoir.records.banking.models import Transaction
from comptoir.records.banking.queries import Search
from comptoir.records.exports import actions as exports
from comptoir.records.firms.queries import Seat

HEAD = ("Date", "Date de valeur", "Compte", "Libellé", "Tiers", "Montant", "Référence", "Montant d’origine")


def asked(request: HttpRequest) -> Search:
    """What the address looks for; what makes no sense in it looks for nothing."""
    said = request.GET
    direction = said.get("sens", "")
    return Search(
        words=on_one_line(said.get("q", ""))[:100],
        account=_key(said.get("compte", "")),
        direction=Direction(direction) if direction in ("in", "out") else Direction.BOTH,
        opens_on=read_day(said.get("du", "")),
        closes_on=read_day(said.get("au", "")),
    )


def written(search: Search) -> str:
    """The same as an address asks it."""
    said = {
        "q": search.words,
        "compte": search.account or "",
        "sens": search.direction.value if search.direction is not Direction.BOTH else "",
        "du": search.opens_on or "",
        "au": search.closes_on or "",
    }
    return urlencode({name: value for name, value in said.items() if value})


def file(seat: Seat, rows: Iterable[Transaction]) -> FileResponse:
    """The movements as a CSV that French spreadsheets open."""
    cells = (
        (
            f"{row.booked_on:%d/%m/%Y}",
            f"{row.value_on:%d/%m/%Y}" if row.value_on else "",
            row.account.name,
            row.label,
            row.payee,
            french(row.amount).replace("\u2212", "-").replace("\u202f", ""),
            row.reference,
            _original(row),
        )
        for row in rows
    )
    company = seat.company
    name = f"operations-{company.siren or company.pk}.csv"
    exports.note_list_taken(of=company, filename=name, by=seat.viewer or seat.person, at=timezone.now())
    return FileResponse(sheets.csv_file(HEAD, cells), as_attachment=True, filename=name, content_type="text/csv")


def _original(row: Transaction) -> str:
    """In the words of the file: `54.20 USD 1.084`; empty where the movement is in euros alone."""
    said = row.original
    return " ".join(str(part) for part in (said.amount, said.currency, said.rate) if part) if said else ""


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

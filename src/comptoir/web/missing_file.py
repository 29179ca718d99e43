"""The list of missing documents as a file: CSV, XLSX or PDF, for either side."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone

from comptoir.lib import sheets, tables
from comptoir.records.exports import actions as exports
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import Seat
from comptoir.records.missing import asked as asking
from comptoir.records.missing import queries as missing
from comptoir.records.missing.lines import Wanted

HEAD = ("Date", "Tiers", "Libellé de la banque", "Montant", "État", "Question ou réponse")
WIDTHS = (11, 22, 32, 12, 13, 24)
MOST_PRINTED = 2_000
"""A printed list longer than this is read by nobody; the spreadsheets hold it whole."""


def list_file(request: HttpRequest, seat: Seat, form: str) -> HttpResponse | FileResponse:
    """What is asked of the open list, in the form asked for; one that we do not write does not exist."""
    if form not in _TYPES:
        raise Http404
    asked = asking.read(dict(request.GET.lists()))
    most = MOST_PRINTED if form == "pdf" else missing.MOST_IN_A_FILE
    asked = asked if asked.tab in asking.STATUSES else asked.of(asking.Tab.TO_JUSTIFY)
    company, name = seat.company, f"pieces-manquantes-{timezone.localdate():%Y-%m-%d}.{form}"
    rows = missing.whole(company, asked, most)
    exports.note_list_taken(of=company, filename=name, by=seat.viewer or seat.person, at=timezone.now())
    if form == "csv":
        content: Any = sheets.csv_file(HEAD, _as_text(rows))
        return FileResponse(content, as_attachment=True, filename=name, content_type=_TYPES[form])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(_written(company, rows, form), content_type=_TYPES[form], headers=headers)


_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def _written(company: Company, rows: Sequence[Wanted], form: str) -> bytes:
    cells = (_cells(row) for row in rows)
    if form == "xlsx":
        return tables.workbook("Pièces manquantes", HEAD, cells)
    under = f"{company.name}, {len(rows)} ligne{'s' if len(rows) > 1 else ''}, le {timezone.localdate():%d/%m/%Y}"
    return tables.printed("Pièces manquantes", under, HEAD, WIDTHS, cells)


def _as_text(rows: Sequence[Wanted]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        day, party, label, amount, *others = _cells(row)
        yield f"{day:%d/%m/%Y}", party, label, f"{amount:.2f}".replace(".", ","), *others


def _cells(row: Wanted) -> tuple[Any, ...]:
    item = row.item
    label = item.transaction.label if item.transaction else item.document.filename if item.document else ""
    said = [question.text for question in row.questions] + ([row.answer.sentence] if row.answer else [])
    state = f"{row.status.french} (facultative)" if item.is_optional else row.status.french
    return item.booked_on, item.party, label, item.amount, state, " / ".join(said)

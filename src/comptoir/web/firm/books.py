"""The firm's books: entries by step, fiscal years, validation, and the FEC of each."""

import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain import period
from comptoir.domain.company import Method
from comptoir.domain.limits import read_day
from comptoir.domain.rights import Act
from comptoir.lib import keyset
from comptoir.records.exports import actions as exports
from comptoir.records.exports import queries as exported
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import locks
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import Refused
from comptoir.records.ledger.models import PeriodLock
from comptoir.records.ledger.queries import OutsideBooks
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused


@doors.signed_in
@require_GET
def entries(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Entries by step."""
    return _entries(request, doors.dossier(request, company_id, Act.SEE_BOOKS))


@doors.signed_in
@require_POST
def reverse(request: HttpRequest, company_id: UUID, entry_id: UUID) -> HttpResponse:
    """Undo a validated entry by its mirror, today or on the last day of its year; today where that day is locked."""
    seat, entry = doors.entry(request, company_id, entry_id, Act.VALIDATE)
    on = min(timezone.localdate(), entry.fiscal_year.closes_on)
    if period.is_locked(on, locks.locked_until(company_id)):
        on = timezone.localdate()
    try:
        pipeline.reverse(entry=entry, on=on, by=seat.person, at=timezone.now())
    except Refused as refusal:
        return refused(request, str(refusal), _entries, seat)
    messages.success(request, f"{entry.number} est extournée au {on:%d/%m/%Y}, en brouillard.")
    return redirect("firm_entries", company_id)


def _entries(request: HttpRequest, seat: Seat) -> HttpResponse:
    step = request.GET.get("etape", "brouillard")
    context = frame(seat, "entries") | {
        "step": step,
        "page": books.entries(seat.company, step, after=keyset.day_key(request.GET.get("apres", ""))),
        "counts": books.counts(seat.company),
    }
    return render(request, "firm/entries.html", context)


@doors.signed_in
@require_GET
def years(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Fiscal years, how far their journals are, and the FECs written."""
    return years_page(request, doors.dossier(request, company_id, Act.SEE_BOOKS))


@doors.signed_in
@require_POST
def validate(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse:
    """Make everything posted up to a day final: it cannot be undone, and the page said so."""
    seat, year = doors.fiscal_year(request, company_id, year_id, Act.VALIDATE)
    until = read_day(request.POST.get("until", ""))
    if until is None or not year.opens_on <= until <= year.closes_on:
        return refused(request, "Donnez un jour de cet exercice : rien n’a été validé.", years_page, seat)
    count = pipeline.validate(company=seat.company, year=year, until=until, by=seat.person, at=timezone.now())
    if not count:
        sentence = f"Aucune écriture comptabilisée jusqu’au {until:%d/%m/%Y} : rien à valider."
        return refused(request, sentence, years_page, seat)
    messages.success(request, f"{count} {_VALIDATED[count > 1]}.")
    return redirect("firm_years", company_id)


@doors.signed_in
@require_GET
def to_validate(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse:
    """How many entries a validation up to this day would make final, for the form to say beforehand."""
    _, year = doors.fiscal_year(request, company_id, year_id, Act.VALIDATE)
    until = read_day(request.GET.get("until", ""))
    count, waiting = books.count_to_validate(year, until) if until else (0, 0)
    return render(request, "firm/years.html#to_validate", {"count": count, "waiting": waiting})


@doors.signed_in
@require_POST
def export_fec(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse | FileResponse:
    """The FEC and its descriptive note, in a ZIP."""
    is_provisional = request.POST.get("provisional") == "1"
    act = Act.EXPORT_PROVISIONAL if is_provisional else Act.EXPORT_FEC
    seat, year = doors.fiscal_year(request, company_id, year_id, act)
    try:
        found = exports.export_fec(year=year, is_provisional=is_provisional, by=seat.person, at=timezone.now())
    except exports.PostedRemain as refusal:
        sentence = f"{refusal} Validez-les, ou exportez un FEC provisoire."
        return refused(request, sentence, years_page, seat)
    except exports.YearGone as refusal:
        return refused(request, str(refusal), years_page, seat)
    return _zipped(found)


_VALIDATED = ("écriture validée, numérotée et scellée", "écritures validées, numérotées et scellées")


def years_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Fiscal years, the lock over them, and the FECs written, as this person sees them."""
    states = books.year_states(seat.company)
    years = [(state.year.opens_on, state.year.closes_on) for state in states]
    context = frame(seat, "years") | {
        "years": states,
        "lock": _lock(seat),
        "new_year": period.next_year(years, timezone.localdate()),
        "methods": list(Method),
        "method": states[0].year.method if states else Method.ENGAGEMENT.value,
        "exports": exported.written(seat.company),
        "today": timezone.localdate(),
    }
    return render(request, "firm/years.html", context)


@dataclass(frozen=True, slots=True)
class _Lock:
    """The lock over the books as the page tells it: how far it goes, what waits behind it, and how far it may go."""

    standing: PeriodLock | None
    ended: Sequence[PeriodLock]
    waiting: OutsideBooks | None
    latest: date
    """The last day that may be locked."""
    month_end: date
    """The last day of the month before today's: what is reviewed and declared as a rule."""

    @property
    def until(self) -> date | None:
        return self.standing.until if self.standing else None

    @property
    def proposed(self) -> date | None:
        """What the form offers, where that is not locked yet."""
        return None if period.is_locked(self.month_end, self.until) else self.month_end

    @property
    def next(self) -> date | None:
        """The first day that is open."""
        return self.until + timedelta(days=1) if self.until else None

    @property
    def before(self) -> date | None:
        """The last day that a lock put back may keep."""
        return self.until - timedelta(days=1) if self.until else None


def _lock(seat: Seat) -> _Lock:
    rows = locks.history(seat.company)
    today = timezone.localdate()
    return _Lock(
        standing=next((row for row in rows if row.ended_at is None), None),
        ended=[row for row in rows if row.ended_at],
        waiting=books.behind_lock(seat.company),
        latest=today - timedelta(days=1),
        month_end=today.replace(day=1) - timedelta(days=1),
    )


def _zipped(found: exports.Written) -> FileResponse:
    """File and note in a ZIP on disk, so that a large year costs no memory."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    with found.file, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(found.export.name, "w") as entry:
            shutil.copyfileobj(found.file, entry)
        archive.writestr(found.export.name.replace(".txt", "-descriptif.txt"), found.description)
    packed.seek(0)
    name = found.export.name.replace(".txt", ".zip")
    return FileResponse(packed, as_attachment=True, filename=name, content_type="application/zip")

"""The firm's pages of a dossier: portfolio, bank, entries, missing documents, fiscal years."""

import shutil
import tempfile
import zipfile
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.gateways.bank import files as bank_files
from comptoir.records.banking import queries as bank
from comptoir.records.banking.actions import NoMovement, OtherAccount
from comptoir.records.exports import actions as exports
from comptoir.records.exports import queries as exported
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import AlreadyValidated
from comptoir.records.missing import queries as missing
from comptoir.records.missing.portfolio import portfolio
from comptoir.web import doors, paging
from comptoir.web.firm.context import frame
from comptoir.web.uploads import NoFile, TooHeavy, upload


@doors.signed_in
@require_GET
def home(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The portfolio."""
    seat = doors.firm(request, firm_id)
    found = portfolio(seat, timezone.localdate())
    return render(
        request,
        "firm/portfolio.html",
        {"firm": seat.firm, "portfolio": found, "may_open": seat.may(Act.OPEN_DOSSIER)},
    )


@doors.signed_in
@require_GET
def bank_page(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Accounts, statements to import, and where each movement was booked."""
    seat = doors.dossier(request, company_id, Act.SEE_BOOKS)
    uses = books.rule_uses(seat.company)
    context = frame(seat, "bank") | {
        "balances": bank.balances(seat.company),
        "entries": books.bank_entries(seat.company),
        "rules": [
            (rule, uses.get(rule.pk, 0)) for rule in bank.rules_in_force(seat.company, timezone.localdate())
        ],
    }
    return render(request, "firm/bank.html", context)


@doors.signed_in
@require_POST
def import_statement(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """Import a statement on one account, or say why not."""
    account = doors.bank_account(request, company_id, account_id, Act.IMPORT_STATEMENT)
    try:
        content, filename = upload(request)
        found = pipeline.import_statement(
            account=account, content=content, filename=filename, by=doors.person(request), at=timezone.now()
        )
    except (NoFile, TooHeavy, OtherAccount, NoMovement, bank_files.RefusedFile) as refusal:
        messages.error(request, str(refusal))
    else:
        new, known = len(found.transactions), found.known
        messages.success(request, f"« {filename} » : {new} opérations ajoutées, {known} déjà connues.")
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def assign(request: HttpRequest, company_id: UUID, entry_id: UUID) -> HttpResponse:
    """Say where a bank movement goes."""
    seat, entry = doors.entry(request, company_id, entry_id, Act.POST)
    account = request.POST.get("account", "").strip()
    if not (account.isdigit() and 3 <= len(account) <= 12):
        messages.error(request, f"« {account} » n’est pas un compte : il faut au moins trois chiffres.")
        return redirect("firm_bank", company_id)
    auxiliary = request.POST.get("auxiliary", "").strip().upper()
    try:
        pipeline.assign(entry=entry, account=account, auxiliary=auxiliary, by=seat.person, at=timezone.now())
    except AlreadyValidated as refusal:
        messages.error(request, str(refusal))
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_GET
def entries(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Entries by step, and the way to validate what is posted."""
    seat = doors.dossier(request, company_id, Act.SEE_BOOKS)
    step = request.GET.get("etape", "brouillard")
    context = frame(seat, "entries") | {
        "step": step,
        "entries": books.latest_entries(seat.company, step),
        "counts": books.counts(seat.company),
    }
    return render(request, "firm/entries.html", context)


@doors.signed_in
@require_POST
def validate(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse:
    """Make everything posted up to a day final: it cannot be undone, and the page said so."""
    year = doors.fiscal_year(request, company_id, year_id, Act.VALIDATE)
    until = _day(request.POST.get("until", ""))
    if until is None or not year.opens_on <= until <= year.closes_on:
        messages.error(request, "Donnez un jour de cet exercice : rien n’a été validé.")
        return redirect("firm_years", company_id)
    count = pipeline.validate(
        company=year.company, year=year, until=until, by=doors.person(request), at=timezone.now()
    )
    if count:
        said = (
            "écritures validées, numérotées et scellées" if count > 1 else "écriture validée, numérotée et scellée"
        )
        messages.success(request, f"{count} {said}.")
    else:
        messages.error(request, f"Aucune écriture comptabilisée jusqu’au {until:%d/%m/%Y} : rien à valider.")
    return redirect("firm_years", company_id)


@doors.signed_in
@require_GET
def missing_page(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The client's list as the firm sees it: the same lines, the same count."""
    seat = doors.dossier(request, company_id, Act.SEE_MISSING)
    after = paging.after_day(request.GET.get("apres", ""))
    found = missing.screen(seat.company, after=after, now=timezone.now(), just=timedelta(seconds=8))
    page = "firm/missing.html#lines" if request.htmx else "firm/missing.html"  # type: ignore[attr-defined]
    return render(request, page, frame(seat, "missing") | {"list": found, "is_first": after is None})


@doors.signed_in
@require_GET
def years(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Fiscal years, validation, and the FEC of each."""
    seat = doors.dossier(request, company_id, Act.SEE_BOOKS)
    context = frame(seat, "years") | {
        "years": books.year_states(seat.company),
        "exports": exported.written(seat.company),
        "today": timezone.localdate(),
    }
    return render(request, "firm/years.html", context)


@doors.signed_in
@require_POST
def export_fec(request: HttpRequest, company_id: UUID, year_id: UUID) -> HttpResponse | FileResponse:
    """The FEC and its descriptive note, in a ZIP."""
    is_provisional = request.POST.get("provisional") == "1"
    act = Act.EXPORT_PROVISIONAL if is_provisional else Act.EXPORT_FEC
    year = doors.fiscal_year(request, company_id, year_id, act)
    try:
        found = exports.export_fec(
            year=year, is_provisional=is_provisional, by=doors.person(request), at=timezone.now()
        )
    except exports.PostedRemain as refusal:
        messages.error(request, f"{refusal} Validez-les, ou exportez un FEC provisoire.")
        return redirect("firm_years", company_id)
    return _zipped(found)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


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

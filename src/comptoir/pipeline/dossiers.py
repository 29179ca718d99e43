"""Dossiers are opened, and their years."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.utils import timezone

from comptoir.domain.company import Method
from comptoir.domain.opening import Opening
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import books_of
from comptoir.pipeline.booking import book_reopened, book_waiting
from comptoir.pipeline.reading import propose_again
from comptoir.readers.dossiers import Candidate
from comptoir.records.banking import actions as banking
from comptoir.records.banking import rules
from comptoir.records.firms import file as company_file
from comptoir.records.firms import opening as new_dossiers
from comptoir.records.firms.models import Company, DossierImport, Firm, Person
from comptoir.records.ledger import actions as ledger
from comptoir.records.ledger import locks, removing
from comptoir.records.ledger import opening as new_books
from comptoir.records.ledger.models import FiscalYear
from comptoir.records.missing import standings


def open_dossiers(*, firm: Firm, openings: Sequence[Opening], by: Person, at: datetime) -> list[Company]:
    """Dossiers ready to work in, one or hundreds, all or none: year, journals, chart, bank account, rules, lists.

    Raises `company_file.Taken` where the firm has one of them already.
    """
    with tenancy.within(firm.pk):
        companies = new_dossiers.open_dossiers(firm=firm, openings=openings, by=by, at=at)
        pairs = list(zip(companies, openings, strict=True))
        new_books.open_books(dossiers=pairs)
        banking.open_first_accounts(companies=companies)
        rules.write_first(dossiers=[(company, opening.model.rules) for company, opening in pairs])
        standings.refresh(firm=firm, on=timezone.localdate(at), has_new=True)
        announce(firm.pk, ["portfolio"])
    return companies


def open_import(
    *, row: DossierImport, judge: Callable[[DossierImport], Sequence[Candidate]], by: Person, at: datetime
) -> list[tuple[Company, Opening]] | None:
    """Open what is right in a list, once, and say what was opened; None where it was opened, or thrown away, by somebody faster.

    `judge` looks at the rows again inside the lock: the firm may have opened one of them since.
    """
    with tenancy.within(row.firm_id):
        held = new_dossiers.held_import(row)
        if held is None or held.opened_at:
            return None
        candidates = judge(held)
        openings = [found.opening for found in candidates if found.opening]
        if not openings:
            return []
        companies = open_dossiers(firm=held.firm, openings=openings, by=by, at=at)
        left = [asdict(found.row) for found in candidates if not found.opening]
        new_dossiers.end_import(row=held, opened=len(openings), left=left, by=by, at=at)
    return list(zip(companies, openings, strict=True))


def edit_file(
    *,
    company: Company,
    values: Mapping[str, str],
    year: FiscalYear | None,
    closes_on: date | None,
    method: Method | None,
    by: Person,
    at: datetime,
) -> bool:
    """A person changes the company file; what waits is proposed again where that changes its entries.

    Raises `new_books.Fixed`, `company_file.Taken`; says whether anything changed.
    """
    with books_of(company):
        also: company_file.Changes = {}
        if year is not None:
            until = closes_on or year.closes_on
            also = new_books.change_year(year=year, closes_on=until, method=method or Method(year.method))
            if "closes_on" in also:
                book_waiting(company, year.opens_on, until, at=at)
        changes = company_file.edit(company=company, values=values, by=by, at=at, also=also)
        if changes.keys() & {"keeping", "vat_regime"}:
            propose_again.defer(firm_id=str(company.firm_id), company_id=str(company.pk))
    return bool(changes)


def open_year(
    *,
    company: Company,
    opens_on: date,
    closes_on: date,
    method: Method = Method.ENGAGEMENT,
    by: Person | None = None,
    at: datetime,
) -> FiscalYear:
    """Open a fiscal year, and book the transactions that waited for it. Raises `ledger.NotAYear`."""
    with books_of(company):
        year = ledger.open_year(
            company=company, opens_on=opens_on, closes_on=closes_on, method=method, by=by, at=at
        )
        book_waiting(company, opens_on, closes_on, at=at)
        announce(company.pk, ["bank", "production"])
    return year


def remove_year(*, year: FiscalYear, by: Person, at: datetime) -> None:
    """Take away an empty fiscal year that was opened by mistake. Raises `removing.NotRemovable`."""
    with books_of(year.company):
        removing.remove_year(year=year, by=by, at=at)
        announce(year.company_id, ["bank", "production"])


def lock_books(*, company: Company, until: date, by: Person, at: datetime) -> None:
    """Nothing dated up to this day comes into the books, changes or leaves, until it is reopened. Raises `locks.NotLockable`."""
    with books_of(company):
        locks.lock(company=company, until=until, by=by, at=at)
        announce(company.pk, ["bank", "production"])


def reopen_books(*, company: Company, kept: date | None, why: str, by: Person, at: datetime) -> None:
    """Lift the lock, wholly or down to a day, and book what it held back: the bank's movements, and by the rules of meanwhile.

    Raises `locks.NotLockable`.
    """
    with books_of(company):
        until = locks.reopen(company=company, kept=kept, why=why, by=by, at=at)
        book_reopened(company, kept + timedelta(days=1) if kept else date.min, until, at=at)
        announce(company.pk, ["bank", "production"])

"""The books of new dossiers: journals, first fiscal year, own chart; and what of a dossier makes a model."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from comptoir.domain import opening as kinds
from comptoir.domain import period
from comptoir.domain.company import Keeping, Method, VatRegime, year_fault
from comptoir.domain.opening import JOURNALS, Opening
from comptoir.records.audit.actions import record
from comptoir.records.banking import queries as bank
from comptoir.records.firms import actions as firms
from comptoir.records.firms import file
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import locks
from comptoir.records.ledger.models import Account, Entry, FiscalYear, Journal


class Fixed(Exception):
    """L’exercice ne peut plus changer : il contient des écritures validées."""


def open_books(*, dossiers: Sequence[tuple[Company, Opening]]) -> None:
    """Journals, fiscal year and own accounts of new companies, in three queries however many they are."""
    journals = [
        Journal(firm_id=company.firm_id, company=company, code=code, label=label)
        for company, opening in dossiers
        for code, label in opening.model.all_journals.items()
    ]
    years = [
        FiscalYear(
            firm_id=company.firm_id,
            company=company,
            opens_on=opening.opens_on,
            closes_on=opening.closes_on,
            method=opening.method,
        )
        for company, opening in dossiers
    ]
    accounts = [row for company, opening in dossiers for row in _accounts(company, opening.model.accounts)]
    Journal.objects.bulk_create(journals, batch_size=1000)
    FiscalYear.objects.bulk_create(years, batch_size=1000)
    Account.objects.bulk_create(accounts, batch_size=1000)


@transaction.atomic
def write_chart(*, company: Company, accounts: Sequence[kinds.Account], by: Person, at: datetime) -> bool:
    """Make these the dossier's own accounts, and say whether anything changed."""
    firms.hold(company)  # two people at once: the second writes over what the first has written
    before = {row.number: row.label for row in Account.objects.filter(company=company)}
    after = {account.number: account.label for account in accounts}
    if before == after:
        return False
    Account.objects.filter(company=company).delete()
    Account.objects.bulk_create(_accounts(company, accounts), batch_size=1000)
    changed = {n: [before.get(n, ""), after.get(n, "")] for n in sorted(before.keys() | after.keys())}
    told = {number: labels for number, labels in changed.items() if labels[0] != labels[1]}
    record("write_chart", company, by=by, at=at, changes=told)
    return True


def current_year(company: Company, on: date) -> FiscalYear | None:
    """The fiscal year that holds a day, else the latest."""
    years = list(FiscalYear.objects.filter(company=company))
    return next((year for year in years if year.opens_on <= on <= year.closes_on), years[-1] if years else None)


def is_fixed(year: FiscalYear) -> bool:
    """Whether something final stands in the year, so that neither its method nor its closing may change."""
    return year.closed_at is not None or Entry.objects.validated().filter(fiscal_year=year).exists()


@transaction.atomic
def change_year(*, year: FiscalYear, closes_on: date, method: Method) -> file.Changes:
    """Change how a year is kept or when it closes, and say what changed; the caller records it.

    The next year begins behind the new closing.

    Raises `Fixed` with the reason: something final in either, a lock, entries after the new closing of the last year, or that
    somebody took the year away meanwhile.
    """
    held = FiscalYear.objects.select_for_update(of=("self",)).filter(pk=year.pk).first()
    if held is None:
        raise Fixed("Cet exercice a déjà été retiré.")
    changes: file.Changes = {}
    if held.closes_on != closes_on:
        changes["closes_on"] = [held.closes_on.isoformat(), closes_on.isoformat()]
    if held.method != method:
        changes["method"] = [held.method, method.value]
    if changes:
        following = FiscalYear.objects.filter(company=held.company_id, opens_on__gt=held.opens_on).first()
        _refuse(held, following, closes_on)
        _refuse_locked(held, held.opens_on if "method" in changes else min(held.closes_on, closes_on))
        held.closes_on, held.method = closes_on, method
        held.save(update_fields=["closes_on", "method"])
        if following and "closes_on" in changes:
            _begin_behind(held, following)
    return changes


def _refuse(year: FiscalYear, following: FiscalYear | None, closes_on: date) -> None:
    if is_fixed(year):
        raise Fixed(Fixed.__doc__)
    if fault := year_fault(year.opens_on, closes_on):
        raise Fixed(fault)
    if following is None:
        if Entry.objects.filter(fiscal_year=year, dated_on__gt=closes_on, dated_on__lte=year.closes_on).exists():
            raise Fixed(
                f"Des écritures de l’exercice sont datées après le {closes_on:%d/%m/%Y} : déplacez-les d’abord."
            )
        return
    if closes_on == year.closes_on:
        return
    if is_fixed(following):
        raise Fixed(
            f"L’exercice suivant, ouvert le {following.opens_on:%d/%m/%Y}, contient des écritures validées : "
            "cette clôture ne bouge plus."
        )
    if closes_on >= following.closes_on:
        raise Fixed(f"L’exercice suivant se clôt le {following.closes_on:%d/%m/%Y} : choisissez un jour d’avant.")
    if fault := year_fault(closes_on + timedelta(days=1), following.closes_on):
        raise Fixed(fault)


def _begin_behind(year: FiscalYear, following: FiscalYear) -> None:
    """The next year begins behind the new closing, without a gap; each entry goes to the year of its day."""
    following.opens_on = year.closes_on + timedelta(days=1)
    following.save(update_fields=["opens_on"])
    Entry.objects.filter(fiscal_year=following, dated_on__lte=year.closes_on).update(fiscal_year=year)
    Entry.objects.filter(fiscal_year=year, dated_on__gt=year.closes_on).update(fiscal_year=following)


def _refuse_locked(year: FiscalYear, first: date) -> None:
    """How a year is kept counts from its first day on, its closing from the earlier of the two: neither moves behind a lock."""
    until = locks.locked_until(year.company_id)
    if until and period.is_locked(first, until):
        raise Fixed(str(period.locked(until, period.REOPEN)))


def as_model(company: Company, on: date) -> kinds.Model:
    """What of a dossier other dossiers may start with: chart, journals, rules in force, requests, settings."""
    asked = [kinds.Request(item.label, when) for when, items in file.requests(company).items() for item in items]
    return kinds.Model(
        accounts=tuple(kinds.Account(row.number, row.label) for row in Account.objects.filter(company=company)),
        journals=tuple(
            kinds.Journal(row.code, row.label)
            for row in Journal.objects.filter(company=company).order_by("code")
            if JOURNALS.get(row.code) != row.label
        ),
        # A rule of one bank account is of no use where that account is not.
        rules=tuple(bank.domain_rule(rule) for rule in bank.rules_in_force(company, on) if not rule.bank_account),
        requests=tuple(asked),
        settings=kinds.Settings(
            company.asks_missing,
            company.missing_floor,
            tuple(company.justifiable),
            company.sales_account,
            VatRegime(company.vat_regime),
            Keeping(company.keeping),
        ),
    )


def _accounts(company: Company, accounts: Sequence[kinds.Account]) -> list[Account]:
    return [
        Account(firm_id=company.firm_id, company=company, number=account.number, label=account.label)
        for account in accounts
    ]

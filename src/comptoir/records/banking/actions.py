"""Keeping what a bank says: statements and their movements, each movement once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from comptoir.domain.movement import BankStatement, Movement
from comptoir.lib import bulk, tenancy
from comptoir.records.audit.actions import record
from comptoir.records.banking import movements, overlaps, reissues, telling
from comptoir.records.banking.models import BankAccount, Statement, Transaction, Withdrawal
from comptoir.records.banking.overlaps import Twice
from comptoir.records.banking.telling import Telling
from comptoir.records.firms.models import Company, Person


class OtherAccount(Exception):
    """Ce relevé est celui d’un autre compte : rien n’a été importé."""


class NotYet(OtherAccount):
    """Ce relevé date une opération d’un jour qui n’est pas venu : rien n’a été importé."""


class NoMovement(Exception):
    """Ce fichier ne contient aucun relevé : rien n’a été importé."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import added: the statements, and how many of their transactions were new.

    `known` were there already, `announced` are not booked yet, `elsewhere` names the file's other accounts, left alone.
    `reworded` are known under other words; where a bank issues a statement again, `withdrawn` are told no longer. `detailed` are
    movements that tell the purchases of a card, with their fingerprints.
    """

    statements: tuple[Statement, ...]
    new: int
    known: int
    announced: int = 0
    elsewhere: tuple[str, ...] = ()
    reworded: int = 0
    withdrawn: tuple[Transaction, ...] = ()
    detailed: tuple[tuple[Movement, str], ...] = ()

    @property
    def transactions(self) -> QuerySet[Transaction]:
        """The transactions that were new, in the order of the file."""
        rows = Transaction.objects.filter(statement__in=self.statements if self.new else ())
        return rows.select_related("account").order_by("pk")


@transaction.atomic
def import_statements(
    *,
    account: BankAccount,
    tellings: Sequence[Telling],
    filename: str,
    by: Person | None,
    at: datetime,
    twice: Twice = Twice.ASK,
    digest: str = "",
) -> Import:
    """Keep what a file tells (`telling.laid_out`) on one account; what is already known is not kept again.

    `digest` is of the file, by which it is known when it comes again (`brought_again`). Raises `OtherAccount` where a statement
    names another account, `Doubtful` where it may tell in other words what is known, unless `twice` says what that is: nothing
    is kept then.
    """
    if not tellings:
        raise NoMovement(NoMovement.__doc__)
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    ours, elsewhere = _apart(account, tellings)
    for one in ours:
        _claim(account, one)
        _refuse_far_days(one, at)
    telling.compare(account, ours)
    kept = [_keep(account, one, filename, by, at, twice) for one in ours]
    detailed = tuple(told for one in ours for told in telling.detailed(one))
    statements = tuple(one.statement for one in kept)
    new = sum(row.new_movements for row in statements)
    told_again = sum(one.reworded for one in kept)
    known = sum(row.movements for row in statements) - new - told_again
    announced = sum(one.announced for one in ours)
    withdrawn = tuple(row for one in kept for row in one.withdrawn)
    has_parts = any(one.detailed for one in ours)  # read again once its card is known
    if digest and not announced and not elsewhere and not has_parts:
        Statement.objects.filter(pk__in=[row.pk for row in statements]).update(digest=digest)
    detail = {"reworded": told_again, "withdrawn": [row.label for row in withdrawn[:20]]}
    detail = {key: value for key, value in detail.items() if value}
    record("import_statement", statements[0], by=by, at=at, filename=filename, new=new, known=known, **detail)
    return Import(statements, new, known, announced, elsewhere, told_again, withdrawn, detailed)


@transaction.atomic
def brought_again(
    *, account: BankAccount, digest: str, filename: str, by: Person | None, at: datetime
) -> Import | None:
    """What a file gives whose very bytes were kept whole before: nothing; None where it has to be read.

    What the bank has taken back since may be told by it again: then it is read.
    """
    rows = list(Statement.objects.filter(account=account, digest=digest).order_by("at"))
    if not rows or Withdrawal.objects.filter(transaction__account=account, at__gte=rows[0].at).exists():
        return None
    known = sum(row.movements for row in rows)
    record("import_statement", rows[0], by=by, at=at, filename=filename, new=0, known=known)
    return Import(tuple(rows), 0, known)


def open_account(
    *, company: Company, name: str, iban: str = "", number: str = "", ledger_account: str = "512000"
) -> BankAccount:
    """Make a bank account known, with the account of the books that follows it."""
    account, _ = BankAccount.objects.get_or_create(
        company=company,
        ledger_account=ledger_account,
        defaults={"firm_id": company.firm_id, "name": name, "iban": iban, "number": number},
    )
    return account


@transaction.atomic
def open_next_account(*, company: Company, name: str, iban: str = "") -> BankAccount:
    """A bank account more, on the next free 512x00 of the dossier."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    taken = set(BankAccount.objects.filter(company=company).values_list("ledger_account", flat=True))
    number = next(str(n) for n in range(512000, 513000, 100) if str(n) not in taken)
    return open_account(company=company, name=name[:80], iban=iban, ledger_account=number)


def open_first_accounts(*, companies: Iterable[Company]) -> None:
    """A bank account for new companies: one query however many they are."""
    accounts = [BankAccount(firm_id=c.firm_id, company=c, name="Compte courant") for c in companies]
    BankAccount.objects.bulk_create(accounts, batch_size=1000)


def _apart(account: BankAccount, tellings: Sequence[Telling]) -> tuple[Sequence[Telling], tuple[str, ...]]:
    """The statements of this account, and the file's other accounts, which wait for an import of their own.

    Where none is this account's, all are: the claim then says why not. An account whose number nobody knows yet cannot
    be told among several.
    """
    statements = [one.statement for one in tellings]
    if len({(one.iban or one.number or "", one.currency) for one in statements}) < 2:
        return tellings, ()
    ours = [one for one in tellings if _is_of(account, one.statement)]
    others = dict.fromkeys(
        one.iban or one.number or "sans numéro" for one in statements if not _is_of(account, one)
    )
    return (ours, tuple(others)) if ours else (tellings, ())


def _is_of(account: BankAccount, statement: BankStatement) -> bool:
    if statement.currency not in (None, account.currency):
        return False
    if statement.iban and account.iban:
        return statement.iban == account.iban
    number, known = statement.iban or statement.number, account.iban or account.number
    return bool(number and known and _same_number(number, known))


def _refuse_far_days(told: Telling, at: datetime) -> None:
    """A year ahead is no bank's day but a wrong century, or another date read as the first."""
    if told.last_on is not None and told.statement.is_proved and told.last_on > at.date() + timedelta(days=366):
        raise NotYet(
            f"Ce relevé date une opération du {told.last_on:%d/%m/%Y}, qui n’est pas venu : rien n’a été importé."
        )


def _claim(account: BankAccount, told: Telling) -> None:
    """The statement's account must be this one; an account without a number takes the first that comes."""
    statement = told.statement
    if statement.currency and statement.currency != account.currency:
        raise OtherAccount(
            f"Ce relevé est en {statement.currency}, le compte « {account.name} » en {account.currency} : "
            f"rien n’a été importé.{_NOT_IN_EUROS if statement.currency != 'EUR' else ''}"
        )
    if not told.is_in_cents:
        raise OtherAccount(
            "Ce relevé compte en millièmes, et Comptoir tient ses comptes au centième : rien n’a été importé."
        )
    if statement.iban and account.iban and statement.iban != account.iban:
        raise _other(account, statement.iban)
    known = account.number or account.iban
    if statement.number and not statement.iban and known and not _same_number(statement.number, known):
        raise _other(account, statement.number)
    if statement.iban and not account.iban:
        if account.number and not _same_number(account.number, statement.iban):
            raise _other(account, statement.iban)
        _refuse_taken(account, statement.iban)
        account.iban = statement.iban
        account.save(update_fields=["iban"])
    elif statement.number and not known:
        _refuse_taken(account, statement.number)
        account.number = statement.number
        account.save(update_fields=["number"])


_NOT_IN_EUROS = " Les livres sont en euros, et ce relevé ne dit pas ce que chaque opération y vaut : saisissez-les au cours de leur jour."


def _refuse_taken(account: BankAccount, number: str) -> None:
    """An account new to Comptoir takes no number that another of the firm's accounts holds, in any dossier."""
    with tenancy.within(account.firm_id):
        others = BankAccount.objects.filter(firm_id=account.firm_id).exclude(pk=account.pk)
        for held in others.values_list("iban", "number"):
            if any(one and len(_digits(one)) >= 8 and _same_number(number, one) for one in held):
                raise _other(account, number)


def _other(account: BankAccount, number: str) -> OtherAccount:
    return OtherAccount(
        f"Ce relevé est celui du compte {number}, pas de « {account.name} » : rien n’a été importé. "
        "Choisissez le bon compte, ou le bon dossier."
    )


def _same_number(number: str, known: str) -> bool:
    """A French IBAN holds bank, branch and account number; a file may give any part of it."""
    ours, theirs = _digits(known), _digits(number)
    return ours in theirs or theirs in ours or theirs[-11:] in ours


def _digits(number: str) -> str:
    return "".join(c for c in number.upper() if c.isalnum())


@dataclass(frozen=True, slots=True)
class _Kept:
    """What became of a statement: as it is kept, how many movements it tells in other words, and what it no longer tells."""

    statement: Statement
    reworded: int
    withdrawn: tuple[Transaction, ...]


def _keep(
    account: BankAccount, told: Telling, filename: str, by: Person | None, at: datetime, twice: Twice
) -> _Kept:
    # Each of these gives movements that are known in other words an alias: they are fresh no longer.
    issue = reissues.compare(account=account, told=told)
    movements.claim(account=account, told=told)
    alike = overlaps.known(account=account, told=told, twice=twice)
    new = telling.fresh(told).count
    row = Statement.objects.create(
        firm_id=account.firm_id,
        company_id=account.company_id,
        account=account,
        format=told.statement.format,
        filename=filename[-255:],
        opened_on=told.statement.opened_on,
        closed_on=told.statement.closed_on,
        opening=told.statement.opening,
        closing=told.statement.closing,
        movements=told.movements,
        new_movements=new,
        by=by,
        at=at,
    )
    for fresh in telling.each_fresh(told) if new else ():
        bulk.insert([movements.made_of(row, *one) for one in fresh])
    return _Kept(row, issue.reworded + alike, issue.withdrawn)

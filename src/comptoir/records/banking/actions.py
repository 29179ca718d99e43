"""Keeping what a bank says: statements and their movements, each movement once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comptoir.domain.label import clean_label, counterparty, means
from comptoir.domain.movement import BankStatement, Movement, StatementFile, fingerprints
from comptoir.domain.rules import label_key
from comptoir.lib import tenancy
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import BankAccount, Statement, Transaction
from comptoir.records.firms.models import Company, Person

UNLABELLED = "Opération sans libellé"
"""What a movement is called that its bank does not name: EcritureLib may not be empty (LPF art. A47 A-1)."""


class OtherAccount(Exception):
    """Ce relevé est celui d’un autre compte : rien n’a été importé."""


class NoMovement(Exception):
    """Ce fichier ne contient aucun relevé : rien n’a été importé."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import added: the statements, and the transactions that were new."""

    statements: tuple[Statement, ...]
    transactions: tuple[Transaction, ...]
    known: int


@transaction.atomic
def import_statements(
    *, account: BankAccount, file: StatementFile, filename: str, by: Person | None, at: datetime
) -> Import:
    """Keep a file's statements on one account; what is already known is not kept again.

    Raises `OtherAccount` where a statement names another account: nothing is kept then.
    """
    if not file.statements:
        raise NoMovement(NoMovement.__doc__)
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    for statement in file.statements:
        _claim(account, statement)
    kept = [_keep(account, statement, file.format, filename, by, at) for statement in file.statements]
    statements = tuple(statement for statement, _ in kept)
    new = tuple(row for _, rows in kept for row in rows)
    known = sum(s.movements for s in statements) - len(new)
    record("import_statement", statements[0], by=by, at=at, filename=filename, new=len(new), known=known)
    return Import(statements, new, known)


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


def open_first_accounts(*, companies: Iterable[Company]) -> None:
    """A bank account for new companies: one query however many they are."""
    accounts = [BankAccount(firm_id=c.firm_id, company=c, name="Compte courant") for c in companies]
    BankAccount.objects.bulk_create(accounts, batch_size=1000)


def _claim(account: BankAccount, statement: BankStatement) -> None:
    """The statement's account must be this one; an account without a number takes the first that comes."""
    if statement.currency and statement.currency != account.currency:
        raise OtherAccount(
            f"Ce relevé est en {statement.currency}, le compte « {account.name} » en {account.currency} : "
            "rien n’a été importé."
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


def _keep(
    account: BankAccount,
    statement: BankStatement,
    format_name: str,
    filename: str,
    by: Person | None,
    at: datetime,
) -> tuple[Statement, list[Transaction]]:
    # « INFO FRAIS OFFERTS 0,00 » moves nothing: the bank tells it, no book can.
    moving = tuple(movement for movement in statement.movements if movement.amount)
    prints = fingerprints(moving)
    known = set(
        Transaction.objects.filter(account=account, fingerprint__in=prints).values_list("fingerprint", flat=True)
    )
    row = Statement.objects.create(
        firm_id=account.firm_id,
        company_id=account.company_id,
        account=account,
        format=format_name,
        filename=filename[-255:],
        opened_on=statement.opened_on,
        closed_on=statement.closed_on,
        opening=statement.opening,
        closing=statement.closing,
        movements=len(moving),
        new_movements=len(moving) - len(known),
        by=by,
        at=at,
    )
    new = _transactions(row, zip(moving, prints, strict=True), known)
    return row, Transaction.objects.bulk_create(new, batch_size=2000)


def _transactions(
    statement: Statement, movements: Iterable[tuple[Movement, str]], known: set[str]
) -> list[Transaction]:
    return [
        Transaction(
            firm_id=statement.firm_id,
            company_id=statement.company_id,
            account=statement.account,
            statement=statement,
            fingerprint=fingerprint,
            booked_on=movement.booked_on,
            value_on=movement.value_on,
            amount=movement.amount,
            label=movement.label[:500] or UNLABELLED,
            payee=(movement.counterparty or counterparty(movement.label) or clean_label(movement.label))[:200],
            means=means(movement.label),
            reference=(movement.reference or "")[:140],
            label_key=label_key(movement.label)[:200],
        )
        for movement, fingerprint in movements
        if fingerprint not in known
    ]

"""Statement files of banks: one module a format, all alike (`sniffs`, `read`)."""

from dataclasses import replace
from types import ModuleType

from comptoir.domain import movement
from comptoir.domain.limits import is_amount, is_day, plain
from comptoir.domain.money import cents
from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import camt, cfonb120, csv, mt940, ofx, qif
from comptoir.gateways.bank.files.faults import DoesNotAddUp, NotAStatement, RefusedFile, Unreadable

__all__ = ["DoesNotAddUp", "NotAStatement", "RefusedFile", "Unreadable", "read", "read_each"]

FORMATS: tuple[ModuleType, ...] = (cfonb120, camt, mt940, ofx, qif, csv)
"""In the order they are tried: CSV last, since almost any text may be one."""

LARGEST = 200 * 1024 * 1024


def read(content: bytes, filename: str = "") -> StatementFile:
    """The statements of one file, each proved where it holds both balances; refused whole otherwise."""
    found = read_each(content, filename)
    _refuse_what_does_not_add_up(found, _named(filename))
    return found


def read_each(content: bytes, filename: str = "") -> StatementFile:
    """The same for a file of many clients' accounts: whoever takes a statement of it proves it (`domain.movement.check`)."""
    name = _named(filename)
    _refuse_what_is_no_statement(content, name)
    reader = next((module for module in FORMATS if module.sniffs(content)), None)
    if reader is None:
        raise NotAStatement(
            f"{name} n’est pas un relevé que Comptoir sait lire. "
            "Demandez à la banque un fichier CFONB120, camt.053, MT940, OFX, QIF ou CSV."
        )
    found: StatementFile = reader.read(content)
    _refuse_what_no_bank_says(found)
    return replace(found, statements=tuple(map(_with_plain_words, found.statements)))


def _named(filename: str) -> str:
    return f"« {filename} »" if filename else "Ce fichier"


def _refuse_what_is_no_statement(content: bytes, name: str) -> None:
    if not content.strip():
        raise NotAStatement(f"{name} est vide. Téléchargez-le à nouveau auprès de la banque.")
    if len(content) > LARGEST:
        raise NotAStatement(
            f"{name} dépasse 200 Mo et n’a pas été lu. Demandez à la banque un relevé par période plus courte."
        )


def _refuse_what_no_bank_says(found: StatementFile) -> None:
    for statement in found.statements:
        amounts = (statement.opening, statement.closing)
        if not all(amount is None or is_amount(amount) for amount in amounts):
            raise Unreadable("un solde dépasse mille milliards.")
        for moved in statement.movements:
            if not is_amount(moved.amount):
                raise Unreadable("un montant dépasse mille milliards.", line=moved.line)
            if statement.currency in (None, "EUR") and cents(moved.amount) != moved.amount:
                raise Unreadable("un montant en euros a plus de deux décimales.", line=moved.line)
            if not all(day is None or is_day(day) for day in (moved.booked_on, moved.value_on)):
                raise Unreadable("une date est impossible.", line=moved.line)


def _refuse_what_does_not_add_up(found: StatementFile, name: str) -> None:
    faults = [fault for statement in found.statements for fault in movement.check(statement)]
    if faults:
        raise DoesNotAddUp(f"{name} est refusé.", faults)


def _with_plain_words(statement: BankStatement) -> BankStatement:
    return replace(
        statement,
        number=statement.number and plain(statement.number, 40),
        iban=statement.iban and plain(statement.iban, 34),
        movements=tuple(map(_with_plain_label, statement.movements)),
    )


def _with_plain_label(found: Movement) -> Movement:
    """Words that a screen and a database can hold; the other party as the bank names it, else as the label does."""
    label = plain(found.label, 500)
    return replace(
        found,
        label=label,
        counterparty=plain(found.counterparty or movement.counterparty(label) or "", 200) or None,
        reference=found.reference and plain(found.reference, 140),
    )

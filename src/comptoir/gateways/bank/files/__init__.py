"""Statement files of banks: one module a format, all alike (`sniffs`, `read`)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType, ModuleType

from comptoir.domain import movement
from comptoir.domain.limits import is_amount, is_day, plain
from comptoir.domain.money import places
from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import camt, cfonb120, mt940, ofx, qif, table
from comptoir.gateways.bank.files.faults import DoesNotAddUp, NotAStatement, RefusedFile, Unreadable
from comptoir.gateways.bank.files.table import Columns, UnknownColumns

__all__ = [
    "Columns",
    "DoesNotAddUp",
    "NotAStatement",
    "RefusedFile",
    "UnknownColumns",
    "Unreadable",
    "read",
    "read_each",
]

FORMATS: tuple[ModuleType, ...] = (cfonb120, camt, mt940, ofx, qif)
"""In the order they are tried; tables come last, since almost any text may be one."""

NOTHING_EXPLAINED: Mapping[str, Columns] = MappingProxyType({})

LARGEST = 200 * 1024 * 1024


def read(
    content: bytes, filename: str = "", explained: Mapping[str, Columns] = NOTHING_EXPLAINED
) -> StatementFile:
    """The statements of one file, each proved where it holds both balances; refused whole otherwise.

    `explained` says the columns of tables that only the firm knows, by their headings.
    """
    return _proved(read_each(content, filename, explained), _named(filename))


def read_each(
    content: bytes, filename: str = "", explained: Mapping[str, Columns] = NOTHING_EXPLAINED
) -> StatementFile:
    """The same for a file of many clients' accounts: whoever takes a statement of it proves it (`domain.movement.check`)."""
    name = _named(filename)
    _refuse_what_is_no_statement(content, name)
    reader = next((module for module in FORMATS if module.sniffs(content)), None)
    found: StatementFile | None = reader.read(content) if reader else table.read(content, name, explained)
    if found is None:
        raise NotAStatement(
            f"{name} n’est pas un relevé que Comptoir sait lire. "
            "Demandez à la banque un fichier CFONB120, camt.053, MT940, OFX, QIF, CSV ou XLSX."
        )
    return _possible(found)


def checked(found: StatementFile, name: str = "Ce fichier") -> StatementFile:
    """What a file says, once it is known to be possible and to add up, in words that a screen can hold."""
    return _proved(_possible(found), name)


def _possible(found: StatementFile) -> StatementFile:
    _refuse_what_no_bank_says(found)
    return replace(found, statements=tuple(map(_with_plain_words, found.statements)))


def _named(filename: str) -> str:
    return f"« {filename} »" if filename else "Ce fichier"


def _refuse_what_is_no_statement(content: bytes, name: str) -> None:
    if not content or content.isspace():
        raise NotAStatement(f"{name} est vide. Téléchargez-le à nouveau auprès de la banque.")
    if len(content) > LARGEST:
        raise NotAStatement(
            f"{name} dépasse 200 Mo et n’a pas été lu. Demandez à la banque un relevé par période plus courte."
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotAStatement(f"{name} est à l’ancien format .xls : enregistrez-le en .xlsx, puis recommencez.")
    if content.startswith(b"%PDF"):
        raise NotAStatement(
            f"{name} est un PDF, qui ne se lit pas sans risque d’erreur. "
            "Demandez à la banque le même relevé en CFONB120, camt.053, OFX, CSV ou XLSX."
        )


def _refuse_what_no_bank_says(found: StatementFile) -> None:
    for statement in found.statements:
        amounts = (statement.opening, statement.closing)
        if not all(amount is None or is_amount(amount) for amount in amounts):
            raise Unreadable("un solde dépasse mille milliards.")
        for moved in (*statement.movements, *(part for one in statement.movements for part in one.parts)):
            if not is_amount(moved.amount):
                raise Unreadable("un montant dépasse mille milliards.", line=moved.line)
            if moved.amount != round(moved.amount, max(2, places(statement.currency or "EUR"))):
                raise Unreadable(
                    f"« {moved.amount} » a trop de décimales pour un montant en {_money(statement)}.",
                    line=moved.line,
                )
            if not all(day is None or is_day(day) for day in (moved.booked_on, moved.value_on)):
                raise Unreadable("une date est impossible.", line=moved.line)


def _money(statement: BankStatement) -> str:
    return "euros" if statement.currency in (None, "EUR") else str(statement.currency)


def _proved(found: StatementFile, name: str) -> StatementFile:
    faults = [fault for statement in found.statements for fault in movement.check(statement)]
    if faults:
        raise DoesNotAddUp(f"{name} est refusé.", faults)
    return found


def _with_plain_words(statement: BankStatement) -> BankStatement:
    return replace(
        statement,
        number=statement.number and plain(statement.number, 40),
        iban=statement.iban and plain(statement.iban, 34),
        movements=tuple(map(_with_plain_label, statement.movements)),
    )


def _with_plain_label(found: Movement) -> Movement:
    """Words that a screen and a database can hold."""
    label = plain(found.label, 500)
    counterparty = found.counterparty and plain(found.counterparty, 200)
    reference = found.reference and plain(found.reference, 140)
    # Nearly all are as they should be: a year's file holds each of them once.
    if (label, counterparty, reference) == (found.label, found.counterparty, found.reference) and not found.parts:
        return found
    parts = tuple(map(_with_plain_label, found.parts))
    return replace(found, label=label, counterparty=counterparty, reference=reference, parts=parts)

"""Statement files of banks: one module a format, all alike (`sniffs`, `read`)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType, ModuleType

from comptoir.domain import movement
from comptoir.domain.fault import Fault
from comptoir.domain.limits import is_amount, is_day, plain
from comptoir.domain.money import CENT, ZERO, places
from comptoir.domain.movement import BankStatement, Movement, StatementFile, Told, gathered
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
    "tell",
    "tell_each",
]

FORMATS: tuple[ModuleType, ...] = (cfonb120, camt, mt940, ofx, qif)
"""In the order they are tried; tables come last, since almost any text may be one."""

NOTHING_EXPLAINED: Mapping[str, Columns] = MappingProxyType({})

LARGEST = 200 * 1024 * 1024
LARGEST_AS_TEXT = 64 * 1024 * 1024
"""Of a format whose text is read before its movements are told; CFONB120 and camt need no such limit."""


def tell(
    content: bytes, filename: str = "", explained: Mapping[str, Columns] = NOTHING_EXPLAINED
) -> Iterator[Told]:
    """What a file tells, one thing after the other, so that a year's movements are never in memory together.

    Refused while it is told, or at its end where a statement does not prove its balances: whoever keeps it keeps all or nothing.
    `explained` says the columns of tables that only the firm knows, by their headings.
    """
    return _proved(_told(content, filename, explained), _named(filename))


def read(
    content: bytes, filename: str = "", explained: Mapping[str, Columns] = NOTHING_EXPLAINED
) -> StatementFile:
    """The statements of one file, each proved where it holds both balances; refused whole otherwise."""
    return gathered(tell(content, filename, explained))


def tell_each(
    content: bytes, filename: str = "", explained: Mapping[str, Columns] = NOTHING_EXPLAINED
) -> Iterator[Told]:
    """What a file of many clients' accounts tells: whoever takes a statement of it proves it (`domain.movement.check`)."""
    return _told(content, filename, explained)


def _told(content: bytes, filename: str, explained: Mapping[str, Columns]) -> Iterator[Told]:
    name = _named(filename)
    _refuse_what_is_no_statement(content, name)
    reader = next((module for module in FORMATS if module.sniffs(content)), None)
    if reader not in (cfonb120, camt) and len(content) > LARGEST_AS_TEXT:
        raise NotAStatement(
            f"{name} dépasse 64 Mo et n’a pas été lu. Demandez à la banque un relevé par période plus courte, "
            "ou le même en CFONB120 ou en camt.053."
        )
    found: Iterator[Told] | None = reader.read(content) if reader else table.read(content, name, explained)
    if found is None:
        raise NotAStatement(
            f"{name} n’est pas un relevé que Comptoir sait lire. "
            "Demandez à la banque un fichier CFONB120, camt.053, MT940, OFX, QIF, CSV ou XLSX."
        )
    return _possible(found)


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


def _possible(told: Iterable[Told]) -> Iterator[Told]:
    """What a bank can say, in words that a screen and a database can hold."""
    finest: Movement | None = None
    for one in told:
        if isinstance(one, Movement):
            for moved in (one, *one.parts):
                _refuse_what_no_bank_moves(moved)
                if not moved.amount.same_quantum(CENT) and (
                    finest is None or _decimals(moved) > _decimals(finest)
                ):
                    finest = moved
            yield _with_plain_words(one)
        else:
            _refuse_what_no_bank_owes(one, finest)
            finest = None
            number, iban = one.number and plain(one.number, 40), one.iban and plain(one.iban, 34)
            yield replace(one, number=number, iban=iban)


def _refuse_what_no_bank_moves(moved: Movement) -> None:
    if not is_amount(moved.amount):
        raise Unreadable("un montant dépasse mille milliards.", line=moved.line)
    if not is_day(moved.booked_on) or not (moved.value_on is None or is_day(moved.value_on)):
        raise Unreadable("une date est impossible.", line=moved.line)


def _refuse_what_no_bank_owes(statement: BankStatement, finest: Movement | None) -> None:
    if not all(amount is None or is_amount(amount) for amount in (statement.opening, statement.closing)):
        raise Unreadable("un solde dépasse mille milliards.")
    if finest is not None and _decimals(finest) > max(2, places(statement.currency or "EUR")):
        raise Unreadable(
            f"« {finest.amount} » a trop de décimales pour un montant en {_money(statement)}.", line=finest.line
        )


def _decimals(moved: Movement) -> int:
    exponent = moved.amount.as_tuple().exponent
    assert isinstance(exponent, int)  # every number of money is finite
    return -exponent


def _money(statement: BankStatement) -> str:
    return "euros" if statement.currency in (None, "EUR") else str(statement.currency)


def _proved(told: Iterable[Told], name: str) -> Iterator[Told]:
    moved, faults = ZERO, list[Fault]()
    for one in told:
        if isinstance(one, Movement):
            moved += one.amount
        else:
            faults += movement.check(one, moved)
            moved = ZERO
        yield one
    if faults:
        raise DoesNotAddUp(f"{name} est refusé.", faults)


def _with_plain_words(found: Movement) -> Movement:
    label = plain(found.label, 500)
    counterparty = found.counterparty and plain(found.counterparty, 200)
    reference = found.reference and plain(found.reference, 140)
    # Nearly all are as they should be: a year's file holds each of them once.
    if (label, counterparty, reference) == (found.label, found.counterparty, found.reference) and not found.parts:
        return found
    parts = tuple(map(_with_plain_words, found.parts))
    return replace(found, label=label, counterparty=counterparty, reference=reference, parts=parts)

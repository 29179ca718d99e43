"""Statement files of banks: one module a format, all alike (`sniffs`, `read`)."""

from dataclasses import replace
from types import ModuleType

from comptoir.domain import movement
from comptoir.domain.movement import BankStatement, Movement, StatementFile
from comptoir.gateways.bank.files import camt, cfonb120, csv, ofx
from comptoir.gateways.bank.files.faults import DoesNotAddUp, NotAStatement, RefusedFile, Unreadable

__all__ = ["DoesNotAddUp", "NotAStatement", "RefusedFile", "Unreadable", "read"]

FORMATS: tuple[ModuleType, ...] = (cfonb120, camt, ofx, csv)
"""In the order they are tried: CSV last, since almost any text may be one."""

LARGEST = 200 * 1024 * 1024


def read(content: bytes, filename: str = "") -> StatementFile:
    """The statements of one file, each proved where it holds both balances; refused whole otherwise."""
    name = f"« {filename} »" if filename else "Ce fichier"
    _refuse_what_is_no_statement(content, name)
    reader = next((module for module in FORMATS if module.sniffs(content)), None)
    if reader is None:
        raise NotAStatement(
            f"{name} n’est pas un relevé que Comptoir sait lire. "
            "Demandez à la banque un fichier CFONB120, camt.053, OFX ou CSV."
        )
    found: StatementFile = reader.read(content)
    _refuse_what_does_not_add_up(found, name)
    return replace(found, statements=tuple(map(_with_counterparties, found.statements)))


def _refuse_what_is_no_statement(content: bytes, name: str) -> None:
    if not content.strip():
        raise NotAStatement(f"{name} est vide. Téléchargez-le à nouveau auprès de la banque.")
    if len(content) > LARGEST:
        raise NotAStatement(
            f"{name} dépasse 200 Mo et n’a pas été lu. Demandez à la banque un relevé par période plus courte."
        )


def _refuse_what_does_not_add_up(found: StatementFile, name: str) -> None:
    faults = [fault for statement in found.statements for fault in movement.check(statement)]
    if faults:
        raise DoesNotAddUp(f"{name} est refusé.", faults)


def _with_counterparties(statement: BankStatement) -> BankStatement:
    return replace(statement, movements=tuple(map(_with_counterparty, statement.movements)))


def _with_counterparty(found: Movement) -> Movement:
    """The other party as the bank names it, else as the label does."""
    if found.counterparty:
        return found
    return replace(found, counterparty=movement.counterparty(found.label))

"""`comptoir statement FILE… --json`: what a bank's file says, proved."""

import argparse
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.config.opening import unopened

if TYPE_CHECKING:
    from comptoir.domain.movement import BankStatement, Movement, StatementFile

NAME = "statement"
HELP = "Lit un relevé bancaire (CFONB120, camt, MT940, OFX, QIF, CSV, XLSX) et vérifie ses soldes."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and whether the answer is for a program."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
    parser.add_argument("--json", action="store_true", help="un objet JSON par fichier, un par ligne")


def run(args: argparse.Namespace) -> int:
    """0 where every file was read and adds up; 1 with a line on stderr for each that does not."""
    return max([_one(path, as_json=args.json) for path in args.files])


def _one(path: Path, *, as_json: bool) -> int:
    from comptoir.gateways.bank import files

    try:
        found = files.read(path.read_bytes(), path.name)
    except OSError as error:
        print(unopened(path, error), file=sys.stderr)
        return 1
    except files.RefusedFile as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(json.dumps(_told(found), ensure_ascii=False) if as_json else _listed(path.name, found))
    return 0


def _told(file: "StatementFile") -> dict[str, Any]:
    from comptoir.domain.movement import chained

    return {"format": file.format, "accounts": [_account(s) for s in chained(file.statements)]}


def _account(statement: "BankStatement") -> dict[str, Any]:
    return {
        "number": statement.number,
        "iban": statement.iban,
        "currency": statement.currency,
        "opening": _amount(statement.opening),
        "closing": _amount(statement.closing),
        "opened_on": _day(statement.opened_on),
        "closed_on": _day(statement.closed_on),
        "transactions": [_transaction(movement) for movement in statement.movements],
    }


def _transaction(movement: "Movement") -> dict[str, Any]:
    return {
        "booked_on": _day(movement.booked_on),
        "value_on": _day(movement.value_on),
        "amount": _amount(movement.amount),
        "label": movement.label,
        "counterparty": movement.party,
        "reference": movement.reference,
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _listed(name: str, file: "StatementFile") -> str:
    from comptoir.domain.money import french

    lines = [f"{name} : {file.format}"]
    for statement in file.statements:
        proved = "soldes prouvés" if statement.is_proved else "solde non prouvé"
        lines.append(f"  Compte {statement.iban or statement.number or 'sans numéro'} : {proved}")
        lines += [f"    {m.booked_on:%d/%m/%Y}  {french(m.amount):>14}  {m.label}" for m in statement.movements]
    return "\n".join(lines)

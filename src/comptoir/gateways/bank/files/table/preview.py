"""What a table would give with the columns that a person chose: looked at before anything is kept."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.domain.money import total
from comptoir.domain.movement import Movement
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.table.columns import Columns, movement, movement_rows, statements
from comptoir.gateways.bank.files.table.table import Table

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """The first movements as they would be read, and all of them in figures; `fault` says why they would be refused."""

    movements: tuple[Movement, ...]
    count: int
    sum: Decimal
    first_on: date | None
    last_on: date | None
    is_proved: bool
    fault: str = ""


def preview(table: Table, columns: Columns) -> Preview:
    """The table read so; what cannot be read is named, with its line, beside what can."""
    moves, fault = [], ""
    for row in movement_rows(table.rows, columns):
        try:
            moves.append(movement(row, columns))
        except Unreadable as refusal:
            fault = fault or _said(refusal)
    days = sorted(moved.booked_on for moved in moves)
    try:
        is_proved = not fault and all(one.is_proved for one in statements(table.rows, columns, account=None))
    except Unreadable as refusal:
        is_proved, fault = False, _said(refusal)
    return Preview(
        movements=tuple(moves[:SHOWN]),
        count=len(moves),
        sum=total(moved.amount for moved in moves),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        is_proved=is_proved,
        fault=fault or ("" if moves else "Aucune ligne n’a de date dans cette colonne."),
    )


def _said(refusal: Unreadable) -> str:
    """What is wrong, without « téléchargez à nouveau »: here another column may be all that it takes."""
    return refusal.problem[:1].upper() + refusal.problem[1:]

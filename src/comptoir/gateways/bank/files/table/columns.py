"""What each column of a table says, and the statements that its rows make."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from comptoir.domain.movement import BankStatement, Movement
from comptoir.domain.text import folded
from comptoir.gateways.bank.files import written
from comptoir.gateways.bank.files.faults import Unreadable
from comptoir.gateways.bank.files.rib import account_of, is_iban
from comptoir.gateways.bank.files.table import balances
from comptoir.gateways.bank.files.table.rows import Row

_UNSETTLED = {
    "PENDING", "EN ATTENTE", "EN COURS", "A VENIR", "DECLINED", "REFUSE", "REFUSEE", "REVERTED", "CANCELED", "CANCELLED",
    "ANNULE", "ANNULEE", "FAILED", "ECHOUE", "ECHOUEE",
}  # fmt: skip
"""States of what moved no money: it comes again, settled, or never."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column says what, counted from 0, and how days and amounts are written.

    `otherwise` tells the label of rows that have none. `decimal` is empty where each amount shows it by itself.
    `is_reversed`: what goes out is written positive, as in the statement of a card.
    """

    booked_on: int
    label: tuple[int, ...]
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    value_on: int | None = None
    balance: int | None = None
    fee: int | None = None
    reference: int | None = None
    currency: int | None = None
    account: int | None = None
    state: int | None = None
    otherwise: tuple[int, ...] = ()
    is_month_first: bool = False
    decimal: str = ""
    is_reversed: bool = False


def statements(rows: Sequence[Row], columns: Columns, *, account: str | None) -> Iterator[BankStatement]:
    """One statement for each account and currency that the rows name; proved where each row tells the balance."""
    groups: dict[tuple[str | None, str], list[tuple[Movement, Decimal | None]]] = {}
    for row in movement_rows(rows, columns):
        owner = _cell(row[1], columns.account).replace(" ", "") or account
        currency = _currency(row, columns)
        groups.setdefault((owner, currency), []).append((movement(row, columns), _balance(row, columns)))
    for (owner, currency), moves in (groups or {(account, "EUR"): []}).items():
        yield _statement(owner, currency, moves)


def movement(row: Row, columns: Columns) -> Movement:
    """One row as a movement; raises `Unreadable` with its line."""
    number, cells = row
    try:
        value = _cell(cells, columns.value_on)
        return Movement(
            booked_on=written.day(_cell(cells, columns.booked_on), is_month_first=columns.is_month_first),
            amount=_amount(cells, columns),
            label=_label(cells, columns),
            value_on=written.day(value, is_month_first=columns.is_month_first) if value else None,
            reference=_cell(cells, columns.reference) or None,
            line=number,
        )
    except ValueError as error:
        raise Unreadable(f"« {error} » n’est ni une date ni un montant.", line=number) from error


def refuse_cut(rows: Sequence[Row], columns: Columns, width: int) -> None:
    """Where a file ends within a line, that line may lack its last cells, or the last figures of an amount.

    It has as many cells as the shortest of the others, and its last amount as many decimals as theirs; where it is alone,
    as many cells as the headings, and cents.
    """
    if not rows or not _cell(rows[-1][1], columns.booked_on)[:1].isdigit():
        return
    (number, last), others = rows[-1], [cells for _, cells in rows[:-1] if _cell(cells, columns.booked_on)]
    place = len(last) - 1
    is_short = len(last) < min(map(len, others), default=width)
    is_amount = place in {columns.amount, columns.debit, columns.credit, columns.balance, columns.fee}
    usual = {_decimals(cells[place]) for cells in others if place < len(cells) and cells[place]} or {2}
    if is_short or (is_amount and last[-1] and _decimals(last[-1]) not in usual):
        raise Unreadable(f"le fichier s’arrête au milieu de la ligne, à « {last[-1]} ».", line=number)


def _statement(owner: str | None, currency: str, moves: list[tuple[Movement, Decimal | None]]) -> BankStatement:
    days = sorted(moved.booked_on for moved, _ in moves)
    opening, closing = balances.proved(moves)
    iban = owner if owner and is_iban(owner) else None
    return BankStatement(
        number=account_of(iban) if iban else owner,
        iban=iban,
        currency=currency,
        opening=opening,
        closing=closing,
        opened_on=days[0] if days else None,
        closed_on=days[-1] if days else None,
        movements=tuple(moved for moved, _ in moves),
    )


def movement_rows(rows: Sequence[Row], columns: Columns) -> Iterator[Row]:
    """The rows with a day, each with the lines of its label; totals and what is not settled are none."""
    held: Row | None = None
    for number, cells in rows:
        if _cell(cells, columns.booked_on)[:1].isdigit():
            if held:
                yield held
            held = None if folded(_cell(cells, columns.state)) in _UNSETTLED else (number, cells)
        elif held and _goes_on(cells, columns):
            held = (held[0], _with_more(held[1], cells, columns))
    if held:
        yield held


def _goes_on(cells: Sequence[str], columns: Columns) -> bool:
    """A row that holds nothing but a label goes on with the one above (Société Générale spreads them)."""
    filled = [rank for rank, cell in enumerate(cells) if cell]
    return len(filled) == 1 and filled[0] in columns.label and not folded(cells[filled[0]]).startswith(_CLOSINGS)


_CLOSINGS = ("TOTAL", "SOLDE", "NOUVEAU SOLDE", "ANCIEN SOLDE")


def _with_more(cells: tuple[str, ...], more: Sequence[str], columns: Columns) -> tuple[str, ...]:
    place = next(rank for rank in columns.label if rank < len(more) and more[rank])
    return tuple(f"{cell} {more[place]}" if rank == place else cell for rank, cell in enumerate(cells))


def _label(cells: Sequence[str], columns: Columns) -> str:
    said = written.joined([_cell(cells, place) for place in columns.label])
    return said or " ".join(filter(None, (_cell(cells, place) for place in columns.otherwise)))


def _amount(cells: Sequence[str], columns: Columns) -> Decimal:
    moved = _signed(cells, columns)
    moved = -moved if columns.is_reversed else moved
    fee = _cell(cells, columns.fee)
    return moved - abs(written.french_amount(fee, decimal=columns.decimal)) if fee else moved


def _signed(cells: Sequence[str], columns: Columns) -> Decimal:
    if columns.amount is not None:
        return written.french_amount(_cell(cells, columns.amount), decimal=columns.decimal)
    debit, credit = _cell(cells, columns.debit), _cell(cells, columns.credit)
    if not debit and not credit:
        raise ValueError("")
    # Some banks sign the debit, some do not: a debit takes money away either way.
    paid = -abs(written.french_amount(debit, decimal=columns.decimal)) if debit else Decimal(0)
    received = abs(written.french_amount(credit, decimal=columns.decimal)) if credit else Decimal(0)
    return written.tidy(paid + received)


def _currency(row: Row, columns: Columns) -> str:
    said = _cell(row[1], columns.currency)
    code = said.upper().replace("€", "EUR")[:3] or "EUR"
    if not re.fullmatch("[A-Z]{3}", code):
        raise Unreadable(f"« {said} » n’est pas une devise.", line=row[0])
    return code


def _balance(row: Row, columns: Columns) -> Decimal | None:
    said = _cell(row[1], columns.balance)
    try:
        return written.french_amount(said, decimal=columns.decimal) if said else None
    except ValueError as error:
        raise Unreadable(f"le solde « {said} » n’est pas un montant.", line=row[0]) from error


def _decimals(amount: str) -> int:
    return len(amount) - 1 - max(amount.rfind(","), amount.rfind(".")) if set(",.") & set(amount) else 0


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""

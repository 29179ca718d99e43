"""A balance beside each movement proves the table, step by step, whichever end the bank begins at."""

from collections.abc import Sequence
from decimal import Decimal

from comptoir.domain.money import french
from comptoir.domain.movement import Movement
from comptoir.gateways.bank.files.faults import Unreadable

Moves = Sequence[tuple[Movement, Decimal | None]]


def proved(moves: Moves) -> tuple[Decimal | None, Decimal | None]:
    """The old and the new balance; None where the table tells none. Raises `Unreadable` at the step that does not follow."""
    told = {balance for _, balance in moves} - {None}
    if not told:
        return None, None
    down, up = _first_gap(moves), _first_gap(moves[::-1])
    if down is None:
        return _ends(moves)
    if up is None:
        return _ends(moves[::-1])
    if len(told) == 1:
        return None, None  # the same on each row: the balance of the day of the export, which proves nothing
    # The order that holds the longer is the bank's.
    raise _broken(max(down, up, key=lambda gap: gap[0]))


def _first_gap(moves: Moves) -> tuple[int, Movement, Decimal, Decimal] | None:
    """How many steps hold, then the movement whose balance does not follow from the one before."""
    expected: Decimal | None = None
    for rank, (moved, balance) in enumerate(moves):
        expected = None if expected is None else expected + moved.amount
        if balance is not None:
            if expected is not None and expected != balance:
                return rank, moved, expected, balance
            expected = balance
    return None


def _ends(moves: Moves) -> tuple[Decimal | None, Decimal | None]:
    """The balances before the first movement and after the last, those without one included."""
    first = next(rank for rank, (_, balance) in enumerate(moves) if balance is not None)
    last = next(rank for rank in range(len(moves) - 1, -1, -1) if moves[rank][1] is not None)
    opening = (moves[first][1] or Decimal(0)) - _sum(moves[: first + 1])
    return opening, (moves[last][1] or Decimal(0)) + _sum(moves[last + 1 :])


def _sum(moves: Moves) -> Decimal:
    return sum((moved.amount for moved, _ in moves), Decimal(0))


def _broken(gap: tuple[int, Movement, Decimal, Decimal]) -> Unreadable:
    _, moved, expected, balance = gap
    return Unreadable(
        f"le solde {french(balance)} ne suit pas du précédent, {french(expected)} était attendu ; "
        f"écart de {french(balance - expected)}.",
        line=moved.line,
    )

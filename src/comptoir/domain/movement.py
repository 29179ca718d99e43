"""The bank's side: accounts, statements and the movements on them, as a bank's file tells them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.fault import Fault
from comptoir.domain.label import Means, clean_label, counterparty, means
from comptoir.domain.money import french, total
from comptoir.domain.text import folded

__all__ = [
    "BankStatement",
    "Means",
    "Movement",
    "StatementFile",
    "Told",
    "booked_until",
    "chained",
    "check",
    "clean_label",
    "counterparty",
    "each",
    "gathered",
    "identity",
    "means",
    "reworded",
    "told",
]


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement on a bank account. `amount` is signed: positive when money comes in.

    `counterparty` is who the bank names apart; `party` says more, since most banks name them in the label.
    `bank` is the account of the books (512…) that follows it, and `means` how the money moved, where they are known. `parts`
    are the purchases that a card's monthly debit pays, where its bank tells them with it.
    """

    booked_on: date
    amount: Decimal
    label: str
    value_on: date | None = None
    counterparty: str | None = None
    reference: str | None = None
    line: int | None = None
    bank: str = ""
    means: Means | None = None
    parts: tuple["Movement", ...] = field(default=(), repr=False)

    @property
    def party(self) -> str | None:
        """Who stands at the other end: as the bank names them, else as its label does."""
        return self.counterparty or counterparty(self.label)


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One account's statement. A file without balances gives None: *solde non prouvé*."""

    number: str | None
    iban: str | None
    currency: str | None
    opening: Decimal | None
    closing: Decimal | None
    opened_on: date | None
    closed_on: date | None
    movements: tuple[Movement, ...] = ()
    format: str = field(default="", repr=False, compare=False)

    @property
    def is_proved(self) -> bool:
        """Whether the file holds both balances, so that its movements can be shown to be all there."""
        return self.opening is not None and self.closing is not None


@dataclass(frozen=True, slots=True)
class StatementFile:
    """What one file holds: its format and one statement an account and period."""

    format: str
    statements: tuple[BankStatement, ...]


Told = Movement | BankStatement
"""What a file tells as it is read: the movements of a statement one by one, then the statement itself, bare.

A year's movements are never in memory together: whoever reads them lets each go before the next.
"""


def told(file: StatementFile) -> Iterator[Told]:
    """What a file holds, one after the other."""
    for statement in file.statements:
        yield from statement.movements
        yield replace(statement, movements=(), format=file.format)


def each(told: Iterable[Told]) -> Iterator[BankStatement]:
    """The statements of a file one after the other, each with its movements: no more than one is in memory."""
    movements: list[Movement] = []
    for one in told:
        if isinstance(one, Movement):
            movements.append(one)
        else:
            whole, movements = replace(one, movements=tuple(movements)), []
            yield whole


def gathered(told: Iterable[Told]) -> StatementFile:
    """All that a file tells, whole in memory: for a file of which every movement is looked at together."""
    statements = tuple(each(told))
    return StatementFile(statements[-1].format if statements else "", statements)


def check(statement: BankStatement, moved: Decimal | None = None) -> list[Fault]:
    """Old balance + movements = new balance, to the cent: the only proof that a file is whole.

    `moved` is the sum of the movements, where the statement does not hold them.
    """
    if statement.opening is None or statement.closing is None:
        return []
    moved = total(movement.amount for movement in statement.movements) if moved is None else moved
    difference = statement.closing - (statement.opening + moved)
    if difference == 0:
        return []
    return [_does_not_add_up(statement, moved, difference)]


def _does_not_add_up(statement: BankStatement, moved: Decimal, difference: Decimal) -> Fault:
    opening, sum_of_all, closing, gap = (
        _money(amount, statement.currency) for amount in (statement.opening, moved, statement.closing, difference)
    )
    message = (
        f"Le relevé du compte {_name(statement)}{_until(statement)} ne tombe pas juste : "
        f"ancien solde {opening}, mouvements {sum_of_all}, nouveau solde {closing} ; écart de {gap}."
    )
    remedy = "Rien n’en a été gardé : téléchargez à nouveau le relevé auprès de la banque."
    return Fault("statement_does_not_add_up", message, remedy)


def _money(amount: Decimal | None, currency: str | None) -> str:
    assert amount is not None  # both balances are known where this is called
    return f"{french(amount)}\u00a0{'€' if currency in (None, 'EUR') else currency}"


def _name(statement: BankStatement) -> str:
    return statement.iban or statement.number or "sans numéro"


def _until(statement: BankStatement) -> str:
    return f" au {statement.closed_on:%d/%m/%Y}" if statement.closed_on else ""


def chained(statements: Iterable[BankStatement]) -> list[BankStatement]:
    """Statements that follow each other, as one: many banks cut a month's file into one statement a day.

    Two statements of one account are joined where the old balance of the later is the new balance of the
    earlier. Where they do not join, or do not prove their balances, they stay apart: a gap must be seen.
    """
    joined: list[BankStatement] = []
    last_of: dict[tuple[str | None, str | None, str | None], int] = {}
    for statement in statements:
        account = (statement.iban, statement.number, statement.currency)
        rank = last_of.get(account)
        if rank is not None and _follows(joined[rank], statement):
            joined[rank] = _joined(joined[rank], statement)
        else:
            last_of[account] = len(joined)
            joined.append(statement)
    return joined


def _follows(earlier: BankStatement, later: BankStatement) -> bool:
    has_account = bool(earlier.iban or earlier.number)
    return has_account and earlier.is_proved and later.is_proved and earlier.closing == later.opening


def _joined(earlier: BankStatement, later: BankStatement) -> BankStatement:
    return replace(
        earlier,
        closing=later.closing,
        closed_on=later.closed_on or earlier.closed_on,
        movements=earlier.movements + later.movements,
    )


def booked_until(on: date) -> date:
    """The last day whose movements are booked that day; what a bank announces for later comes again, under another day.

    A statement that proves its balances is taken as it is: a bank's own file may date the month's end beforehand.
    """
    return on + timedelta(days=1)  # clocks differ, and banks close their day early


def reworded(told: Sequence[Movement], kept: Sequence[Movement]) -> dict[int, int]:
    """Which movement of a statement that its bank issues again is which of the one already kept, under other words.

    Both are what the other does not hold; they are the same where day and amount are. Each is taken once, in order.
    """
    free: dict[tuple[date, Decimal], list[int]] = {}
    for rank, movement in enumerate(kept):
        free.setdefault((movement.booked_on, movement.amount), []).append(rank)
    found = {}
    for rank, movement in enumerate(told):
        if ranks := free.get((movement.booked_on, movement.amount)):
            found[rank] = ranks.pop(0)
    return found


def identity(movement: Movement) -> str:
    """What makes two movements of an account the same one, together with their rank among those of one identity in a statement.

    The booking day, the amount, the label without case, accents, spaces or signs, and the rank among those
    that are identical on that day: two coffees at the same price on one day are two movements. Neither the
    value date (some exports leave it out) nor the bank's reference (some banks change it at each download)
    takes part.

    Banks export whole days, cut at most at their end (the export of this noon): a day that comes again holds
    all it held before, and perhaps more. So ranks count from the start of the day, and a file that overlaps
    another in the middle of a day adds what came since. Only a file that would *begin* in the middle of a
    day, after an identical movement, would be taken for a repetition; its balances would then not chain.
    """
    label = folded(movement.label).replace(" ", "")
    return f"{movement.booked_on.isoformat()}|{movement.amount.normalize():f}|{label}"

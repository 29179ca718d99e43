"""Books kept before the bank came: which of their lines is which movement, and whether the two then agree to the cent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from comptoir.domain.fault import Fault
from comptoir.domain.money import french
from comptoir.domain.text import folded

EARLIEST = timedelta(days=45)
"""How long before its movement a line may stand: a cheque is written weeks before it is cashed."""
LATEST = timedelta(days=10)
"""How long after it: books are sometimes dated by the paper that came."""
UNDERWAY = timedelta(days=10)
"""How old a line may be that the bank has not told yet, before somebody has to say that it is still underway."""


@dataclass(frozen=True, slots=True)
class Side:
    """A line of the bank's account in the books, or a movement of the bank; positive where money comes in."""

    id: str
    on: date
    amount: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A line and the movement that it is; not sure where the days or the words leave a doubt."""

    line: Side
    movement: Side
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Merger:
    """What becomes of both sides: what is one, what the books alone know, what the bank alone knows."""

    pairs: tuple[Pair, ...]
    alone: tuple[Side, ...]
    unbooked: tuple[Side, ...]


def merge(lines: Sequence[Side], movements: Sequence[Side], *, apart: Collection[str] = ()) -> Merger:
    """Pair each line with the movement of its amount that stands nearest, each once; `apart` are lines that a person keeps alone.

    Of several that could be, those whose words agree come first, then those of the nearest days, then in their order.
    """
    found: dict[str, Pair] = {}
    taken: set[str] = set()
    free = [line for line in lines if line.id not in apart]
    for _, _, _, _, line, movement, rivals in sorted(_possible(free, movements), key=lambda one: one[:4]):
        if line.id not in found and movement.id not in taken:
            taken.add(movement.id)
            found[line.id] = Pair(line, movement, _is_sure(line, movement, rivals))
    pairs = sorted(found.values(), key=lambda pair: (pair.movement.on, pair.movement.id))
    return Merger(
        tuple(pairs),
        tuple(sorted((line for line in lines if line.id not in found), key=_in_order)),
        tuple(sorted((moved for moved in movements if moved.id not in taken), key=_in_order)),
    )


_Possible = tuple[int, int, date, str, Side, Side, int]


def _possible(lines: Sequence[Side], movements: Sequence[Side]) -> Iterator[_Possible]:
    by_amount: dict[Decimal, list[Side]] = defaultdict(list)
    for movement in movements:
        by_amount[movement.amount].append(movement)
    for line in lines:
        words = _words(line.label)
        near = [moved for moved in by_amount[line.amount] if -LATEST <= moved.on - line.on <= EARLIEST]
        for movement in near:
            alike = len(words & _words(movement.label))
            yield -alike, abs((movement.on - line.on).days), movement.on, movement.id, line, movement, len(near)


def _is_sure(line: Side, movement: Side, rivals: int) -> bool:
    days = abs((movement.on - line.on).days)
    return (
        days <= 1 or (rivals == 1 and days <= UNDERWAY.days) or bool(_words(line.label) & _words(movement.label))
    )


def _words(label: str) -> frozenset[str]:
    """What tells labels apart: names and numbers, not the words that banks put before them."""
    return frozenset(word for word in folded(label).split() if len(word) > 3) - _OF_BANKS


_OF_BANKS = frozenset(
    [
        "CARTE",
        "CHEQUE",
        "CHEQUES",
        "ECHEANCE",
        "FACTURE",
        "FACTURES",
        "PAIEMENT",
        "PRELEVEMENT",
        "PRLV",
        "REGLEMENT",
        "REMISE",
        "SEPA",
        "VIREMENT",
        "ACHAT",
    ]
)


def _in_order(side: Side) -> tuple[date, str]:
    return side.on, side.id


@dataclass(frozen=True, slots=True)
class Proved:
    """What the statements prove of the period: the balance before its first movement, and after its last."""

    opened_on: date
    opening: Decimal
    closed_on: date
    closing: Decimal


def faults(proved: Proved, merger: Merger, *, before: Decimal, underway: Collection[str]) -> list[Fault]:
    """Everything that forbids merging: the books and the bank would not agree on the last day, or only by chance.

    `before` is what the books held when the first statement began, without the lines that the merger pairs; `underway` are
    lines of which a person says that the bank will still tell them.
    """
    return [
        *_at_the_start(proved, before),
        *_left_alone(proved, merger.alone, underway),
        *_at_the_end(proved, merger, before),
    ]


def _at_the_start(proved: Proved, before: Decimal) -> Iterator[Fault]:
    if before != proved.opening:
        yield Fault(
            "start",
            f"Au {proved.opened_on:%d/%m/%Y}, les livres portent {_euros(before)} et le premier relevé "
            f"{_euros(proved.opening)} : écart de {_euros(proved.opening - before)}.",
            "Saisissez l’à-nouveau de la banque, ou importez le relevé qui précède.",
        )


def _left_alone(proved: Proved, alone: Iterable[Side], underway: Collection[str]) -> Iterator[Fault]:
    late = [line for line in alone if line.id not in underway and line.on < proved.closed_on - UNDERWAY]
    worth = _euros(sum((line.amount for line in late), Decimal(0)))
    if len(late) == 1:
        yield Fault(
            "alone",
            f"1 ligne des livres n’a pas de mouvement à la banque, pour {worth}.",
            "Corrigez son montant, contre-passez-la si elle n’a pas eu lieu, ou dites qu’elle est encore en circulation.",
        )
    elif late:
        yield Fault(
            "alone",
            f"{len(late)} lignes des livres n’ont pas de mouvement à la banque, pour {worth}.",
            "Corrigez leur montant, contre-passez celles qui n’ont pas eu lieu, ou dites lesquelles sont en circulation.",
        )


def _at_the_end(proved: Proved, merger: Merger, before: Decimal) -> Iterator[Fault]:
    told = [*(pair.movement for pair in merger.pairs), *merger.unbooked]
    books = before + sum((one.amount for one in told), Decimal(0))
    # The first fault says it where the two differ from the start.
    if books != proved.closing and before == proved.opening:
        yield Fault(
            "end",
            f"Au {proved.closed_on:%d/%m/%Y}, les livres et les mouvements font {_euros(books)}, le relevé prouve "
            f"{_euros(proved.closing)} : écart de {_euros(proved.closing - books)}.",
            "Un relevé manque dans la période : importez-le d’abord.",
        )


def _euros(amount: Decimal) -> str:
    return f"{french(amount)}\u00a0€"

"""Missing documents: which bank movements still need a piece, and how far each is (`product.md`, *Missing documents*)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

JUSTIFIABLE = ("401", "404", "411")
"""Counterparts that need a document, unless the firm makes others justifiable."""
JUSTIFIABLE_IN_CASH = ("20", "21", "23", "60", "61", "62")
"""The same where a year is kept by cash (*trésorerie*): charges and assets themselves, since no third party stands between."""
OWN_PROOF = ("627",)
"""What the bank's statement itself proves: its fees."""


class Need(StrEnum):
    """Whether the firm asks for a document."""

    REQUIRED = "exigée"
    OPTIONAL = "facultative"


class Status(StrEnum):
    """How far a movement's document is."""

    TO_JUSTIFY = "a_justifier"
    IN_PROGRESS = "en_traitement"
    IN_VALIDATION = "en_validation"
    JUSTIFIED = "justifiee"

    @property
    def french(self) -> str:
        """As both sides read it."""
        return _FRENCH[self]


_FRENCH = {
    Status.TO_JUSTIFY: "À justifier",
    Status.IN_PROGRESS: "En traitement",
    Status.IN_VALIDATION: "En validation",
    Status.JUSTIFIED: "Justifiée",
}


class Reason(StrEnum):
    """Why the client says that there is no document."""

    LOST = "perdu"
    PERSONAL = "personnel"
    FEES = "frais"
    OTHER = "autre"

    @property
    def french(self) -> str:
        """In the client's words."""
        return _REASONS[self][0]

    @property
    def account(self) -> str:
        """Where the firm would put it, as a first idea."""
        return _REASONS[self][1]


_REASONS = {
    Reason.LOST: ("Je l’ai perdu", ""),
    Reason.PERSONAL: ("Dépense personnelle", "455000"),
    Reason.FEES: ("Frais bancaires", "627000"),
    Reason.OTHER: ("Autre", ""),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the firm asks of a dossier: from when, above which amount, on which counterparts."""

    is_on: bool
    since: date | None = None
    floor: Decimal = Decimal("0.00")
    justifiable: tuple[str, ...] = JUSTIFIABLE
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookedMovement:
    """A bank movement as booked, with what is known of its document and of its linked pieces.

    `is_read`: each was read; `is_entered`: each has an entry; `is_posted`: each is in the books; `is_part`: it pays less
    than they say; `is_covered`: one piece counts for a series of movements; `is_answered`: the client's words wait.
    """

    booked_on: date
    amount: Decimal
    counterparts: tuple[str, ...]
    is_matched: bool = False
    is_lettered: bool = False
    is_waived: bool = False
    in_closed_year: bool = False
    in_cash: bool = False
    is_read: bool = True
    is_entered: bool = True
    is_posted: bool = False
    has_gap: bool = False
    is_part: bool = False
    is_covered: bool = False
    is_answered: bool = False
    is_accepted: bool = False


def need(movement: BookedMovement, policy: Policy) -> Need | None:
    """Whether the firm asks for a document at all, and how firmly; what it said of one counterpart or label counts too."""
    if (
        not policy.is_on
        or movement.is_waived
        or movement.in_closed_year
        or (policy.since is not None and movement.booked_on < policy.since)
        or abs(movement.amount) < policy.floor
    ):
        return None
    usual = JUSTIFIABLE_IN_CASH if movement.in_cash else ()
    asked = [account for account in movement.counterparts if _is_any(account, policy.justifiable)]
    asked += [a for a in movement.counterparts if _is_any(a, usual) and not _is_any(a, OWN_PROOF)]
    if asked:
        return Need.REQUIRED
    is_optional = any(_is_any(account, policy.optional) for account in movement.counterparts)
    return Need.OPTIONAL if is_optional else None


def status(movement: BookedMovement, policy: Policy) -> Status | None:
    """How far a movement's document is; None where none is asked. It never waits for the firm to post.

    What the firm accepted stays accepted on whatever account it put it.
    """
    if movement.is_accepted:
        return Status.JUSTIFIED
    if need(movement, policy) is None:
        return None
    if movement.is_lettered or movement.is_covered:
        return Status.JUSTIFIED
    if movement.is_matched:
        return _of_linked(movement)
    return Status.IN_VALIDATION if movement.is_answered else Status.TO_JUSTIFY


def needs_document(movement: BookedMovement, policy: Policy) -> bool:
    """Whether the client is asked for a document: the answer never depends on when the firm posts."""
    return status(movement, policy) is Status.TO_JUSTIFY


def with_questions(found: Status | None, *, is_open: bool, is_answered: bool) -> Status | None:
    """A question of the firm's puts anything on the list; its answer waits for the firm."""
    if is_open:
        return Status.TO_JUSTIFY
    if is_answered and found in (None, Status.JUSTIFIED):
        return Status.IN_VALIDATION
    return found


def _of_linked(movement: BookedMovement) -> Status:
    if not movement.is_read:
        return Status.IN_PROGRESS
    if movement.has_gap and not movement.is_part:
        return Status.IN_VALIDATION
    if movement.in_cash:
        return Status.JUSTIFIED
    if not movement.is_entered:
        return Status.IN_VALIDATION
    if not movement.is_posted:
        return Status.IN_PROGRESS
    return Status.JUSTIFIED if movement.is_part else Status.IN_VALIDATION


def _is_any(account: str, stems: tuple[str, ...]) -> bool:
    return account.startswith(stems) if stems else False


@dataclass(frozen=True, slots=True)
class Series:
    """One piece that counts for many movements: those of one label, of one way, and of one amount unless it varies."""

    label_key: str
    is_out: bool
    amount: Decimal | None
    since: date
    until: date | None = None

    def covers(self, *, label_key: str, amount: Decimal, booked_on: date) -> bool:
        """Whether a movement is one of them."""
        return (
            label_key == self.label_key
            and (amount < 0) == self.is_out
            and (self.amount is None or amount == self.amount)
            and booked_on >= self.since
            and (self.until is None or booked_on <= self.until)
        )


@dataclass(frozen=True, slots=True)
class NumberGap:
    """Numbers of the company's own sales invoices that nobody has seen, between two that were."""

    after: str
    before: str
    numbers: tuple[str, ...]
    count: int


MOST_NUMBERS = 12
"""How many missing numbers are told one by one."""
WIDEST = 500
"""Past so many numbers, two invoices are of two sequences rather than of one with a gap."""


def number_gaps(numbers: Iterable[str]) -> list[NumberGap]:
    """Where the numbering of sales invoices leaves a gap: CGI annexe II, art. 242 nonies A wants one unbroken sequence.

    A sequence is what stands around the last figures: `V-2026-004` and `V-2026-007` leave 005 and 006.
    """
    sequences: dict[tuple[str, str], dict[int, str]] = {}
    for number in numbers:
        if (cut := _cut(number)) is not None:
            before, rank, after = cut
            sequences.setdefault((before, after), {}).setdefault(rank, number)
    found = [gap for (before, after), held in sequences.items() for gap in _gaps_of(before, after, held)]
    return sorted(found, key=lambda gap: gap.after)


def _gaps_of(before: str, after: str, held: dict[int, str]) -> Iterable[NumberGap]:
    ranks = sorted(held)
    for low, high in pairwise(ranks):
        width = len(held[low]) - len(before) - len(after)
        missing = range(low + 1, high)
        if 0 < len(missing) <= WIDEST:
            named = tuple(f"{before}{rank:0{width}d}{after}" for rank in missing[:MOST_NUMBERS])
            yield NumberGap(held[low], held[high], named, len(missing))


def _cut(number: str) -> tuple[str, int, str] | None:
    """Before, rank and after of a number: its last run of figures is its rank."""
    end = next((i for i in range(len(number), 0, -1) if _is_figure(number[i - 1])), 0)
    start = end
    while start and _is_figure(number[start - 1]):
        start -= 1
    if not end or end - start > 9:
        return None
    return number[:start], int(number[start:end]), number[end:]


def _is_figure(letter: str) -> bool:
    return letter.isascii() and letter.isdigit()

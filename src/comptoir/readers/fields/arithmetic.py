"""Which of the printed amounts are net, VAT and total: those that add up, and that their labels name.

Net + VAT = total, rate by rate, is the proof; labels choose between what adds up by chance.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from comptoir.domain.vat import RATES
from comptoir.readers.fields.amounts import Amount, Role

LEGAL = tuple(dict.fromkeys(rate.percent.normalize() + 0 for rate in RATES))
FOREIGN = (
    Decimal(19),
    Decimal(21),
    Decimal("7.7"),
    Decimal("8.1"),
    Decimal(22),
    Decimal(23),
    Decimal(16),
    Decimal(6),
)


UNSURE = 0.75
"""How sure a total may be at most while another adds up as well."""
NEAR = 1.0
"""Scores closer than this do not choose."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One rate's base and VAT in cents, proven by multiplication; `stated` is 1 where the rate stands in the row."""

    rate: Decimal
    base: int
    vat: int
    stated: float


@dataclass(frozen=True, slots=True)
class Sums:
    """The piece's sums in cents, the amounts that show them, and how well they are proven (0 to 1)."""

    total: Amount | None = None
    net: int | None = None
    vat: int | None = None
    net_shown: Amount | None = None
    vat_shown: Amount | None = None
    lines: tuple[Rated, ...] = ()
    proof: float = 0.0
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Addition:
    """Printed amounts that add up: net + VAT = total, rate by rate where rates are known."""

    score: float
    total: int
    net: int
    lines: tuple[Rated, ...] = ()


@dataclass
class _Board:
    """The amounts by value, with the best score of each role."""

    by_value: dict[int, list[Amount]] = field(default_factory=lambda: defaultdict(list))

    def score(self, value: int, role: Role) -> float:
        return max((amount.role(role) for amount in self.by_value.get(value, ())), default=0.0)

    def shown(self, value: int, role: Role) -> Amount | None:
        amounts = self.by_value.get(value)
        # The last of the best: sums stand at the foot.
        return max(amounts, key=lambda a: (a.role(role), a.row.index)) if amounts else None


def sums_of(amounts: Sequence[Amount], *, says_no_vat: bool) -> Sums:
    """The sums that the amounts prove best; the total alone where nothing adds up."""
    board = _Board()
    for amount in amounts:
        board.by_value[amount.cents].append(amount)
    rated = _rated(amounts, board)
    found = _wholes(list(_additions(board, rated, says_no_vat=says_no_vat)))
    best = max(found, key=lambda addition: addition.score, default=None)
    alone = _alone(board)
    if best is None or best.score < 2.6:
        return alone
    total, net, lines = best.total, best.net, best.lines
    return Sums(
        total=board.shown(total, Role.TOTAL),
        net=net,
        vat=total - net,
        net_shown=board.shown(net, Role.NET),
        vat_shown=board.shown(total - net, Role.VAT),
        lines=lines,
        proof=min(_proof(board, total, net, lines, alone), UNSURE if _has_rival(best, found) else 1.0),
        is_proven=bool(lines) or total == net,
    )


def _additions(board: _Board, rated: Sequence[Rated], *, says_no_vat: bool) -> Iterable[Addition]:
    """Everything that adds up."""
    totals = _totals(board)
    subsets = list(_subsets(rated))
    for total in totals:
        for lines in subsets:
            if sum(line.base + line.vat for line in lines) == total:
                net = sum(line.base for line in lines)
                yield Addition(_score(board, total, net, lines), total, net, lines)
        for net in board.by_value:
            vat = total - net
            if vat == 0 or net == 0 or (vat < 0) != (total < 0) or abs(vat) > 0.34 * abs(net):
                continue
            if vat in board.by_value:
                yield Addition(_score(board, total, net, ()), total, net)
        if says_no_vat and board.score(total, Role.TOTAL) >= 0.5:
            yield Addition(_score(board, total, total, ()) + 0.8, total, total)
        elif (
            board.score(total, Role.TOTAL) >= 0.8
            and board.score(total, Role.NET) >= 0.8
            and board.score(0, Role.VAT) >= 0.8
        ):
            yield Addition(_score(board, total, total, ()), total, total)


def _wholes(found: Sequence[Addition]) -> list[Addition]:
    """Without the parts: where two additions add up to a third, one rate's row is not the piece's total."""
    sums = {(addition.total, addition.net) for addition in found}
    parts = {
        part
        for part in sums
        for whole in sums
        if abs(part[0]) < abs(whole[0])
        and (rest := (whole[0] - part[0], whole[1] - part[1])) != part
        and rest in sums
    }
    return [addition for addition in found if (addition.total, addition.net) not in parts]


def _has_rival(best: Addition, found: Sequence[Addition]) -> bool:
    """Whether another total adds up and is named nearly as well: then neither is sure."""
    return any(other.total != best.total and other.score > best.score - NEAR for other in found)


def _totals(board: _Board) -> list[int]:
    values = [v for v in board.by_value if v and board.score(v, Role.TOTAL) >= 0.3]
    largest = sorted((v for v in board.by_value if v), key=abs, reverse=True)[:8]
    return list(dict.fromkeys([*values, *largest]))[:60]


def _score(board: _Board, total: int, net: int, lines: tuple[Rated, ...]) -> float:
    score = 3 * board.score(total, Role.TOTAL) + 2 * board.score(net, Role.NET)
    score += 2 * max(board.score(total - net, Role.VAT), min((0.9 * line.stated for line in lines), default=0.0))
    if lines:
        score += 1.5 + min(line.stated for line in lines) + 0.1 * len(lines)
    aside = max(board.score(total, Role.ASIDE) - board.score(total, Role.TOTAL), 0)
    return score - 0.5 * aside + (0.4 if abs(total) >= max(map(abs, board.by_value)) else 0.0)


def _proof(board: _Board, total: int, net: int, lines: tuple[Rated, ...], alone: Sums) -> float:
    """How sure the total is: added up and named is sure; only one of the two is not."""
    named = board.score(total, Role.TOTAL)
    parts = max(board.score(net, Role.NET), board.score(total - net, Role.VAT))
    stated = min((line.stated for line in lines), default=0.0)
    if named >= 0.5 and lines and (parts >= 0.5 or stated >= 1):
        proof = 0.98
    elif named >= 0.8 and parts >= 0.8:
        proof = 0.97 if total != net else 0.93
    elif named >= 0.5 and (parts >= 0.5 or lines):
        proof = 0.88
    elif named >= 0.5 and total == net:
        proof = 0.9
    else:
        proof = 0.7 if lines else 0.5
    rival = alone.total
    # Two sums both called the total: the other may be what is left to pay, or the true one.
    if rival is not None and rival.cents != total and rival.role(Role.TOTAL) > named + 0.1:
        proof = min(proof, 0.75)
    return proof


def _alone(board: _Board) -> Sums:
    """The total by its label alone, surer where it is printed again as what was paid."""
    named = [
        (board.score(value, Role.TOTAL), abs(value), value)
        for value in board.by_value
        if value and board.score(value, Role.TOTAL) > 0.3
    ]
    if not named:
        return Sums()
    best = max(score for score, _, _ in named)
    rivals = [(size, value) for score, size, value in named if score >= best - 0.01]
    _, value = max(rivals)
    shown = board.shown(value, Role.TOTAL)
    is_repeated = len(board.by_value[value]) > 1
    is_largest = abs(value) >= max(map(abs, board.by_value))
    proof = 0.5 + 0.25 * best + (0.1 if is_repeated else 0) + (0.05 if is_largest else 0)
    if len(rivals) > 1:
        proof = min(proof, 0.7)
    return Sums(total=shown, proof=min(proof, 0.88))


# ── Rates ──


def _rated(amounts: Sequence[Amount], board: _Board) -> list[Rated]:
    found: dict[tuple[Decimal, int, int], Rated] = {}
    by_row: dict[int, list[Amount]] = defaultdict(list)
    for amount in amounts:
        by_row[amount.row.index].append(amount)
    printed = tuple(dict.fromkeys(rate for amount in amounts for rate in amount.rates if rate))
    for row in by_row.values():
        for one in _in_row(row, printed):
            _keep_best(found, one)
    for amount in amounts:
        if amount.role(Role.VAT) >= 0.6:
            for one in _across(amount, board, printed):
                _keep_best(found, one)
    return sorted(found.values(), key=lambda r: -r.stated)[:14]


def _keep_best(found: dict[tuple[Decimal, int, int], Rated], one: Rated) -> None:
    key = (one.rate, one.base, one.vat)
    if key not in found or found[key].stated < one.stated:
        found[key] = one


def _in_row(row: Sequence[Amount], printed: Sequence[Decimal]) -> Iterable[Rated]:
    """Base and VAT (or VAT and total) side by side, as in a table of rates."""
    stated = row[0].rates
    if len(row) > 8:
        return
    for a, b in combinations({amount.cents for amount in row}, 2):
        small, large = sorted((a, b), key=abs)
        if not small or (small < 0) != (large < 0):
            continue
        # Where the page prints its rates, no other one is guessed.
        for rate in stated or printed or LEGAL:
            strength = 1.0 if rate in stated else 0.5 if rate in printed else 0.3
            if _agrees(large, rate, small):
                yield Rated(rate, large, small, strength)
            if rate and abs(large - small - _base_of(large, rate)) <= 1 and _agrees(large - small, rate, small, 1):
                yield Rated(rate, large - small, small, 0.9 * strength)


def _across(vat: Amount, board: _Board, printed: Sequence[Decimal]) -> Iterable[Rated]:
    """« TVA 20 % : 116,60 » under « Total HT : 583,00 »."""
    if not vat.cents:
        return
    for rate in vat.rates or printed or LEGAL:
        strength = 1.0 if rate in vat.rates else 0.6 if rate in printed else 0.4
        for value in board.by_value:
            if board.score(value, Role.NET) >= 0.5 and _agrees(value, rate, vat.cents):
                yield Rated(rate, value, vat.cents, strength)
            is_total = board.score(value, Role.TOTAL) >= 0.5
            if is_total and _agrees(value - vat.cents, rate, vat.cents):
                yield Rated(rate, value - vat.cents, vat.cents, 0.9 * strength)


def _agrees(base: int, rate: Decimal, vat: int, slack: int = 2) -> bool:
    """VAT summed from rounded lines may differ from the base's by a cent or two."""
    if not rate or (base < 0) != (vat < 0):
        return False
    exact = (base * rate / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return abs(int(exact) - vat) <= slack and abs(vat) > slack


def _base_of(total: int, rate: Decimal) -> int:
    return int((total / (1 + rate / 100)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _subsets(rated: Sequence[Rated]) -> Iterable[tuple[Rated, ...]]:
    """Sets of lines with one line a rate, at most five rates."""
    for size in range(1, min(5, len(rated)) + 1):
        for lines in combinations(rated, size):
            if len({line.rate for line in lines}) == size:
                yield lines

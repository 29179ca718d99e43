"""Rapprochement: which piece explains which bank movement, before anything is posted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from comptoir.domain.sums import NEIGHBOURS, ways
from comptoir.domain.text import distance, folded


@dataclass(frozen=True, slots=True)
class OpenPiece:
    """A piece that waits for its movement. `amount` is signed as the bank will show it: a purchase is negative.

    Already matched parts are taken off `amount` by the caller. `names` are the ways the other party may be
    written in a label (supplier's name, names learned from past matches).
    """

    id: str
    amount: Decimal
    issued_on: date | None
    due_on: date | None
    names: tuple[str, ...] = ()
    number: str | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class OpenMovement:
    """A bank movement that waits for its piece."""

    id: str
    amount: Decimal
    booked_on: date
    label: str
    counterparty: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Pieces and movements that belong together, with a score from 0 to 1 and its reason in French words."""

    pieces: tuple[str, ...]
    movements: tuple[str, ...]
    score: float
    reason: str
    is_sure: bool = field(default=False)


DAYS_BEFORE, DAYS_AFTER = 5, 120
"""A payment seldom stands before its piece (a deposit, a card on the eve), and seldom later than four months."""
SURE_DAYS = 75
"""Past this the same amount and name are proposed, not linked: next quarter's bill looks the same."""
NAME_LENGTH = 4


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A piece and a movement of the same amount within reach of each other, and what speaks for it."""

    piece: OpenPiece
    movement: OpenMovement
    days: int | None
    has_name: bool
    has_number: bool

    @property
    def score(self) -> float:
        """From 0 to 1: the amount is given, name and number weigh most, distance takes away."""
        distance = 0.0 if self.days is None else min(abs(self.days), DAYS_AFTER) / DAYS_AFTER
        return round(0.45 + 0.3 * self.has_number + 0.25 * self.has_name - 0.25 * distance, 4)

    @property
    def reason(self) -> str:
        """Why, in one line."""
        parts = ["même montant"]
        if self.days is not None:
            parts.append(distance(self.days))
        if self.has_number:
            parts.append("numéro dans le libellé")
        if self.has_name:
            parts.append("nom dans le libellé")
        return ", ".join(parts)

    @property
    def speaks(self) -> bool:
        """Whether more than the amount speaks for it."""
        return self.has_name or self.has_number


def pair(
    pieces: Sequence[OpenPiece],
    movements: Sequence[OpenMovement],
    *,
    rejected: frozenset[tuple[str, str]] = frozenset(),
    around: frozenset[str] | None = None,
) -> list[Pairing]:
    """Which pieces explain which movements: the sure ones first, then what a person should look at.

    Sure means: the exact amount, a name or a number that says so, and no rival that could claim either side. A
    wrong sure link is the worst outcome, since it takes a document off the client's list without anyone looking.

    `around` names the pieces and movements that are new: only what concerns them is answered, but judged against
    every rival given. Without it, all is answered.
    """
    if around is not None:
        fresh = [movement for movement in movements if movement.id in around]
        concerned = with_rivals(near(pieces, fresh, around), pieces, movements)
        return _answering(pair(concerned, movements, rejected=rejected), around)
    words = {movement.id: _words(movement) for movement in movements}
    candidates = _candidates(pieces, movements, words, rejected)
    found = _sure(candidates)
    taken = {key for pairing in found for key in (*pairing.pieces, *pairing.movements)}
    open_pieces = [piece for piece in pieces if piece.id not in taken]
    open_movements = [movement for movement in movements if movement.id not in taken]
    contested = {key for c in candidates for key in (c.piece.id, c.movement.id)} - taken
    sums = _sums(open_pieces, open_movements, words, rejected, contested)
    taken |= {key for p in sums if p.is_sure for key in (*p.pieces, *p.movements)}
    rest = [c for c in candidates if c.piece.id not in taken and c.movement.id not in taken]
    return [*found, *sums, *_proposed(rest)]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a movement must hold to concern some pieces: one of their amounts, or the first letters of a name."""

    amounts: frozenset[Decimal]
    stems: frozenset[str]

    @property
    def narrows(self) -> bool:
        """Whether looking for them costs less than looking at everything."""
        return len(self.amounts) <= 500 and len(self.stems) <= 60


def near(pieces: Sequence[OpenPiece], fresh: Sequence[OpenMovement], around: frozenset[str]) -> list[OpenPiece]:
    """The pieces that are new or that new movements could pay, and whatever could claim a movement instead of them."""
    amounts = {piece.amount for piece in pieces if piece.id in around} | {movement.amount for movement in fresh}
    names = {word for piece in pieces if piece.id in around for word in _name_words(piece)}
    names |= {word for movement in fresh for word in _words(movement)}
    stems = {word[:NAME_LENGTH] for word in names}
    return [
        piece
        for piece in pieces
        if piece.id in around
        or piece.amount in amounts
        or any(word[:NAME_LENGTH] in stems for word in _name_words(piece))
    ]


def with_rivals(
    concerned: Sequence[OpenPiece], pieces: Sequence[OpenPiece], movements: Iterable[OpenMovement]
) -> list[OpenPiece]:
    """These pieces, and any other of the exact amount of a movement that they may claim."""
    kept, amounts = {piece.id for piece in concerned}, {movement.amount for movement in movements}
    return [*concerned, *(piece for piece in pieces if piece.id not in kept and piece.amount in amounts)]


def hints(pieces: Iterable[OpenPiece]) -> Hints:
    """What to look for among the movements, for these pieces and their rivals."""
    kept = list(pieces)
    stems = {word[:NAME_LENGTH] for piece in kept for word in _name_words(piece)}
    return Hints(frozenset(piece.amount for piece in kept), frozenset(stems))


def _answering(pairings: Sequence[Pairing], around: frozenset[str]) -> list[Pairing]:
    """The pairings of the new ones, and the other proposals of the pieces in them, which are made again together."""
    is_new = [not around.isdisjoint((*pairing.pieces, *pairing.movements)) for pairing in pairings]
    touched = {piece for pairing, new in zip(pairings, is_new, strict=True) if new for piece in pairing.pieces}
    return [
        pairing
        for pairing, new in zip(pairings, is_new, strict=True)
        if new or (not pairing.is_sure and not touched.isdisjoint(pairing.pieces))
    ]


def _candidates(
    pieces: Sequence[OpenPiece],
    movements: Sequence[OpenMovement],
    words: Mapping[str, frozenset[str]],
    rejected: frozenset[tuple[str, str]],
) -> list[_Candidate]:
    """Every piece and movement of one amount within reach, found by the amount: never all against all."""
    by_amount: dict[Decimal, list[OpenMovement]] = defaultdict(list)
    for movement in movements:
        by_amount[movement.amount].append(movement)
    found = []
    for piece in pieces:
        names, number = _name_words(piece), _squeezed(piece.number or "")
        for movement in by_amount.get(piece.amount, ()):
            days = (movement.booked_on - piece.issued_on).days if piece.issued_on else None
            if (piece.id, movement.id) in rejected or not _within(piece, movement):
                continue
            found.append(
                _Candidate(
                    piece,
                    movement,
                    days,
                    _is_named(names, words[movement.id]),
                    _is_numbered(number, movement),
                )
            )
    return found


def _sure(candidates: Sequence[_Candidate]) -> list[Pairing]:
    """The best candidate of both its sides, with a word for it and every rival clearly behind."""
    of_piece: dict[str, list[_Candidate]] = defaultdict(list)
    of_movement: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        of_piece[candidate.piece.id].append(candidate)
        of_movement[candidate.movement.id].append(candidate)
    found: list[Pairing] = []
    used: set[str] = set()
    for one in sorted(candidates, key=lambda c: (-c.score, c.piece.id, c.movement.id)):
        if one.piece.id in used or one.movement.id in used or not _is_convincing(one):
            continue
        rivals = [c for c in (*of_piece[one.piece.id], *of_movement[one.movement.id]) if c is not one]
        if all(_yields(rival, one) for rival in rivals if not {rival.piece.id, rival.movement.id} & used):
            used |= {one.piece.id, one.movement.id}
            found.append(Pairing((one.piece.id,), (one.movement.id,), one.score, one.reason, is_sure=True))
    return found


def _is_convincing(one: _Candidate) -> bool:
    near = one.days is not None and -DAYS_BEFORE <= one.days <= SURE_DAYS
    return one.piece.is_sure and one.speaks and (near or one.has_number)


def _yields(rival: _Candidate, one: _Candidate) -> bool:
    """A rival yields to a number that it has not, to a name that it has not, or to a due day far nearer."""
    if one.has_number != rival.has_number:
        return one.has_number
    if one.has_name != rival.has_name:
        return one.has_name
    if one.has_number or one.days is None or rival.days is None:
        return False
    # Twelve rents of one amount: each month's bill is nearest to its own month's debit, by two weeks at least.
    return abs(rival.days) - abs(one.days) >= 14 and abs(one.days) <= 10


def _proposed(candidates: Sequence[_Candidate]) -> list[Pairing]:
    """At most the three best movements for each piece."""
    of_piece: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        of_piece[candidate.piece.id].append(candidate)
    return [
        Pairing((one.piece.id,), (one.movement.id,), one.score, one.reason)
        for rivals in of_piece.values()
        for one in sorted(rivals, key=lambda c: (-c.score, c.movement.id))[:3]
    ]


def _sums(
    pieces: Sequence[OpenPiece],
    movements: Sequence[OpenMovement],
    words: Mapping[str, frozenset[str]],
    rejected: frozenset[tuple[str, str]],
    contested: frozenset[str] | set[str],
) -> list[Pairing]:
    """One movement that pays several pieces of a party, and one piece paid in several movements of its name.

    Sure only where nothing of the exact amount could claim it (`contested`): a sum may fit by chance.
    """
    by_word: dict[str, list[OpenPiece]] = defaultdict(list)
    for piece in pieces:
        for word in _name_words(piece):
            by_word[word].append(piece)
    found: list[Pairing] = []
    named: dict[str, list[OpenMovement]] = defaultdict(list)
    for movement in movements:
        payable = _named_pieces(movement, words[movement.id], by_word, rejected)
        for piece in payable:
            named[piece.id].append(movement)
        solutions = ways([(p.id, p.amount) for p in payable], movement.amount)
        reason = "somme exacte de {} pièces, nom dans le libellé"
        certain = {p.id for p in payable if p.is_sure}
        found += [
            Pairing(ids, (movement.id,), 0.8, reason.format(len(ids)), len(solutions) == 1 and certain >= {*ids})
            for ids in solutions[:1]
        ]
    for piece in pieces:
        solutions = ways([(m.id, m.amount) for m in named[piece.id][:NEIGHBOURS]], piece.amount)
        reason = "payée en {} fois, nom dans le libellé"
        found += [
            Pairing((piece.id,), ids, 0.75, reason.format(len(ids)), len(solutions) == 1 and piece.is_sure)
            for ids in solutions[:1]
        ]
    claims = Counter(key for pairing in found for key in (*pairing.pieces, *pairing.movements))
    shared = {key for key, times in claims.items() if times > 1}
    claimed = shared | contested
    return [_judged(pairing, claimed) for pairing in found]


def _judged(pairing: Pairing, claimed: frozenset[str] | set[str]) -> Pairing:
    """A sum that shares nothing with another sum, nor with an exact amount, stays sure; any other is a doubt."""
    if pairing.is_sure and claimed.isdisjoint((*pairing.pieces, *pairing.movements)):
        return pairing
    return replace(pairing, score=pairing.score - 0.2, is_sure=False)


def _named_pieces(
    movement: OpenMovement,
    words: frozenset[str],
    by_word: Mapping[str, list[OpenPiece]],
    rejected: frozenset[tuple[str, str]],
) -> list[OpenPiece]:
    """The pieces of the party that the label names, within reach, nearest first."""
    seen = {piece.id: piece for word in words for piece in by_word.get(word, ())}
    near = [
        piece
        for piece in seen.values()
        if _is_named(_name_words(piece), words)
        and _within(piece, movement)
        and (piece.id, movement.id) not in rejected
    ]
    near.sort(key=lambda p: (abs((movement.booked_on - (p.issued_on or movement.booked_on)).days), p.id))
    return near[:NEIGHBOURS]


def _within(piece: OpenPiece, movement: OpenMovement) -> bool:
    if piece.issued_on is None:
        return True
    first = piece.issued_on - timedelta(days=DAYS_BEFORE)
    last = max(piece.issued_on, piece.due_on or piece.issued_on) + timedelta(days=DAYS_AFTER)
    return first <= movement.booked_on <= last


def _words(movement: OpenMovement) -> frozenset[str]:
    return frozenset(folded(f"{movement.label} {movement.counterparty or ''}").split())


_PLAIN_WORDS = frozenset(
    [
        "SARL",
        "SAS",
        "SASU",
        "EURL",
        "SOCIETE",
        "ETS",
        "ETABLISSEMENTS",
        "FRANCE",
        "GROUPE",
        "SERVICES",
        "SERVICE",
        "COMPAGNIE",
        "MAISON",
        "LES",
        "DES",
        "DE",
        "LA",
        "LE",
        "DU",
        "ET",
        "AUX",
    ]
)


def _name_words(piece: OpenPiece) -> frozenset[str]:
    return _telling_words(piece.names)


@lru_cache(maxsize=4096)
def _telling_words(names: tuple[str, ...]) -> frozenset[str]:
    """The words of a name that tell one party from another."""
    found = {word for name in names for word in folded(name).split()} - _PLAIN_WORDS
    return frozenset(word for word in found if len(word) >= NAME_LENGTH) or frozenset(found)


def _is_named(names: frozenset[str], words: frozenset[str]) -> bool:
    """Half of the telling words stand in the label, a bank's shortening counting as the word."""
    if not names:
        return False
    held = len(names & words)
    if held * 2 >= len(names):
        return True
    held += sum(any(_is_short_for(word, name) for word in words) for name in names - words)
    return held * 2 >= len(names)


def _is_short_for(word: str, name: str) -> bool:
    return (
        len(word) >= NAME_LENGTH
        and word[:NAME_LENGTH] == name[:NAME_LENGTH]
        and (name.startswith(word) or word.startswith(name))
    )


def _is_numbered(number: str, movement: OpenMovement) -> bool:
    if len(number) < 4 or not any(c.isdigit() for c in number):
        return False
    return number in _squeezed(f"{movement.label} {movement.reference or ''}")


@lru_cache(maxsize=65536)
def _squeezed(text: str) -> str:
    return folded(text).replace(" ", "")

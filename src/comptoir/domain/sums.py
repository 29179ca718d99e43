"""Which of several amounts make up another: what one payment settles, and what settles one piece."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

MOST_PARTS = 4
"""How many amounts may make up one: beyond, sums fit by chance."""
NEIGHBOURS = 12
"""How many candidates a sum is sought among; the search stays small whatever the dossier's size."""


def ways(amounts: Sequence[tuple[str, Decimal]], target: Decimal) -> list[tuple[str, ...]]:
    """Up to two ways to make the target of two to four of these amounts, named by their keys: two are a doubt."""
    cents, wanted = [int(amount * 100) for _, amount in amounts], int(target * 100)
    found: list[tuple[str, ...]] = []
    for size in range(2, MOST_PARTS + 1):
        for chosen in combinations(range(len(cents)), size):
            if sum([cents[rank] for rank in chosen]) == wanted:
                found.append(tuple(amounts[rank][0] for rank in chosen))
                if len(found) == 2:
                    return found
    return found

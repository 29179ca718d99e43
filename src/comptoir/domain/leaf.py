"""A leaf (*feuillet*): one page of one original, or the part of it that one piece takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

Point = tuple[float, float]
"""Across and down, in fractions of the page as it stands in the original, from its top left."""

Outline = tuple[Point, Point, Point, Point]
"""The four corners of a slip, clockwise from the slip's own top left: they say its tilt too."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a piece: which page of which original (from 1), what part of it, and how far it was turned.

    `outline` is None for the whole page; `turn` counts degrees clockwise, by quarters, after the part was cut out.
    """

    original: UUID
    page: int
    outline: Outline | None = None
    turn: int = 0

    @property
    def box(self) -> Box | None:
        """The upright rectangle around the part; None for the whole page."""
        if self.outline is None:
            return None
        across, down = zip(*self.outline, strict=True)
        return min(across), min(down), max(across), max(down)

    @property
    def is_whole(self) -> bool:
        """Whether it is the page as it came, not cut and not turned."""
        return self.outline is None and self.turn == 0

    def turned(self, degrees: int) -> "Leaf":
        """The same leaf, turned further."""
        return replace(self, turn=(self.turn + degrees) % 360)


def whole(original: UUID, pages: int) -> tuple[Leaf, ...]:
    """Every page of an original, as it came."""
    return tuple(Leaf(original, number) for number in range(1, pages + 1))


def outline_of(box: Box) -> Outline:
    """An upright rectangle as the four corners of a slip."""
    x0, y0, x1, y1 = box
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def is_outline(corners: Outline) -> bool:
    """Whether four corners bound a part of a page: within it, convex, clockwise, and not a sliver."""
    if not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners):
        return False
    around = [*corners, corners[0], corners[1]]
    turns = [_cross(a, b, c) for a, b, c in zip(around, around[1:], around[2:], strict=False)]
    return min(turns) > 0 and _area(corners) >= SMALLEST


def covers(parts: Sequence[Sequence[Leaf]], leaves: Sequence[Leaf]) -> bool:
    """Whether parts hold only these leaves or parts of them, each at most once; there is a part, and none is empty.

    How far a leaf is turned plays no role; a slip may be cut out of a page that was whole.
    """
    taken = [replace(leaf, turn=0) for part in parts for leaf in part]
    whole_pages = {(leaf.original, leaf.page) for leaf in leaves if leaf.outline is None}
    own = {replace(leaf, turn=0) for leaf in leaves}
    known = all(leaf in own or (leaf.original, leaf.page) in whole_pages for leaf in taken)
    return bool(parts) and all(parts) and len(set(taken)) == len(taken) and known and _is_cut(taken)


def _is_cut(taken: Sequence[Leaf]) -> bool:
    """Whether each outline bounds a part of its page."""
    return all(leaf.outline is None or is_outline(leaf.outline) for leaf in taken)


SMALLEST = 0.001
"""A thousandth of the page: a smaller part is a slip of the hand."""


def _cross(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _area(corners: Outline) -> float:
    closed = [*corners, corners[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed)) / 2

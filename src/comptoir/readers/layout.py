"""Words on a page, whoever saw them (a text layer or OCR), set in the lines that an eye would read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its box, in fractions of the page from its top left corner; `sure` is how well it was seen."""

    text: str
    box: Box
    sure: float = 1.0

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together: the column of a table, a label, a sentence."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return around(word.box for word in self.words)


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at one height of the page, cut in cells where the gap is wider than a space."""

    cells: tuple[Cell, ...]
    page: int = 1

    @property
    def text(self) -> str:
        return "  ".join(cell.text for cell in self.cells)

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for cell in self.cells for word in cell.words)

    @property
    def box(self) -> Box:
        return around(cell.box for cell in self.cells)

    @property
    def height(self) -> float:
        return median(word.height for word in self.words)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as read: its lines from top to bottom; `ratio` is its width over its height."""

    number: int
    lines: tuple[Line, ...]
    ratio: float = 0.707

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def page_of(words: Iterable[Word], number: int, ratio: float) -> Page:
    """The page that these words make."""
    rows = _rows(sorted(words, key=lambda word: (word.middle, word.box[0])))
    return Page(number, tuple(Line(_cells(row, ratio), number) for row in rows), ratio)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds them all."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words whose middles are within half a height of one another stand on one row."""
    rows: list[list[Word]] = []
    middle = height = -1.0
    for word in words:
        if rows and abs(word.middle - middle) <= 0.45 * min(height, max(word.height, 0.6 * height)):
            rows[-1].append(word)
            # The row follows its words slowly: a tilted line stays one row, two close lines stay two.
            middle += (word.middle - middle) / len(rows[-1])
        else:
            rows.append([word])
            middle, height = word.middle, word.height
    return [sorted(row, key=lambda word: word.box[0]) for row in rows]


def _cells(row: list[Word], ratio: float) -> tuple[Cell, ...]:
    cells: list[list[Word]] = [[row[0]]]
    for word in row[1:]:
        last = cells[-1][-1]
        # Boxes are fractions of the width, heights of the height: `ratio` brings both to one measure.
        gap = (word.box[0] - last.box[2]) * ratio
        if gap > 0.75 * min(word.height, last.height):
            cells.append([word])
        else:
            cells[-1].append(word)
    return tuple(Cell(tuple(cell)) for cell in cells)

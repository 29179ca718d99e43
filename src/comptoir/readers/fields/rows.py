"""A line of the page as one string in which a place can be found again: a space within a cell, a tab between cells."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from comptoir.domain.text import folded
from comptoir.readers.layout import Box, Line, Page, Word, around


@dataclass
class Row:
    """A line, its text, and which word each character belongs to."""

    line: Line
    index: int
    is_ocr: bool = False
    text: str = field(init=False)
    _owners: list[int] = field(init=False)

    def __post_init__(self) -> None:
        letters: list[str] = []
        owners: list[int] = []
        position = 0
        for number, cell in enumerate(self.line.cells):
            for rank, word in enumerate(cell.words):
                if position:
                    letters.append("\t" if rank == 0 and number else " ")
                    owners.append(position - 1)
                letters.append(word.text)
                owners.extend([position] * len(word.text))
                position += 1
        self.text, self._owners = "".join(letters), owners

    @property
    def page(self) -> int:
        return self.line.page

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return self.line.words

    @cached_property
    def folded(self) -> str:
        return folded(self.text)

    def words_at(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that hold the characters from start to end."""
        first, last = self._owners[start], self._owners[max(start, end - 1)]
        return self.words[first : last + 1]

    def box(self, start: int, end: int) -> Box:
        return around(word.box for word in self.words_at(start, end))

    def sure(self, start: int, end: int) -> float:
        """How well the least sure of these words was seen."""
        return min(word.sure for word in self.words_at(start, end))


def rows_of(pages: tuple[Page, ...], *, is_ocr: bool) -> list[Row]:
    """Every line of every page, in reading order."""
    lines = [line for page in pages for line in page.lines]
    return [Row(line, index, is_ocr) for index, line in enumerate(lines)]


def word_pattern(*shapes: str) -> re.Pattern[str]:
    """A pattern of whole words over folded text (capitals, no accents, single spaces)."""
    return re.compile(rf"(?<![A-Z0-9])(?:{'|'.join(shapes)})(?![A-Z0-9])")

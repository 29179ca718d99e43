"""A table of movements as it stands in a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from comptoir.gateways.bank.files.table import headings
from comptoir.gateways.bank.files.table.rows import Row


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file under its headings, which are empty where the bank writes none."""

    format: str
    headings: tuple[str, ...]
    rows: Sequence[Row]
    preamble: Sequence[Row] = ()
    is_cut: bool = False

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max([len(self.headings), *(len(cells) for _, cells in self.rows[:100])])

    @property
    def signature(self) -> str:
        """What the next file of the same bank has in common with this one."""
        return headings.signature(self.headings) if any(self.headings) else f"sans titre, {self.width} colonnes"

"""Curves drawn by the server: an SVG that needs no script, with its figures in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 720, 160
MARGIN = 8


@dataclass(frozen=True, slots=True)
class Chart:
    """A line over days, and what its reader has to know in words."""

    line: str
    area: str
    zero: float | None
    """Where the line of nothing stands, when the curve crosses it."""
    first_on: date
    last_on: date
    lowest: Decimal
    lowest_on: date
    highest: Decimal
    last: Decimal
    width: int = WIDTH
    height: int = HEIGHT


def line(days: Sequence[date], amounts: Sequence[Decimal]) -> Chart:
    """The chart of one amount a day; days and amounts are as many."""
    lowest, highest = min(amounts), max(amounts)
    bottom, top = min(lowest, Decimal(0)), max(highest, Decimal(0))
    span = (top - bottom) or Decimal(1)

    def height(amount: Decimal) -> float:
        return round(MARGIN + float((top - amount) / span) * (HEIGHT - 2 * MARGIN), 1)

    step = WIDTH / max(len(days) - 1, 1)
    points = [f"{round(rank * step, 1)},{height(amount)}" for rank, amount in enumerate(amounts)]
    drawn = "M" + " L".join(points)
    floor = height(Decimal(0))
    return Chart(
        line=drawn,
        area=f"{drawn} L{WIDTH},{floor} L0,{floor} Z",
        zero=floor if bottom < 0 < top else None,
        first_on=days[0],
        last_on=days[-1],
        lowest=lowest,
        lowest_on=days[amounts.index(lowest)],
        highest=highest,
        last=amounts[-1],
    )

"""One command, one table: `PYTHONPATH=src .venv/bin/python -m bench`.

`-m bench portfolio` prints that part alone, and so does `-m bench.reading`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comptoir.config import installation

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print each figure beside its limit."""
    with database():
        from bench import books, matching, portfolio

        seconds, precision, recall = matching.run()
        row("mesure", "valeur", "limite")
        row("rapprochement 10 000 × 10 000", f"{seconds:.1f} s", "≤ 20 s avec l’import")
        row("… précision et rappel des liens sûrs", f"{precision:.4f} et {recall:.3f}", "précision ≥ 0,99")
        for found in (*portfolio.rows(), *books.rows()):
            row(*found)
    from bench import cutting, isolation, likeness, live, mailing, reading, sending

    for found in (
        *isolation.rows(),
        *live.rows(),
        *sending.rows(),
        *mailing.rows(),
        *cutting.rows(),
        *likeness.rows(),
        *reading.rows(),
    ):
        row(*found)


@contextmanager
def database() -> Iterator[None]:
    """Django, with a database of its own that is up to date."""
    with installation.database(ROOT / "var" / "bench") as environment:
        installation.migrate(environment)
        installation.collect_static(environment)
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="comptoir.config.settings")
        import django

        django.setup()
        yield


def row(what: str, value: str, limit: str) -> None:
    """One line of the table."""
    print(f"{what:<92} {value:>34}  {limit}", flush=True)


def portfolio_alone() -> None:
    """Print the portfolio's figures alone."""
    with database():
        from bench import portfolio

        for found in portfolio.rows():
            row(*found)


if __name__ == "__main__":
    portfolio_alone() if sys.argv[1:] == ["portfolio"] else main()

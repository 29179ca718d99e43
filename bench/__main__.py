"""One command, one table: `PYTHONPATH=src .venv/bin/python -m bench`.

`-m bench portfolio`, `pieces`, `messages`, `matching`, `books` or `statements` prints that part alone, and so do `-m bench.reading`, `-m bench.streams` and `-m bench.first_page`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from comptoir.config import installation

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print each figure beside its limit."""
    with database():
        from bench import books, matching, messages, pieces, portfolio, statements

        seconds, precision, recall = matching.run()
        row("mesure", "valeur", "limite")
        row("rapprochement 10 000 × 10 000", f"{seconds:.1f} s", "≤ 20 s avec l’import")
        row("… précision et rappel des liens sûrs", f"{precision:.4f} et {recall:.3f}", "précision ≥ 0,99")
        for found in (*portfolio.rows(), *books.rows(), *statements.rows(), *pieces.rows(), *messages.rows()):
            row(*found)
    from bench import cutting, first_page, isolation, likeness, live, mailing, reading, ruling, sending, streams

    for found in (
        *ruling.rows(),
        *isolation.rows(),
        *live.rows(),
        *streams.rows(),
        *first_page.rows(),
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


def printed(found: Iterator[tuple[str, str, str]]) -> None:
    """Print the figures of one part that needs no database of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    for line in found:
        row(*line)


def row(what: str, value: str, limit: str) -> None:
    """One line of the table."""
    print(f"{what:<92} {value:>34}  {limit}", flush=True)


def alone(part: str) -> None:
    """Print the figures of one part that needs a database of its own."""
    with database():
        for found in import_module(f"bench.{part}").rows():
            row(*found)


if __name__ == "__main__":
    alone(sys.argv[1]) if len(sys.argv) > 1 else main()

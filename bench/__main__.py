"""One command, one table: `PYTHONPATH=src .venv/bin/python -m bench`; `-m bench.reading` prints the reading alone."""

import os
from pathlib import Path

from comptoir.config import installation

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print each figure beside its limit."""
    with installation.database(ROOT / "var" / "bench") as environment:
        installation.migrate(environment)
        installation.collect_static(environment)
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="comptoir.config.settings")
        import django

        django.setup()
        from bench import books, matching

        seconds, precision, recall = matching.run()
        _row("mesure", "valeur", "limite")
        _row("rapprochement 10 000 × 10 000", f"{seconds:.1f} s", "≤ 20 s avec l’import")
        _row("… précision et rappel des liens sûrs", f"{precision:.4f} et {recall:.3f}", "précision ≥ 0,99")
        for row in books.rows():
            _row(*row)
    from bench import isolation, live, reading

    for row in (*isolation.rows(), *live.rows(), *reading.rows()):
        _row(*row)


def _row(what: str, value: str, limit: str) -> None:
    print(f"{what:<92} {value:>34}  {limit}", flush=True)


if __name__ == "__main__":
    main()

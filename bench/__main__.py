"""One command, one table: `bin/comptoir bench` is not needed, `python -m bench` in the environment is enough."""

import os
from pathlib import Path

from comptoir.config import installation

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print each figure beside its limit."""
    with installation.database(ROOT / "var" / "bench") as environment:
        owner = installation.as_owner(environment)
        installation.manage(owner, "migrate", "--verbosity=0")
        installation.collect_static(environment)
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="comptoir.config.settings")
        import django

        django.setup()
        from bench import books, matching

        seconds, precision, recall = matching.run()
        print(f"{'mesure':<58} {'valeur':>26}  limite")
        _row("rapprochement 10 000 × 10 000", f"{seconds:.1f} s", "≤ 20 s avec l’import")
        _row("… précision et rappel des liens sûrs", f"{precision:.4f} et {recall:.3f}", "précision ≥ 0,99")
        for row in books.rows():
            _row(*row)
    from bench import live

    for row in live.rows():
        _row(*row)


def _row(what: str, value: str, limit: str) -> None:
    print(f"{what:<58} {value:>26}  {limit}", flush=True)


if __name__ == "__main__":
    main()

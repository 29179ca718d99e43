"""`comptoir verify`: every original is what came in, every validated entry is what was validated."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from comptoir.domain.fault import Fault

NAME = "verify"
HELP = "Prouve les originaux et la chaîne des écritures validées."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which data."""
    parser.add_argument("--data", type=Path, default=None, help="dossier des données (var/ par défaut)")


def run(args: argparse.Namespace) -> int:
    """0 when all is proved, 1 with each fault on a line."""
    from comptoir.config import installation
    from comptoir.config.environment import ROOT

    with installation.existing(args.data or ROOT / "var") as environment:
        return verify(environment)


def verify(environment: Mapping[str, str]) -> int:
    """Run every check against a database that answers."""
    import django

    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    django.setup()
    from comptoir.lib import tenancy

    faults = 0
    for name, check in _checks():
        found = [fault for firm_id in tenancy.every_firm() for fault in _in(firm_id, check)]
        faults += len(found)
        print(f"{name} : {'en ordre' if not found else f'{len(found)} anomalie(s)'}")
        for fault in found:
            print(f"  {fault}", file=sys.stderr)
    return 1 if faults else 0


def _in(firm_id: "UUID", check: "Callable[[], Iterator[Fault]]") -> "list[Fault]":
    from comptoir.lib import tenancy

    with tenancy.within(firm_id):
        return list(check())


def _checks() -> "list[tuple[str, Callable[[], Iterator[Fault]]]]":
    from comptoir.records.deposits.log import verify_log
    from comptoir.records.deposits.queries import verify_originals
    from comptoir.records.deposits.stamps import verify_stamps
    from comptoir.records.ebics.queries import verify_fetched
    from comptoir.records.ledger.queries import verify_chain
    from comptoir.records.missing.queries import verify_lists
    from comptoir.records.missing.standings import verify_standings

    return [
        ("Originaux", verify_originals),
        ("Fichiers des banques", verify_fetched),
        ("Registre des dépôts", verify_log),
        ("Horodatages", verify_stamps),
        ("Chaîne des écritures validées", verify_chain),
        ("Listes des pièces manquantes", verify_lists),
        ("Lignes du portefeuille", verify_standings),
    ]

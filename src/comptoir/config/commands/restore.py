"""`comptoir restore DIR`: into an empty installation, then verified."""

import argparse
import sys
from pathlib import Path

NAME = "restore"
HELP = "Restaure une sauvegarde dans une installation vide, puis la vérifie."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from, and into which data."""
    parser.add_argument("source", type=Path, metavar="DOSSIER")
    parser.add_argument("--data", type=Path, default=None, help="dossier des données, neuf (var/ par défaut)")


def run(args: argparse.Namespace) -> int:
    """0 when everything is there and verified, 1 with the reason."""
    from comptoir.config import installation
    from comptoir.config.commands.verify import verify
    from comptoir.config.environment import ROOT
    from comptoir.lib.backup import BackupFault, restore

    data = args.data or ROOT / "var"
    try:
        with installation.database(data) as environment:
            owner = installation.as_owner(environment)["DATABASE_URL"]
            count = restore(owner_url=owner, data=data, source=args.source.resolve())
            installation.grant(environment)
            print(f"{count} fichiers restaurés. Vérification…")
            return verify(environment)
    except BackupFault as fault:
        print(fault, file=sys.stderr)
        return 1

"""`comptoir backup DIR`: database and originals, in a folder that proves itself."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

NAME = "backup"
HELP = "Sauvegarde la base et les originaux dans un dossier neuf."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and which data."""
    parser.add_argument("to", type=Path, metavar="DOSSIER")
    parser.add_argument("--data", type=Path, default=None, help="dossier des données (var/ par défaut)")


def run(args: argparse.Namespace) -> int:
    """0 with the number of files, 1 with the reason."""
    from comptoir.config import installation
    from comptoir.config.environment import ROOT
    from comptoir.lib.backup import BackupFault, backup

    data = args.data or ROOT / "var"
    try:
        with installation.existing(data) as environment:
            owner = installation.as_owner(environment)["DATABASE_URL"]
            count = backup(database_url=owner, data=data, to=args.to.resolve(), at=datetime.now(UTC))
    except BackupFault as fault:
        print(fault, file=sys.stderr)
        return 1
    print(
        f"Sauvegarde écrite dans « {args.to} » : {count} fichier{'s' if count > 1 else ''}, chacun avec son empreinte."
    )
    return 0

"""`comptoir manage …`: Django's own commands, with the database at hand."""

import argparse
from pathlib import Path

NAME = "manage"
HELP = "Les commandes de Django, avec la base de données en marche."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The data folder, and whatever Django understands."""
    parser.add_argument("--data", type=Path, default=None, help="dossier des données (var/ par défaut)")
    parser.add_argument("--owner", action="store_true", help="avec les droits du propriétaire de la base")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="commande de Django et ses options")


def run(args: argparse.Namespace) -> int:
    """Hand over to Django."""
    from comptoir.config import installation
    from comptoir.config.environment import ROOT

    with installation.database(args.data or ROOT / "var") as environment:
        chosen = installation.as_owner(environment) if args.owner else environment
        installation.manage(chosen, *args.arguments)
        if args.owner:  # what the owner has just made, the working role may use
            installation.grant(environment)
    return 0

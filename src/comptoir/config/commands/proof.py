"""`comptoir proof --company NAME DIR`: a dossier's deposit log and its time-stamps, for strangers to check by themselves."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.config import dossier_folder

if TYPE_CHECKING:
    from comptoir.records.firms.models import Company

NAME = "proof"
HELP = "Écrit la preuve des dépôts d’un dossier : registre, sceaux, horodatages, et comment les vérifier."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose proof, where to, and which data."""
    dossier_folder.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 with what was written, 1 with the reason."""
    return dossier_folder.run(args, write)


def write(company: "Company", to: Path) -> str:
    """The proof of a dossier's deposits, in a folder that is there; says what it holds."""
    from comptoir.records.exports import proof

    return proof.write(company, to)

"""What a command writes of one dossier, into a new folder: the dossier that is meant, and a folder that is whole or not there."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptoir.records.firms.models import Company

Write = Callable[["Company", Path], str]
"""Write all of a dossier into a folder, and say in words what was written."""


class NotWritten(Exception):
    """Rien n’a été écrit."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which dossier, where to, and which data."""
    parser.add_argument("--company", required=True, metavar="DOSSIER", help="nom, référence ou identifiant")
    parser.add_argument("to", type=Path, metavar="DIR", help="un dossier vide ou nouveau")
    parser.add_argument("--data", type=Path, default=None, help="dossier des données (var/ par défaut)")


def run(args: argparse.Namespace, write: Write) -> int:
    """0 with what was written, 1 with the reason."""
    from comptoir.config import installation
    from comptoir.config.environment import ROOT

    with installation.existing(args.data or ROOT / "var") as environment:
        return written(environment, args.company, args.to, write)


def written(environment: Mapping[str, str], said: str, to: Path, write: Write) -> int:
    """Write the one dossier that is meant, from a database that answers."""
    import django

    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    django.setup()
    try:
        print(_written(said, to, write))
    except NotWritten as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"« {to} » ne s’écrit pas : {fault.strerror}.", file=sys.stderr)
        return 1
    return 0


def _written(said: str, to: Path, write: Write) -> str:
    from comptoir.lib import tenancy

    company = _meant(said)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise NotWritten(f"« {to} » n’est pas un dossier vide : choisissez un dossier vide ou nouveau.")
    # Under another name until it is whole: a half looks like the whole to who opens it later.
    aside = to.resolve().with_name(f"{to.resolve().name}.en-cours")
    if aside.exists():
        raise NotWritten(f"« {aside} » est resté d’une autre fois : retirez-le d’abord.")
    if to.exists():
        to.rmdir()  # now rather than at the end: a folder that cannot be replaced is known before hours of work
    aside.mkdir(parents=True)
    with tenancy.within(company.firm_id, company.pk):
        told = write(company, aside)
    aside.rename(to)
    return f"« {company.name} » est écrit dans « {to} » : {told}. Commencez par LISEZMOI.txt."


def _meant(said: str) -> "Company":
    from comptoir.lib import tenancy
    from comptoir.records.firms import queries

    found: list[Company] = []
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            found += queries.answering_to(firm_id, said)
    if not found:
        raise NotWritten(f"Aucun dossier ne s’appelle « {said} », ni n’a cette référence ou cet identifiant.")
    if len(found) > 1:
        named = "\n".join(f"  {company.pk}  {company.name}" for company in found)
        raise NotWritten(
            f"Plusieurs dossiers répondent à « {said} ». Donnez l’identifiant de l’un d’eux :\n{named}"
        )
    return found[0]

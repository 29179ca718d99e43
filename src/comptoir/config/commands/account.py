"""`comptoir account … ADDRESS`: for who runs the server, when a person has lost every way in."""

import argparse
import os
import sys
from pathlib import Path

NAME = "account"
HELP = "Rend son accès à une personne qui a perdu son second facteur, ou qui doit attendre."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and whose account."""
    parser.add_argument("what", choices=("reset-second-factor", "unlock"), metavar="reset-second-factor|unlock")
    parser.add_argument("address", metavar="ADRESSE")
    parser.add_argument("--data", type=Path, default=None, help="dossier des données (var/ par défaut)")


def run(args: argparse.Namespace) -> int:
    """0 with what was done, 1 where nobody has this address."""
    from comptoir.config import installation
    from comptoir.config.environment import ROOT

    with installation.existing(args.data or ROOT / "var") as environment:
        os.environ.update(environment)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
        import django

        django.setup()
        return _done(args.what, args.address)


def _done(what: str, address: str) -> int:
    from django.utils import timezone

    from comptoir.records.accounts import actions as accounts
    from comptoir.records.firms import queries as people

    person = people.by_address(address)
    if person is None:
        print(f"Personne n’a de compte à l’adresse « {address} ».", file=sys.stderr)
        return 1
    accounts.forget_failures(address=person.email)
    if what == "reset-second-factor":
        accounts.reset_second_factor(person=person, at=timezone.now())
        print(f"{person.full_name} n’a plus de second facteur : le mot de passe suffit, jusqu’à en ajouter un.")
    else:
        print(f"{person.full_name} peut se connecter sans attendre.")
    return 0

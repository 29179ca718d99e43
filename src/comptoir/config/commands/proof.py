"""`comptoir proof --company NAME DIR`: a dossier's deposit log and its time-stamps, for strangers to check by themselves."""

import argparse
import os
import shutil
import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from comptoir.config.proof_readme import readme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from comptoir.records.deposits.models import Arrival
    from comptoir.records.firms.models import Company

NAME = "proof"
HELP = "Écrit la preuve des dépôts d’un dossier : registre, sceaux, horodatages, et comment les vérifier."
HEAD = ("Ligne", "Pièce", "Fichier", "SHA-256", "Octets", "Arrivée par", "Déposée par", "Le (UTC)", "Sceau")


class NotWritten(Exception):
    """La preuve n’a pas été écrite."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose proof, where to, and which data."""
    parser.add_argument("--company", required=True, metavar="DOSSIER", help="nom, référence ou identifiant")
    parser.add_argument("to", type=Path, metavar="DIR", help="un dossier vide ou nouveau")
    parser.add_argument("--data", type=Path, default=None, help="dossier des données (var/ par défaut)")


def run(args: argparse.Namespace) -> int:
    """0 with what was written, 1 with the reason."""
    from comptoir.config import installation
    from comptoir.config.environment import ROOT

    with installation.existing(args.data or ROOT / "var") as environment:
        return prove(environment, args.company, args.to)


def prove(environment: "Mapping[str, str]", said: str, to: Path) -> int:
    """Write the proof of the one dossier that is meant, from a database that answers."""
    import django

    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    django.setup()
    try:
        print(_proved(said, to))
    except NotWritten as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"« {to} » ne s’écrit pas : {fault.strerror}.", file=sys.stderr)
        return 1
    return 0


def _proved(said: str, to: Path) -> str:
    from comptoir.lib import tenancy

    company = _meant(said)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise NotWritten(f"« {to} » n’est pas un dossier vide : choisissez un dossier vide ou nouveau.")
    # Under another name until it is whole: half a proof proves nothing, and does not look like one.
    aside = to.resolve().with_name(f"{to.resolve().name}.en-cours")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with tenancy.within(company.firm_id, company.pk):
        told = _write(company, aside)
    if to.exists():
        to.rmdir()
    aside.rename(to)
    return f"Preuve de « {company.name} » écrite dans « {to} » : {told}. Commencez par LISEZMOI.txt."


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


def _write(company: "Company", to: Path) -> str:
    from django.conf import settings

    # Stamps first: lines are only added, so every stamp that was seen finds its line.
    authorities = _write_stamps(company, to / "horodatages")
    count = _write_log(company, to)
    certificates = settings.TIMESTAMP.certificates if settings.TIMESTAMP and authorities else b""
    if certificates:
        (to / "autorite.pem").write_bytes(certificates)
    text = readme(company.name, str(company.pk), count, authorities, has_certificates=bool(certificates))
    (to / "LISEZMOI.txt").write_text(text, encoding="utf-8")
    stamped = len(authorities)
    return f"{count} ligne{'s'[: count > 1]}, {stamped} horodatage{'s'[: stamped > 1]}"


def _write_stamps(company: "Company", to: Path) -> list[str]:
    """One file a token, named after its line; returns the authority of each."""
    from comptoir.records.deposits import stamps

    authorities = []
    for stamp in stamps.of(company):
        to.mkdir(exist_ok=True)
        (to / f"{stamp.number}.tsr").write_bytes(bytes(stamp.token))
        authorities.append(stamp.authority)
    return authorities


def _write_log(company: "Company", to: Path) -> int:
    """The log as it is sealed, its seals, and the same for a spreadsheet; returns how many lines."""
    from comptoir.lib.sheets import csv_file
    from comptoir.records.deposits import log

    with (
        (to / "registre.jsonl").open("w", encoding="utf-8", newline="\n") as sealed,
        (to / "sceaux.txt").open("w", encoding="ascii", newline="\n") as seals,
        (to / "registre.csv").open("wb") as table,
        csv_file(HEAD, _written(log.lines(company), sealed, seals)) as rows,
    ):
        shutil.copyfileobj(rows, table)
    return len((to / "sceaux.txt").read_bytes().splitlines())


def _written(
    lines: "Iterator[tuple[Arrival, str]]", sealed: TextIO, seals: TextIO
) -> "Iterator[Sequence[object]]":
    """Write each line as it is sealed on its way to the spreadsheet: read twice, the log may have grown meanwhile."""
    for row, text in lines:
        sealed.write(f"{text}\n")
        seals.write(f"{row.seal}\n")
        yield _cells(row)


def _cells(row: "Arrival") -> "Sequence[object]":
    by = row.by.full_name if row.by else ""
    at = row.at.astimezone(UTC).isoformat()
    original = row.original
    way = row.get_way_display()
    return row.number, row.document_id, row.filename, original.sha256, original.size, way, by, at, row.seal

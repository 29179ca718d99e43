"""The proof of a dossier's deposits as files: log, seals, time-stamps, for strangers to check by themselves."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import TextIO

from django.conf import settings

from comptoir.lib.sheets import csv_file
from comptoir.records.deposits import log, stamps
from comptoir.records.deposits.models import Arrival
from comptoir.records.exports.proof_readme import readme
from comptoir.records.firms.models import Company

HEAD = ("Ligne", "Pièce", "Fichier", "SHA-256", "Octets", "Arrivée par", "Déposée par", "Le (UTC)", "Sceau")


def write(company: Company, to: Path) -> str:
    """The proof of a dossier's deposits, in a folder that is there; says what it holds."""
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


def _write_stamps(company: Company, to: Path) -> list[str]:
    """One file a token, named after its line; returns the authority of each."""
    authorities = []
    for stamp in stamps.of(company):
        to.mkdir(exist_ok=True)
        (to / f"{stamp.number}.tsr").write_bytes(bytes(stamp.token))
        authorities.append(stamp.authority)
    return authorities


def _write_log(company: Company, to: Path) -> int:
    """The log as it is sealed, its seals, and the same for a spreadsheet; returns how many lines."""
    with (
        (to / "registre.jsonl").open("w", encoding="utf-8", newline="\n") as sealed,
        (to / "sceaux.txt").open("w", encoding="ascii", newline="\n") as seals,
        (to / "registre.csv").open("wb") as table,
        csv_file(HEAD, _written(log.lines(company), sealed, seals)) as rows,
    ):
        shutil.copyfileobj(rows, table)
    return len((to / "sceaux.txt").read_bytes().splitlines())


def _written(lines: Iterator[tuple[Arrival, str]], sealed: TextIO, seals: TextIO) -> Iterator[Sequence[object]]:
    """Write each line as it is sealed on its way to the spreadsheet: read twice, the log may have grown meanwhile."""
    for row, text in lines:
        sealed.write(f"{text}\n")
        seals.write(f"{row.seal}\n")
        yield _cells(row)


def _cells(row: Arrival) -> Sequence[object]:
    by = row.by.full_name if row.by else ""
    at = row.at.astimezone(UTC).isoformat()
    original = row.original
    way = row.get_way_display()
    return row.number, row.document_id, row.filename, original.sha256, original.size, way, by, at, row.seal

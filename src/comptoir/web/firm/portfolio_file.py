"""The portfolio as a spreadsheet opens it: semicolons, commas in figures, French dates, UTF-8 with its mark."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from comptoir.records.missing.portfolio import Row

HEAD = (
    "Référence", "Dossier", "Forme", "SIREN", "Clôture", "Tenue", "Contact", "Tenu par", "À traiter", "Suspens", "À lettrer",
    "À valider", "Lignes nouvelles", "Manquantes", "Messages à traiter", "Dernier dépôt", "Dernière tenue", "Banque prouvée au",
)  # fmt: skip


def write_csv(out: Any, rows: Iterable[Row]) -> None:
    """Write the rows whose figures the person may know."""
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(_cells(row) for row in rows)


def _cells(row: Row) -> list[str]:
    company, standing = row.company, row.standing
    named = [company.reference, company.name, company.legal_form, company.siren]
    keepers = ", ".join(person.full_name for person in row.keepers)
    if standing is None:
        return [_plain(text) for text in (*named, "", "", "", keepers)]
    figures = (
        standing.to_review, standing.in_suspense, standing.unlettered, standing.to_validate, standing.unseen,
        standing.missing, standing.messages,
    )  # fmt: skip
    days = (standing.last_deposit_at, standing.kept_at, standing.proved_on)
    return [
        *(_plain(text) for text in named),
        _day(row.closes_on),
        "Manuelle" if company.is_kept_by_hand else "Automatique",
        _plain(row.contact.name if row.contact else ""),
        _plain(keepers),
        *map(str, figures),
        *map(_day, days),
    ]


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: a name is typed by anybody."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return f"{value:%d/%m/%Y}" if value else ""

"""The FEC (*fichier des écritures comptables*): written as LPF art. A47 A-1 wants it.

Eighteen columns, tab between them, decimal comma, dates AAAAMMJJ, UTF-8. `fec_check` judges what others wrote.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from comptoir.domain.text import on_one_line

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
    "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet",
    "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FecLine:
    """One line of the file; None for what is not known yet (a provisional line has no `validated_on`)."""

    journal: str
    journal_label: str
    number: str
    dated_on: date
    account: str
    account_label: str
    auxiliary: str
    auxiliary_label: str
    piece_ref: str
    piece_on: date
    label: str
    debit: Decimal
    credit: Decimal
    letter: str = ""
    lettered_on: date | None = None
    validated_on: date | None = None


def file_name(siren: str, closes_on: date, *, is_provisional: bool) -> str:
    """`<SIREN>FEC<closing date>.txt`; a provisional file never bears the legal name."""
    return f"{siren}FEC{closes_on:%Y%m%d}{'-PROVISOIRE' if is_provisional else ''}.txt"


def write(lines: Iterable[FecLine]) -> Iterator[str]:
    """The file's lines, its header first, each with its end."""
    yield "\t".join(COLUMNS) + "\r\n"
    for line in lines:
        yield "\t".join(_fields(line)) + "\r\n"


def description(*, company: str, siren: str, opens_on: date, closes_on: date, lines: int) -> str:
    """The descriptive note that goes with the file (BOI-CF-IOR-60-40-20)."""
    return (
        f"Descriptif du fichier des écritures comptables\n\n"
        f"Entreprise : {company} (SIREN {siren or 'non renseigné'})\n"
        f"Exercice : du {opens_on:%d/%m/%Y} au {closes_on:%d/%m/%Y}\n"
        f"Lignes d’écriture : {lines}\n\n"
        "Fichier texte à plat, encodage UTF-8, fin de ligne CR LF, première ligne de titres.\n"
        "Séparateur de zones : tabulation. Dates : AAAAMMJJ. Montants : virgule décimale, sans séparateur "
        "de milliers.\n"
        "Zones : " + ", ".join(COLUMNS) + ".\n"
        "EcritureNum : code du journal et rang dans ce journal, continu sur l’exercice, donné à la validation.\n"
        "Ordre : à-nouveaux, puis ordre de validation des écritures.\n"
        "Établi par Comptoir conformément à l’article A. 47 A-1 du livre des procédures fiscales.\n"
    )


def _fields(line: FecLine) -> tuple[str, ...]:
    return (
        on_one_line(line.journal), on_one_line(line.journal_label), on_one_line(line.number), _day(line.dated_on),
        line.account, on_one_line(line.account_label), on_one_line(line.auxiliary), on_one_line(line.auxiliary_label),
        on_one_line(line.piece_ref), _day(line.piece_on), on_one_line(line.label), _amount(line.debit),
        _amount(line.credit), line.letter, _day(line.lettered_on), _day(line.validated_on), "", "",
    )  # fmt: skip


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


@lru_cache(maxsize=2048)
def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""

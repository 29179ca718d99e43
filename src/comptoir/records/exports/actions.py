"""Writing FECs: the legal one from validated entries alone, the provisional one from everything posted."""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import IO

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from comptoir.domain import chart, fec
from comptoir.lib.live import announce
from comptoir.records.audit.actions import note, record
from comptoir.records.exports.models import FecExport
from comptoir.records.firms.models import Company, Firm, Person
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.models import Entry, FiscalYear, Line

COLUMNS = (
    "entry__journal__code", "entry__journal__label", "entry__number", "entry__dated_on", "account",
    "auxiliary__code", "auxiliary__name", "entry__piece_ref", "entry__piece_on", "label", "debit", "credit",
    "lettered__lettrage__code", "lettered__lettrage__at", "entry__validated_at", "entry_id",
)  # fmt: skip
BATCH = 5000


class PostedRemain(Exception):
    """Des écritures de l’exercice ne sont pas validées : le FEC légal n’en contient que de validées."""


class YearGone(Exception):
    """Cet exercice a été retiré entre-temps : il n’a pas de FEC."""


@dataclass(frozen=True, slots=True)
class Written:
    """A FEC as it goes out: its row, its file (open, at its start), and the note that explains it."""

    export: FecExport
    file: IO[bytes]
    description: str


@transaction.atomic
def export_fec(*, year: FiscalYear, is_provisional: bool, by: Person | None, at: datetime) -> Written:
    """Write the FEC of a fiscal year and keep it; raises `PostedRemain` for a legal one with posted entries left.

    The year neither moves nor goes while its FEC is written; raises `YearGone` where somebody took it away just before.
    """
    if not FiscalYear.objects.select_for_update(no_key=True, of=("self",)).filter(pk=year.pk):
        raise YearGone(YearGone.__doc__)
    if not is_provisional and Entry.objects.posted().filter(fiscal_year=year).exists():
        raise PostedRemain(PostedRemain.__doc__)
    file, lines, sha256 = _written(year, is_provisional=is_provisional)
    company = year.company
    export = FecExport.objects.create(
        firm_id=year.firm_id,
        company=company,
        fiscal_year=year,
        name=fec.file_name(company.siren or "000000000", year.closes_on, is_provisional=is_provisional),
        is_provisional=is_provisional,
        lines=lines,
        sha256=sha256,
        by=by,
        at=at,
    )
    if not is_provisional:
        storages["default"].save(f"fec/{export.pk}", File(file))
        file.seek(0)
    record("export_fec", export, by=by, at=at, name=export.name, sha256=export.sha256)
    announce(company.pk, ["production"])
    note = fec.description(
        company=company.name, siren=company.siren, opens_on=year.opens_on, closes_on=year.closes_on, lines=lines
    )
    return Written(export, file, note)


def note_list_taken(*, of: Company | Firm, filename: str, by: Person, at: datetime) -> None:
    """Somebody took a list away as a file: the log says who, which one, and of which dossier."""
    company_id = of.pk if isinstance(of, Company) else None
    note("export_list", firm_id=of.firm_id, company_id=company_id, person_id=by.pk, at=at, filename=filename)


def _written(year: FiscalYear, *, is_provisional: bool) -> tuple[IO[bytes], int, str]:
    """The file on disk, its number of lines, its fingerprint: written as it is read, whatever its size."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the answer that carries it
    digest, lines = hashlib.sha256(), -1  # the header is no line
    for line in fec.write(fec_lines(year, is_provisional=is_provisional)):
        encoded = line.encode()
        file.write(encoded)
        digest.update(encoded)
        lines += 1
    file.seek(0)
    return file, lines, digest.hexdigest()


def fec_lines(year: FiscalYear, *, is_provisional: bool) -> Iterator[fec.FecLine]:
    """The lines of a year: opening balances first, then in the order of validation; posted ones last, numbered."""
    rows = Line.objects.filter(entry__fiscal_year=year, entry__posted_at__isnull=False)
    if not is_provisional:
        rows = rows.filter(entry__validated_at__isnull=False)
    opening_first = Case(When(entry__journal__code="AN", then=Value(0)), default=Value(1))
    ordered = rows.order_by(
        opening_first, "entry__chain_rank", "entry__dated_on", "entry__posted_at", "entry_id", "position"
    )
    labels = _Labels(year.opens_on.year, books.own_labels(year.company))
    numbers = _Numbers()
    for row in ordered.values_list(*COLUMNS).iterator(chunk_size=BATCH):
        (journal, journal_label, number, dated_on, account, code, name, ref, ref_on, label, debit, credit,
         letter, lettered_at, validated_at, entry_id) = row  # fmt: skip
        yield fec.FecLine(
            journal, journal_label, number or numbers.of(journal, entry_id), dated_on, account, labels.of(account),
            code or "", name or "", ref, ref_on, label, debit, credit, letter or "",
            _paris_day(lettered_at), _paris_day(validated_at),
        )  # fmt: skip


@lru_cache(maxsize=2048)
def _paris_day(moment: datetime | None) -> date | None:
    """The day that it was in France: just after midnight, UTC still says the day before."""
    return timezone.localdate(moment) if moment else None


class _Labels:
    """The label of each account, looked up once: the dossier's own, else the general chart's."""

    def __init__(self, year: int, own: dict[str, str]) -> None:
        self.year, self.known = year, own

    def of(self, account: str) -> str:
        if account not in self.known:
            self.known[account] = chart.label(account, self.year)
        return self.known[account]


class _Numbers:
    """Provisional numbers of posted entries, by journal; they are not the ones that validation will give."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.given: tuple[object, str] = (None, "")

    def of(self, journal: str, entry_id: object) -> str:
        if self.given[0] != entry_id:
            self.last[journal] = self.last.get(journal, 0) + 1
            self.given = (entry_id, f"P-{journal}-{self.last[journal]:05d}")
        return self.given[1]

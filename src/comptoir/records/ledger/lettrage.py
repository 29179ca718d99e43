"""Lettering lines that pay each other off, and taking letters back."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comptoir.domain import lettrage as domain_lettrage
from comptoir.domain.fault import Fault
from comptoir.records.audit.actions import record
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import queries
from comptoir.records.ledger.models import LetteredLine, Lettrage, LettrageRefusal, Line


class NotLetterable(Exception):
    """Ces lignes ne se lettrent pas ensemble."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = faults


@transaction.atomic
def letter(*, lines: Sequence[Line], by: Person | None, at: datetime, reason: str = "") -> Lettrage:
    """Put booked, unlettered lines of one third party under the next letter; raises `NotLetterable`."""
    # Letters follow each other without a gap in an account, and a line has one: one at a time in a company.
    companies = Company.objects.filter(pk__in={line.company_id for line in lines}).order_by("pk")
    list(companies.select_for_update(no_key=True))
    rows = list(
        Line.objects.select_for_update(of=("self",))
        .filter(pk__in=[line.pk for line in lines])
        .select_related("auxiliary", "entry", "lettered")
        .order_by("id")
    )
    faults = [*domain_lettrage.check(queries.domain_line(row) for row in rows), *_check_rows(rows)]
    if faults:
        raise NotLetterable(faults)
    first = rows[0]
    row = Lettrage.objects.create(
        firm_id=first.firm_id,
        company_id=first.company_id,
        account=first.account,
        auxiliary=first.auxiliary,
        code=_next_code(first),
        reason=reason[:200],
        by=by,
        at=at,
    )
    LetteredLine.objects.bulk_create(
        LetteredLine(firm_id=row.firm_id, company_id=row.company_id, lettrage=row, line=line) for line in rows
    )
    record("letter", row, by=by, at=at, code=row.code, reason=reason)
    return row


@transaction.atomic
def unletter(*, lettrage: Lettrage, by: Person | None, at: datetime) -> None:
    """Take a letter back; its lines wait again. Another person may have done it: then nothing is left to do."""
    if not Lettrage.objects.select_for_update().filter(pk=lettrage.pk).exists():
        return
    record("unletter", lettrage, by=by, at=at, code=lettrage.code)
    lettrage.delete()


def refuse(*, lettrage: Lettrage, by: Person, at: datetime) -> None:
    """A person takes this letter off: the machine will not put it back on the same lines."""
    entries = lettrage.lettered.values_list("line__entry_id", flat=True)
    LettrageRefusal.objects.get_or_create(
        company_id=lettrage.company_id,
        key=_key(entries),
        defaults={"firm_id": lettrage.firm_id, "by": by, "at": at},
    )


def is_refused(lines: Sequence[Line]) -> bool:
    """Whether a person took a letter off exactly these lines."""
    return LettrageRefusal.objects.filter(
        company_id__in={line.company_id for line in lines}, key=_key(line.entry_id for line in lines)
    ).exists()


def _key(entries: Iterable[UUID]) -> str:
    """Names the entries, not their lines, which are written anew whenever a person rewrites an entry."""
    return hashlib.sha256(" ".join(sorted({str(entry) for entry in entries})).encode()).hexdigest()


def _check_rows(rows: Sequence[Line]) -> list[Fault]:
    faults = []
    if any(row.entry.posted_at is None for row in rows):
        faults.append(Fault("draft", "Une ligne n’est pas encore comptabilisée.", "Comptabilisez-la d’abord."))
    if any(hasattr(row, "lettered") for row in rows):
        faults.append(Fault("lettered", "Une ligne est déjà lettrée.", "Délettrez-la d’abord."))
    return faults


def _next_code(line: Line) -> str:
    codes = Lettrage.objects.filter(
        company_id=line.company_id, account=line.account, auxiliary=line.auxiliary
    ).values_list("code", flat=True)
    used = set(codes)
    rank = len(used)
    while (code := domain_lettrage.letter(rank)) in used:
        rank += 1
    return code

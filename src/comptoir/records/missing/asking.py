"""What the firm asks of a dossier, and what it no longer asks: its settings, *ne plus demander*, one piece for many debits."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction as db

from comptoir.records.audit.actions import record
from comptoir.records.banking.models import Transaction
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger.models import Auxiliary
from comptoir.records.missing.models import OptionalAccount, Series, Waiver


class NothingToFollow(Exception):
    """Le libellé de cette opération ne dit rien de commun avec d’autres : la pièce ne peut pas valoir pour les suivantes."""


@db.atomic
def set_asking(
    *,
    company: Company,
    is_on: bool,
    since: date | None,
    floor: Decimal,
    required: Sequence[str],
    optional: Sequence[str],
    by: Person,
    at: datetime,
) -> bool:
    """The firm says whether documents are asked in this dossier, from when, above what, on which accounts; True if it changed."""
    kept = list(
        OptionalAccount.objects.filter(company=company).order_by("number").values_list("number", flat=True)
    )
    values = {
        "asks_missing": is_on, "missing_since": since, "missing_floor": floor, "justifiable": sorted(set(required)),
    }  # fmt: skip
    before = {name: getattr(company, name) for name in values} | {"optional": kept}
    before["justifiable"] = sorted(company.justifiable)
    after = values | {"optional": sorted(set(optional))}
    changes = {n: [_plain(before[n]), _plain(after[n])] for n in after if before[n] != after[n]}
    if not changes:
        return False
    for name, value in values.items():
        setattr(company, name, value)
    company.save(update_fields=list(values))
    OptionalAccount.objects.filter(company=company).delete()
    OptionalAccount.objects.bulk_create(
        [OptionalAccount(firm_id=company.firm_id, company=company, number=n) for n in sorted(set(optional))]
    )
    record("set_asking", company, by=by, at=at, changes=changes)
    return True


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return " ".join(value) if isinstance(value, list) else str(value or "")


@db.atomic
def waive(
    *,
    company: Company,
    auxiliary: Auxiliary | None,
    label_key: str,
    name: str,
    reason: str,
    by: Person,
    at: datetime,
) -> Waiver:
    """Ask no more of one third party, or of one label; saying it twice changes nothing."""
    row, is_new = Waiver.objects.get_or_create(
        company=company,
        auxiliary=auxiliary,
        label_key="" if auxiliary else label_key,
        ended_at=None,
        defaults={"firm_id": company.firm_id, "name": name[:200], "reason": reason, "by": by, "at": at},
    )
    if is_new:
        record("waive", row, by=by, at=at, name=name, reason=reason)
    return row


@db.atomic
def end_waiver(*, waiver: Waiver, by: Person, at: datetime) -> bool:
    """Ask again; False where somebody was faster."""
    return _end(waiver, "end_waiver", by=by, at=at)


@db.atomic
def follow(
    *,
    document: Document,
    first: Transaction,
    same_amount: bool,
    until: date | None,
    by: Person,
    at: datetime,
) -> Series:
    """From this movement on, the piece counts for those of its label. Raises `NothingToFollow`."""
    if not first.label_key:
        raise NothingToFollow(NothingToFollow.__doc__)
    row, is_new = Series.objects.get_or_create(
        company_id=document.company_id,
        document=document,
        label_key=first.label_key,
        ended_at=None,
        defaults={
            "firm_id": document.firm_id,
            "first": first,
            "amount": first.amount if same_amount else None,
            "until": until,
            "by": by,
            "at": at,
        },
    )
    if is_new:
        record("follow", row, by=by, at=at, name=first.label_key, document=document.pk)
    return row


@db.atomic
def end_series(*, series: Series, by: Person, at: datetime) -> bool:
    """The piece counts for its own movement alone again; False where somebody was faster."""
    return _end(series, "end_series", by=by, at=at)


def _end(row: Waiver | Series, verb: str, *, by: Person, at: datetime) -> bool:
    held = type(row).objects.select_for_update().get(pk=row.pk)
    if held.ended_at:
        return False
    held.ended_by, held.ended_at = by, at
    held.save(update_fields=["ended_by", "ended_at"])
    record(verb, held, by=by, at=at)
    return True

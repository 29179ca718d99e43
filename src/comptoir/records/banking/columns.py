"""Tables of banks that nobody knew yet: kept until somebody explains their columns, which the firm then remembers."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from comptoir.gateways.bank.files import Columns
from comptoir.lib import tenancy
from comptoir.records.audit.actions import record
from comptoir.records.banking import stored
from comptoir.records.banking.models import BankAccount, ExplainedColumns, UnreadStatement
from comptoir.records.banking.overlaps import Doubtful, Likeness
from comptoir.records.banking.stored import Stored
from comptoir.records.firms import retention
from comptoir.records.firms.models import Company, Person


def explained(firm_id: UUID) -> dict[str, Columns]:
    """The columns that the firm knows, by the headings of their tables."""
    with tenancy.within(firm_id):
        rows = ExplainedColumns.objects.filter(firm_id=firm_id).values_list("signature", "columns")
        return {signature: _columns(written) for signature, written in rows}


def explain(*, company: Company, signature: str, columns: Columns, by: Person, at: datetime) -> ExplainedColumns:
    """The firm remembers what these headings say, for every dossier; explained again, the last word counts."""
    with tenancy.within(company.firm_id):
        row, _ = ExplainedColumns.objects.update_or_create(
            firm_id=company.firm_id,
            signature=signature,
            defaults={"columns": asdict(columns), "by": by, "at": at},
        )
        record("explain_columns", row, by=by, at=at, headings=signature[:200])
    return row


ALIKE_SHOWN = 200
"""So many movements of a doubt are shown, and remembered of a long file."""


@transaction.atomic
def keep_unread(
    *,
    account: BankAccount,
    content: bytes | Stored,
    filename: str,
    by: Person,
    at: datetime,
    waits: UnreadStatement.Waits = UnreadStatement.Waits.COLUMNS,
    doubt: Doubtful | None = None,
) -> UnreadStatement:
    """Keep a file for somebody to say what it is, in place of the one that waited on this account.

    `doubt` is remembered of a file that is too long to be read again for a page.
    """
    file = content if isinstance(content, Stored) else stored.keep(account.firm_id, content)
    before = UnreadStatement.objects.select_for_update().filter(account=account).first()
    row, _ = UnreadStatement.objects.update_or_create(
        account=account,
        company_id=account.company_id,
        defaults={
            "firm_id": account.firm_id,
            "filename": filename[-255:],
            "stored": file.name,
            "size": file.size,
            "waits": waits,
            "by": by,
            "at": at,
            **_remembered(doubt),
        },
    )
    if before is not None:
        stored.remove(before.stored)
    return row


def doubt_of(unread: UnreadStatement) -> Doubtful | None:
    """What is remembered of a long file in doubt; None of a short one, which is read again."""
    if not unread.alike_count:
        return None
    alike = [
        Likeness(date.fromisoformat(one["booked_on"]), Decimal(one["amount"]), one["told"], one["kept"])
        for one in unread.alike
    ]
    return Doubtful(alike, unread.only_here, count=unread.alike_count)


def _remembered(doubt: Doubtful | None) -> dict[str, object]:
    if doubt is None:
        return {"alike": [], "alike_count": 0, "only_here": 0}
    alike = [
        {"booked_on": one.booked_on.isoformat(), "amount": str(one.amount), "told": one.told, "kept": one.kept}
        for one in doubt.alike[:ALIKE_SHOWN]
    ]
    return {"alike": alike, "alike_count": doubt.count, "only_here": doubt.new}


def wait_for(*, unread: UnreadStatement, waits: UnreadStatement.Waits) -> None:
    """The file waits for something else to be said of it."""
    UnreadStatement.objects.filter(pk=unread.pk).update(waits=waits)


def discard_unread(*, unread: UnreadStatement) -> None:
    """The table waits no more: it was imported."""
    gone, _ = UnreadStatement.objects.filter(pk=unread.pk, stored=unread.stored).delete()
    if gone:
        stored.remove(unread.stored)


def hand_over(*, unread: UnreadStatement) -> Stored | None:
    """The table waits no more, and its file goes on to where it is read; None where somebody was quicker."""
    gone, _ = UnreadStatement.objects.filter(pk=unread.pk, stored=unread.stored).delete()
    return Stored(unread.stored, unread.size) if gone else None


@transaction.atomic
def throw_away(*, unread: UnreadStatement, by: Person, at: datetime) -> None:
    """Nothing of the table is wanted. Raises `retention.Held`; thrown away already, it is said once."""
    retention.refuse_while_held(unread.company)
    if UnreadStatement.objects.filter(pk=unread.pk, stored=unread.stored).delete()[0]:
        stored.remove(unread.stored)
        record("throw_away_statement", unread, by=by, at=at, filename=unread.filename)


def unread_statement(company: Company, unread_id: UUID) -> UnreadStatement | None:
    """A table of this company that waits for its columns, or None."""
    rows = UnreadStatement.objects.filter(company=company, pk=unread_id)
    return rows.select_related("account__company").first()


def unread_statements(company: Company) -> list[UnreadStatement]:
    """The tables of this company that wait for their columns."""
    return list(
        UnreadStatement.objects.filter(company=company)
        .only("filename", "account_id", "at", "waits", "size")
        .order_by("at")
    )


def _columns(written: Mapping[str, Any]) -> Columns:
    return Columns(**{**written, "label": tuple(written["label"]), "otherwise": tuple(written["otherwise"])})

"""Tables of banks that nobody knew yet: kept until somebody explains their columns, which the firm then remembers."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from comptoir.gateways.bank.files import Columns
from comptoir.lib import tenancy
from comptoir.records.audit.actions import record
from comptoir.records.banking.models import BankAccount, ExplainedColumns, UnreadStatement
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


def keep_unread(
    *,
    account: BankAccount,
    content: bytes,
    filename: str,
    by: Person,
    at: datetime,
    waits: UnreadStatement.Waits = UnreadStatement.Waits.COLUMNS,
) -> UnreadStatement:
    """Keep a file for somebody to say what it is, in place of the one that waited on this account."""
    row, _ = UnreadStatement.objects.update_or_create(
        account=account,
        company_id=account.company_id,
        defaults={
            "firm_id": account.firm_id,
            "filename": filename[-255:],
            "content": content,
            "waits": waits,
            "by": by,
            "at": at,
        },
    )
    return row


def wait_for(*, unread: UnreadStatement, waits: UnreadStatement.Waits) -> None:
    """The file waits for something else to be said of it."""
    UnreadStatement.objects.filter(pk=unread.pk).update(waits=waits)


def discard_unread(*, unread: UnreadStatement) -> None:
    """The table waits no more: it was imported."""
    UnreadStatement.objects.filter(pk=unread.pk).delete()


@transaction.atomic
def throw_away(*, unread: UnreadStatement, by: Person, at: datetime) -> None:
    """Nothing of the table is wanted. Raises `retention.Held`; thrown away already, it is said once."""
    retention.refuse_while_held(unread.company)
    if UnreadStatement.objects.filter(pk=unread.pk).delete()[0]:
        record("throw_away_statement", unread, by=by, at=at, filename=unread.filename)


def unread_statement(company: Company, unread_id: UUID) -> UnreadStatement | None:
    """A table of this company that waits for its columns, or None."""
    rows = UnreadStatement.objects.filter(company=company, pk=unread_id)
    return rows.select_related("account__company").first()


def unread_statements(company: Company) -> list[UnreadStatement]:
    """The tables of this company that wait for their columns, without what they hold."""
    return list(
        UnreadStatement.objects.filter(company=company)
        .only("filename", "account_id", "at", "waits")
        .order_by("at")
    )


def _columns(written: Mapping[str, Any]) -> Columns:
    return Columns(**{**written, "label": tuple(written["label"]), "otherwise": tuple(written["otherwise"])})

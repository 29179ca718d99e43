"""The firm's bank screen: statements to import, and where each movement was booked."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain import chart
from comptoir.domain.rights import Act
from comptoir.gateways.bank import files as bank_files
from comptoir.gateways.bank.files import table
from comptoir.lib import keyset
from comptoir.records.banking import cards
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking import queries as bank
from comptoir.records.banking.actions import NoMovement, OtherAccount
from comptoir.records.banking.models import BankAccount, UnreadStatement
from comptoir.records.banking.overlaps import Doubtful
from comptoir.records.connections import queries as connected
from comptoir.records.ebics import queries as contracts_of
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import merging
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import AlreadyValidated
from comptoir.records.ledger.bank import NotAssignable
from comptoir.records.missing import queries as missing
from comptoir.web import doors
from comptoir.web.firm import bank_connections
from comptoir.web.firm.context import frame
from comptoir.web.firm.rules import suggestions
from comptoir.web.imports import counted, long_files, warn_of_withdrawn
from comptoir.web.refusals import refused
from comptoir.web.uploads import LARGEST_STATEMENT, NoFile, TooHeavy, arrived


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Accounts, statements to import, and where each movement was booked."""
    return page(request, doors.dossier(request, company_id, Act.SEE_BOOKS))


@doors.signed_in
@require_POST
def import_statement(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """Import a statement on one account, or say why not."""
    seat, account = doors.bank_account(request, company_id, account_id, Act.IMPORT_STATEMENT)
    now = timezone.now()
    try:
        file = arrived(request, largest=LARGEST_STATEMENT)
        asks_columns, filename = "columns" in request.POST, file.name or "sans nom"
        if pipeline.statements.is_long(file.size or 0) and not asks_columns:
            return _send(seat, account, file)
        content = file.read()
        if asks_columns and table.table_of(content) is not None:
            return _ask(seat, account, content, filename, UnreadStatement.Waits.COLUMNS)
        found = pipeline.import_statement(
            account=account, content=content, filename=filename, by=seat.person, at=now
        )
    except bank_files.UnknownColumns:
        return _ask(seat, account, content, filename, UnreadStatement.Waits.COLUMNS)
    except Doubtful:
        return _ask(seat, account, content, filename, UnreadStatement.Waits.TWICE)
    except (NoFile, TooHeavy, OtherAccount, NoMovement, bank_files.RefusedFile) as refusal:
        return refused(request, str(refusal), page, seat)
    messages.success(request, f"« {filename} » : {counted(found)}.")
    warn_of_withdrawn(request, found)
    return redirect("firm_bank", company_id)


def _send(seat: Seat, account: BankAccount, file: "UploadedFile[bytes]") -> HttpResponse:
    """A long file is kept, and read while one does something else: the page tells what it gave."""
    pipeline.statements.send_statement(
        account=account, file=file, filename=file.name or "sans nom", by=seat.person, at=timezone.now()
    )
    return redirect("firm_bank", seat.company.pk)


def _ask(
    seat: Seat, account: BankAccount, content: bytes, filename: str, waits: UnreadStatement.Waits
) -> HttpResponse:
    """Keep the file, and ask what only a person can say of it."""
    kept = bank_columns.keep_unread(
        account=account, content=content, filename=filename, by=seat.person, at=timezone.now(), waits=waits
    )
    asks = "firm_statement_twice" if waits == UnreadStatement.Waits.TWICE else "firm_statement_columns"
    return redirect(asks, seat.company.pk, kept.pk)


@doors.signed_in
@require_POST
def assign(request: HttpRequest, company_id: UUID, entry_id: UUID) -> HttpResponse:
    """Say where a bank movement goes."""
    seat, entry = doors.entry(request, company_id, entry_id, Act.POST)
    account = request.POST.get("account", "").strip()
    auxiliary = request.POST.get("auxiliary", "").strip().upper()
    if not chart.is_account(account):
        return refused(request, chart.refusal(account), page, seat)
    if chart.is_collective(account) and not auxiliary:
        return refused(request, f"Le compte {chart.padded(account)} demande un tiers.", page, seat)
    try:
        pipeline.assign(
            entry=entry, account=chart.padded(account), auxiliary=auxiliary, by=seat.person, at=timezone.now()
        )
    except (AlreadyValidated, NotAssignable) as refusal:
        return refused(request, str(refusal), page, seat)
    messages.success(request, f"« {entry.label} » est affectée en {chart.padded(account)}.")
    return redirect("firm_bank", company_id)


def page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The bank page of a dossier, as this person sees it."""
    balances, mandates = bank.balances(seat.company), contracts_of.mandates(seat.company)
    rules = bank.rules_in_force(seat.company, timezone.localdate())
    waiting = books.count_in_suspense(seat.company)
    only_waiting = request.GET.get("voir", "suspens" if waiting else "tous") == "suspens"
    after = keyset.day_key(request.GET.get("apres", ""))
    doubled = merging.doubled(seat.company)
    kept = {"voir": "suspens" if only_waiting else "tous", "apres": request.GET.get("apres", "") if after else ""}
    shown = books.bank_entries(seat.company, in_suspense=only_waiting, after=after)
    context = frame(seat, "bank") | {
        "balances": balances,
        "cards": [
            (b, mandates[b.account.pk], doubled.get(b.account.pk, 0), feed)
            for b, feed in connected.told(seat.company, balances)
        ],
        "long_files": long_files(seat.company, at=timezone.now()),
        "without_year": books.without_year(seat.company),
        "behind_lock": books.behind_lock(seat.company),
        "unread": bank_columns.unread_statements(seat.company),
        "page": shown,
        "questions": missing.questions_on_movements(
            seat.company, [row.transaction_id for row in shown.rows if row.transaction_id]
        ),
        "here": f"{reverse('firm_bank', args=[seat.company.pk])}?{urlencode(kept)}",
        "only_waiting": only_waiting,
        "waiting": waiting,
        "deferred": cards.outstanding(seat.company),
        **bank_connections.context(seat.company, balances),
        "rules": len(rules),
        "suggestions": suggestions(seat, rules),
    }
    return render(request, "firm/bank.html", context)

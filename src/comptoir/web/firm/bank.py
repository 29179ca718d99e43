"""The firm's bank screen: statements to import, where each movement was booked, and the rules that do it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptoir import pipeline
from comptoir.domain import chart
from comptoir.domain.rights import Act
from comptoir.domain.rules import Rule
from comptoir.domain.text import folded
from comptoir.gateways.bank import files as bank_files
from comptoir.lib import keyset
from comptoir.records.banking import queries as bank
from comptoir.records.banking.actions import NoMovement, OtherAccount
from comptoir.records.firms.queries import Seat
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import AlreadyValidated
from comptoir.records.ledger.bank import NotAssignable
from comptoir.web import doors
from comptoir.web.firm.context import frame
from comptoir.web.refusals import refused
from comptoir.web.uploads import NoFile, TooHeavy, upload

LONGEST_NAME, LONGEST_WORD = 80, 60


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Accounts, statements to import, and where each movement was booked."""
    return _page(request, doors.dossier(request, company_id, Act.SEE_BOOKS))


@doors.signed_in
@require_POST
def import_statement(request: HttpRequest, company_id: UUID, account_id: UUID) -> HttpResponse:
    """Import a statement on one account, or say why not."""
    seat, account = doors.bank_account(request, company_id, account_id, Act.IMPORT_STATEMENT)
    try:
        content, filename = upload(request)
        found = pipeline.import_statement(
            account=account, content=content, filename=filename, by=seat.person, at=timezone.now()
        )
    except (NoFile, TooHeavy, OtherAccount, NoMovement, bank_files.RefusedFile) as refusal:
        return refused(request, str(refusal), _page, seat)
    messages.success(request, f"« {filename} » : {_counted(len(found.transactions), found.known)}.")
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def assign(request: HttpRequest, company_id: UUID, entry_id: UUID) -> HttpResponse:
    """Say where a bank movement goes."""
    seat, entry = doors.entry(request, company_id, entry_id, Act.POST)
    account = request.POST.get("account", "").strip()
    auxiliary = request.POST.get("auxiliary", "").strip().upper()
    if not chart.is_account(account):
        return refused(request, chart.refusal(account), _page, seat)
    if chart.is_collective(account) and not auxiliary:
        return refused(request, f"Le compte {chart.padded(account)} demande un tiers.", _page, seat)
    try:
        pipeline.assign(
            entry=entry, account=chart.padded(account), auxiliary=auxiliary, by=seat.person, at=timezone.now()
        )
    except (AlreadyValidated, NotAssignable) as refusal:
        return refused(request, str(refusal), _page, seat)
    messages.success(request, f"« {entry.label} » est affectée en {chart.padded(account)}.")
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def write_rule(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """Add a booking rule; movements in suspense are booked by it at once."""
    seat = doors.dossier(request, company_id, Act.WRITE_RULES)
    words = tuple(request.POST.get("words", "").split())
    account = request.POST.get("account", "").strip()
    name = request.POST.get("name", "").strip() or " ".join(words)
    if not any(_tells(word) for word in words):
        return refused(request, "Une règle a au moins un mot du libellé.", _page, seat)
    if not chart.is_account(account):
        return refused(request, chart.refusal(account), _page, seat)
    if chart.is_collective(account):
        sentence = (
            f"Une règle ne dit pas le tiers que demande {chart.padded(account)} : choisissez un autre compte."
        )
        return refused(request, sentence, _page, seat)
    if len(name) > LONGEST_NAME or max(map(len, words)) > LONGEST_WORD:
        sentence = f"Le nom d’une règle a {LONGEST_NAME} signes au plus, chaque mot {LONGEST_WORD}."
        return refused(request, sentence, _page, seat)
    rule = Rule(name, words, chart.padded(account))
    pipeline.write_rule(company=seat.company, rule=rule, by=seat.person, at=timezone.now())
    messages.success(request, f"La règle « {rule.name} » est en place.")
    return redirect("firm_bank", company_id)


@doors.signed_in
@require_POST
def end_rule(request: HttpRequest, company_id: UUID, rule_id: UUID) -> HttpResponse:
    """Stop a rule; what it booked stays."""
    seat, rule = doors.rule(request, company_id, rule_id, Act.WRITE_RULES)
    pipeline.end_rule(rule=rule, by=seat.person, at=timezone.now())
    messages.success(request, f"La règle « {rule.name} » ne sert plus.")
    return redirect("firm_bank", company_id)


def _page(request: HttpRequest, seat: Seat) -> HttpResponse:
    uses = books.rule_uses(seat.company)
    rules = bank.rules_in_force(seat.company, timezone.localdate())
    waiting = books.count_in_suspense(seat.company)
    only_waiting = request.GET.get("voir", "suspens" if waiting else "tous") == "suspens"
    after = keyset.day_key(request.GET.get("apres", ""))
    context = frame(seat, "bank") | {
        "balances": bank.balances(seat.company),
        "page": books.bank_entries(seat.company, in_suspense=only_waiting, after=after),
        "only_waiting": only_waiting,
        "waiting": waiting,
        "typed": request.POST,
        "rules": [(rule, uses.get(rule.pk, 0)) for rule in rules],
    }
    return render(request, "firm/bank.html", context)


def _tells(word: str) -> bool:
    """Whether a word of a rule tells one label from another: `*` and signs alone are in all of them."""
    return bool(folded(word).strip("* "))


def _counted(new: int, known: int) -> str:
    added = f"{new} opérations ajoutées" if new > 1 else f"{new or 'aucune'} opération ajoutée"
    return f"{added}, {known} déjà connue{'s' if known > 1 else ''}" if known else added

"""The firm's EBICS contracts: entered, brought to life step by step, asked; and the statements whose account nobody knows."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir import pipeline
from comptoir.domain.limits import is_day, read_day
from comptoir.domain.rights import Act
from comptoir.gateways.bank import ebics
from comptoir.gateways.bank.ebics import Step, Version
from comptoir.pipeline.ebics import NotNow, WrongHashes
from comptoir.pipeline.sorting import NotAttachable
from comptoir.records.ebics import actions as contracts
from comptoir.records.ebics import orders
from comptoir.records.ebics import queries as contracts_of
from comptoir.records.ebics.actions import AlreadyOpen
from comptoir.records.ebics.models import Contract
from comptoir.records.firms import queries as people
from comptoir.records.firms.queries import FirmSeat
from comptoir.web import doors
from comptoir.web.firm.context import cabinet
from comptoir.web.refusals import refused

VERSIONS = ((Version.H005.value, "EBICS 3.0 (H005)"), (Version.H004.value, "EBICS 2.5 (H004)"))
STEPS = tuple(Step)


class ContractForm(forms.Form):
    """A contract, as the bank's paper gives it."""

    bank = forms.CharField(label="Banque", max_length=80)
    url = forms.CharField(label="Adresse du serveur", max_length=300, help_text="https://…")
    host_id = forms.CharField(label="Serveur (HostID)", max_length=35)
    partner_id = forms.CharField(label="Client (PartnerID)", max_length=35)
    user_id = forms.CharField(label="Utilisateur (UserID)", max_length=35)
    version = forms.ChoiceField(label="Protocole", choices=VERSIONS)
    order = forms.CharField(
        label="Format des relevés",
        max_length=120,
        required=False,
        help_text="Vide : Comptoir le demande à la banque.",
    )

    def clean(self) -> dict[str, Any]:
        """The contract, where it can be a bank's."""
        found = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                version = Version(found["version"])
                found["order"] = found["order"].strip()
                orders.order_of(version, found["order"] or orders.USUAL[version])
                found["said"] = ebics.Contract(
                    found["url"], found["host_id"], found["partner_id"], found["user_id"], version
                )
            except ebics.WrongContract as error:
                raise forms.ValidationError(str(error)) from error
        return found


@doors.signed_in
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The firm's contracts, and the statements that wait; a POST enters a contract, whose keys are then made."""
    seat = doors.firm(request, firm_id, Act.MANAGE_FIRM)
    form = ContractForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _list(request, seat, form)
    if not form.is_valid():
        return refused(request, "Rien n’a été enregistré : voyez ce qui est en rouge.", _list, seat, form)
    found = form.cleaned_data
    try:
        contract = pipeline.ebics.open_contract(
            firm=seat.firm, bank=found["bank"], said=found["said"], order=found["order"], by=seat.person, at=timezone.now()
        )  # fmt: skip
    except AlreadyOpen as refusal:
        return refused(request, str(refusal), _list, seat, form)
    messages.success(request, "Le contrat est enregistré et ses clés sont faites : envoyez-les à la banque.")
    return redirect("firm_ebics_contract", firm_id, contract.pk)


@doors.signed_in
@require_http_methods(["GET", "POST"])
def contract(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """One contract: what is to be done next, and what it brought; a POST corrects its address and its format."""
    seat, row = doors.ebics_contract(request, firm_id, contract_id)
    if request.method == "GET":
        return _page(request, seat, row)
    url, order = request.POST.get("url", "")[:300].strip(), request.POST.get("order", "")[:120]
    try:
        contracts.correct(contract=row, url=url, order=order, by=seat.person, at=timezone.now())
    except ebics.WrongContract as refusal:
        return refused(request, str(refusal), _page, seat, row)
    messages.success(request, "Le contrat est corrigé.")
    return redirect("firm_ebics_contract", firm_id, contract_id)


RENEWED = 60
"""How many days before the keys expire the page asks to renew them."""


@doors.signed_in
@require_GET
def letters(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """The initialisation letters, to print and sign."""
    seat, row = doors.ebics_contract(request, firm_id, contract_id)
    try:
        content = pipeline.ebics.letters(row, on=timezone.localdate())
    except ebics.WrongSecret as fault:
        messages.error(request, str(fault))
        return redirect("firm_ebics_contract", seat.firm.pk, contract_id)
    headers = {"Content-Disposition": f'inline; filename="lettres-ebics-{row.user_id}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


# What the bank has taken is kept at once, whatever becomes of the rest of the request: each step commits by itself.


@transaction.non_atomic_requests
@doors.signed_in
@require_POST
def send_keys(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """Our keys go to the bank."""
    said = "Les clés sont à la banque : imprimez les lettres, signez-les, envoyez-les."
    return _step(request, firm_id, contract_id, pipeline.ebics.send_keys, said)


@transaction.non_atomic_requests
@doors.signed_in
@require_POST
def read_bank_keys(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """The bank has opened the access."""
    said = "L’accès est ouvert. Comparez maintenant les empreintes de la banque à celles de son courrier."
    return _step(request, firm_id, contract_id, pipeline.ebics.read_bank_keys, said)


@transaction.non_atomic_requests
@doors.signed_in
@require_POST
def trust(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """The hashes on the bank's letter, as a person copied them."""
    typed, longest = request.POST, 300
    act = partial(
        pipeline.ebics.trust_bank,
        authentication=typed.get("authentication", "")[:longest],
        encryption=typed.get("encryption", "")[:longest],
    )
    said = "Les clés de la banque sont reconnues : les premiers relevés arrivent."
    return _step(request, firm_id, contract_id, act, said)


@transaction.non_atomic_requests
@doors.signed_in
@require_POST
def renew(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """New keys in place of the old ones."""
    said = "Les clés sont renouvelées ; il n’y a aucune lettre à envoyer."
    return _step(request, firm_id, contract_id, pipeline.ebics.renew_keys, said)


@transaction.non_atomic_requests
@doors.signed_in
@require_POST
def suspend(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """The bank is to take no more orders with these keys."""
    said = "L’accès est suspendu à la banque. Pour le rouvrir, faites de nouvelles clés et de nouvelles lettres."
    return _step(request, firm_id, contract_id, pipeline.ebics.suspend, said)


@transaction.non_atomic_requests
@doors.signed_in
@require_POST
def begin_again(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """New keys and new letters, for a contract that the bank has reset."""
    said = "De nouvelles clés sont faites : envoyez-les à la banque."
    return _step(request, firm_id, contract_id, pipeline.ebics.begin_again, said)


@doors.signed_in
@require_POST
def fetch(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """Ask the bank now rather than in the morning."""
    _, row = doors.ebics_contract(request, firm_id, contract_id)
    if row.is_in_use:
        pipeline.ebics.fetch_later(row.firm_id, row.pk)
        messages.success(request, "La banque est interrogée : ce qu’elle a de nouveau arrive ici.")
    else:
        messages.error(request, str(NotNow.__doc__))
    return redirect("firm_ebics_contract", firm_id, contract_id)


@doors.signed_in
@require_POST
def ask_period(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> HttpResponse:
    """Ask the bank for the statements of some days once more, fetched before or not."""
    seat, row = doors.ebics_contract(request, firm_id, contract_id)
    try:
        period = _period(request.POST.get("first_on", ""), request.POST.get("last_on", ""))
        pipeline.ebics.ask_period(contract=row, period=period, by=seat.person, at=timezone.now())
    except (ebics.WrongContract, NotNow) as refusal:
        return refused(request, str(refusal), _page, seat, row)
    days = f"du {period.first_on:%d/%m/%Y} au {period.last_on:%d/%m/%Y}"
    messages.success(
        request, f"Les relevés {days} sont redemandés ; ce qui est déjà là n’est pas compté deux fois."
    )
    return redirect("firm_ebics_contract", firm_id, contract_id)


LONGEST_PERIOD = 400
"""Days: banks keep statements for about a year, and some refuse to look further."""


def _period(first: str, last: str) -> ebics.Period:
    first_on, last_on = read_day(first), read_day(last)
    if first_on is None or last_on is None:
        raise ebics.WrongContract("Dites les deux jours de la période.")
    if not (is_day(first_on) and is_day(last_on)) or last_on > timezone.localdate():
        raise ebics.WrongContract("La période finit au plus tard aujourd’hui.")
    if (last_on - first_on).days > LONGEST_PERIOD:
        raise ebics.WrongContract("Une banque garde ses relevés un an environ : demandez une période plus courte.")
    return ebics.Period(first_on, last_on)


@doors.signed_in
@require_POST
def attach(request: HttpRequest, firm_id: UUID, carried_id: UUID) -> HttpResponse:
    """Say whose account a statement is of."""
    seat, carried = doors.waiting_statement(request, firm_id, carried_id)
    company = doors.dossier_named(seat, request.POST.get("dossier", ""))
    if company is None:
        sentence = "Aucun de vos dossiers ne porte exactement ce nom, cette référence ou ce SIREN."
        return refused(request, sentence, _list, seat, ContractForm())
    try:
        account, count = pipeline.sorting.attach_statement(
            carried=carried, company=company, ledger_account=request.POST.get("account", "").strip(), by=seat.person, at=timezone.now()
        )  # fmt: skip
    except NotAttachable as refusal:
        return refused(request, str(refusal), _list, seat, ContractForm())
    what = "relevé est" if count == 1 else "relevés sont"
    messages.success(request, f"{count} {what} dans {company.name}, compte {account.ledger_account}.")
    return redirect("firm_ebics", firm_id)


def _list(request: HttpRequest, seat: FirmSeat, form: ContractForm) -> HttpResponse:
    waiting = contracts_of.waiting(seat.firm)
    context = cabinet(seat, "ebics") | {
        "lines": contracts_of.contracts(seat.firm),
        "waiting": waiting,
        "dossiers": people.dossiers(seat, timezone.localdate()) if waiting else [],
        "form": form,
        "trial_bank": settings.EBICS_TRIAL,
        "parts": [("Contrat EBICS remis par la banque", list(form))],
    }
    return render(request, "firm/ebics.html", context)


def _page(request: HttpRequest, seat: FirmSeat, row: Contract) -> HttpResponse:
    context = cabinet(seat, "ebics") | {
        "address": reverse("firm_ebics_contract", args=[seat.firm.pk, row.pk]),
        "contract": row,
        "protocol": dict(VERSIONS)[row.version],
        "done": STEPS.index(Step(row.step)),
        "fetched": contracts_of.fetched(row),
        "expires_soon": (row.keys_expire_at - timezone.now()).days < RENEWED,
        "typed": request.POST,
        "today": timezone.localdate(),
    }
    return render(request, "firm/ebics_contract.html", context)


def _step(
    request: HttpRequest, firm_id: UUID, contract_id: UUID, act: Callable[..., None], said: str
) -> HttpResponse:
    with transaction.atomic():
        seat, row = doors.ebics_contract(request, firm_id, contract_id)
    try:
        act(contract=row, by=seat.person, at=timezone.now())
    except (ebics.EbicsFault, NotNow, WrongHashes) as refusal:
        with transaction.atomic():
            seat, row = doors.ebics_contract(request, firm_id, contract_id)
            return refused(request, str(refusal), _page, seat, row)
    messages.success(request, said)
    return redirect("firm_ebics_contract", firm_id, contract_id)

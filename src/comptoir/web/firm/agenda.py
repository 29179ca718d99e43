"""What waits for a person of the firm, in all their dossiers at once: where to begin."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir import pipeline
from comptoir.domain.rights import Act
from comptoir.records.firms import queries as people
from comptoir.records.firms.queries import FirmSeat
from comptoir.records.missing import standings
from comptoir.records.missing.agenda import Kind, Lead, Pile, agenda
from comptoir.records.missing.portfolio import AT_A_LOOK
from comptoir.web import doors
from comptoir.web.firm.context import cabinet


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind is told, and where it is done: in one dossier, and over all of them where a screen has them all."""

    icon: str
    one: str
    many: str
    dossier: str
    everywhere: str
    query: str = ""
    inside: str = ""
    is_scoped: bool = True
    """Whether the screen of all dossiers knows *les miens*."""


@dataclass(frozen=True, slots=True)
class Card:
    """A pile as it is shown: its words, and each dossier with the address where it is worked off."""

    pile: Pile
    words: Words
    address: str
    leads: tuple[tuple[Lead, str], ...]


_WORDS = {
    Kind.MESSAGES: Words("chat", "message à traiter", "messages à traiter", "firm_messages", "firm_talks", is_scoped=False),
    Kind.ANSWERED: Words(
        "help", "réponse à vos questions", "réponses à vos questions", "firm_missing", ""
    ),
    Kind.IN_VALIDATION: Words(
        "missing", "justificatif à valider", "justificatifs à valider", "firm_missing", "firm_missing_everywhere",
        query="onglet=en-validation", inside="onglet=en-validation",
    ),
    Kind.GIVEN: Words(
        "check", "document demandé à vérifier", "documents demandés à vérifier", "firm_demands",
        "firm_demands_everywhere", query="onglet=a-verifier",
    ),
    Kind.MAILS: Words("mail", "e-mail retenu", "e-mails retenus", "deposit_addresses", ""),
    Kind.TO_REVIEW: Words(
        "pieces", "pièce à traiter", "pièces à traiter", "firm_production", "portfolio", query="avec=pieces"
    ),
    Kind.IN_SUSPENSE: Words(
        "alert", "ligne en suspens", "lignes en suspens", "firm_bank", "portfolio", query="avec=suspens&tri=-suspens"
    ),
    Kind.UNLETTERED: Words(
        "link", "paiement à lettrer", "paiements à lettrer", "firm_lettering", "portfolio", query="tri=-lettrage"
    ),
    Kind.TO_VALIDATE: Words(
        "pen", "écriture à valider", "écritures à valider", "firm_years", "portfolio", query="tri=-validation"
    ),
    Kind.ACCOUNTS: Words("key", "relevé EBICS sans dossier", "relevés EBICS sans dossier", "", "firm_ebics"),
    Kind.RECONNECT: Words(
        "bank", "banque à reconnecter", "banques à reconnecter", "firm_bank", "firm_banks", query="attend=reconnexion",
        is_scoped=False,
    ),
    Kind.MISSING: Words(
        "missing", "justificatif manquant", "justificatifs manquants", "firm_missing", "firm_missing_everywhere"
    ),
    Kind.OVERDUE: Words(
        "clock", "document demandé en retard", "documents demandés en retard", "firm_demands",
        "firm_demands_everywhere", query="onglet=en-retard",
    ),
}  # fmt: skip

PARTS = {
    "Vos clients attendent": (Kind.MESSAGES, Kind.ANSWERED, Kind.IN_VALIDATION, Kind.GIVEN, Kind.MAILS),
    "La tenue": (Kind.TO_REVIEW, Kind.IN_SUSPENSE, Kind.UNLETTERED, Kind.TO_VALIDATE, Kind.ACCOUNTS),
    "À relancer": (Kind.RECONNECT, Kind.MISSING, Kind.OVERDUE),
}
"""The columns of the screen: who waits for whom."""


@doors.signed_in
@require_GET
def screen(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """The piles of the dossiers that this person keeps; of all they may enter where asked, or where they keep none."""
    seat, today = doors.firm(request, firm_id), timezone.localdate()
    asked = request.GET.get("dossiers")
    mine, all_of_them = people.count_mine(seat, today), people.enterable(seat, today)
    is_everybodys = asked == "tous" or (asked != "miens" and not mine)
    companies = all_of_them if is_everybodys else people.mine(seat, today)
    if standings.refresh(firm=seat.firm, on=today, most=AT_A_LOOK) >= AT_A_LOOK:
        pipeline.stand_later(seat.firm)
    piles = {pile.kind: pile for pile in agenda(seat, companies, today)}
    context = cabinet(seat, "agenda") | {
        "parts": [(title, _cards(seat, kinds, piles, is_everybodys)) for title, kinds in PARTS.items()],
        "is_empty": not piles,
        "is_everybodys": is_everybodys,
        "mine": mine,
        "everybodys": all_of_them.count(),
    }
    return render(request, "firm/agenda.html", context)


def _cards(seat: FirmSeat, kinds: tuple[Kind, ...], piles: dict[Kind, Pile], is_everybodys: bool) -> list[Card]:
    return [_card(seat, piles[kind], is_everybodys) for kind in kinds if kind in piles]


def _card(seat: FirmSeat, pile: Pile, is_everybodys: bool) -> Card:
    words = _WORDS[pile.kind]
    inside = f"?{words.inside}" if words.inside else ""
    leads = tuple((lead, reverse(words.dossier, args=[lead.company.pk]) + inside) for lead in pile.leads)
    is_wider = not (words.is_scoped or is_everybodys) and seat.may(Act.SEE_EVERY_DOSSIER)
    if not words.everywhere or is_wider:
        return Card(pile, words, leads[0][1], leads)
    query = "&".join(filter(None, (f"dossiers={'tous' if is_everybodys else 'miens'}", words.query)))
    return Card(pile, words, f"{reverse(words.everywhere, args=[seat.firm.pk])}?{query}", leads)

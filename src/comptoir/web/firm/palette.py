"""The command palette (Ctrl/⌘ K): go to any dossier, any page of this one, any of its pieces, in a few keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.domain.money import french
from comptoir.domain.rights import Act
from comptoir.domain.text import folded
from comptoir.lib.english.catalog import english
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.ledger import pieces
from comptoir.web import doors

MOST = 12
"""How many choices are shown: what is not among them wants one more letter."""

PAGES = (
    ("firm_production", "Production", "pieces", Act.REVIEW),
    ("firm_documents", "Pièces : toutes celles du dossier", "archive", Act.SEE_BOOKS),
    ("firm_bank", "Banque : relevés et mouvements", "bank", Act.SEE_BOOKS),
    ("firm_rules", "Règles d’affectation", "bank", Act.SEE_BOOKS),
    ("firm_entries", "Écritures", "pen", Act.SEE_BOOKS),
    ("firm_lettering", "Lettrage", "link", Act.SEE_BOOKS),
    ("firm_messages", "Messagerie : écrire au client", "chat", Act.SEE_MESSAGES),
    ("firm_missing", "Pièces manquantes", "missing", Act.SEE_MISSING),
    ("firm_demands", "Demandes de documents", "check", Act.SEE_REQUESTS),
    ("firm_folders", "Dossiers partagés", "folder", Act.FILL_FOLDERS),
    ("firm_file", "Dossier permanent", "folder", Act.SEE_BOOKS),
    ("firm_years", "Exercices, validation et FEC", "archive", Act.SEE_BOOKS),
    ("deposit_addresses", "Dépôt par e-mail : adresses du dossier", "mail", Act.SETTLE_MAIL),
    ("firm_einvoices", "E-factures du dossier", "bolt", Act.SEE_BOOKS),
    ("firm_members", "Accès du client : inviter, retirer", "people", Act.INVITE_CLIENTS),
    ("firm_viewing", "Voir comme le client", "eye", Act.VIEW_AS_CLIENT),
)
CABINET = (
    ("firm_agenda", "À faire : tout ce qui attend", "home", Act.SEE_BOOKS),
    ("firm_notices", "Notifications", "bell", Act.SEE_BOOKS),
    ("firm_missing_everywhere", "Pièces manquantes de tous les dossiers", "missing", Act.SEE_MISSING),
    ("firm_banks", "Banques de tous les dossiers", "bank", Act.SEE_BOOKS),
    ("firm_mandates", "Mandats : factures électroniques", "bolt", Act.MANAGE_MANDATES),
    ("firm_ebics", "Contrats EBICS", "key", Act.MANAGE_FIRM),
    ("firm_reminders", "Relances : rythme et heures calmes", "send", Act.MANAGE_FIRM),
    ("firm_settings", "Paramètres du cabinet", "gear", Act.SEE_BOOKS),
    ("firm_branding", "Identité : logo, couleur, expéditeur", "eye", Act.MANAGE_FIRM),
    ("firm_messaging", "Réglages messagerie : comment nous joindre", "chat", Act.MANAGE_FIRM),
    ("firm_retention", "Conservation : durée, suspensions", "archive", Act.MANAGE_FIRM),
    ("firm_talks", "Messagerie : conversations à traiter", "chat", Act.SEE_MESSAGES),
    ("import_dossiers", "Importer des dossiers : une liste", "upload", Act.OPEN_DOSSIER),
    ("firm_demands_everywhere", "Demandes de documents de tous les dossiers", "check", Act.SEE_REQUESTS),
    ("firm_request_models", "Listes de documents à demander", "check", Act.MANAGE_MODELS),
    ("firm_models", "Modèles de dossiers", "archive", Act.MANAGE_MODELS),
    ("firm_people", "Collaborateurs du cabinet", "people", Act.MANAGE_PEOPLE),
    ("firm_confidentiality", "Confidentialité : assignation, second facteur", "lock", Act.MANAGE_FIRM),
    ("firm_audit", "Journal des actes", "clock", Act.SEE_AUDIT),
    ("firm_outbox", "Courrier envoyé", "mail", Act.MANAGE_FIRM),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the palette: where it leads, and what it is."""

    label: str
    detail: str
    address: str
    icon: str


@doors.signed_in
@require_GET
def choices(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """What the words typed could mean, nearest first; without words, this dossier's pages and the dossiers."""
    seat = doors.firm(request, firm_id)
    words = request.GET.get("q", "").strip()[:100]
    # Asked for before the door of a dossier, behind which the database shows that one alone.
    companies = people.named(seat, timezone.localdate(), words, most=20 * MOST)
    here = _here(request)
    found = [*_pages(here, words), *_dossiers(companies, words), *_pieces(here, words), *_acts(seat, words)]
    return render(request, "firm/palette.html#choices", {"choices": found[:MOST], "words": words})


def _here(request: HttpRequest) -> Seat | None:
    """The dossier the palette was opened in, if it was in one."""
    try:
        company_id = UUID(request.GET.get("dossier", ""))
    except ValueError:
        return None
    return doors.dossier(request, company_id, Act.SEE_DOCUMENTS)


def _pages(here: Seat | None, words: str) -> Iterator[Choice]:
    if here is None:
        return
    for name, label, icon, act in PAGES:
        if name == "firm_messages" and not here.company.has_messaging:
            continue
        if here.may(act) and _named(label, words):
            yield Choice(english(label), here.company.name, reverse(name, args=[here.company.pk]), icon)


def _dossiers(companies: list[Company], words: str) -> Iterator[Choice]:
    for company in companies:
        if _holds(f"{company.reference} {company.name} {company.siren}", words):
            detail = " ".join(filter(None, (company.reference, company.legal_form)))
            yield Choice(company.name, detail, reverse("firm_production", args=[company.pk]), "folder")


def _pieces(here: Seat | None, words: str) -> Iterator[Choice]:
    if here is None or len(words) < 2 or not here.may(Act.REVIEW):
        return
    found = pieces.screen(here.company, pieces.Filter(words=words)).pieces
    # By what is shown here, not by what stands somewhere on the page: one types where one wants to go.
    shown = [piece for piece in found if _holds(f"{piece.name} {piece.filename} {_told(piece)}", words)]
    for piece in shown[:MOST]:
        address = reverse("firm_review", args=[here.company.pk, piece.id])
        yield Choice(piece.name, _told(piece), address, "clip")


def _told(piece: pieces.Piece) -> str:
    day = f"{piece.issued_on:%d/%m/%Y}" if piece.issued_on else ""
    total = f"{french(piece.total)} €" if piece.total is not None else ""
    return " · ".join(filter(None, (piece.detail, day, total)))


def _acts(seat: FirmSeat, words: str) -> Iterator[Choice]:
    if _named("Portefeuille", words):
        yield Choice(english("Portefeuille"), seat.firm.name, reverse("portfolio", args=[seat.firm.pk]), "grid")
    if seat.may(Act.OPEN_DOSSIER) and (_named("Nouveau dossier", words) or _holds("ouvrir", words)):
        yield Choice(
            english("Nouveau dossier"), seat.firm.name, reverse("open_dossier", args=[seat.firm.pk]), "plus"
        )
    for name, label, icon, act in CABINET:
        if seat.may(act) and _named(label, words):
            yield Choice(english(label), seat.firm.name, reverse(name, args=[seat.firm.pk]), icon)
    if _named("Changer d’espace", words):
        yield Choice(english("Changer d’espace"), "", reverse("spaces"), "grid")


def _named(label: str, words: str) -> bool:
    """Whether a screen is meant, by its name in French or in the language that is spoken."""
    return _holds(label, words) or _holds(english(label), words)


def _holds(text: str, words: str) -> bool:
    """Each word typed begins a word of the text."""
    held, wanted = folded(text).split(), folded(words).split()
    if words and not wanted:
        return False
    return all(any(part.startswith(word) for part in held) for word in wanted)

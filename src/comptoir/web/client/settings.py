"""The client's settings on one page: the company as the firm keeps it, its people, its ways in, and the person's own."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptoir.domain.company import VatRegime
from comptoir.domain.rights import Act
from comptoir.records.accounts import phones
from comptoir.records.firms import queries as people
from comptoir.records.firms import retention
from comptoir.records.firms.queries import Seat
from comptoir.records.inbox import queries as inbox
from comptoir.records.ledger import retention as kept
from comptoir.records.ledger.opening import current_year
from comptoir.web import doors
from comptoir.web.client.context import frame


@doors.signed_in
@require_GET
def screen(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What this person may set, with how it stands now."""
    seat, today = doors.company(request, company_id, Act.SEE_OWN_DOCUMENTS, Act.SEE_BANK), timezone.localdate()
    context = frame(seat, "settings") | {"identity": _identity(seat)} | _kept(seat)
    if context["may_manage"]:
        context["members"] = len(people.members(seat.company, today))
    if context["may_settle_mail"]:
        context["senders"] = len(inbox.senders(seat.company))
    if not seat.viewer:
        context["phones"] = len(phones.of(seat.person))
    return render(request, "client/settings.html", context)


def _kept(seat: Seat) -> dict[str, object]:
    """Until when what comes today is kept; that deletions are stopped, for who sees all of the space."""
    is_told = seat.may(Act.MANAGE_MEMBERS)
    return {
        "years": retention.years_of(seat.company),
        "kept_until": kept.of(seat.company).until(timezone.localdate()),
        "hold": retention.standing(seat.company) if is_told else None,
    }


def _identity(seat: Seat) -> list[tuple[str, str]]:
    """What the firm has written of the company, without what it left empty."""
    company, sees_all = seat.company, seat.may(Act.SEE_DOCUMENTS)
    regime = VatRegime(company.vat_regime).french if company.vat_regime else ""
    year = current_year(company, timezone.localdate())
    told = (
        ("Nom", company.name),
        ("Enseigne", company.trade_name),
        ("Forme juridique", company.legal_form),
        ("SIRET" if company.siret else "SIREN", company.siret or company.siren),
        ("TVA", regime if sees_all else ""),
        ("Adresse", company.address),
        ("Clôture", f"{year.closes_on:%d/%m/%Y}" if year and sees_all else ""),
    )
    return [(name, value) for name, value in told if value]

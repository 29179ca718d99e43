"""Doors to what the firm holds: its dossiers, people, models, contracts and views."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from comptoir.domain.rights import Act, Assignation
from comptoir.lib import tenancy
from comptoir.records.ebics import queries as contracts
from comptoir.records.ebics.models import Carried, Contract
from comptoir.records.firms import opening as openings
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import Company, DossierImport, DossierModel, Person
from comptoir.records.firms.queries import FirmSeat, Seat
from comptoir.records.missing import portfolio as portfolios
from comptoir.records.missing.models import SavedView
from comptoir.web.doors.seats import Held, NotTheirs, as_key, firm, there


def other_dossiers(seat: Seat) -> list[Company]:
    """The firm's other dossiers that one may work in."""
    today = timezone.localdate()
    at_firm = people.firm_seat(seat.person, seat.company.firm_id, today)
    if at_firm is None:
        return []
    with tenancy.within(at_firm.firm.pk):
        found = people.dossiers(at_firm, today)
    return [company for company in found if company.pk != seat.company.pk]


def other_dossier(seat: Seat, written: str) -> Company | None:
    """Another dossier by its name, reference or SIREN, exactly; None where it is not one's own, or two bear that name."""
    return _named(other_dossiers(seat), written)


def dossier_model(request: HttpRequest, firm_id: UUID, model_id: UUID) -> tuple[FirmSeat, DossierModel]:
    """A model of the firm's dossiers, for those who manage them."""
    seat = firm(request, firm_id, Act.MANAGE_MODELS)
    return seat, there(openings.model(seat.firm, model_id))


def dossier_import(request: HttpRequest, firm_id: UUID, import_id: UUID) -> tuple[FirmSeat, DossierImport]:
    """A list of dossiers to open, for who brought it, and who sees every dossier."""
    seat = firm(request, firm_id, Act.OPEN_DOSSIER)
    return seat, there(openings.one_import(seat, import_id))


def _named(companies: Iterable[Company], written: str) -> Company | None:
    wanted = written.strip().casefold()
    found = [
        company
        for company in companies
        if wanted and wanted in (company.name.casefold(), company.reference.casefold(), company.siren)
    ]
    return found[0] if len(found) == 1 else None


def _every_one_named(seat: FirmSeat, among: QuerySet[Company], company_ids: Iterable[str]) -> Held[list[Company]]:
    """The dossiers named, by name; refused as a whole where one of them is not among these."""
    wanted = {there(as_key(written)) for written in company_ids}
    found = list(among.filter(pk__in=wanted).select_related("firm").order_by("name"))
    if len(found) != len(wanted):
        raise NotTheirs(seat.firm.pk, None)
    return Held(seat, found)


def dossiers_to_assign(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers that the person may give to others, all of those named or none."""
    seat = firm(request, firm_id, Act.ASSIGN)
    return _every_one_named(seat, people.assignable(seat, timezone.localdate()), company_ids)


def dossiers_to_invite(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers whose clients the person may invite, all of those named or none."""
    seat = firm(request, firm_id, Act.INVITE_CLIENTS)
    return _every_one_named(seat, people.enterable(seat, timezone.localdate()), company_ids)


def dossiers_to_mandate(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers whose mandates the person may record, all of those named or none."""
    seat = firm(request, firm_id, Act.MANAGE_MANDATES)
    return _every_one_named(seat, people.enterable(seat, timezone.localdate()), company_ids)


def dossiers_to_remind(request: HttpRequest, firm_id: UUID, company_ids: Iterable[str]) -> Held[list[Company]]:
    """Dossiers whose clients the person may remind, all of those named or none."""
    seat = firm(request, firm_id, Act.ASK_CLIENT)
    return _every_one_named(seat, people.enterable(seat, timezone.localdate()), company_ids)


def dossier_named(seat: FirmSeat, written: str) -> Company | None:
    """A dossier by its name, reference or SIREN, exactly; None where one may not enter it, or two bear that name."""
    return _named(people.dossiers(seat, timezone.localdate()), written)


def ebics_contract(request: HttpRequest, firm_id: UUID, contract_id: UUID) -> Held[Contract]:
    """A contract of the firm's with a bank, for who manages the firm."""
    seat = firm(request, firm_id, Act.MANAGE_FIRM)
    return Held(seat, there(contracts.contract(seat.firm.pk, contract_id)))


def waiting_statement(request: HttpRequest, firm_id: UUID, carried_id: UUID) -> Held[Carried]:
    """A statement whose account no dossier of the firm holds, for who manages the firm."""
    seat = firm(request, firm_id, Act.MANAGE_FIRM)
    return Held(seat, there(contracts.waiting_one(seat.firm, carried_id)))


def colleague(seat: FirmSeat, person_id: str) -> Person:
    """One of the people who work at the firm now."""
    found = as_key(person_id)
    return there(people.at_work(seat.firm, timezone.localdate()).filter(pk=found).first() if found else None)


def dossier_to_take(request: HttpRequest, firm_id: UUID, company_id: UUID) -> Held[Company]:
    """A dossier that the person may take by themselves: only where *assignation* is *libre*."""
    seat = firm(request, firm_id, Act.TAKE_DOSSIER)
    if seat.firm.assignation != Assignation.LIBRE:
        raise NotTheirs(firm_id, None)
    return Held(seat, there(people.visible(seat, timezone.localdate()).filter(pk=company_id).first()))


def dossier_of(request: HttpRequest, firm_id: UUID, company_id: UUID) -> Held[Company]:
    """A line of the portfolio that the person may open."""
    seat = firm(request, firm_id)
    return Held(seat, there(people.enterable(seat, timezone.localdate()).filter(pk=company_id).first()))


def own_dossier(request: HttpRequest, firm_id: UUID, company_id: UUID) -> Held[Company]:
    """A dossier that the person keeps."""
    seat = firm(request, firm_id)
    return Held(seat, there(people.mine(seat, timezone.localdate()).filter(pk=company_id).first()))


def saved_view(request: HttpRequest, firm_id: UUID, view_id: UUID) -> Held[SavedView]:
    """One of the person's own views of the portfolio."""
    seat = firm(request, firm_id)
    return Held(seat, there(portfolios.view(seat.firm, seat.person, view_id)))

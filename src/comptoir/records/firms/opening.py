"""Opening dossiers, one or five hundred at once; the models that they start from; the lists that they come in."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from comptoir.domain import company as kinds
from comptoir.domain.opening import Model, Opening, from_json, to_json
from comptoir.domain.rights import Act
from comptoir.domain.text import folded
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.records.audit.actions import record, record_each
from comptoir.records.firms import queries as people
from comptoir.records.firms.file import Taken
from comptoir.records.firms.models import (
    Assignment,
    ChecklistItem,
    Company,
    Contact,
    DossierImport,
    DossierModel,
    Firm,
    Person,
)
from comptoir.records.firms.queries import FirmSeat


class NameTaken(Exception):
    """Un modèle du cabinet porte déjà ce nom : choisissez-en un autre."""


@transaction.atomic
def open_dossiers(*, firm: Firm, openings: Sequence[Opening], by: Person, at: datetime) -> list[Company]:
    """Create companies, each kept at first by who creates it, with its contact and what its model asks for.

    Raises `Taken` where another dossier of the firm has one of their SIREN or references.
    """
    companies = [_company(firm, opening) for opening in openings]
    try:
        with transaction.atomic():
            Company.objects.bulk_create(companies, batch_size=500)
    except IntegrityError as fault:
        raise Taken(Taken.__doc__) from fault
    assignments = [Assignment(firm=firm, company=company, person=by, since=at.date()) for company in companies]
    Assignment.objects.bulk_create(assignments, batch_size=1000)
    pairs = list(zip(companies, openings, strict=True))
    Contact.objects.bulk_create([row for pair in pairs for row in _contacts(*pair)], batch_size=1000)
    ChecklistItem.objects.bulk_create([row for pair in pairs for row in _requests(*pair)], batch_size=1000)
    assigned = {"person": by.pk, "name": by.full_name}
    record_each("open_dossier", [(company, {"name": company.name}) for company in companies], by=by, at=at)
    record_each("assign_dossier", [(row, assigned) for row in assignments], by=by, at=at)
    announce(firm.pk, ["portfolio"])
    return companies


def _company(firm: Firm, opening: Opening) -> Company:
    settings = opening.model.settings
    return Company(
        firm=firm,
        name=opening.name,
        trade_name=opening.trade_name,
        reference=opening.reference,
        legal_form=opening.legal_form,
        siren=opening.siren,
        siret=opening.siret,
        vat_number=opening.vat_number or kinds.derived_vat_number(opening.siren, opening.regime),
        address=opening.address,
        activity=opening.activity,
        naf=opening.naf,
        vat_regime=opening.regime,
        vat_on=opening.vat_on,
        keeping=opening.kept,
        sales_account=settings.sales_account,
        asks_missing=settings.asks_missing,
        missing_since=opening.opens_on,
        missing_floor=settings.missing_floor,
        justifiable=list(settings.justifiable),
    )


def _contacts(company: Company, opening: Opening) -> Iterable[Contact]:
    if contact := opening.contact:
        yield Contact(
            firm_id=company.firm_id,
            company=company,
            name=contact.name,
            title=contact.title,
            email=contact.email,
            phone=contact.phone,
            is_main=True,
        )


def _requests(company: Company, opening: Opening) -> Iterable[ChecklistItem]:
    for rank, request in enumerate(opening.model.requests, 1):
        yield ChecklistItem(
            firm_id=company.firm_id, company=company, when=request.when, rank=rank, label=request.label
        )


# ── Models ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write_model(
    *, firm: Firm, row: DossierModel | None, name: str, model: Model, by: Person, at: datetime
) -> DossierModel:
    """Keep a model of dossiers, new or rewritten; raises `NameTaken`. Dossiers opened from it keep their copies."""
    written = row or DossierModel(firm=firm)
    before = {"name": written.name, "content": written.content} if row else None
    written.name, written.content = name, to_json(model)
    written.changed_by, written.changed_at = by, at
    try:
        with transaction.atomic():
            written.save()
    except IntegrityError as fault:
        raise NameTaken(NameTaken.__doc__) from fault
    after = {"name": name, "content": written.content}
    record("write_model", written, by=by, at=at, before=before, after=after)
    return written


@transaction.atomic
def delete_model(*, row: DossierModel, by: Person, at: datetime) -> None:
    """A model goes; dossiers opened from it keep their copies, and the log keeps what it was."""
    record("delete_model", row, by=by, at=at, before={"name": row.name, "content": row.content})
    row.delete()


def models_of(firm: Firm) -> list[DossierModel]:
    """The firm's models, by name."""
    return list(DossierModel.objects.filter(firm=firm).select_related("changed_by"))


def model(firm: Firm, model_id: UUID) -> DossierModel | None:
    """A model of this firm, or None."""
    return DossierModel.objects.filter(firm=firm, pk=model_id).first()


def content(row: DossierModel) -> Model:
    """What the model says."""
    return from_json(row.content)


def by_name(firm: Firm) -> dict[str, Model]:
    """The firm's models under their names as they are compared."""
    return {folded(row.name): content(row) for row in models_of(firm)}


# ── Lists of dossiers to open ─────────────────────────────────────────────────────────────────────


def keep_import(
    *, firm: Firm, filename: str, rows: list[Any], unknown: list[str], by: Person, at: datetime, **chosen: Any
) -> DossierImport:
    """Keep a list as read, for somebody to look at before it opens anything."""
    return DossierImport.objects.create(
        firm=firm, filename=filename[-255:], rows=rows, unknown=unknown, by=by, at=at, **chosen
    )


def held_import(row: DossierImport) -> DossierImport | None:
    """The same list, for this transaction alone: two presses wait for each other. None where it was thrown away."""
    held = DossierImport.objects.select_for_update(of=("self",)).filter(pk=row.pk)
    return held.select_related("model", "firm").first()


def end_import(*, row: DossierImport, opened: int, left: list[Any], by: Person, at: datetime) -> None:
    """The list opened what was right in it: it opens nothing more, and keeps the rows that are left to correct."""
    row.opened_at, row.opened, row.rows = at, opened, left
    row.save(update_fields=["opened_at", "opened", "rows"])
    record("import_dossiers", row, by=by, at=at, filename=row.filename, opened=opened)


def discard_import(*, row: DossierImport) -> None:
    """Throw a list away."""
    DossierImport.objects.filter(pk=row.pk).delete()


def imports(seat: FirmSeat, limit: int = 10) -> list[DossierImport]:
    """The last lists that this person may see, latest first, without their rows."""
    return list(
        _seen(seat)
        .select_related("by")
        .only("filename", "at", "opened_at", "opened", "by")
        .order_by("-at")[:limit]
    )


def one_import(seat: FirmSeat, import_id: UUID) -> DossierImport | None:
    """A list of this firm that this person may see, or None."""
    return _seen(seat).filter(pk=import_id).select_related("model", "firm").first()


def _seen(seat: FirmSeat) -> QuerySet[DossierImport]:
    """A list names companies: only who brought it sees it, and who sees every dossier."""
    rows = DossierImport.objects.filter(firm=seat.firm)
    return rows if seat.may(Act.SEE_EVERY_DOSSIER) else rows.filter(by=seat.person)


# ── What the firm has already ─────────────────────────────────────────────────────────────────────


def taken(seat: FirmSeat, on: date, *, but: Company | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """SIREN and references of the firm's dossiers, each with the name of those this person may enter, else with none."""
    with tenancy.within(seat.firm.pk):
        names = {company.pk: company.name for company in people.dossiers(seat, on)}
        rows = Company.objects.filter(firm=seat.firm).values_list("pk", "siren", "reference")
        found = list(rows.exclude(pk=but.pk) if but else rows)
    sirens = {siren: names.get(pk, "") for pk, siren, _ in found if siren}
    return sirens, {reference.upper(): names.get(pk, "") for pk, _, reference in found if reference}

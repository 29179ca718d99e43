"""Whose a flow is, what was said of it, which mandates stand where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from comptoir.domain import lifecycle
from comptoir.domain.lifecycle import Code
from comptoir.domain.mandate import State
from comptoir.gateways.einvoice import Message, Trader
from comptoir.lib import keyset
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices.models import Flow, Mandate, Reach, Status, Unclaimed
from comptoir.records.firms.models import Company

PAGE = 50
BOARD = 100
"""Dossiers a page of mandates."""


class Tenant(NamedTuple):
    """Whose a flow is."""

    firm_id: UUID
    company_id: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an invoice's timeline, as both sides read it."""

    code: Code | None
    french: str
    explained: str
    at: datetime
    by: str = ""
    why: str = ""
    fault: str = ""
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """What became of an invoice at the platform, first first, and what may be said of it now."""

    flow: Flow
    steps: list[Step]
    next_ones: tuple[Code, ...]

    @property
    def last(self) -> Step:
        """Where it stands."""
        return self.steps[-1]


def receiver(siren: str) -> Tenant | None:
    """The one company of this SIREN whose mandate is signed, whoever asks; None for nobody's, or two firms'."""
    if not siren:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm, company FROM tenancy_of_receiver(%s)", [siren])
        rows = cursor.fetchall()
    return Tenant(*rows[0]) if len(rows) == 1 else None


def is_any_mandate() -> bool:
    """Whether any company of the installation has signed one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_any_mandate()")
        return bool(cursor.fetchone()[0])


def is_known(flow_id: str) -> bool:
    """Whether a flow of this name, invoice or message, was taken already, whoever's it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenancy_knows_flow(%s)", [flow_id])
        return bool(cursor.fetchone()[0])


def subject_of(*, number: str, seller_siren: str, issued_on: date | None, is_sale: bool) -> Tenant | None:
    """Whose invoice a life-cycle message speaks of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT firm, company FROM tenancy_of_invoice(%s, %s, %s, %s)",
            [number, seller_siren, issued_on, is_sale],
        )
        rows = cursor.fetchall()
    return Tenant(*rows[0]) if len(rows) == 1 else None


def invoice(
    company_id: UUID, *, number: str, seller_siren: str, issued_on: date | None, is_sale: bool
) -> Flow | None:
    """The invoice itself, within its company."""
    rows = Flow.objects.filter(
        company_id=company_id, number=number, seller_siren=seller_siren, is_sale=is_sale
    ).filter(Q(issued_on=issued_on) | Q(issued_on=None) if issued_on else Q())
    return rows.select_related("document__company").order_by("received_at").first()


def reach() -> str:
    """Up to where the platform's list was read."""
    row = Reach.objects.filter(id=1).first()
    return row.until if row else ""


def is_set_aside(flow_id: str) -> bool:
    """Whether it was left at the platform before."""
    return Unclaimed.objects.filter(flow_id=flow_id).exists()


def to_try_again(*, before: datetime, most: int) -> list[Unclaimed]:
    """What was left and may be taken now: its company's mandate is signed since, or its fault is a while ago."""
    sirens = Unclaimed.objects.filter(fault="").exclude(siren="").values_list("siren", flat=True).distinct()
    claimed = [siren for siren in sirens if receiver(siren)]
    rows = Unclaimed.objects.filter(Q(fault="", siren__in=claimed) | ~Q(fault="") & Q(tried_at__lt=before))
    return list(rows.order_by("tried_at", "pk")[:most])


def count_set_aside() -> int:
    """How many flows nobody here claims."""
    return Unclaimed.objects.count()


def to_acknowledge() -> list[Flow]:
    """What is kept here, and the platform does not know it yet: of the firm, or company, that is said."""
    return list(Flow.objects.filter(acknowledged_at=None).order_by("received_at")[:200])


def to_tell() -> list[Status]:
    """Messages of the platform that are kept here without its knowing."""
    return list(Status.objects.filter(by=None, sent_at=None).order_by("at")[:200])


def to_send(status_id: UUID) -> Status | None:
    """A status that has not left yet."""
    rows = Status.objects.filter(pk=status_id, by__isnull=False, sent_at=None)
    return rows.select_related("flow").first()


def unsent(*, said_before: datetime, tried_before: datetime) -> list[Status]:
    """Statuses whose job was lost, or that a platform refused a while ago."""
    lost, refused = Q(tried_at=None, at__lt=said_before), Q(tried_at__lt=tried_before)
    return list(Status.objects.filter(lost | refused, by__isnull=False, sent_at=None).order_by("at"))


def message(status: Status) -> Message:
    """A status as the platform is told it."""
    flow, code = status.flow, status.code_enum
    return Message(
        key=str(status.pk),
        code=code.value,
        number=flow.number,
        issued_on=flow.issued_on,
        type_code=flow.type_code or "380",
        seller=Trader(flow.seller_siren, flow.seller_name),
        buyer=Trader(flow.buyer_siren, flow.buyer_name),
        is_by_seller=flow.is_sale,
        at=status.at,
        name=code.french,
        motive=status.motive,
        reason=status.reason,
        paid=tuple((Decimal(rate), Decimal(amount)) for rate, amount in status.paid),
        currency=flow.currency or "EUR",
    )


def flow_of(document: Document) -> Flow | None:
    """The flow that a piece came by, the first of them; None for a piece that came another way."""
    rows = Flow.objects.filter(company_id=document.company_id, document=document)
    flow = rows.prefetch_related(_STATUSES).order_by("received_at", "pk").first()
    if flow is not None:
        flow.document = document
    return flow


def timeline(flow: Flow) -> Timeline:
    """What became of an invoice."""
    rows = list(flow.statuses.all())
    came = Step(None, "Reçue de la plateforme", "La facture est arrivée ici.", flow.received_at)
    steps = sorted([came, *map(_step, rows)], key=lambda step: step.at)
    said = [row.code_enum for row in rows]
    return Timeline(flow, steps, lifecycle.next_ones(said, is_sale=flow.is_sale))


def timeline_of(document: Document) -> Timeline | None:
    """The same for a piece."""
    flow = flow_of(document)
    return timeline(flow) if flow else None


def listed(company: Company, *, after: keyset.Key | None = None) -> tuple[list[Timeline], str]:
    """One page of the invoices that came by the platform, the latest first."""
    rows = Flow.objects.filter(firm_id=company.firm_id, company=company).prefetch_related(_STATUSES)
    page = keyset.page(rows.select_related("document"), by="received_at", after=after, size=PAGE)
    return [timeline(flow) for flow in page.rows], page.next_after


def mandate_of(company: Company) -> Mandate | None:
    """A company's mandate, where one was ever asked for."""
    rows = Mandate.objects.filter(company=company)
    return rows.select_related("asked_by", "signed_by", "refused_by").first()


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a firm's dossiers with where the mandate of each stands, and how many stand where."""

    rows: list[tuple[Company, State]]
    counts: dict[State, int]
    page: int
    pages: int


def board(companies: QuerySet[Company], *, state: State | None = None, page: int = 1) -> Board:
    """These dossiers by name; those of one state only, where that is asked."""
    wanted = list(companies.order_by("name", "pk").only("name", "reference", "siren", "firm"))
    stands = states(wanted)
    chosen = [company for company in wanted if state is None or stands[company.pk] is state]
    pages = max(1, -(-len(chosen) // BOARD))
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * BOARD : page * BOARD]
    counts = {one: sum(found is one for found in stands.values()) for one in State}
    return Board([(company, stands[company.pk]) for company in shown], counts, page, pages)


def states(companies: Iterable[Company]) -> dict[UUID, State]:
    """Where the mandate of each company stands."""
    keys = [company.pk for company in companies]
    found = {row.company_id: row.state for row in Mandate.objects.filter(company__in=keys)}
    return {key: found.get(key, State.NONE) for key in keys}


_STATUSES = Prefetch("statuses", Status.objects.select_related("by").order_by("at", "pk"))


def _step(row: Status) -> Step:
    code = row.code_enum
    motive = lifecycle.motives(code).get(row.motive, row.motive)
    return Step(
        code,
        code.french,
        code.explained,
        row.at,
        by=row.by.full_name if row.by else "",
        why=" : ".join(part for part in (motive, row.reason) if part),
        fault=row.fault,
        is_waiting=row.is_ours and row.sent_at is None,
    )

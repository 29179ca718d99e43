"""What waits at the approved platform is a deposit too."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import transaction as db
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comptoir import readers
from comptoir.domain.folder import file_name
from comptoir.domain.lifecycle import Code
from comptoir.domain.mandate import State
from comptoir.gateways import antivirus, einvoice
from comptoir.gateways.einvoice import cdar
from comptoir.lib import tenancy
from comptoir.lib.live import announce
from comptoir.pipeline.between import WhenAllowed, tell
from comptoir.pipeline.deposit import hand_in
from comptoir.pipeline.reading import UNREAD
from comptoir.records.deposits import actions as deposits
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices import actions as einvoices
from comptoir.records.einvoices import queries as einvoices_of
from comptoir.records.einvoices.models import Flow, Status
from comptoir.records.firms.models import Company, Person
from comptoir.records.ledger import queries as books
from comptoir.records.readings import queries as read_values

log = logging.getLogger(__name__)

A_ROUND = 300
"""How many flows are fetched in one go; what is left comes with the next."""
TRIED_AGAIN = timedelta(hours=6)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="mail", lock="platform", queueing_lock="platform", name="fetch_invoices")
def fetch_invoices(timestamp: int) -> None:
    """Fetch the e-invoices, and what became of others, of each company whose mandate is signed."""
    if settings.PLATFORM is None or not einvoices_of.is_any_mandate():
        return
    try:
        fetch_from(settings.PLATFORM, at=timezone.now())
    except (einvoice.Unreachable, einvoice.Refused) as fault:
        log.warning("e-invoices: %s", fault)
    if left := einvoices_of.count_set_aside():
        log.warning("e-invoices: %d flows stay at the platform, of no dossier here or not to be read", left)


def fetch_from(platform: einvoice.Platform, *, at: datetime) -> None:
    """One round at a platform: what it is not told yet, what is new there, what was left. Raises what a platform raises."""
    _acknowledge_kept(platform, at=at)
    _take_new(platform, at=at)
    _take_set_aside(platform, at=at)


def set_mandates(*, companies: Iterable[Company], state: State, by: Person, at: datetime) -> int:
    """Mandates are asked for, come back signed or are refused; what waits for who has signed is fetched at once."""
    with db.atomic():
        count = einvoices.set_mandates(companies=companies, state=state, by=by, at=at)
        if state is State.SIGNED:
            _fetch_soon(at)
    return count


def _fetch_soon(at: datetime) -> None:
    with suppress(AlreadyEnqueued), db.atomic():
        job = fetch_invoices.configure(lock="platform", queueing_lock="platform")
        job.defer(timestamp=int(at.timestamp()))


def _take_new(platform: einvoice.Platform, *, at: datetime) -> None:
    """What has come since, in its order: the reach moves only past what is kept, known or set aside."""
    taken = 0
    for listed in platform.received(einvoices_of.reach()):
        if not einvoices_of.is_known(listed.flow_id) and not einvoices_of.is_set_aside(listed.flow_id):
            _take(platform, listed, at=at)
            taken += 1
        einvoices.reached(until=listed.updated_at)
        if taken >= A_ROUND:
            return


def _take_set_aside(platform: einvoice.Platform, *, at: datetime) -> None:
    """What was left may be taken now: a mandate was signed, or the fault is old."""
    for row in einvoices_of.to_try_again(before=at - TRIED_AGAIN, most=A_ROUND):
        _take(platform, einvoice.Listed(row.flow_id, einvoice.Kind(row.kind), row.syntax, row.updated_at), at=at)


def _take(platform: einvoice.Platform, listed: einvoice.Listed, *, at: datetime) -> None:
    """One flow: whose it is, kept at its commit, acknowledged afterwards. What cannot be taken is set aside, not lost.

    Raises `einvoice.Unreachable`: whoever is away for one flow is away for the next.
    """
    try:
        content = platform.fetch(listed.flow_id)
        kept = _hear(listed, content, at=at) if listed.kind.is_news else _receive(listed, content, at=at)
    except einvoice.Unreachable as fault:
        _set_aside(listed, at=at, fault=str(fault))
        raise
    except (einvoice.Refused, readers.NotReadable, cdar.NotAMessage, NoInvoice, NobodysInvoice) as fault:
        _set_aside(listed, at=at, fault=str(fault) or str(fault.__doc__))
        return
    except (
        OSError,
        DatabaseFault,
        antivirus.Unreachable,
    ):  # ours, not the flow's: the next round begins with it again
        raise
    except Exception:  # a fault of the reader's own must not keep out all that comes after
        log.exception("e-invoice %s cannot be taken", listed.flow_id)
        _set_aside(listed, at=at, fault=UNREAD)
        return
    if kept is not None:
        einvoices.claimed(flow_id=listed.flow_id)
        _acknowledge(platform, kept, at=at)


class NoInvoice(Exception):
    """Ce flux ne contient pas de facture qui se lise."""


class NobodysInvoice(Exception):
    """Ce flux ne dit pas à quelle entreprise il est destiné, ou parle d’une facture qui n’est pas ici."""


def _receive(listed: einvoice.Listed, content: bytes, *, at: datetime) -> Flow | None:
    """An invoice goes to the one dossier of its receiver (or issuer, for a sale) whose mandate is signed."""
    invoice = readers.invoice_in(content)
    if invoice is None:
        raise NoInvoice
    own = invoice.seller if listed.kind.is_sale else invoice.buyer
    if not own.siren:
        raise NobodysInvoice
    tenant = einvoices_of.receiver(own.siren)
    if tenant is None:
        _set_aside(listed, at=at, siren=own.siren)
        return None
    arrived = einvoices.Arrived(
        listed.flow_id, listed.kind.is_sale, listed.syntax, invoice.number, invoice.issued_on, invoice.type_code,
        invoice.currency, (invoice.seller.siren, invoice.seller.name), (invoice.buyer.siren, invoice.buyer.name),
    )  # fmt: skip
    with tenancy.within(tenant.firm_id, tenant.company_id):
        company = Company.objects.select_related("firm").get(pk=tenant.company_id)
        return einvoices.keep_flow(document=_once(company, content, arrived, at=at), arrived=arrived, at=at)


def _once(company: Company, content: bytes, arrived: einvoices.Arrived, *, at: datetime) -> Document:
    """The invoice's piece: handed in now, or the one that has the same bytes already, whichever way it came."""
    ending = "pdf" if content.startswith(b"%PDF") else "xml"
    try:
        with db.atomic():
            return hand_in(
                company=company,
                content=content,
                filename=f"{file_name(arrived.number.replace('/', '-') or arrived.flow_id)}.{ending}",
                by=None,
                at=at,
                purpose=Document.Purpose.SALE if arrived.is_sale else Document.Purpose.PURCHASE,
                channel=Document.Channel.PLATFORM,
                sent={"flow": arrived.flow_id, "syntax": arrived.syntax},
            )
    except deposits.AlreadyHandedIn as twin:
        return twin.document


def _hear(listed: einvoice.Listed, content: bytes, *, at: datetime) -> Status:
    """A life-cycle message is kept with the invoice that it speaks of."""
    news, is_sale = cdar.read(content), listed.kind.is_sale
    of: dict[str, Any] = {"number": news.number, "seller_siren": news.seller_siren, "issued_on": news.issued_on}
    tenant = einvoices_of.subject_of(is_sale=is_sale, **of)
    if tenant is None or news.code not in {code.value for code in Code}:
        raise NobodysInvoice
    with tenancy.within(tenant.firm_id, tenant.company_id):
        flow = einvoices_of.invoice(tenant.company_id, is_sale=is_sale, **of)
        assert flow is not None, "its company was found by it"
        status = einvoices.hear(
            flow=flow,
            code=Code(news.code),
            motive=news.motive,
            reason=news.reason,
            key=listed.flow_id,
            said_at=min(news.at or at, at),
            at=at,
        )
        tell(flow.document)
    return status


def _set_aside(listed: einvoice.Listed, *, at: datetime, siren: str = "", fault: str = "") -> None:
    einvoices.set_aside(
        flow_id=listed.flow_id,
        kind=listed.kind.value,
        syntax=listed.syntax,
        updated_at=listed.updated_at,
        siren=siren,
        fault=fault,
        at=at,
    )


def _acknowledge_kept(platform: einvoice.Platform, *, at: datetime) -> None:
    """What was kept when the platform went away is acknowledged now."""
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            kept: list[Flow | Status] = [*einvoices_of.to_acknowledge(), *einvoices_of.to_tell()]
        for row in kept:
            _acknowledge(platform, row, at=at)


def _acknowledge(platform: einvoice.Platform, kept: Flow | Status, *, at: datetime) -> None:
    platform.acknowledge(kept.flow_id if isinstance(kept, Flow) else kept.key)
    with tenancy.within(kept.firm_id, kept.company_id):
        if isinstance(kept, Flow):
            einvoices.acknowledged(flow=kept, at=at)
        else:
            einvoices.told(status=kept, at=at)


def say_status(*, flow: Flow, code: Code, by: Person, at: datetime, motive: str = "", reason: str = "") -> Status:
    """A person says where an invoice stands; the platform is told after the commit. Raises `einvoices.NotSayable`."""
    with tenancy.within(flow.firm_id, flow.company_id):
        if code in (Code.CASHED, Code.PAYMENT_SENT) and not books.is_settled(flow.document_id):
            raise einvoices.NotSettled
        paid = _paid(flow.document) if code is Code.CASHED else []
        status = einvoices.say(flow=flow, code=code, by=by, at=at, motive=motive, reason=reason, paid=paid)
        send_later(status)
        tell(flow.document)
    return status


def _paid(document: Document) -> list[tuple[str, str]]:
    """What was cashed, by rate of VAT (BR-FR-CDV-14)."""
    reading = read_values.current(document)
    if reading is None or reading.total is None:
        return []
    by_rate = [(str(line.rate), str(line.base + line.amount)) for line in reading.vat_lines]
    return by_rate or [("0", str(reading.total.value))]


def send_later(status: Status) -> None:
    # One after the other for each invoice: a platform takes « Approuvée » after « Prise en charge ».
    send_status.configure(lock=f"flow-{status.flow_id}").defer(
        firm_id=str(status.firm_id), company_id=str(status.company_id), status_id=str(status.pk)
    )


@app.task(queue="mail", retry=WhenAllowed(first=6), name="send_status")
def send_status(firm_id: str, company_id: str, status_id: str) -> None:
    """Tell the platform what a person said; twice is once, since it knows the message by its key."""
    whose = UUID(firm_id), UUID(company_id)
    with tenancy.within(*whose):
        status = einvoices_of.to_send(UUID(status_id))
        message = einvoices_of.message(status) if status else None
    if status is None or message is None or settings.PLATFORM is None:
        return
    try:
        settings.PLATFORM.send_status(message)
    except (einvoice.Unreachable, einvoice.Refused) as fault:
        with tenancy.within(*whose):
            einvoices.not_sent(status=status, fault=str(fault), at=timezone.now())
            announce(status.company_id, ["documents", "production"])
        if isinstance(fault, einvoice.Refused):
            return
        raise
    with tenancy.within(*whose):
        einvoices.sent(status=status, at=timezone.now())
        announce(status.company_id, ["documents", "production"])

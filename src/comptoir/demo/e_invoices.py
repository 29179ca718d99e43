"""The demo's e-invoices: mandates asked and signed, what came by the platform, and what the firm answered."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from comptoir import pipeline
from comptoir.demo import approved_platform, cast, papers
from comptoir.demo.approved_platform import Held
from comptoir.demo.cast import YEAR
from comptoir.demo.papers import Invoice
from comptoir.domain.lifecycle import Code
from comptoir.domain.mandate import State
from comptoir.gateways.einvoice import memory
from comptoir.records.deposits.models import Document
from comptoir.records.einvoices.models import Flow
from comptoir.records.firms.models import Company, Person

SINCE = date(YEAR, 9, 1)
"""Since when companies receive their invoices by a platform (loi de finances pour 2024, art. 91)."""


def ask_mandates(*, signed: Company, asked: Company, refused: Company, by: Person, at: datetime) -> None:
    """One dossier has signed, one is to sign, one does not want it."""
    pipeline.set_mandates(companies=[signed, asked, refused], state=State.TO_SIGN, by=by, at=at)
    pipeline.set_mandates(companies=[signed], state=State.SIGNED, by=by, at=at + timedelta(days=2))
    pipeline.set_mandates(companies=[refused], state=State.REFUSED, by=by, at=at + timedelta(days=3))


def receive(platform: memory.Platform, invoice: Invoice, *, at: datetime) -> Document:
    """An invoice of the bakery's comes by the platform, with what was said of it on the way."""
    _fetch(platform, [held for held in _told(invoice) if held.at.date() == invoice.issued_on], at=at)
    return Flow.objects.get(flow_id=approved_platform.name(invoice)).document


def hear(platform: memory.Platform, invoices: Iterable[Invoice], *, at: datetime) -> None:
    """What customers said of the month's sales on later days."""
    for invoice in invoices:
        _fetch(platform, [held for held in _told(invoice) if held.at.date() > invoice.issued_on], at=at)


def _told(invoice: Invoice) -> list[Held]:
    is_sale = invoice.seller == cast.BAKERY
    came = approved_platform.came(invoice, papers.facturx_pdf, "Factur-X", is_sale=is_sale)
    return list(approved_platform.told(invoice, came))


def _fetch(platform: memory.Platform, news: Iterable[Held], *, at: datetime) -> None:
    for held in news:
        platform.hold(held.flow_id, held.content, held.kind, held.syntax, held.moment)
    pipeline.fetch_from(platform, at=at)


def answer(company: Company, by: Person) -> None:
    """What the firm has answered by now: autumn's purchases are approved, September's sale is cashed."""
    for flow in Flow.objects.filter(company=company, issued_on__lt=date(YEAR, 11, 1)).order_by("issued_on"):
        if flow.is_sale:
            said = [(Code.CASHED, 24)] if flow.issued_on == date(YEAR, 9, 12) else []
        else:
            said = [(Code.IN_CHARGE, 1), (Code.APPROVED, 2)]
        for code, days in said:
            pipeline.say_status(flow=flow, code=code, by=by, at=flow.received_at + timedelta(days=days))

"""Cross Industry Invoice: ZUGFeRD 1, then Factur-X and ZUGFeRD 2 (D16B, D22B)."""

from datetime import date
from decimal import Decimal

from comptoir.domain.money import ZERO, cents
from comptoir.domain.reading import VatLine
from comptoir.readers.einvoice.invoice import Invoice, Party
from comptoir.readers.einvoice.xml import Element, amount, children, day, find, number, text
from comptoir.readers.identity import siren_of_vat

# ISO 6523 codes used in France: 0002 SIREN, 0009 SIRET (XP Z12-012).
_SIREN_SCHEMES = ("0002", "0009")


def invoice(root: Element) -> Invoice:
    """The invoice that the message says."""
    document = find(root, "ExchangedDocument|HeaderExchangedDocument")
    trade = find(root, "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction")
    agreement = find(trade, "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement")
    settlement = find(trade, "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement")
    sums = find(
        settlement,
        "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation",
    )
    currency = text(settlement, "InvoiceCurrencyCode")
    return Invoice(
        type_code=text(document, "TypeCode"),
        number=text(document, "ID"),
        issued_on=day(text(document, "IssueDateTime", "DateTimeString")),
        due_on=_due(settlement),
        currency=currency,
        seller=_party(find(agreement, "SellerTradeParty")),
        buyer=_party(find(agreement, "BuyerTradeParty")),
        net=amount(sums, "TaxBasisTotalAmount"),
        vat=_vat(sums, currency),
        total=_in_currency(sums, "GrandTotalAmount", currency),
        vat_lines=_vat_lines(settlement),
        iban=_iban(settlement),
    )


def _party(element: Element | None) -> Party:
    registrations = {
        (found.get("schemeID") if found is not None else None): text(registration, "ID")
        for registration in children(element, "SpecifiedTaxRegistration")
        for found in [find(registration, "ID")]
    }
    vat = registrations.get("VA", "").replace(" ", "")
    return Party(text(element, "Name"), _siren(element) or siren_of_vat(vat), vat)


def _siren(element: Element | None) -> str:
    legal = find(element, "SpecifiedLegalOrganization", "ID")
    if legal is None or legal.get("schemeID", "0002") not in _SIREN_SCHEMES:
        return ""
    digits = "".join((legal.text or "").split())
    return digits[:9] if digits.isdigit() and len(digits) in (9, 14) else ""


def _due(settlement: Element | None) -> date | None:
    dates = (
        day(text(terms, "DueDateDateTime", "DateTimeString"))
        for terms in children(settlement, "SpecifiedTradePaymentTerms")
    )
    return next((found for found in dates if found), None)


def _vat(sums: Element | None, currency: str) -> Decimal | None:
    """The VAT in the invoice's currency: an invoice in pounds may state it in euros too (BT-110, BT-111).

    A category without tax may leave the amount out: that is nil.
    """
    found = _in_currency(sums, "TaxTotalAmount", currency)
    return ZERO if found is None and sums is not None else found


def _in_currency(sums: Element | None, name: str, currency: str) -> Decimal | None:
    stated = list(children(sums, name))
    own = [e for e in stated if e.get("currencyID", currency) == currency]
    return next((number(" ".join((e.text or "").split())) for e in own or stated), None)


def _vat_lines(settlement: Element | None) -> tuple[VatLine, ...]:
    lines = []
    for tax in children(settlement, "ApplicableTradeTax"):
        base, due = amount(tax, "BasisAmount"), amount(tax, "CalculatedAmount")
        rate = amount(tax, "RateApplicablePercent|ApplicablePercent") or ZERO
        if base is not None or due is not None:
            lines.append(VatLine(rate.normalize() + 0, cents(base or ZERO), cents(due or ZERO)))
    return tuple(lines)


def _iban(settlement: Element | None) -> str:
    numbers = (
        text(means, "PayeePartyCreditorFinancialAccount", "IBANID")
        for means in children(settlement, "SpecifiedTradeSettlementPaymentMeans")
    )
    return next((found.replace(" ", "") for found in numbers if found), "")

"""UBL 2.x invoices and credit notes."""

from datetime import date
from decimal import Decimal

from comptoir.domain.money import ZERO, cents
from comptoir.domain.reading import VatLine
from comptoir.readers.einvoice.invoice import Invoice, Party
from comptoir.readers.einvoice.xml import Element, amount, children, day, find, name_of, number, text
from comptoir.readers.identity import siren_of_vat

_SIREN_SCHEMES = ("0002", "0009")


def invoice(root: Element) -> Invoice:
    """The invoice or credit note that the document says."""
    is_credit_note = name_of(root) == "CreditNote"
    currency = text(root, "DocumentCurrencyCode")
    sums = find(root, "LegalMonetaryTotal|RequestedMonetaryTotal")
    tax = _tax_total(root, currency)
    return Invoice(
        type_code=text(root, "InvoiceTypeCode|CreditNoteTypeCode") or ("381" if is_credit_note else "380"),
        number=text(root, "ID"),
        issued_on=day(text(root, "IssueDate")),
        due_on=_due(root),
        currency=currency or _stated_currency(sums),
        seller=_party(find(root, "AccountingSupplierParty", "Party")),
        buyer=_party(find(root, "AccountingCustomerParty", "Party")),
        net=amount(sums, "TaxExclusiveAmount"),
        vat=amount(tax, "TaxAmount") if tax is not None else ZERO,
        total=_total(sums),
        vat_lines=_vat_lines(tax),
        iban=_iban(root),
    )


def _total(sums: Element | None) -> Decimal | None:
    """The total with VAT, never what is left to pay: a deposit already paid does not make the invoice smaller."""
    included = amount(sums, "TaxInclusiveAmount")
    return included if included is not None else amount(sums, "PayableAmount")


def _stated_currency(sums: Element | None) -> str:
    found = find(sums, "TaxInclusiveAmount|PayableAmount")
    return (found.get("currencyID") or "") if found is not None else ""


def _tax_total(root: Element, currency: str) -> Element | None:
    """The VAT in the invoice's currency; a second total in the accounting currency may stand beside (BT-111)."""
    stated = list(children(root, "TaxTotal"))
    own = [e for e in stated if (a := find(e, "TaxAmount")) is not None and a.get("currencyID") == currency]
    return next(iter(own or stated), None)


def _vat_lines(tax: Element | None) -> tuple[VatLine, ...]:
    lines = []
    for part in children(tax, "TaxSubtotal"):
        rate = number(text(part, "TaxCategory", "Percent") or text(part, "Percent")) or ZERO
        base, due = amount(part, "TaxableAmount"), amount(part, "TaxAmount")
        lines.append(VatLine(rate.normalize() + 0, cents(base or ZERO), cents(due or ZERO)))
    return tuple(lines)


def _party(element: Element | None) -> Party:
    legal = find(element, "PartyLegalEntity")
    vat = next(
        (
            text(scheme, "CompanyID").replace(" ", "")
            for scheme in children(element, "PartyTaxScheme")
            if text(scheme, "TaxScheme", "ID").upper() in ("VAT", "TVA", "")
        ),
        "",
    )
    name = text(legal, "RegistrationName") or text(element, "PartyName", "Name")
    return Party(name, _siren(element, legal) or siren_of_vat(vat), vat)


def _siren(element: Element | None, legal: Element | None) -> str:
    identifications = [find(each, "ID") for each in children(element, "PartyIdentification")]
    for found in (find(legal, "CompanyID"), *identifications):
        digits = "".join((found.text or "").split()) if found is not None else ""
        is_french = found is not None and found.get("schemeID", "0002") in _SIREN_SCHEMES
        if is_french and digits.isdigit() and len(digits) in (9, 14):
            return digits[:9]
    return ""


def _due(root: Element) -> date | None:
    written = [text(root, "DueDate")]
    written += [text(means, "PaymentDueDate") for means in children(root, "PaymentMeans")]
    return next((found for found in map(day, written) if found), None)


def _iban(root: Element) -> str:
    accounts = (text(means, "PayeeFinancialAccount", "ID") for means in children(root, "PaymentMeans"))
    return next((found.replace(" ", "") for found in accounts if found), "")

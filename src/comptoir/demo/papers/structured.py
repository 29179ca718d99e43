"""Papers that carry their data: CII, UBL and Factur-X."""

from decimal import Decimal

from comptoir.demo.papers.printed import invoice_pdf
from comptoir.demo.papers.things import Invoice, Item, Party


def facturx_pdf(invoice: Invoice, layout: int = 0) -> bytes:
    """The same PDF with its data inside (Factur-X)."""
    from facturx import generate_from_binary

    made: bytes = generate_from_binary(
        invoice_pdf(invoice, layout), cii_xml(invoice), flavor="factur-x", level="en16931", check_xsd=True
    )
    return made


def cii_xml(invoice: Invoice) -> bytes:
    """The invoice's data, CII D22B, profile EN 16931."""
    lines = "".join(_cii_line(rank, item) for rank, item in enumerate(invoice.items, 1))
    taxes = "".join(
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:BasisAmount>{base}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        for rate, base, tax in invoice.vat_lines
    )
    tax_total = invoice.gross - invoice.net
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>"
        "urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
        "</rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        f"<ram:ID>{invoice.number}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime>"
        f'<udt:DateTimeString format="102">{invoice.issued_on:%Y%m%d}</udt:DateTimeString></ram:IssueDateTime>'
        f"</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>"
        f"{_cii_party('Seller', invoice.seller)}{_cii_party('Buyer', invoice.buyer)}"
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>"
        "<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
        f"{taxes}<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f'<udt:DateTimeString format="102">{invoice.due_on:%Y%m%d}</udt:DateTimeString></ram:DueDateDateTime>'
        "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{invoice.net}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{invoice.net}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="EUR">{tax_total}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{invoice.gross}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{invoice.gross}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    ).encode()


def _cii_party(side: str, party: Party) -> str:
    legal = (
        f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{party.siren}</ram:ID>'
        "</ram:SpecifiedLegalOrganization>"
    )
    vat = f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{party.vat_number}</ram:ID></ram:SpecifiedTaxRegistration>'
    postcode, _, town = party.town.partition(" ")
    return (
        f"<ram:{side}TradeParty><ram:Name>{party.name}</ram:Name>{legal if party.siren else ''}"
        f"<ram:PostalTradeAddress><ram:PostcodeCode>{postcode}</ram:PostcodeCode><ram:LineOne>{party.street}"
        f"</ram:LineOne><ram:CityName>{town}</ram:CityName><ram:CountryID>FR</ram:CountryID>"
        f"</ram:PostalTradeAddress>{vat if party.siren else ''}</ram:{side}TradeParty>"
    )


def _cii_line(rank: int, item: Item) -> str:
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{rank}</ram:LineID></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct>"
        f"<ram:Name>{item.label}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
        f"<ram:NetPriceProductTradePrice><ram:ChargeAmount>{item.unit_price}</ram:ChargeAmount>"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>"
        f'<ram:BilledQuantity unitCode="C62">{item.quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>'
        "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>{item.rate}</ram:RateApplicablePercent>"
        "</ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{item.net}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
    )


def ubl_xml(invoice: Invoice) -> bytes:
    """The invoice's data, UBL 2.1; titled *AVOIR*, a credit note."""
    name, code = ("CreditNote", 381) if invoice.title == "AVOIR" else ("Invoice", 380)
    tax = invoice.gross - invoice.net
    subtotals = "".join(
        f"<cac:TaxSubtotal>{_ubl_amount('TaxableAmount', base)}{_ubl_amount('TaxAmount', due)}<cac:TaxCategory>"
        f"<cbc:ID>S</cbc:ID><cbc:Percent>{rate}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
        "</cac:TaxCategory></cac:TaxSubtotal>"
        for rate, base, due in invoice.vat_lines
    )
    sums = (
        ("LineExtensionAmount", invoice.net), ("TaxExclusiveAmount", invoice.net),
        ("TaxInclusiveAmount", invoice.gross), ("PayableAmount", invoice.gross),
    )  # fmt: skip
    due_on = f"<cbc:DueDate>{invoice.due_on}</cbc:DueDate>" if name == "Invoice" else ""
    oasis = "urn:oasis:names:specification:ubl:schema:xsd:"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{oasis}{name}-2" '
        f'xmlns:cac="{oasis}CommonAggregateComponents-2" xmlns:cbc="{oasis}CommonBasicComponents-2">'
        f"<cbc:ID>{invoice.number}</cbc:ID><cbc:IssueDate>{invoice.issued_on}</cbc:IssueDate>{due_on}"
        f"<cbc:{name}TypeCode>{code}</cbc:{name}TypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        f"{_ubl_party('Supplier', invoice.seller)}{_ubl_party('Customer', invoice.buyer)}"
        f"<cac:TaxTotal>{_ubl_amount('TaxAmount', tax)}{subtotals}</cac:TaxTotal><cac:LegalMonetaryTotal>"
        f"{''.join(_ubl_amount(word, amount) for word, amount in sums)}</cac:LegalMonetaryTotal></{name}>"
    ).encode()


def _ubl_amount(word: str, amount: Decimal) -> str:
    return f'<cbc:{word} currencyID="EUR">{amount}</cbc:{word}>'


def _ubl_party(side: str, party: Party) -> str:
    return (
        f"<cac:Accounting{side}Party><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>{party.vat_number}</cbc:CompanyID>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>"
        f'<cbc:RegistrationName>{party.name}</cbc:RegistrationName><cbc:CompanyID schemeID="0002">{party.siren}'
        f"</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:Accounting{side}Party>"
    )

"""Life-cycle messages (UN/CEFACT CDAR D22B, XP Z12-012 annex): written, and read as they come."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from comptoir.gateways.einvoice import Message, Trader

_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}


class NotAMessage(Exception):
    """Ce flux n’est pas un message de cycle de vie."""


@dataclass(frozen=True, slots=True)
class News:
    """What a message says of which invoice: enough to find it."""

    code: str
    number: str
    issued_on: date | None
    seller_siren: str
    motive: str = ""
    reason: str = ""
    at: datetime | None = None


def written(message: Message) -> bytes:
    """The message as it leaves."""
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _SPACES.items())
    said_by, said_to = ("SE", "BY") if message.is_by_seller else ("BY", "SE")
    issuer, recipient = (
        (message.seller, message.buyer) if message.is_by_seller else (message.buyer, message.seller)
    )
    moment = f"{message.at.astimezone(UTC):%Y%m%d%H%M%S}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rsm:CrossDomainAcknowledgementAndResponse {spaces}>'
        "<rsm:ExchangedDocumentContext><ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>REGULATED</ram:ID>"
        "</ram:BusinessProcessSpecifiedDocumentContextParameter><ram:GuidelineSpecifiedDocumentContextParameter>"
        "<ram:ID>urn.cpro.gouv.fr:1p0:CDV:invoice</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
        "</rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        f"<ram:ID>{escape(message.key)}</ram:ID><ram:Name>{escape(message.name)}</ram:Name>"
        f'<ram:IssueDateTime><udt:DateTimeString format="204">{moment}</udt:DateTimeString></ram:IssueDateTime>'
        f"<ram:SenderTradeParty><ram:RoleCode>WK</ram:RoleCode></ram:SenderTradeParty>"
        f"{_party('Issuer', issuer, said_by)}{_party('Recipient', recipient, said_to)}</rsm:ExchangedDocument>"
        "<rsm:AcknowledgementDocument><ram:MultipleReferencesIndicator><udt:Indicator>false</udt:Indicator>"
        "</ram:MultipleReferencesIndicator><ram:TypeCode>23</ram:TypeCode>"
        f'<ram:IssueDateTime><udt:DateTimeString format="204">{moment}</udt:DateTimeString></ram:IssueDateTime>'
        f"<ram:ReferenceReferencedDocument><ram:IssuerAssignedID>{escape(message.number)}</ram:IssuerAssignedID>"
        f"<ram:TypeCode>{escape(message.type_code)}</ram:TypeCode>{_day(message.issued_on)}"
        f"<ram:ProcessConditionCode>{escape(message.code)}</ram:ProcessConditionCode>"
        f"<ram:ProcessCondition>{escape(message.name)}</ram:ProcessCondition>"
        f"{_party('Issuer', message.seller, 'SE')}{_why(message)}{_paid(message)}"
        "</ram:ReferenceReferencedDocument></rsm:AcknowledgementDocument>"
        "</rsm:CrossDomainAcknowledgementAndResponse>"
    ).encode()


def read(content: bytes) -> News:
    """What a message says; raises `NotAMessage`."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAMessage from error
    if not str(root.tag).endswith("}CrossDomainAcknowledgementAndResponse"):
        raise NotAMessage
    invoice = "rsm:AcknowledgementDocument/ram:ReferenceReferencedDocument"
    code, number = (
        _text(root, f"{invoice}/ram:ProcessConditionCode"),
        _text(root, f"{invoice}/ram:IssuerAssignedID"),
    )
    if not code or not number:
        raise NotAMessage
    status = f"{invoice}/ram:SpecifiedDocumentStatus"
    moment = _text(root, "rsm:AcknowledgementDocument/ram:IssueDateTime/udt:DateTimeString")
    return News(
        code=code,
        number=number,
        issued_on=_read_day(_text(root, f"{invoice}/ram:FormattedIssueDateTime/qdt:DateTimeString")),
        seller_siren=_text(root, f"{invoice}/ram:IssuerTradeParty/ram:GlobalID")[:9],
        motive=_text(root, f"{status}/ram:ReasonCode")[:40],
        reason=_text(root, f"{status}/ram:Reason")[:300],
        at=_read_moment(moment),
    )


def _party(name: str, trader: Trader, role: str) -> str:
    own = f'<ram:GlobalID schemeID="0002">{escape(trader.siren)}</ram:GlobalID>' if trader.siren else ""
    called = f"<ram:Name>{escape(trader.name)}</ram:Name>" if trader.name else ""
    return f"<ram:{name}TradeParty>{own}{called}<ram:RoleCode>{role}</ram:RoleCode></ram:{name}TradeParty>"


def _day(day: date | None) -> str:
    if day is None:
        return ""
    written_day = f'<qdt:DateTimeString format="102">{day:%Y%m%d}</qdt:DateTimeString>'
    return f"<ram:FormattedIssueDateTime>{written_day}</ram:FormattedIssueDateTime>"


def _why(message: Message) -> str:
    if not message.reason and not message.motive:
        return ""
    return (
        f"<ram:SpecifiedDocumentStatus><ram:ReasonCode>{escape(message.motive)}</ram:ReasonCode>"
        f"<ram:Reason>{escape(message.reason)}</ram:Reason><ram:SequenceNumeric>1</ram:SequenceNumeric>"
        "</ram:SpecifiedDocumentStatus>"
    )


def _paid(message: Message) -> str:
    """What was paid at each rate (MEN, *montant encaissé*)."""
    return "".join(
        f"<ram:SpecifiedDocumentStatus><ram:SequenceNumeric>{rank}</ram:SequenceNumeric>"
        "<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>MEN</ram:TypeCode>"
        f"<ram:ValueAmount currencyID={quoteattr(message.currency)}>{amount:.2f}</ram:ValueAmount>"
        f"<ram:ValuePercent>{rate:.2f}</ram:ValuePercent>"
        "</ram:SpecifiedDocumentCharacteristic></ram:SpecifiedDocumentStatus>"
        for rank, (rate, amount) in enumerate(message.paid, 1)
    )


def paid_in(content: bytes) -> tuple[tuple[Decimal, Decimal], ...]:
    """What a message says was paid, by rate."""
    root = etree.fromstring(content)
    found = root.iterfind(".//ram:SpecifiedDocumentCharacteristic", _SPACES)
    return tuple((Decimal(_text(e, "ram:ValuePercent")), Decimal(_text(e, "ram:ValueAmount"))) for e in found)


def _text(element: etree._Element, path: str) -> str:
    found = element.find(path, _SPACES)
    return " ".join((found.text or "").split()) if found is not None else ""


def _read_day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _read_moment(text: str) -> datetime | None:
    """A moment of format 204 or a day of format 102; the standard's are UTC."""
    for shape in ("%Y%m%d%H%M%S", "%Y%m%d"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None

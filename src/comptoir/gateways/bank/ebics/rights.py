"""What a contract allows, in the bank's own words (HTD, HAA, HPD): the strings that orders must repeat to the letter."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from comptoir.gateways.bank.ebics import download, xml
from comptoir.gateways.bank.ebics.contract import BusinessFormat, FileFormat, Order, Version
from comptoir.gateways.bank.ebics.faults import Refused, Unreadable
from comptoir.gateways.bank.ebics.requests import Access
from comptoir.gateways.bank.ebics.xml import only, perhaps, text_of


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the contract covers."""

    iban: str
    number: str
    holder: str
    currency: str
    description: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A statement that may be fetched, and what the bank calls it."""

    order: Order
    description: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What HTD says: who the client is at the bank, on which accounts, and what may be fetched."""

    holder: str
    accounts: tuple[Account, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What HPD says of the server: its name, addresses and protocols."""

    institute: str
    urls: tuple[str, ...]
    versions: tuple[str, ...]


def rights(access: Access) -> Rights:
    """All that the contract covers (HTD)."""
    root, space = _fetched(access, "HTD")
    partner = only(root, f"{space}PartnerInfo")
    return Rights(
        holder=text_of(perhaps(partner, f"{space}AddressInfo", f"{space}Name")),
        accounts=tuple(_account(node, space) for node in partner.findall(f"{space}AccountInfo")),
        offers=tuple(
            Offer(order, text_of(perhaps(node, f"{space}Description")))
            for node in partner.findall(f"{space}OrderInfo")
            if (order := _order(access, node, space))
        ),
    )


def available(access: Access) -> tuple[BusinessFormat | str, ...]:
    """What lies ready now (HAA): services with EBICS 3.0, bare order types with 2.5."""
    root, space = _fetched(access, "HAA")
    if access.contract.version is Version.H005:
        return tuple(read_service(node, space) for node in root.findall(f"{space}Service"))
    return tuple(text_of(only(root, f"{space}OrderTypes")).split())


def statement_order(access: Access) -> Order | None:
    """What the bank itself calls the statement of account: after the contract (HTD), else after what lies ready (HAA)."""
    try:
        found: list[Order] = [offer.order for offer in rights(access).offers]
    except Refused:
        found = [one for one in available(access) if isinstance(one, BusinessFormat)]
    return likeliest(found)


def likeliest(orders: Sequence[Order]) -> Order | None:
    """Of what may be fetched, the statement of account: the day's booked movements, whole, as most French banks offer it.

    None where nothing is one: reports within the day (camt.052) and advices are no statements.
    """
    ranked = [(rank, place, order) for place, order in enumerate(orders) if (rank := _rank(order)) is not None]
    return min(ranked, key=lambda one: one[:2])[2] if ranked else None


def _rank(order: Order) -> int | None:
    if isinstance(order, FileFormat):
        found = (n for n, words in enumerate(_FILES) if words in order.name.lower())
    else:
        found = (
            n for n, words in enumerate(_MESSAGES) if words in order.message.lower() and order.name in _SERVICES
        )
    return next(found, None)


_FILES = ("cfonb120.stm", "camt.053", "mt940", "cfonb120")
_MESSAGES = ("camt.053", "cfonb120", "mt940")
_SERVICES = ("EOP", "STM")


def parameters(access: Access) -> Parameters:
    """How the bank's server is set up (HPD)."""
    root, space = _fetched(access, "HPD")
    reached, spoken = only(root, f"{space}AccessParams"), only(root, f"{space}ProtocolParams", f"{space}Version")
    return Parameters(
        institute=text_of(perhaps(reached, f"{space}Institute")),
        urls=tuple(text_of(node) for node in reached.findall(f"{space}URL")),
        versions=tuple(text_of(only(spoken, f"{space}Protocol")).split()),
    )


def read_service(node: etree._Element, space: str) -> BusinessFormat:
    """A service as EBICS 3.0 names it (BTF)."""
    message, container = only(node, f"{space}MsgName"), perhaps(node, f"{space}Container")
    return BusinessFormat(
        name=text_of(only(node, f"{space}ServiceName")),
        message=text_of(message),
        scope=text_of(perhaps(node, f"{space}Scope")),
        option=text_of(perhaps(node, f"{space}ServiceOption")),
        container="" if container is None else container.get("containerType", ""),
        message_version=message.get("version", ""),
        message_variant=message.get("variant", ""),
        message_format=message.get("format", ""),
    )


def _fetched(access: Access, order_type: str) -> tuple[etree._Element, str]:
    """Nothing is lost with these: what is not stored is asked for again, and the receipt is given at once."""
    found = download.fetch(access, order_type)
    download.give_receipt(access, found.transaction_id, is_kept=True)
    root, space = xml.parsed(found.content), f"{{{access.contract.version.namespace}}}"
    if root.tag != f"{space}{order_type}ResponseOrderData":
        raise Unreadable(f"({order_type})")
    return root, space


def _account(node: etree._Element, space: str) -> Account:
    numbers = node.findall(f"{space}AccountNumber")
    international = [text_of(number) for number in numbers if number.get("international") in ("true", "1")]
    national = [text_of(number) for number in numbers if number.get("international") not in ("true", "1")]
    return Account(
        iban=international[0] if international else "",
        number=national[0] if national else "",
        holder=text_of(perhaps(node, f"{space}AccountHolder")),
        currency=node.get("Currency", "EUR"),
        description=node.get("Description", ""),
    )


def _order(access: Access, node: etree._Element, space: str) -> Order | None:
    """What may be fetched; None for what is sent, and for orders of key management."""
    if access.contract.version is Version.H005:
        said = perhaps(node, f"{space}Service")
        is_download = text_of(only(node, f"{space}AdminOrderType")) == "BTD"
        return read_service(said, space) if is_download and said is not None else None
    name = perhaps(node, f"{space}FileFormat")
    if text_of(only(node, f"{space}OrderType")) != "FDL" or name is None:
        return None
    return FileFormat(text_of(name), name.get("CountryCode", ""))

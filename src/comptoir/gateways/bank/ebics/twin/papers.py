"""What the twin bank says of a contract (HTD), of what lies ready (HAA) and of itself (HPD)."""

from comptoir.gateways.bank.ebics import xml
from comptoir.gateways.bank.ebics.contract import BusinessFormat, FileFormat, Order, Version
from comptoir.gateways.bank.ebics.requests import service
from comptoir.gateways.bank.ebics.rights import Account
from comptoir.gateways.bank.ebics.twin.state import Subscriber, Twin
from comptoir.gateways.bank.ebics.xml import element, leaf

KINDS = ("HTD", "HAA", "HPD")
_READY = "1"  # UserStatus: ready (EBICS §8.3.2)


def written(twin: Twin, version: Version, kind: str, whose: Subscriber) -> bytes:
    """One of the three, as order data."""
    make = {"HTD": _rights, "HAA": _available, "HPD": _parameters}[kind]
    content = make(twin, version, whose)
    return xml.document(element(f"{kind}ResponseOrderData", *content, xmlns=version.namespace))


def _rights(twin: Twin, version: Version, whose: Subscriber) -> list[str]:
    partner = element(
        "PartnerInfo",
        element("AddressInfo", leaf("Name", "Boulangerie Dupont")),
        element("BankInfo", leaf("HostID", twin.host_id)),
        *(_account(account, number) for number, account in enumerate(twin.accounts, start=1)),
        *(_offer(version, order, said) for order, said in _offers(twin, version)),
        _key_management(version),
    )
    user = element(
        "UserInfo",
        leaf("UserID", whose.user_id, Status=_READY),
        *(_permission(version, order) for order, _ in _offers(twin, version)),
        _permission(version, None),
    )
    return [partner, user]


def _available(twin: Twin, version: Version, whose: Subscriber) -> list[str]:
    ready = {one.order for one in twin.statements if not one.is_fetched}
    if version is Version.H004:
        return [leaf("OrderTypes", "FDL" if any(isinstance(order, FileFormat) for order in ready) else "")]
    return [
        service(order)
        for order, _ in _offers(twin, version)
        if order in ready and isinstance(order, BusinessFormat)
    ]


def _parameters(twin: Twin, version: Version, whose: Subscriber) -> list[str]:
    reached = element(
        "AccessParams",
        leaf("URL", "https://bank.invalid/ebics"),
        leaf("Institute", twin.name),
        leaf("HostID", twin.host_id),
    )
    spoken = element(
        "Version",
        leaf("Protocol", " ".join(twin.versions)),
        leaf("Authentication", "X002"),
        leaf("Encryption", "E002"),
        leaf("Signature", "A005 A006"),
    )
    return [reached, element("ProtocolParams", spoken)]


def _offers(twin: Twin, version: Version) -> list[tuple[Order, str]]:
    kind = BusinessFormat if version is Version.H005 else FileFormat
    return [(order, said) for order, said in twin.offers.items() if isinstance(order, kind)]


def _account(account: Account, number: int) -> str:
    return element(
        "AccountInfo",
        leaf("AccountNumber", account.iban, international="true"),
        leaf("AccountHolder", account.holder),
        ID=f"A{number}",
        Currency=account.currency,
        Description=account.description,
    )


def _offer(version: Version, order: Order, said: str) -> str:
    if isinstance(order, FileFormat):
        kind = leaf("OrderType", "FDL") + _file_format(order) + leaf("TransferType", "Download")
    else:
        kind = leaf("AdminOrderType", "BTD") + service(order)
    return element("OrderInfo", kind, leaf("Description", said))


def _key_management(version: Version) -> str:
    if version is Version.H005:
        kind = leaf("AdminOrderType", "HPB")
    else:
        kind = leaf("OrderType", "HPB") + leaf("TransferType", "Download")
    return element("OrderInfo", kind, leaf("Description", "Clés de la banque"))


def _permission(version: Version, order: Order | None) -> str:
    if version is Version.H005:
        kind = leaf("AdminOrderType", "BTD" if order else "HPB")
        return element("Permission", kind, service(order) if isinstance(order, BusinessFormat) else "")
    kind = leaf("OrderTypes", "FDL" if order else "HPB")
    return element("Permission", kind, _file_format(order) if isinstance(order, FileFormat) else "")


def _file_format(order: FileFormat) -> str:
    country = {"CountryCode": order.country} if order.country else {}
    return leaf("FileFormat", order.name, **country)

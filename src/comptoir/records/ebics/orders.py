"""What a contract fetches, as a person copies it from the bank's paper, and as EBICS asks for it."""

from comptoir.gateways.bank.ebics import BusinessFormat, FileFormat, Order, Version, WrongContract

USUAL = {Version.H004: "camt.xxx.cfonb120.stm", Version.H005: "EOP/FR/ZIP/camt.053/02"}
"""What French banks call the statement of account, most of them."""


def order_of(version: Version, written: str) -> Order:
    """The order that these words are: a FileFormat (2.5), or service/country/container/message/version (3.0).

    Raises `WrongContract`.
    """
    words = [word.strip() for word in written.strip().split("/")]
    if any(not all(sign.isalnum() or sign in ".-_" for sign in word) for word in words):
        raise WrongContract(_HOW[version])
    if version is Version.H004:
        if len(words) != 1 or not words[0]:
            raise WrongContract(_HOW[version])
        return FileFormat(words[0])
    if not 4 <= len(words) <= 5 or not words[0] or not words[3]:
        raise WrongContract(_HOW[version])
    service, scope, container, message, *more = words
    return BusinessFormat(service, message, scope, container=container, message_version="".join(more))


def written(order: Order) -> str:
    """The words that `order_of` reads."""
    if isinstance(order, FileFormat):
        return order.name
    words = (order.name, order.scope, order.container, order.message, order.message_version)
    return "/".join(words).removesuffix("/")


_HOW = {
    Version.H004: f"Le format du relevé s’écrit comme sur le contrat, par exemple {USUAL[Version.H004]}.",
    Version.H005: (
        f"Le format du relevé s’écrit service/pays/conteneur/message/version, par exemple {USUAL[Version.H005]}."
    ),
}

"""An approved platform beside the demo: `python -m comptoir.demo.approved_platform --port 8576`.

It speaks XP Z12-013 on this machine. What it is told is forgotten when it stops; what it holds is there again.
"""

import argparse
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from comptoir.demo import cast, papers
from comptoir.demo.cast import YEAR
from comptoir.demo.papers import Invoice, Item, Party
from comptoir.domain.lifecycle import Code
from comptoir.gateways.einvoice import Kind, Message, Trader, cdar
from comptoir.gateways.einvoice.twin import Twin

WATER = Party("Eaux de la Vègre", "1, quai du Moulin", "72350 Brûlon", "552014890")
SIGNS = Party("Enseignes du Maine", "14, rue des Néons", "72000 Le Mans", "490233615")
FITTINGS = Party("Sanitaires de l’Ouest", "ZA Nord", "72000 Le Mans", "417602281")
FLOWERS = Party("Grossiste Horticole", "Marché de gros", "72000 Le Mans", "384117902")

Draw = Callable[[Invoice], bytes]


@dataclass(frozen=True, slots=True)
class Held:
    """One flow at the platform, and when it came there."""

    flow_id: str
    content: bytes
    kind: Kind
    syntax: str
    at: datetime

    @property
    def moment(self) -> str:
        """As platforms write it."""
        return f"{self.at:%Y-%m-%dT%H:%M:%S.000Z}"


def main() -> None:
    """Listen until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8576)
    with twin().serve(parser.parse_args().port):
        threading.Event().wait()


def twin() -> Twin:
    """The platform, with what waits there for the demo's dossiers."""
    found = Twin()
    for held in waiting():
        found.hold(held.flow_id, held.content, held.kind, moment=held.moment, flowSyntax=held.syntax)
    return found


def waiting() -> Iterator[Held]:
    """What waits at the platform when the demo starts: the bakery's last days, and dossiers without a signed mandate."""
    flour = Item("Farine biologique T80, sac 25 kg", 8, Decimal("31.20"), Decimal("5.5"))
    water = Item("Eau et assainissement, relevé d’automne", 1, Decimal("142.18"), Decimal("5.5"))
    oven = Item("Location d’un batteur-mélangeur, novembre", 1, Decimal("96.00"))
    sign = Item("Enseigne lumineuse, fourniture et pose", 1, Decimal("1490.00"))
    taps = Item("Robinet d’arrêt, lot de 20", 2, Decimal("88.40"))
    roses = Item("Roses, bottes de 20", 12, Decimal("9.80"), Decimal("10"))
    for number, day, seller, buyer, item, draw, syntax in (
        ("MV-B-261120", 20, cast.SUPPLIERS[0].party, cast.BAKERY, flour, papers.facturx_pdf, "Factur-X"),
        ("EV-2026-11877", 20, WATER, cast.BAKERY, water, papers.ubl_xml, "UBL"),
        ("FE-L-0311", 23, cast.HARDWARE, cast.BAKERY, oven, papers.cii_xml, "CII"),
        ("EM-7781", 23, SIGNS, cast.BAKERY, sign, papers.facturx_pdf, "Factur-X"),
        ("SO-26-4410", 20, FITTINGS, _party(cast.PLUMBER.name, cast.PLUMBER.siren), taps, papers.cii_xml, "CII"),
        ("GH-90213", 23, FLOWERS, _party("Fleurs et Saisons", cast.FLORIST.siren), roses, papers.ubl_xml, "UBL"),
    ):
        invoice = Invoice(seller, buyer, number, date(YEAR, 11, day), (item,))
        first = came(invoice, draw, syntax, is_sale=False)
        yield from told(invoice, first) if buyer == cast.BAKERY else [first]


def came(invoice: Invoice, draw: Draw, syntax: str, *, is_sale: bool) -> Held:
    """An invoice as it comes there."""
    kind = Kind.SALE if is_sale else Kind.PURCHASE
    return Held(name(invoice), draw(invoice), kind, syntax, _moment(invoice.issued_on, 6))


def told(invoice: Invoice, first: Held) -> Iterator[Held]:
    """The invoice, and the messages that go with it: the platforms' own, and what a customer says of a sale."""
    yield first
    codes = [(Code.DEPOSITED, 0, 5), (Code.RECEIVED, 0, 6), (Code.AVAILABLE, 0, 7)]
    if first.kind.is_sale:
        codes += [(Code.IN_CHARGE, 1, 8), (Code.APPROVED, 4, 9)]
    for code, days, hour in codes:
        key = f"{first.flow_id}-{code.value}"
        at = _moment(invoice.issued_on + timedelta(days=days), hour)
        kind = Kind.SALE_NEWS if first.kind.is_sale else Kind.PURCHASE_NEWS
        # A platform lists news once it knows the invoice, whatever the moment that it speaks of.
        yield Held(key, cdar.written(_message(invoice, code, key, at)), kind, "CDAR", max(at, first.at))


def _message(invoice: Invoice, code: Code, key: str, at: datetime) -> Message:
    seller, buyer = (Trader(party.siren, party.name) for party in (invoice.seller, invoice.buyer))
    is_by_seller = code is Code.DEPOSITED
    return Message(
        key,
        code.value,
        invoice.number,
        invoice.issued_on,
        "380",
        seller,
        buyer,
        is_by_seller,
        at,
        name=code.french,
    )


def name(invoice: Invoice) -> str:
    """How the platform numbers it."""
    return f"demo-{invoice.seller.siren}-{invoice.number}"


def _party(name: str, siren: str) -> Party:
    return Party(name, "", "72350 Brûlon", siren)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


if __name__ == "__main__":
    main()

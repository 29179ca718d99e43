"""Papers and statements that tests hand in."""

from datetime import date
from decimal import Decimal

from comptoir.demo.papers import Invoice, Item, Party, invoice_pdf
from comptoir.demo.statements import Move, cfonb120

BAKERY = Party("Boulangerie Dupont", "12, place du Marché", "72350 Brûlon", "821456308")
MILL = Party("Moulins de la Vègre", "Route d’Asnières", "72430 Avoise", "402118939")


def mill_invoice(number: str = "MV-1197", quantity: int = 10, day: date = date(2026, 11, 4)) -> Invoice:
    item = Item("Farine de tradition T65, sac 25 kg", quantity, Decimal("22.50"), Decimal("5.5"))
    return Invoice(MILL, BAKERY, number, day, (item,))


def mill_pdf(number: str = "MV-1197", quantity: int = 10, day: date = date(2026, 11, 4)) -> bytes:
    return invoice_pdf(mill_invoice(number, quantity, day), layout=2)


def statement(*moves: Move, opening: str = "1000.00") -> bytes:
    return cfonb120(moves, opening=Decimal(opening), opened_on=date(2026, 11, 1), closed_on=date(2026, 11, 23))


def mill_debit(amount: str = "-237.38", day: date = date(2026, 11, 18)) -> Move:
    return Move(day, Decimal(amount), "PRLV SEPA MOULINS DE LA VEGRE MV1197")

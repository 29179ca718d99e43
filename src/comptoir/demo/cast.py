"""The people and companies of the demo firm: Alice keeps the books, Bob deposits, Charlie must see nothing."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comptoir.demo.papers import Invoice, Item, Party
from comptoir.domain.company import Keeping, VatRegime
from comptoir.domain.opening import Contact, Opening
from comptoir.domain.rights import Role

YEAR = 2026
PASSWORD = "comptoir-demo-2026"  # noqa: S105  # printed by bin/run: a demo has no secret


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the demo."""

    email: str
    first_name: str
    last_name: str
    role: Role
    title: str

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


ALICE = Member(
    "alice@martin.example", "Alice", "Martin", Role.EXPERT_COMPTABLE, "expert-comptable, Cabinet Martin"
)
KARIM = Member("karim@martin.example", "Karim", "Benali", Role.COLLABORATEUR, "collaborateur, Cabinet Martin")
BOB = Member("bob@dupont.example", "Bob", "Dupont", Role.DIRIGEANT, "dirigeant, Boulangerie Dupont")
DINA = Member("dina@dupont.example", "Dina", "Moreau", Role.DEPOSANT, "déposante, Boulangerie Dupont")
LEA = Member("lea@dupont.example", "Léa", "Roux", Role.LECTEUR, "lectrice, Boulangerie Dupont")
CHARLIE = Member("charlie@durand.example", "Charlie", "Durand", Role.EXPERT_COMPTABLE, "l’autre cabinet, Durand")
EVERYONE = (ALICE, KARIM, BOB, DINA, LEA, CHARLIE)

BAKERY = Party("Boulangerie Dupont", "12, place du Marché", "72350 Brûlon", "821456308")
GARAGE = Party("Garage Lebreton", "4, route du Mans", "72350 Brûlon", "514208669")


def _neighbour(reference: str, name: str, form: str, siren: str, regime: VatRegime, street: str, contact: Contact,
               keeping: Keeping = Keeping.AUTOMATIC, closes: date = date(YEAR, 12, 31)) -> Opening:  # fmt: skip
    opens = date(closes.year - 1, closes.month + 1, 1) if closes.month < 12 else date(closes.year, 1, 1)
    return Opening(
        name, siren, opens, closes, reference=reference, legal_form=form, vat_regime=regime,
        address=f"{street}, 72350 Brûlon", keeping=keeping, contact=contact,
    )  # fmt: skip


FLORIST = _neighbour("0155", "Fleurs & Saisons", "SASU", "881027437", VatRegime.SIMPLIFIED, "3, rue Basse",
                     Contact("Nadia Cherif", "Présidente", "nadia@fleurs.example"), closes=date(YEAR + 1, 6, 30))  # fmt: skip
PLUMBER = _neighbour("0133", "Plomberie Aubry", "EI", "789510260", VatRegime.FRANCHISE, "18, rue du Four",
                     Contact("Julien Aubry", "Exploitant", "julien@aubry.example"))  # fmt: skip
LANDLORD = _neighbour("0031", "SCI Les Tilleuls", "SCI", "443917281", VatRegime.EXEMPT, "2, allée des Tilleuls",
                      Contact("Paul Girard", "Gérant", "paul@tilleuls.example"), Keeping.MANUAL)  # fmt: skip
NEIGHBOURS = (FLORIST, PLUMBER, LANDLORD)
"""Dossiers just opened: nothing in them yet, as on the first day."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier of the bakery: what it sells, at which rate, and how its debit reads at the bank."""

    party: Party
    item: str
    price: Decimal
    rate: Decimal
    label: str
    layout: int
    day: int
    days: int
    is_electronic: bool = False


def _supplier(
    name: str, street: str, siren: str, item: str, price: str, rate: str, label: str, layout: int, day: int,
    days: int, *, is_electronic: bool = False,
) -> Supplier:  # fmt: skip
    party = Party(name, street, "72000 Le Mans", siren)
    return Supplier(party, item, Decimal(price), Decimal(rate), label, layout, day, days, is_electronic)


SUPPLIERS = (
    _supplier("Moulins de la Vègre", "Route d’Asnières", "402118939", "Farine de tradition T65, sac 25 kg", "22.50",
              "5.5", "PRLV SEPA MOULINS DE LA VEGRE {number}", 0, 4, 14),
    _supplier("Laiterie du Perche", "2, rue du Lait", "452133770", "Beurre de tourage, plaque 2 kg", "17.80", "5.5",
              "PRLV SEPA LAITERIE DU PERCHE {number}", 1, 7, 10, is_electronic=True),
    _supplier("Emballages Rousseau", "ZA des Portes", "778120444", "Sachets kraft, carton de 1000", "49.50", "20",
              "VIR SEPA EMBALLAGES ROUSSEAU {number}", 2, 9, 15),
    _supplier("Élec’Ouest Énergie", "1, quai de l’Huisne", "509811220", "Électricité, abonnement et kWh", "344.06",
              "20", "PRLV SEPA ELEC OUEST ENERGIE {number}", 3, 5, 8, is_electronic=True),
    _supplier("Télécom Sarthe", "8, rue des Fils", "392544177", "Forfait internet fibre et mobile", "58.32", "20",
              "PRLV SEPA TELECOM SARTHE {number}", 1, 3, 5),
    _supplier("Nettoyage Bocage", "3, place d’Armes", "883200198", "Nettoyage des vitrines, forfait", "77.64", "20",
              "PRLV SEPA NETTOYAGE BOCAGE {number}", 0, 2, 3),
    _supplier("Maintenance Fournil", "17, rue du Four", "419776554", "Entretien du four, visite", "124.08", "20",
              "CB MAINTENANCE FOURNIL {day}", 2, 12, 2),
    _supplier("Comptoir des Farines", "5, rue du Blé", "502344013", "Levure fraîche, carton 10 kg", "31.40", "5.5",
              "CB COMPTOIR DES FARINES {day}", 3, 10, 1),
    _supplier("Papeterie du Mail", "6, mail Saint-Pierre", "430198762", "Fournitures de bureau, ramettes", "6.90",
              "20", "CB PAPETERIE DU MAIL {day}", 1, 15, 1),
)  # fmt: skip
LOCKSMITH = _supplier("Serrurerie du Pont", "9, rue du Pont", "523119785", "Remplacement de la serrure du fournil", "186.00",
                      "20", "", 3, 19, 30)  # fmt: skip
MAYOR = Party("Mairie de Brûlon", "1, rue de la Mairie", "72350 Brûlon", "217200509")
FUEL = Party("Station Bel-Air", "Route du Mans", "72350 Brûlon", "528771041")
HARDWARE = Party("Fournil Équipement", "3, rue des Forges", "72000 Le Mans", "809336217")


def bill(supplier: Supplier, month: int, chance: random.Random) -> Invoice:
    """A supplier's invoice of a month: the same for the same chance."""
    quantity = 1 if supplier.price > 50 else chance.randint(4, 60)
    stem = "".join(word[0] for word in supplier.party.name.split()[:2]).upper().replace("É", "E")
    return Invoice(
        supplier.party,
        BAKERY,
        f"{stem}-{YEAR % 100}{month:02d}{supplier.day:02d}",
        date(YEAR, month, supplier.day),
        (Item(supplier.item, quantity, supplier.price, supplier.rate),),
        days=supplier.days,
    )

"""The nature of a purchase from the words on its page: the general prior, before a dossier has a history."""

from dataclasses import dataclass

from comptoir.domain.text import folded


@dataclass(frozen=True, slots=True)
class Nature:
    """A word that says what was bought, and the account of the PCG where such a purchase goes."""

    word: str
    account: str


# Ordered: the most telling first, since one page may speak of several things.
_WORDS = (
    ("farine|farines|levure|beurre|sucre|semoule|fruits et legumes|matieres premieres|meunerie|minoterie"
     "|moulin|moulins|laiterie|chocolaterie", "601000"),
    ("emballage|emballages|sachets|cartons|boites patissieres", "602600"),
    ("gazole|gasoil|carburant|carburants|sp95|sp98|e10|station service|superethanol", "606140"),
    ("electricite|kwh|energie|gaz naturel|eau potable|assainissement|abonnement eau", "606100"),
    ("papeterie|fournitures de bureau|ramette|cartouche|toner|stylos", "606400"),
    ("petit outillage|quincaillerie|bricolage|produits d entretien|petit equipement|materiel de cuisine", "606300"),
    ("loyer|bail commercial|quittance|loyers", "613200"),
    ("location de vehicule|location de materiel|credit bail|location longue duree", "613500"),
    ("maintenance|depannage|reparation|revision|vidange|garage|entretien du four", "615500"),
    ("nettoyage|vitrerie", "615200"),
    ("assurance|assurances|prime annuelle|multirisque|cotisation responsabilite", "616000"),
    ("honoraires|expert comptable|expertise comptable|avocat|notaire", "622600"),
    ("publicite|annonce|flyers|impression|imprimerie|enseigne", "623000"),
    ("transport sur achats|livraison|messagerie|affranchissement colis|transporteur", "624100"),
    ("peage|autoroute|sncf|billet|train|taxi|parking|stationnement|hotel|nuitee|indemnites kilometriques", "625100"),
    ("restaurant|repas|couverts|brasserie|bistrot", "625700"),
    ("telephone|mobile|internet|fibre|box|forfait|telecom|affranchissement|timbres|la poste", "626000"),
    ("frais bancaires|commission bancaire|tenue de compte|abonnement tpe", "627000"),
    ("hebergement|nom de domaine|licence|logiciel|abonnement logiciel|cloud|saas", "651100"),
    ("formation|stage de formation", "618500"),
    ("cfe|taxe fonciere", "635110"),
)  # fmt: skip
NATURES = tuple(Nature(word, account) for words, account in _WORDS for word in words.split("|"))


def nature_of(text: str) -> Nature | None:
    """The first known word that stands in the text as a whole word, and its account; None where none does."""
    page = f" {folded(text)} "
    return next((nature for nature in NATURES if f" {folded(nature.word)} " in page), None)


def accounts_of(text: str) -> set[str]:
    """Every account that the text speaks of: several, where one paper holds purchases of several natures."""
    page = f" {folded(text)} "
    return {nature.account for nature in NATURES if f" {folded(nature.word)} " in page}


_UNDEDUCTIBLE = ("sncf", "billet de train", "taxi", "vtc", "hotel", "nuitee")


def undeductible(text: str) -> str | None:
    """The word that says lodging or passenger transport, whose VAT is not given back; None where none does."""
    page = f" {folded(text)} "
    return next((word for word in _UNDEDUCTIBLE if f" {folded(word)} " in page), None)

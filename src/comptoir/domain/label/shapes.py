"""How a label of each kind begins, in the words of the French banks: the first shape that fits says the kind."""

import re
from dataclasses import dataclass

from comptoir.domain.label.kinds import Kind, Means

DATE = r"(?:0?[1-9]|[12]\d|3[01])[/.\-](?:0?[1-9]|1[0-2])(?:[/.\-](?:20)?\d\d)?(?!\d)"
COMPACT_DATE = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:20)?\d\d)?(?![\dX])"
CARD_NUMBER = r"(?:CB)?\*+\d{2,4}|X+\d{2,4}(?!\w)|\d{4,6}X{2,}\d*"


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to begin: what it says, whether a name follows, and how it is written."""

    kind: Kind
    means: Means
    words: re.Pattern[str]
    is_named: bool = False


def opening(plain: str) -> tuple[Shape, int]:
    """The shape of a label in capitals without accents, and where its words end."""
    found = _ANY.match(plain)
    return (SHAPES[int(str(found.lastgroup)[1:])], found.end()) if found else (UNKNOWN, 0)


def _shape(kind: Kind, means: Means, words: str, *, after: str = "", is_named: bool = False) -> Shape:
    """A blank in `words` stands for whatever a bank puts between two words; `after`, for what goes on behind them."""
    spread = words.replace(" ", r"[\s.'/\-]*")
    return Shape(kind, means, re.compile(rf"{_AHEAD}(?:{spread})(?![A-Z0-9]){after}[\s.:*\-]*"), is_named)


_AHEAD = r"[*\s]*(?:\d{6}\s(?=VIR|PR[EL]))?"
"""An asterisk before fees (BPCE, BoursoBank), a rank before transfers (Société Générale)."""

_CARD_TOKENS = rf"(?:[\s*:]*(?:{CARD_NUMBER}|{DATE}|{COMPACT_DATE}|DU(?!\w)|N°|REMBT(?!\w)|A \d\dH\d\d))*"
_ON_CARD = rf"(?:CARTE ?(?:X?\d{{4}}|[*X]+\d{{2,4}}|N°?\s*\d+)?|{COMPACT_DATE}\s+CB\*+\d{{2,4}})"
_DEBIT = r"(?:PRLVT?S?|PRELVT?|PRELEVT?|PRELEVEMENTS?|PREL|PVT)"
_TRANSFER = r"(?:VIREMENTS?|VIRTS?|VIR|VRT)"
_CHEQUE = r"(?:CHEQUES?|CHQS?)"
_CASH = r"(?:(?:EN )?(?:D )?ESPECES?)"

# What a bank puts between « VIR » and the name: words, not names, in any order.
_TRANSFER_WORDS = (
    r"(?:[\s.]+(?:SEPA|EUROPEENS?|INST(?:ANTANE)?S?|PERMANENT|PERM|WEB|INTERNET|EMIS|RECUS?|RE|NET|LOGITEL|TIERS|"
    r"(?:EN )?(?:VOTRE )?FAVEUR(?: DE)?|EN FAVEUR|CPTE A CPTE|COMPTE A COMPTE|INTERNE|COMMERCIAL|TRESORERIE|"
    r"\d{6,}[A-Z]?)(?![\w*]))*"
)
_OWN_ACCOUNT = r"(?:VERS|DEPUIS)\s+(?:COMPTE|LIVRET(?: [A-Z](?!\w))?|BOURSOBANK|BOURSORAMA)"
_DEBIT_WORDS = (
    r"(?:[\s.]+(?:SEPA|EUROPEEN|INTER[\s\-]?ENTREPRISES?|B2B|CORE|EMIS|RECU|IMPAYE|REJETE|\d{6,})(?![\w*]))*"
)

SHAPES = (
    _shape(
        Kind.REJECT,
        Means.DIRECT_DEBIT,
        rf"(?:REJETS?|RETOURS?|IMPAYES?|REPRESENTATION|ANNUL(?:ATION)?|EXTOURNE|RESTITUTION|REMB(?:OURSEMENT)?|REGUL)"
        rf"(?: DE| D| SUR)? (?:AVIS )?{_DEBIT}|{_DEBIT}(?: SEPA)?(?: B2B)? (?:IMPAYES?|REJETES?)|RJT PRLV",
        after=_DEBIT_WORDS,
        is_named=True,
    ),
    _shape(
        Kind.REJECT,
        Means.TRANSFER,
        rf"(?:REJETS?|RETOURS?|ANNUL(?:ATION)?|EXTOURNE)(?: DE| D)? {_TRANSFER}|"
        rf"{_TRANSFER}(?: SEPA)? (?:REJETES?|RETOURNES?|RETOUR)",
        after=_TRANSFER_WORDS,
        is_named=True,
    ),
    _shape(
        Kind.REJECT,
        Means.CHEQUE,
        rf"(?:REJETS?|RETOURS?|IMPAYES?)(?: DE| D| SUR)? {_CHEQUE}|{_CHEQUE} (?:IMPAYES?|REJETES?|RETOURNES?)",
    ),
    _shape(Kind.REJECT, Means.OTHER, r"REJETS?|IMPAYES?"),
    _shape(
        Kind.LOAN,
        Means.OTHER,
        rf"(?:{_DEBIT} )?(?:ECHEANCES?|ECH|MENSUALITE|REMBOURSEMENT|REMB|RBT|AMORTISSEMENT|REGLEMENT|DEBLOCAGE|"
        r"MISE A DISPOSITION|REALISATION|ASSURANCE|ASS)(?: DE| DU| D| VOTRE)?"
        r" (?:PRETS?|EMPRUNTS?|CREDIT(?! CARTE)|FONDS PRET)|PRETS?(?: [A-Z]+)? (?:ECH(?:EANCE)?|N°?) ?\d*|PRETS? \d{4,}|"
        r"DEBLOCAGE(?: DE)? FONDS|CREDIT BAIL ECHEANCE",
    ),
    _shape(
        Kind.CASH_DEPOSIT,
        Means.CASH,
        rf"(?:VERSEMENTS?|VERST?|VRST?|DEPOTS?|REMISE) {_CASH}|VERSEMENTS? (?:EXPRESS|EFFECTUE|DAB|GAB|CARTE|AGENCE)|"
        rf"(?:VRST|VERST)(?: (?:GAB|DAB|REF \w+))?|{_CASH}",
    ),
    _shape(
        Kind.CASH_WITHDRAWAL,
        Means.CASH,
        rf"(?:{_ON_CARD}\s+)?(?:{DATE}\s+)?(?:A \d\d?H\d\d\s+)?(?:RETRAITS?|RET)(?: PAR CARTE| CB| CARTE| ETRANGER)?"
        rf"(?: (?:AU |EN )?(?:DAB|GAB|DISTRIBUTEURS?|CASH WITHDRAWAL|ESPECES?))?|(?:{_ON_CARD}\s+)?DAB",
    ),
    _shape(
        Kind.CHEQUE_DEPOSIT,
        Means.CHEQUE,
        rf"(?:REMISES?|REM|DEPOTS?|ENCAISSEMENT)(?: DE)? {_CHEQUE}|{_CHEQUE} (?:REMIS|ENCAISSES?)",
    ),
    _shape(Kind.CHEQUE, Means.CHEQUE, rf"{_CHEQUE}(?: DE BANQUE| BANQUE| EMIS| PAYES?| COMPENSES?)?"),
    _shape(
        Kind.TAKINGS,
        Means.CARD,
        r"(?:REMISES?|REM|ENCAISSEMENTS?|ENC|VENTES?|TELECOLLECTE)(?: DE| EN| PAR)? (?:CB|CARTES?|TPE|MONETIQUE|COMMERCANT)"
        r"(?: BANCAIRES?)?|REMCB\d*|TELECOLLECTE|(?:REMISES?|REM) (?:AMEX|AMERICAN EXPRESS|SANS CONTACT|TITRES? RESTAURANT)",
    ),
    _shape(
        Kind.INTEREST,
        Means.FEE,
        r"INTERETS?(?: DEBITEURS?| CREDITEURS?| ANNUELS?)?|INTS? (?:DEBITEURS?|CREDITEURS?|DEB|CRED)|"
        r"ARRETE(?: DE)? (?:COMPTE|INTERETS)",
    ),
    _shape(
        Kind.FEE,
        Means.FEE,
        r"(?:RETRO(?:CESSION)? |REMB(?:OURSEMENT)? |REMISE (?:SUR )?)?(?:F )?(?:FRAIS|COTIS(?:ATIONS?)?|COMMISSIONS?|COMM?|COM|AGIOS)|"
        r"COMCB\d*|REMISE COMMERCIALE(?: D AGIOS)?|ABON(?:NEMENT)? (?:BANQUE|LCL|CARTE|CB|TPE|PRO|INTERNET|SERVICES?)|"
        r"FACT(?:URE)? SGT[0-9]*|FACTURATION|REDEVANCE|MINIMUM FORFAITAIRE|FORFAIT (?:COMPTE|BANCAIRE|TRIMESTRIEL)|"
        r"TENUE DE COMPTE|LOCATION TPE|DROITS? DE GARDE|OPTION|LETTRE (?:INFORMATION|D INFORMATION|INJONCTION)",
    ),
    _shape(
        Kind.PURCHASE,
        Means.CARD,
        r"FACTURES? CARTE|(?:ACHAT|PAIEMENT|PAIMENT|PAIE|PMT|PAI)(?: PAR)?(?: (?:INTERNET|INT))? (?:CB|CARTE|PSC)|"
        r"(?:AVOIR|REMBT|REMB|REMBT?OURST|REMBOURST|REMBOURSEMENT|ANNULATION)(?: ACHAT| PAIEMENT)? (?:CB|CARTE)|"
        r"CREDIT CARTE BANCAIRE|CB",
        after=_CARD_TOKENS,
        is_named=True,
    ),
    Shape(
        Kind.PURCHASE,
        Means.CARD,
        # « CARTE » alone begins the name of many a shop: a number or a day must follow.
        re.compile(
            rf"(?:(?:CARTE|AVOIR)(?=\s*(?:N°|{CARD_NUMBER}|X?\d{{4}}(?!\d)|{DATE}))(?:\s+X?\d{{4}}(?![\d/]))?|"
            rf"{COMPACT_DATE}\s+(?=CB\*)){_CARD_TOKENS}[\s:*\-]*"
        ),
        is_named=True,
    ),
    _shape(
        Kind.DIRECT_DEBIT,
        Means.DIRECT_DEBIT,
        rf"(?:REMISES?|REM|EMISSIONS?|ENCAISSEMENTS?)(?: DE)? {_DEBIT}(?: SEPA)?|{_DEBIT}(?: SEPA)? (?:EN VOTRE FAVEUR)",
    ),
    _shape(
        Kind.DIRECT_DEBIT,
        Means.DIRECT_DEBIT,
        rf"{_DEBIT}|TELEREGLEMENTS?|TIP(?: SEPA)?",
        after=_DEBIT_WORDS + r"[\s.:\-]*(?:(?:DE|DU)(?= ))?",
        is_named=True,
    ),
    _shape(
        Kind.INTERNAL,
        Means.TRANSFER,
        rf"{_TRANSFER}(?: SEPA)?(?: INSTANTANE)?(?: VIREMENT)?"
        r" (?:INTERNE|CPTE A CPTE|COMPTE A COMPTE|DE COMPTE A COMPTE|C/C|ENTRE (?:VOS |MES )?COMPTES|DE TRESORERIE|"
        rf"TRESORERIE|{_OWN_ACCOUNT})",
        after=rf"{_TRANSFER_WORDS}(?:\s+{_OWN_ACCOUNT}(?!\w))?",
        is_named=True,
    ),
    _shape(
        Kind.INSTANT,
        Means.TRANSFER,
        rf"{_TRANSFER}(?: SEPA)? INST(?:ANTANE)?S?(?: WERO| PAYLIB)?(?: EMIS)?(?: A(?= M))?|VIRINST|WERO|PAYLIB",
        after=_TRANSFER_WORDS,
        is_named=True,
    ),
    _shape(Kind.TRANSFER, Means.TRANSFER, _TRANSFER, after=_TRANSFER_WORDS, is_named=True),
)
UNKNOWN = Shape(Kind.OTHER, Means.OTHER, re.compile(""))
_ANY = re.compile("|".join(f"(?P<s{rank}>{shape.words.pattern})" for rank, shape in enumerate(SHAPES)))
"""All of them at once, in their order: a year's file asks this two hundred thousand times."""

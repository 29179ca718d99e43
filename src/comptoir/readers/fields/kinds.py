"""What a piece is, by its words: its title first, since a page may speak of other pieces."""

from comptoir.domain.reading import Kind
from comptoir.domain.text import folded
from comptoir.readers.fields.rows import Row, word_pattern

_Z = word_pattern(
    r"Z DE CAISSE", r"TICKET Z", r"RAPPORT Z", r"Z DE CLOTURE", r"CLOTURE (?:DE )?CAISSE", r"CLOTURE JOURNALIERE", r"BANDE Z",
    r"LECTURE Z", r"RAPPORT (?:FINANCIER|JOURNALIER)", r"JOURNAL DE CAISSE", r"CLOTURE DU JOUR", r"Z REPORT", r"TAGESABSCHLUSS",
)  # fmt: skip
_CLAIM = word_pattern(
    r"NOTES? DE FRAIS", r"RAPPORT DE FRAIS", r"FRAIS PROFESSIONNELS", r"EXPENSE (?:REPORT|CLAIM)", r"ETAT DE FRAIS"
)
_CREDIT = word_pattern(
    r"AVOIR", r"FACTURE D AVOIR", r"NOTE DE CREDIT", r"CREDIT (?:NOTE|MEMO)", r"RECHNUNGSKORREKTUR", r"GUTSCHRIFT", r"STORNORECHNUNG",
    r"CREDITNOTA", r"KORREKTURRECHNUNG",
)  # fmt: skip
_INVOICE = word_pattern(
    r"FACTURES?", r"FACTURE D ACOMPTE", r"RECHNUNG\w*", r"HANDELSRECHNUNG", r"(?:TAX )?INVOICE", r"FACTUUR", r"QUITTANCE DE LOYER", r"AVIS D ECHEANCE",
    r"NOTE D HONORAIRES", r"APPEL DE COTISATIONS?", r"FACTURA", r"FATTURA", r"BEITRAGSRECHNUNG", r"TEILRECHNUNG", r"SCHLUSSRECHNUNG",
    r"ABRECHNUNG", r"\w+ABRECHNUNG", r"\w+RECHNUNG",
)  # fmt: skip
_RECEIPT = word_pattern(
    r"TICKET(?: CLIENT| DE CAISSE)?", r"RECU", r"CARTE BANCAIRE", r"MERCI (?:DE|POUR) VOTRE (?:VISITE|ACHAT|CONFIANCE)", r"A BIENTOT",
    r"KASSENBON", r"BON NR", r"KASSE\w*", r"RENDU(?: MONNAIE)?", r"RUCKGELD", r"CAISSE", r"VENDEUR", r"NB ARTICLES?", r"ARTICLES?",
    r"TSE", r"RECEIPT", r"KUNDENBELEG", r"GEGEBEN", r"CONTACTLESS", r"SANS CONTACT", r"DEBIT", r"ESPECES", r"C B", r"CB", r"BAR", r"GIROCARD",
    r"MARKT", r"EUR", r"COUVERTS?", r"TABLE", r"POMPE",
)  # fmt: skip
_OTHER = word_pattern(
    r"DEVIS", r"BON DE (?:LIVRAISON|COMMANDE)", r"RELEVE DE COMPTE", r"PROFORMA", r"PRO FORMA", r"BULLETIN DE (?:PAIE|SALAIRE)", r"CONTRAT",
    r"ATTESTATION", r"KBIS", r"EXTRAIT DE COMPTE", r"QUOTATION", r"PURCHASE ORDER", r"DELIVERY NOTE", r"LIEFERSCHEIN", r"ANGEBOT",
)  # fmt: skip


def kind_of(rows: list[Row], *, has_total: bool, is_narrow: bool) -> tuple[Kind, float]:
    """The kind but for the direction of an invoice (sale or purchase), and how sure it is."""
    head = [row for row in rows if row.page == 1][:30]
    title = _first_titled(head)
    if title is not None:
        kind, confidence = title
        return kind, confidence if has_total or kind == Kind.OTHER else min(confidence, 0.6)
    whole = " \n ".join(row.folded for row in rows[:120])
    till = len({match.group() for match in _RECEIPT.finditer(whole)})
    if has_total and (till >= 2 or is_narrow):
        return Kind.RECEIPT, 0.95 if till >= 2 and is_narrow else 0.9 if till >= 3 else 0.75
    if has_total and _INVOICE.search(whole):
        return Kind.PURCHASE_INVOICE, 0.8
    return Kind.OTHER, 0.5


def _first_titled(head: list[Row]) -> tuple[Kind, float] | None:
    """The first title met, the more telling words first in each row; a short row is a title, a sentence is not."""
    for limit, confidence in ((40, 0.97), (90, 0.9)):
        for row in head:
            for cell in row.text.split("\t"):
                kind = _title(cell) if len(cell) <= limit else None
                if kind is not None:
                    return kind, confidence
    return None


def _title(cell: str) -> Kind | None:
    text = folded(cell)
    if _Z.search(text):
        return Kind.Z_DE_CAISSE
    if _CLAIM.search(text):
        return Kind.NOTE_DE_FRAIS
    if _OTHER.search(text) and not _CREDIT.search(text):
        # « Bon de commande : PO12 » on an invoice is a reference; alone on its line it is the title.
        return (
            Kind.OTHER
            if not any(letter.isdigit() for letter in text.split(" N ")[0]) and ":" not in cell
            else None
        )
    if _CREDIT.search(text) and not text.endswith("AVOIR LIEU"):
        return Kind.CREDIT_NOTE
    return Kind.PURCHASE_INVOICE if _INVOICE.search(text) else None

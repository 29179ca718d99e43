"""Labels of bank movements: by which means money moved, and who stands at the other end.

French banks write the means first (« PRLV SEPA », « CB », « VIR »), then the name, then dates and references.
What is not recognised is left as the bank wrote it: a name is never invented.
"""

import re
from enum import StrEnum

from comptoir.domain.text import folded


class Means(StrEnum):
    """How money moved. The values are public: they stand in JSON and in the database."""

    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    CASH = "cash"
    FEE = "fee"
    OTHER = "other"


_MEANS = tuple(
    (meaning, re.compile(rf"(?:{shapes})(?![A-Z0-9])"))
    for meaning, shapes in (
        (
            Means.CASH,
            r"(?:RETRAIT|RET)(?: PAR CARTE| CB)? ?(?:DAB|GAB|DISTRIBUTEUR)?|DAB|VERSEMENT (?:D )?ESPECES?|VRST?"
            r"(?: (?:GAB|ESPECES?))?|DEPOT (?:D )?ESPECES?|VERSEMENT EXPRESS|ESPECES",
        ),
        (
            Means.CHEQUE,
            r"(?:REMISE|REM)(?: DE)? (?:CHEQUES?|CHQS?)|(?:CHEQUES?|CHQS?)",
        ),
        (
            Means.FEE,
            r"FRAIS|COTIS(?:ATION)?|F COTIS|COMMISSIONS?|COMM?|AGIOS|INTERETS?(?: DEBITEURS?)?|ARRETE DE COMPTE|"
            r"ABONNEMENT BANQUE|FACTURE SGT[0-9]*|REDEVANCE",
        ),
        (
            Means.DIRECT_DEBIT,
            r"(?:PRLVT?|PRELEVEMENT|PRELVT?|PRELEVT|PVT|PRLVS)",
        ),
        (
            Means.TRANSFER,
            r"(?:VIR|VIREMENT|VIRT|VRT|VIRINST)",
        ),
        (
            Means.CARD,
            r"CB[0-9]*|CARTE|ACHAT CB|ACHAT PAR CARTE|(?:PAIEMENT|PAIMENT|PAIE|PMT|PAI)(?: PAR)? (?:CB|CARTE|PSC)|"
            r"FACTURES? CARTE|(?:REMISE|REM|ENCAISSEMENT)(?: DE)? (?:CB|CARTES?)|PAIEMENT PSC|AVOIR CARTE|AVOIR CB",
        ),
    )
)


def means(label: str) -> Means:
    """By which means money moved, after the words a bank begins its label with."""
    written = folded(label).replace("*", " ")
    return next((meaning for meaning, shape in _MEANS if shape.match(written)), Means.OTHER)


_DATE = r"(?:0?[1-9]|[12]\d|3[01])[/.\-](?:0?[1-9]|1[0-2])(?:[/.\-](?:20)?\d\d)?"
_COMPACT_DATE = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:20)?\d\d)?"

_OPENINGS = {
    Means.DIRECT_DEBIT: re.compile(
        r"(?:PRLVT?S?|PR[ÉE]L[ÈE]VEMENT|PRELVT?|PRELEVT|PVT)\b\.?"
        r"(?:\s+(?:SEPA|EUROP[ÉE]EN|INTER[- ]?ENTREPRISES?|B2B|CORE|[ÉE]MIS|RE[ÇC]U|DE|DU|\d{6,}))*\s*[:/-]?\s*",
        re.IGNORECASE,
    ),
    Means.TRANSFER: re.compile(
        r"(?:VIREMENT|VIRINST|VIRT|VIR|VRT)\b\.?"
        r"(?:\s+(?:SEPA|INSTANTAN[ÉE]|INST|EUROP[ÉE]EN|PERMANENT|WEB|INTERNET|[ÉE]MIS|RE[ÇC]U|RECU|"
        r"EN VOTRE FAVEUR|EN FAVEUR DE|LOGITEL|FAVEUR|RE\b|COMPTE [ÀA] COMPTE|\d{6,}[A-Z]?))*"
        r"\s*[:/-]?\s*(?:(?:DE|POUR|VERS|FRM|BEN)\b\s*[:/]?\s*)?",
        re.IGNORECASE,
    ),
    Means.CARD: re.compile(
        rf"(?:ACHAT\s+(?:CB|PAR\s+CARTE)|FACTURES?\s+CARTE|(?:PAIEMENT|PMT|PAI|PAIE)\s+(?:PAR\s+)?(?:CB|CARTE|PSC)|"
        rf"AVOIR\s+(?:CB|CARTE)|CARTE|CB)(?=[\s*:\d])"
        rf"(?:\s*(?:\*+\d{{2,4}}|X+\d{{2,4}}\b|DU\b|N°|:|{_DATE}(?!\d)|{_COMPACT_DATE}(?!\d)))*\s*",
        re.IGNORECASE,
    ),
}

_AFTER_NAME = re.compile(
    r"\s*(?:"
    r"\s/\s.*"
    r"|/(?:MOTIF|REF|LIB|ECH|MDT|ID|EID|RNF|BEN|FRM)\b.*"
    r"|\b(?:R[ÉE]F(?:[ÉE]RENCE)?|MOTIF|MANDAT|MDT|RUM|ICS|ECH|[ÉE]CH[ÉE]ANCE|LIB|NPY|NBE|NUM|DATE)\s*[:/.].*"
    r"|\b(?:ID\s+[ÉE]METTEUR|ID\s+CR[ÉE]ANCIER|REF\s+\S*\d|MDT\s+\S*\d|RUM\s+\S|ICS\s+\S*\d).*"
    r"|\bCARTE\s+(?:N°|NUM[ÉE]RO|[\dX*]{4,}).*"
    r")$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\s+(?:(?:DU|LE)\s+)?(?:{_DATE}(?!\d)|CB\*+\d{{2,4}}|\*+\d{{2,4}}|X{{2,}}\d{{2,4}}|\d{{6,}}|"
    rf"(?=[A-Z-]*\d[A-Z\d-]*\d[A-Z\d-]*\d[A-Z\d-]*\d)[A-Z\d-]{{8,}})$",
    re.IGNORECASE,
)
_HAS_NAME = re.compile(r"[^\W\d_]{2}")


def clean_label(label: str) -> str:
    """The label as a client should read it: « CB GARAGE LEBRETON 12/11 » is « GARAGE LEBRETON ».

    A label whose shape is unknown, or of which nothing would be left, stays as it is but for its spaces.
    """
    return _named(label) or _on_one_line(label)


def counterparty(label: str) -> str | None:
    """Who stands at the other end, where the label says it; None rather than a guess."""
    return _named(label) or None


def _named(label: str) -> str:
    written = _on_one_line(label)
    opening = _OPENINGS.get(means(written))
    start = opening.match(written) if opening else None
    if start is None:
        return ""
    name = _without_endings(written[start.end() :])
    return name if _HAS_NAME.search(name) else ""


def _without_endings(name: str) -> str:
    name = _AFTER_NAME.sub("", name)
    while (shorter := _TRAILING.sub("", name)) != name:
        name = shorter
    return name.strip(" -:;/,*")


def _on_one_line(label: str) -> str:
    return " ".join(label.split())

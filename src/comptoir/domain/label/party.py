"""The name in a label: what stands between the bank's opening words and its dates, references and amounts."""

import re

from comptoir.domain.label import foreign, shapes

# The party where the bank labels it, wherever that stands: « /MOTIF LOYER /BEN SCI DU MAIL ».
_LABELLED = re.compile(r"/(?:BEN|DE|FRM|POUR)\s+|(?:^|(?<=\s))(?:DE|POUR|BEN|BENEFICIAIRE|DONNEUR)\s*:\s*")
_PREPOSITION = re.compile(r"(?:DE|POUR|VERS|FRM|BEN)\s+")

_AFTER_NAME = re.compile(
    r"(?<=\s)/\s|/(?:MOTIF|REF|REFDO|REFBEN|LIB|ECH|MDT|ID|EID|RNF|BEN|FRM|DE|POUR|CHEZ)(?![A-Z])"
    r"|(?<![\w'])(?:REF(?:ERENCE)?|REM(?:ISE)?|MOTIF|MANDAT|MDT|RUM|ICS|ECH|ECHEANCE|LIB|NPY|NBE|NUM|DATE|CHEZ|ID|EID|"
    r"CPT|N° ?DE MANDAT)\s*[:/.]"
    r"|(?<!\w)(?:ID EMETTEUR|ID CREANCIER|IDENT\w* CREANCIER|(?:REF|MDT|ICS|MANDAT) \S*\d|RUM \S)"
    r"|(?<!\w)CARTE\s+(?:N°|NO?\s|NUMERO|[\dX*]{4,})"
    r"|(?<!\w)COMMERCE ELECTRONIQUE"
    rf"|(?<!\w)FACT\s+{shapes.COMPACT_DATE}"
    r"|(?<!\w)FRAIS \d+[.,]\d\d [A-Z]{3}"
    r"|\s(?:\d\d \d\d )?(?:SG|BNP|CL) \d{5} CPT "
)
_TRAILING = re.compile(
    rf"\s+(?:(?:(?:DU|LE|LE DU)\s+)?(?:{shapes.DATE}(?:\s+\d\d[H:]\d\d)?|{shapes.CARD_NUMBER}|\d{{6,}}(?:\s\d\d[H:]\d\d)?|"
    r"(?=[A-Z\-]*\d[A-Z\d\-]*\d[A-Z\d\-]*\d[A-Z\d\-]*\d)[A-Z\d\-]{8,})|EUR\s+\d+[.,]\d\d|PAYLI\d+/?)$"
)
_HAS_NAME = re.compile(r"[^\W\d_]{2}")
_EDGES = " -:;/,*."


def name(written: str, plain: str, shape: shapes.Shape, start: int) -> str:
    """The name behind a label's opening words, as the bank wrote it; empty where there is none."""
    if not shape.is_named:
        return ""
    start = _start(plain, start)
    found = written[start : start + _end(plain[start:])].strip(_EDGES)
    return found if _HAS_NAME.search(found) else ""


def _start(plain: str, start: int) -> int:
    if found := _LABELLED.search(plain, max(start - 1, 0)):
        return found.end()
    found = _PREPOSITION.match(plain, start)
    return found.end() if found else start


def _end(plain: str) -> int:
    end = found.start() if (found := _AFTER_NAME.search(plain)) else len(plain)
    if amount := foreign.said(plain[:end]):
        end = amount.start()
    while found := _TRAILING.search(plain[:end].rstrip(_EDGES)):
        end = found.start()
    return end

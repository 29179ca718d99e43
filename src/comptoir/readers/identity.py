"""Who is who: a name, a SIREN, a VAT number compared as an accountant compares them."""

import re

from rapidfuzz import fuzz

from comptoir.domain.reading import Identity
from comptoir.domain.text import folded

_LEGAL_FORMS = re.compile(
    r"\b(SARL|SASU|SAS|SA|EURL|SNC|SCI|SELARL|SCOP|EI|EIRL|GMBH|AG|KG|LTD|LIMITED|INC|LLC|BV|NV|SPRL|SRL|"
    r"STE|SOCIETE|ETS|ETABLISSEMENTS|MR|MME|M)\b"
)


def bare(name: str) -> str:
    """The name without its legal form: what two spellings of one company share."""
    return " ".join(_LEGAL_FORMS.sub(" ", folded(name)).split())


def is_own(name: str, siren: str, vat: str, own: Identity) -> bool:
    """Whether that party is the dossier's company: by number where both have one, else by name."""
    if siren and own.siren:
        return siren[:9] == own.siren
    if vat and own.vat:
        return folded(vat).replace(" ", "") == folded(own.vat).replace(" ", "")
    return is_named(name, own)


def is_named(text: str, own: Identity) -> bool:
    """Whether the text is the company's name: all its words, in any order, give or take a letter."""
    mine, theirs = bare(own.name), bare(text)
    return bool(mine and theirs) and fuzz.token_sort_ratio(mine, theirs) >= 88


def mentions(text: str, own: Identity) -> bool:
    """Whether the company's whole name stands somewhere in the text."""
    mine = bare(own.name)
    return bool(mine) and f" {mine} " in f" {bare(text)} "


def siren_of_vat(number: str) -> str:
    """A French VAT number holds the SIREN after its key (CGI ann. II art. 242 nonies A)."""
    digits = folded(number).replace(" ", "")
    return digits[4:13] if re.fullmatch(r"FR[0-9A-Z]{2}\d{9}", digits) else ""

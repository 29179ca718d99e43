"""SIREN, SIRET, VAT numbers and IBANs: kept only where their check digits hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import iban as stdnum_iban
from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from comptoir.readers.fields.rows import Row
from comptoir.readers.identity import siren_of_vat

_DIGITS = re.compile(r"(?<![\d.,])(?:\d[ .\u00a0\u202f]?){8,13}\d(?![\d]|[.,]\d)")
_VAT = re.compile(
    r"(?<![A-Za-z0-9])(FR ?[0-9A-HJ-NP-Z]{2}(?: ?\d){9}|(?:ATU|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|GB)"
    r" ?[0-9A-Z](?:[ .]?[0-9A-Z]){6,12})(?![A-Za-z0-9])"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[0-9A-Z]){11,30}")
_SIREN_WORDS = re.compile(r"SIREN|SIRET|RCS|R C S|IDENTIFIANT|ENTREPRISE|IMMATRICUL")


@dataclass(frozen=True, slots=True)
class Printed:
    """An identifier as printed, cleaned, with its place; `named` where its label says what it is."""

    value: str
    row: Row
    start: int
    end: int
    named: bool = True


def sirens_of(rows: list[Row]) -> list[Printed]:
    """SIRENs, from SIREN, SIRET or RCS numbers; one without its label is only believed as a SIRET."""
    return [found for row in rows for found in _sirens(row)]


def vats_of(rows: list[Row]) -> list[Printed]:
    """VAT numbers of the Union and of Great Britain whose key holds."""
    return [found for row in rows for found in _vats(row)]


def ibans_of(rows: list[Row]) -> list[Printed]:
    """IBANs whose key holds (ISO 13616, modulo 97)."""
    return [found for row in rows for found in _ibans(row)]


def siren_of(printed: Printed) -> str:
    """The SIREN within a French VAT number, where it is one."""
    found = siren_of_vat(printed.value)
    return found if found and fr_siren.is_valid(found) else ""


def _sirens(row: Row) -> Iterator[Printed]:
    is_named = bool(_SIREN_WORDS.search(row.folded))
    for match in _DIGITS.finditer(row.text):
        digits = re.sub(r"\D", "", match[0])
        is_siret = len(digits) == 14 and fr_siret.is_valid(digits)
        is_siren = len(digits) == 9 and fr_siren.is_valid(digits)
        if (is_siret or (is_siren and is_named)) and len(set(digits)) > 2:
            yield Printed(digits[:9], row, match.start(), match.end(), is_named)


def _vats(row: Row) -> Iterator[Printed]:
    for match in _VAT.finditer(row.text):
        written = re.sub(r"[ .]", "", match[0])
        # A greedy number may have taken the next word: the longest prefix whose key holds is the number.
        for length in range(len(written), 9, -1):
            if eu_vat.is_valid(written[:length]):
                yield Printed(written[:length], row, match.start(), match.end())
                break


def _ibans(row: Row) -> Iterator[Printed]:
    for match in _IBAN.finditer(row.text):
        written = match[0].replace(" ", "")
        for length in range(min(len(written), 34), 14, -1):
            if stdnum_iban.is_valid(written[:length]):
                yield Printed(written[:length], row, match.start(), match.end())
                break

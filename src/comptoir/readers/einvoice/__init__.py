"""E-invoices: the structured data is the invoice, and wins over what is printed (EN 16931, XP Z12-012)."""

from comptoir.domain.reading import Identity, Reading
from comptoir.readers.einvoice import cii, ubl
from comptoir.readers.einvoice.invoice import Invoice, reading_of
from comptoir.readers.einvoice.xml import NotXml, is_cii, is_ubl, parsed
from comptoir.readers.faults import Broken, WrongKind

__all__ = ["Invoice", "read", "read_attached", "recognised"]


def read(content: bytes, *, own: Identity | None = None, text: str = "", pages: int = 1) -> Reading:
    """A bare XML invoice; raises `Broken` where it is not XML, `WrongKind` where it is no invoice."""
    return reading_of(recognised(content), own=own, text=text, pages=pages)


def recognised(content: bytes) -> Invoice:
    """The invoice that the XML says, whichever its syntax."""
    try:
        root = parsed(content)
    except NotXml as error:
        raise Broken from error
    if is_cii(root):
        return cii.invoice(root)
    if is_ubl(root):
        return ubl.invoice(root)
    raise WrongKind(
        "Ce fichier XML",
        "il ne contient ni facture UBL, ni facture CII. Déposez la facture en PDF ou en Factur-X.",
    )


def read_attached(content: bytes, *, own: Identity | None, text: str, pages: int) -> Reading | None:
    """The invoice that a PDF carries; None where what it carries is none, or says no total: the page is read then."""
    try:
        reading = read(content, own=own, text=text, pages=pages)
    except (Broken, WrongKind):
        return None
    return reading if reading.total is not None else None

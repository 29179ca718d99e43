"""Reading one piece: the surest source that it offers, and no guess where a surer one speaks."""

from dataclasses import replace

from comptoir.domain.reading import Identity, Reading, Seen, Source
from comptoir.readers import einvoice, fields, ocr, pdf, pictures, sniff, textlayer, till
from comptoir.readers.faults import MAX_BYTES, MAX_PAGES, Broken, Empty, TooLarge, TooManyPages, WrongKind
from comptoir.readers.fields import evidence
from comptoir.readers.layout import Page


class LocalReader:
    """The `Reader` of this machine: nothing leaves it."""

    def read(self, content: bytes, *, filename: str, own: Identity | None = None, beside: bytes = b"") -> Reading:
        return read(content, filename=filename, own=own, beside=beside)


def read(
    content: bytes,
    *,
    filename: str,
    own: Identity | None = None,
    password: str | None = None,
    trust_xml: bool = True,
    beside: bytes = b"",
) -> Reading:
    """Read a piece; raises `NotReadable`. `trust_xml=False` reads the page as if it carried no invoice (bench).

    `beside` is the page that came with an invoice's bare data.
    """
    if not content:
        raise Empty
    if len(content) > MAX_BYTES:
        raise TooLarge
    media_type = sniff.media_type(content)
    if media_type == sniff.XML:
        return (_compared(content, own, beside) if beside else einvoice.read(content, own=own)).plausible()
    if media_type == sniff.CSV:
        return till.read(content).plausible()
    if media_type == sniff.PDF:
        return _pdf(content, own, password, trust_xml=trust_xml).plausible()
    return _picture(content, own).plausible()


def _compared(content: bytes, own: Identity | None, beside: bytes) -> Reading:
    """The data is the invoice; what its page prints is looked for, and a total that it does not print is doubted."""
    pdf.refuse_bombs(beside)
    with pdf.opened(beside) as document:
        count = _bounded(len(document))
        pages = textlayer.pages(document)
    text = "\n".join(page.text for page in pages)
    return evidence.proven_on(pages, einvoice.read(content, own=own, text=text, pages=count))


def invoice_in(content: bytes) -> einvoice.Invoice | None:
    """The e-invoice that a file is, or carries; None where there is none. Raises `NotReadable` for what is no file of ours."""
    media_type = sniff.media_type(content)
    if media_type == sniff.PDF:
        pdf.refuse_bombs(content)
    data = (
        content if media_type == sniff.XML else pdf.attached_invoice(content) if media_type == sniff.PDF else None
    )
    try:
        return einvoice.recognised(data) if data else None
    except (Broken, WrongKind):
        return None


def _pdf(content: bytes, own: Identity | None, password: str | None, *, trust_xml: bool) -> Reading:
    if password is None:
        pdf.refuse_bombs(content)
    with pdf.opened(content, password) as document:
        count = _bounded(len(document))
        pages = textlayer.pages(document)
        attached = pdf.attached_invoice(content, password) if trust_xml else None
        text = "\n".join(page.text for page in pages)
        invoice = einvoice.read_attached(attached, own=own, text=text, pages=count) if attached else None
        if invoice is not None:
            return evidence.proven_on(pages, invoice)
        illegible = [page.number for page in pages if not textlayer.is_legible(page)]
        images = {
            number: pdf.rendered(document, number - 1, tall=ocr.SIDE, wide=ocr.SIDE)
            for number in illegible[: ocr.MOST_PAGES]
        }
    if len(illegible) < len(pages):
        return fields.reading_of(
            tuple(page for page in pages if page.number not in illegible), source=Source.TEXT, own=own, count=count
        )
    return _seen(tuple(ocr.page(image, number) for number, image in images.items()), own, count)


def _picture(content: bytes, own: Identity | None) -> Reading:
    count = _bounded(pictures.page_count(content))
    numbers = [index + 1 for index in textlayer.worth_reading(count, ocr.MOST_PAGES)]
    return _seen(tuple(ocr.page(pictures.page(content, number), number) for number in numbers), own, count)


def _seen(pages: tuple[Page, ...], own: Identity | None, count: int) -> Reading:
    """What pictures show, with the words that no other reader could find on them again."""
    words = [
        Seen(word.text, page.number, word.box) for page in pages for line in page.lines for word in line.words
    ]
    return replace(fields.reading_of(pages, source=Source.OCR, own=own, count=count), seen=tuple(words))


def _bounded(pages: int) -> int:
    if pages > MAX_PAGES:
        raise TooManyPages(pages)
    return pages

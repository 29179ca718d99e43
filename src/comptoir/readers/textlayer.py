"""The pages of a PDF as its text layer says them."""

import pypdfium2

from comptoir.readers import pdf, sniff
from comptoir.readers.layout import Page, Word, page_of

READ_IN_FULL = 12
"""Beyond this many pages the first and the last are read: an invoice's head is on the former, its sums on the latter."""


def pages(document: pypdfium2.PdfDocument) -> tuple[Page, ...]:
    """The pages worth reading, in order, with the words that they print."""
    return tuple(page(document, index) for index in worth_reading(len(document), READ_IN_FULL))


def words_on(content: bytes, number: int) -> tuple[Word, ...]:
    """The words of one page of a PDF (from 1), where its layer holds text; nothing for a scan or a photo."""
    if sniff.media_type(content) != sniff.PDF:
        return ()
    with pdf.opened(content) as document:
        found = page(document, number - 1) if 1 <= number <= len(document) else None
    return tuple(word for line in found.lines for word in line.words) if found and is_legible(found) else ()


def worth_reading(count: int, most: int) -> list[int]:
    """The indexes to read among that many pages: all, or the first ones and the last three."""
    if count <= most:
        return list(range(count))
    return [*range(most - 3), *range(count - 3, count)]


def is_legible(page: Page) -> bool:
    """Whether the layer holds text: a scan's may be empty, a broken font's is full of signs without meaning."""
    letters = "".join(word.text for line in page.lines for word in line.words)
    if len(letters) < 25:
        return False
    strange = sum(
        not (letter.isprintable()) or letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters
    )
    return strange < 0.15 * len(letters)


def page(document: pypdfium2.PdfDocument, index: int) -> Page:
    """One page, counted from 0."""
    width, height = document.get_page_size(index)
    ratio = width / height if height else 1.0
    return page_of(pdf.words(document, index), index + 1, min(max(ratio, 0.05), 20.0))

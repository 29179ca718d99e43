"""What a person looks at: a page as WebP, derived from the original and never in its place."""

import io

from PIL import Image

from comptoir.readers import einvoice, pdf, pictures, sniff
from comptoir.readers.einvoice import sheet
from comptoir.readers.faults import Broken

TALL, WIDE = 1600, 1600
SMALL = 320


def preview(content: bytes, page: int = 1) -> bytes:
    """One page as WebP, at most 1,600 pixels high; an XML invoice is drawn as a page that people can read."""
    return _webp(_drawn(content, page, TALL, WIDE), quality=80)


def thumbnail(content: bytes) -> bytes:
    """The first page, small, as WebP."""
    return _webp(_drawn(content, 1, SMALL, SMALL), quality=72)


def _drawn(content: bytes, page: int, tall: int, wide: int) -> Image.Image:
    media_type = sniff.media_type(content)
    if media_type == sniff.PDF:
        with pdf.opened(content) as document:
            if not 1 <= page <= len(document):
                raise Broken
            return pdf.rendered(document, page - 1, tall=tall, wide=wide)
    if media_type == sniff.XML:
        picture = sheet.drawn(einvoice.recognised(content))
    else:
        picture = pictures.page(content, page, at_most=max(tall, wide))
    picture.thumbnail((wide, tall), Image.Resampling.LANCZOS)
    return picture


def _webp(picture: Image.Image, *, quality: int) -> bytes:
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=quality, method=2)
    return written.getvalue()

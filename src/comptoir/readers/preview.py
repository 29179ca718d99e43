"""What a person looks at: a page as WebP, derived from the original and never in its place."""

import io

from PIL import Image

from comptoir.readers import einvoice, pdf, pictures, sniff, till
from comptoir.readers.einvoice import sheet
from comptoir.readers.faults import Broken

TALL, WIDE = 1600, 1600
SMALL = 320


def preview(content: bytes, page: int = 1) -> bytes:
    """One page as WebP, at most 1,600 pixels high; an XML invoice is drawn as a page that people can read."""
    return webp(page_picture(content, page, TALL, WIDE))


def thumbnail(content: bytes) -> bytes:
    """The first page, small, as WebP."""
    return webp(page_picture(content, 1, SMALL, SMALL))


def page_picture(content: bytes, page: int, tall: int, wide: int) -> Image.Image:
    """One page as a picture, no taller and no wider than said."""
    media_type = sniff.media_type(content)
    if media_type == sniff.PDF:
        with pdf.opened(content) as document:
            if not 1 <= page <= len(document):
                raise Broken
            return pdf.rendered(document, page - 1, tall=tall, wide=wide)
    if media_type == sniff.XML:
        picture = sheet.drawn(einvoice.recognised(content))
    elif media_type == sniff.CSV:
        picture = till.drawn(content)
    else:
        picture = pictures.page(content, page, at_most=max(tall, wide))
    picture.thumbnail((wide, tall), Image.Resampling.LANCZOS)
    return picture


def webp(picture: Image.Image) -> bytes:
    """A picture for the screen; a small one may be coarser."""
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=80 if max(picture.size) > SMALL else 72, method=2)
    return written.getvalue()

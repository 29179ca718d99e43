"""What may come in: looked at by its content, within bounds, before anything is kept."""

from comptoir.readers import einvoice, pdf, pictures, sniff
from comptoir.readers.faults import MAX_BYTES, MAX_FILE_BYTES, Empty, FileTooLarge


def admit(content: bytes, filename: str = "") -> str:
    """The media type of a file that is a piece; raises `NotReadable` for what is not. The name plays no part."""
    if not content:
        raise Empty
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge
    media_type = sniff.media_type(content)
    # Only what has pages can be cut into pieces that are small enough.
    if len(content) > MAX_BYTES and media_type not in (sniff.PDF, sniff.TIFF):
        raise FileTooLarge
    if media_type == sniff.PDF:
        pdf.refuse_bombs(content)
        with pdf.opened(content):
            pass
    elif media_type == sniff.XML:
        einvoice.recognised(content)
    elif media_type in sniff.IMAGES:
        pictures.page_count(content)
    return media_type


def page_count(content: bytes) -> int:
    """How many pages a person will turn; an XML invoice is one."""
    media_type = sniff.media_type(content)
    if media_type == sniff.PDF:
        with pdf.opened(content) as document:
            return len(document)
    return pictures.page_count(content) if media_type in sniff.IMAGES else 1

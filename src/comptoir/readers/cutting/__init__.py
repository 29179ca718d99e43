"""Cutting: the documents that a file holds, found by what its pages print and show. Nothing is changed, nothing is kept."""

from comptoir.domain.cutting import Part, Why, cut
from comptoir.domain.reading import Identity
from comptoir.readers import pictures, sniff
from comptoir.readers.cutting import paper, slips
from comptoir.readers.cutting.separator import sheet as separator_sheet

__all__ = ["parts_of", "separator_sheet"]


def parts_of(content: bytes, *, own: Identity | None = None) -> list[Part]:
    """The documents in a file, in the order of its pages; one part where it is one. Raises `NotReadable`."""
    media_type = sniff.media_type(content)
    if media_type == sniff.XML:
        return [Part((1,), Why.WHOLE, 1.0)]
    if media_type in sniff.IMAGES and pictures.page_count(content) == 1:
        return _photo(content)
    return cut(paper.seen(content, own=own))


def _photo(content: bytes) -> list[Part]:
    """A photo: each slip of paper on it, in the order in which one reads; a lone one is the photo itself."""
    found = slips.slips_of(pictures.page(content, at_most=slips.SIDE))
    if len(found) < 2:
        return [Part((1,), Why.WHOLE, 1.0)]
    return [Part((1,), Why.SLIPS, slip.confidence, (slip.outline,)) for slip in found]

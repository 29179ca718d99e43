"""What a person looks at without taking a shared file home: its pages, its text, or nothing. Derived, never in its place."""

from dataclasses import dataclass

from comptoir import readers
from comptoir.domain.leaf import Leaf
from comptoir.readers import assembly
from comptoir.readers.shared import TEXT
from comptoir.records.deposits import leaves, queries
from comptoir.records.deposits.models import Original

OFFICE, UNDRAWN = "office.pdf", "office-undrawn"
MOST_PAGES = 60
"""Pages that are shown of one file; the whole of it is there to download."""
MOST_SIGNS = 100_000


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file is shown: pages counted from 1, or its text; `is_coming` where it is being drawn."""

    pages: int = 0
    text: str = ""
    is_coming: bool = False
    is_cut: bool = False

    @property
    def numbers(self) -> range:
        """Its pages."""
        return range(1, self.pages + 1)


def of(original: Original, filename: str) -> Preview:
    """How this file is shown."""
    if original.media_type == TEXT:
        return _text(queries.content(original))
    if readers.office.is_drawn(original.media_type, filename):
        drawn = queries.derived(original, OFFICE)
        if drawn is not None:
            return _pages(readers.pages_of(drawn))
        return Preview(is_coming=is_to_draw(original, filename))
    if original.media_type in readers.READ and _is_drawn(original):
        return _pages(original.pages)
    return Preview()


def is_to_draw(original: Original, filename: str) -> bool:
    """Whether the file waits to be drawn, and can be here."""
    return (
        readers.office.program() is not None
        and readers.office.is_drawn(original.media_type, filename)
        and queries.derived(original, OFFICE) is None
        and queries.derived(original, UNDRAWN) is None
    )


def draw(original: Original, filename: str) -> None:
    """Draw an Office document, once; one that cannot be drawn is known as such."""
    if not is_to_draw(original, filename):
        return
    try:
        made = readers.office.to_pdf(queries.content(original), filename)
    except readers.NotReadable:
        queries.keep_derived(original, UNDRAWN, b"1")
    else:
        queries.keep_derived(original, OFFICE, made)


def picture(original: Original, filename: str, number: int, *, at_most: int) -> bytes:
    """One page as WebP; raises `readers.NotReadable` where there is none."""
    if not readers.office.is_drawn(original.media_type, filename):
        return leaves.leaf_picture(original, Leaf(original.pk, number), at_most=at_most)
    name = f"office-{number}-{at_most}.webp"
    made = queries.derived(original, name)
    if made is None:
        drawn = queries.derived(original, OFFICE)
        if drawn is None:
            raise readers.Broken
        made = assembly.shown(assembly.Part(drawn, number), at_most=at_most)
        queries.keep_derived(original, name, made)
    return made


def _pages(count: int) -> Preview:
    return Preview(pages=min(count, MOST_PAGES), is_cut=count > MOST_PAGES)


def _is_drawn(original: Original) -> bool:
    try:
        leaves.leaf_picture(original, Leaf(original.pk, 1), at_most=1600)
    except readers.NotReadable:
        return False
    return True


def _text(content: bytes) -> Preview:
    head = content[: 4 * MOST_SIGNS]
    text = _decoded(head, is_cut=len(content) > len(head))
    return Preview(text=text[:MOST_SIGNS], is_cut=len(content) > len(head) or len(text) > MOST_SIGNS)


def _decoded(head: bytes, *, is_cut: bool) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A sign cut in two at the end of what is shown is no other writing.
        if is_cut and error.start > len(head) - 4:
            return head[: error.start].decode("utf-8-sig")
        return head.decode("cp1252", "replace")

"""The leaves of a piece: which pages of which originals it holds, and the one file that they make."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from comptoir.domain.cutting import Part
from comptoir.domain.leaf import Leaf, Outline, whole
from comptoir.domain.reading import Seen
from comptoir.readers import assembly
from comptoir.records.deposits import models, queries
from comptoir.records.deposits.models import Document, Original


def of(document: Document) -> tuple[Leaf, ...]:
    """The pages of a piece in their order; all of its original where no leaf says otherwise."""
    rows = document.leaves.order_by("position")
    return tuple(_leaf(row) for row in rows) or whole(document.original_id, document.original.pages)


def shown(document: Document) -> tuple[Leaf, ...]:
    """The pages that a person looks at: an e-invoice's own where they came beside its data, else those of the piece."""
    page = queries.readable(document) if is_all_of_original(document) else None
    return whole(page.pk, page.pages) if page else of(document)


def of_part(document: Document, part: Part) -> list[Leaf]:
    """The leaves of a document that was found in the pages of a piece as it came."""
    outlines = part.outlines or (None,) * len(part.pages)
    return [Leaf(document.original_id, page, outline) for page, outline in zip(part.pages, outlines, strict=True)]


def is_all_of_original(document: Document) -> bool:
    """Whether the piece is its original, whole and in its order."""
    return not document.leaves.exists()


def content(document: Document) -> bytes:
    """The piece as one file: its original bit for bit, or what its leaves make, made once and kept apart."""
    leaves = of(document)
    if leaves == whole(document.original_id, document.original.pages):
        return queries.content(document.original)
    name = f"piece-{digest(leaves)}"
    made = queries.derived(document.original, name)
    if made is None:
        made = assembly.assembled(_parts(leaves))
        queries.keep_derived(document.original, name, made)
    return made


def keep_seen(document: Document, words: Sequence[Seen]) -> None:
    """The words that were seen on the piece's pictures: derived, since they can be seen again."""
    if words:
        said = json.dumps([[word.page, word.text, word.box] for word in words], ensure_ascii=False)
        queries.keep_derived(document.original, f"seen-{digest(of(document))}", said.encode())


def seen(document: Document, number: int) -> tuple[Seen, ...]:
    """The words that were seen on one page of the piece (from 1); none where it was not read as a picture."""
    kept = queries.derived(document.original, f"seen-{digest(of(document))}")
    found = json.loads(kept) if kept else ()
    return tuple(Seen(text, page, tuple(box)) for page, text, box in found if page == number)


def picture(document: Document, number: int, *, at_most: int) -> bytes:
    """One page of the piece (from 1) as a person looks at it, as WebP; raises `IndexError` beyond the last."""
    leaf = shown(document)[number - 1]
    return leaf_picture(originals([leaf])[leaf.original], leaf, at_most=at_most)


def leaf_picture(original: Original, leaf: Leaf, *, at_most: int) -> bytes:
    """A page of an original, or its part, as WebP; made once."""
    cut = "" if leaf.is_whole else f"-{digest([leaf])}"
    name = f"page-{leaf.page}-{at_most}{cut}.webp"
    made = queries.derived(original, name)
    if made is None:
        part = assembly.Part(queries.content(original), leaf.page, leaf.outline, leaf.turn)
        made = assembly.shown(part, at_most=at_most)
        queries.keep_derived(original, name, made)
    return made


def originals_of(document: Document) -> list[Original]:
    """The originals of a piece, in the order of its pages, each once."""
    found = originals(of(document))
    return [found[pk] for pk in dict.fromkeys(leaf.original for leaf in of(document))]


def are_whole(document: Document) -> bool:
    """Whether the piece is all of each of its originals, as they came: several photos of one piece are."""
    every = [leaf for original in originals_of(document) for leaf in whole(original.pk, original.pages)]
    return list(of(document)) == every


def originals(leaves: Sequence[Leaf]) -> dict[UUID, Original]:
    """The originals that leaves are of."""
    return Original.objects.in_bulk({leaf.original for leaf in leaves})


def digest(leaves: Sequence[Leaf]) -> str:
    """A short name of an arrangement of pages, the same for the same arrangement."""
    said = json.dumps([[str(leaf.original), leaf.page, leaf.outline, leaf.turn] for leaf in leaves])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def to_json(leaf: Leaf) -> dict[str, Any]:
    """A leaf as a proposal keeps it, and as a page's script sends it back."""
    return {
        "original": str(leaf.original),
        "page": leaf.page,
        "outline": [list(corner) for corner in leaf.outline] if leaf.outline else None,
        "turn": leaf.turn,
    }


def from_json(said: Mapping[str, Any]) -> Leaf:
    """A leaf as it was kept; raises `ValueError`, `KeyError` or `TypeError` for what is none."""
    corners = said.get("outline")
    return Leaf(
        UUID(str(said["original"])),
        int(said["page"]),
        outline(corners) if corners else None,
        int(said.get("turn", 0)),
    )


def outline(corners: Sequence[Sequence[float]]) -> Outline:
    """Four corners as they were written; raises `ValueError` for more or fewer."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def rows(document: Document, leaves: Sequence[Leaf]) -> list[models.Leaf]:
    """The rows that keep an arrangement; none for a piece that is all of its original."""
    if tuple(leaves) == whole(document.original_id, document.original.pages):
        return []
    return [
        models.Leaf(
            firm_id=document.firm_id,
            company_id=document.company_id,
            document=document,
            position=position,
            original_id=leaf.original,
            page=leaf.page,
            outline=[number for corner in leaf.outline for number in corner] if leaf.outline else None,
            turn=leaf.turn,
        )
        for position, leaf in enumerate(leaves)
    ]


def _leaf(row: models.Leaf) -> Leaf:
    numbers = row.outline
    corners = outline(list(zip(numbers[::2], numbers[1::2], strict=True))) if numbers else None
    return Leaf(row.original_id, row.page, corners, row.turn)


def _parts(leaves: Sequence[Leaf]) -> list[assembly.Part]:
    bytes_of = {pk: queries.content(original) for pk, original in originals(leaves).items()}
    return [assembly.Part(bytes_of[leaf.original], leaf.page, leaf.outline, leaf.turn) for leaf in leaves]

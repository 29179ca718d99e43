"""Where one document ends and the next begins in a file that holds several: what speaks for it, and how sure that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from comptoir.domain.leaf import Outline

SURE = 0.95
"""From here on a cut is made at once; below, a person decides. Measured: `bench/cutting.py`."""
LIKELY = 0.5
"""From here on a cut is proposed."""


class Why(StrEnum):
    """What speaks for a cut. The values are public: they stand in JSON."""

    SEPARATOR = "separator"
    BLANK = "blank"
    NUMBERING = "numbering"
    NUMBER = "number"
    SUPPLIER = "supplier"
    HEAD = "head"
    PAPER = "paper"
    FORM = "form"
    LOOK = "look"
    SLIPS = "slips"
    WHOLE = "whole"

    @property
    def french(self) -> str:
        """The reason in a sentence, as the desk shows it."""
        return _SAID[self]


_SAID = {
    Why.SEPARATOR: "Une page de séparation se trouve avant.",
    Why.BLANK: "Une page blanche se trouve avant.",
    Why.NUMBERING: "La numérotation des pages recommence.",
    Why.NUMBER: "Le numéro du document change.",
    Why.SUPPLIER: "L’émetteur change.",
    Why.HEAD: "Un nouvel en-tête commence, après un total.",
    Why.PAPER: "Le papier change de format.",
    Why.FORM: "La page est présentée comme la précédente\u00a0: une autre première page\u00a0?",
    Why.LOOK: "La page ne ressemble pas à la précédente.",
    Why.SLIPS: "Plusieurs tickets se trouvent sur la même image.",
    Why.WHOLE: "Début du fichier.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows, as far as it tells where documents begin.

    `of` is its place as it prints it ("2/3"); `ids` are the SIREN, VAT number and IBAN of whoever issued it; `look` is its picture
    in a few hundred grey values from 0 to 1, empty where it was not drawn; `shape` is width over height.
    """

    number: int
    is_separator: bool = False
    is_blank: bool = False
    of: tuple[int, int] | None = None
    reference: str = ""
    ids: frozenset[str] = frozenset()
    supplier: str = ""
    has_total: bool = False
    has_text: bool = False
    continues: bool = False
    shape: float = 0.7
    look: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A document found in a file: its pages (from 1), or the slips that it is on them, and why it begins there.

    `confidence` is that of its beginning, from 0 to 1; the first part of a file begins where the file does.
    """

    pages: tuple[int, ...]
    why: Why
    confidence: float
    outlines: tuple[Outline, ...] | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it may be cut off without asking anybody."""
        return self.confidence >= SURE


def cut(pages: Sequence[Seen]) -> list[Part]:
    """The documents in a file, in the order of its pages; blank pages and separators belong to none.

    A file of nothing but such pages is one document, whole.
    """
    parts: list[Part] = []
    before: Seen | None = None
    between: list[Seen] = []
    for page in pages:
        if page.is_separator or page.is_blank:
            between.append(page)
            continue
        why, confidence = (Why.WHOLE, 1.0) if before is None else _begins(before, page, between)
        if before is None or confidence >= LIKELY:
            parts.append(Part((page.number,), why, confidence))
        else:
            parts[-1] = _longer(parts[-1], page)
        before, between = page, []
    return parts or [Part(tuple(page.number for page in pages), Why.WHOLE, 1.0)]


def joined(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts in groups that may be cut apart at once; within a group, the cuts are only proposed."""
    groups: list[list[Part]] = []
    for part in parts:
        if part.is_sure or not groups:
            groups.append([part])
        else:
            groups[-1].append(part)
    return groups


def _longer(part: Part, page: Seen) -> Part:
    return Part((*part.pages, page.number), part.why, part.confidence)


def _begins(before: Seen, page: Seen, between: Sequence[Seen]) -> tuple[Why, float]:
    """How likely a document begins with this page, and what says so most clearly.

    Each witness gives a likelihood, or says nothing. One that speaks for the page's belonging to what is before it
    outweighs any that speaks for a cut, unless a person laid a separator there.
    """
    if any(one.is_separator for one in between):
        return Why.SEPARATOR, 1.0
    heard = [witness for witness in _witnesses(before, page, len(between)) if witness is not None]
    against = min((likely for _, likely in heard), default=LIKELY)
    best = max(heard, key=lambda witness: witness[1], default=(Why.LOOK, 0.0))
    if against < 0.2:
        return best[0], min(best[1], against if best[1] < SURE else 0.6)
    return best


def _witnesses(before: Seen, page: Seen, blanks: int) -> Iterable[tuple[Why, float] | None]:
    yield _numbering(before, page)
    yield _reference(before, page)
    yield _issuer(before, page)
    yield _head(before, page)
    yield (Why.HEAD, 0.02) if page.continues else None
    yield _blanks(before, page, blanks)
    yield (Why.PAPER, 0.7) if _is_other_paper(before, page) else None
    yield _looks(before, page)


def _blanks(before: Seen, page: Seen, blanks: int) -> tuple[Why, float] | None:
    """Blank pages before this one. One may be the back of a sheet, or a page of the document: measured, it is not sure.

    In a scan, two in a row are a whole blank sheet that somebody laid between two documents.
    """
    if not blanks:
        return None
    is_scan = not before.has_text and not page.has_text
    return Why.BLANK, 0.97 if is_scan and blanks > 1 else 0.6


def _numbering(before: Seen, page: Seen) -> tuple[Why, float] | None:
    if page.of is None:
        return (Why.NUMBERING, 0.15) if before.of and before.of[0] < before.of[1] else None
    rank, count = page.of
    if rank > 1:
        follows = before.of is None or before.of == (rank - 1, count)
        return (Why.NUMBERING, 0.01) if follows else (Why.NUMBERING, 0.55)
    if before.of is not None:
        return (Why.NUMBERING, 0.99) if before.of[0] == before.of[1] else (Why.NUMBERING, 0.9)
    return Why.NUMBERING, 0.9


def _reference(before: Seen, page: Seen) -> tuple[Why, float] | None:
    if not before.reference or not page.reference:
        return None
    if before.reference == page.reference:
        return Why.NUMBER, 0.02
    # Two numbers may be one document's (an order beside its invoice): the issuer or a total must agree that it ended.
    is_other = bool(before.ids and page.ids and not before.ids & page.ids)
    return Why.NUMBER, 0.98 if is_other or (before.has_total and page.has_total) else 0.85


def _issuer(before: Seen, page: Seen) -> tuple[Why, float] | None:
    if before.ids and page.ids and not before.ids & page.ids:
        return Why.SUPPLIER, 0.97 if before.has_total and page.has_total else 0.9
    if before.supplier and page.supplier and before.supplier != page.supplier and not before.ids & page.ids:
        return Why.SUPPLIER, 0.75
    return None


def _head(before: Seen, page: Seen) -> tuple[Why, float] | None:
    """A page with a number and a total of its own, after one that had its total already."""
    if page.has_text and before.has_text:
        if before.has_total and page.reference and page.has_total and not before.reference:
            return Why.HEAD, 0.8
        if not page.reference and not page.has_total and not page.ids:
            return Why.HEAD, 0.15
    return None


def _is_other_paper(before: Seen, page: Seen) -> bool:
    """Another format or another way up; scanners cut a millimetre more or less."""
    return abs(before.shape - page.shape) > 0.08 * max(before.shape, page.shape)


def _looks(before: Seen, page: Seen) -> tuple[Why, float] | None:
    """Of two pages without text, what their pictures say; never enough to cut without asking.

    A page drawn like the one before is most often another first page of the same form; one drawn quite otherwise is of
    another issuer; in between stand the second pages.
    """
    if page.has_text and before.has_text:
        return None
    if not before.look or not page.look:
        return None
    alike = likeness(before.look, page.look)
    if alike >= 0.85:
        return Why.FORM, 0.55
    return Why.LOOK, 0.6 if alike < 0.5 else 0.45


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """How alike two pictures of the same size are: 1 the same, 0 nothing in common (Pearson's correlation)."""
    count = len(one)
    mean_one, mean_other = sum(one) / count, sum(other) / count
    apart = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other, strict=True))
    spread = (sum((a - mean_one) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other)) ** 0.5
    return apart / spread if spread else 1.0

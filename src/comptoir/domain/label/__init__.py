"""Labels of bank movements: what happened, by which means, with whom, and in which money it was first said.

French banks write what happened first (« PRLV SEPA », « CB », « VIR »), then the name, then dates and references.
What is not recognised is left as the bank wrote it: a name is never invented.
"""

from dataclasses import dataclass
from functools import lru_cache

from comptoir.domain.label import foreign, party, shapes
from comptoir.domain.label.aligned import aligned
from comptoir.domain.label.foreign import Original
from comptoir.domain.label.kinds import Kind, Means

__all__ = ["Kind", "Label", "Means", "Original", "clean_label", "counterparty", "kind", "means", "read"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a bank's label says. `text` is what a client should read; `counterparty` is None rather than a guess."""

    kind: Kind
    means: Means
    text: str
    counterparty: str | None
    original: Original | None


@lru_cache(maxsize=1024)  # an import asks several things of one label, and a year repeats its labels
def read(label: str) -> Label:
    """A label as its bank means it; a shape that is not known is of the kind `other` and stays as it is."""
    written = " ".join(label.split())
    plain = aligned(written)
    shape, start = shapes.opening(plain)
    who = _settled(party.name(written, plain, shape, start))
    return Label(shape.kind, shape.means, who or written, who or None, foreign.amount(plain))


def kind(label: str) -> Kind:
    """What happened: a purchase, a transfer, a reject…"""
    return read(label).kind


def means(label: str) -> Means:
    """By which means money moved."""
    return read(label).means


def clean_label(label: str) -> str:
    """The label as a client should read it: « CB GARAGE LEBRETON 12/11 » is « GARAGE LEBRETON »."""
    return read(label).text


def counterparty(label: str) -> str | None:
    """Who stands at the other end, where the label says it."""
    return read(label).counterparty


def _settled(name: str) -> str:
    """The name, read again until nothing of the bank's words is left: read once more it stays the same."""
    plain = aligned(name)
    shorter = party.name(name, plain, *shapes.opening(plain))
    return _settled(shorter) if shorter and shorter != name else name

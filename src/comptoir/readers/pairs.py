"""What a platform exports twice: the data of an invoice, and the page that people read. Together they are one piece."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from comptoir.readers import sniff
from comptoir.readers.archive import Member
from comptoir.readers.door import admit
from comptoir.readers.faults import NotReadable
from comptoir.readers.reader import invoice_in

_Key = tuple[str, str]


def joined(members: Sequence[Member]) -> list[Member]:
    """The files of an archive, each e-invoice's readable PDF beside it instead of by itself; the others as they are.

    A PDF is an invoice's where it bears its name and no other invoice's data, or where it carries the same data
    (Factur-X): then the XML alone is the original, and the PDF its page.
    """
    data = {n: key for n, member in enumerate(members) if (key := _key(member, sniff.XML))}
    if not data:
        return list(members)
    pages = [n for n, member in enumerate(members) if _is_page(member)]
    beside = _pairs(members, data, pages)
    return [
        member._replace(beside=members[beside[n]]) if n in beside else member
        for n, member in enumerate(members)
        if n not in beside.values()
    ]


def _pairs(members: Sequence[Member], data: dict[int, _Key], pages: Sequence[int]) -> dict[int, int]:
    """Which page goes beside which data: by the invoice that it carries first, then by name; each once."""
    found: dict[int, int] = {}
    carried = {n: _key(members[n], sniff.PDF) for n in pages}
    for page in pages:
        same = [n for n, key in data.items() if n not in found and key == carried[page]]
        if len(same) == 1:
            found[same[0]] = page
    for page in pages:
        if page in found.values() or carried[page]:
            continue
        named = [n for n in data if n not in found and _stem(members[n]) == _stem(members[page])]
        if len(named) == 1:
            found[named[0]] = page
    return found


def _stem(member: Member) -> str:
    return str(PurePosixPath(member.path or member.filename).with_suffix("")).casefold()


def _key(member: Member, media_type: str) -> _Key | None:
    """Whose invoice it is, and its number, where the file's data say both."""
    try:
        if member.refused or sniff.media_type(member.content) != media_type:
            return None
        invoice = invoice_in(member.content)
    except NotReadable:
        return None
    if invoice is None or not invoice.number:
        return None
    return invoice.number, invoice.seller.siren or invoice.seller.vat or invoice.seller.name.casefold()


def _is_page(member: Member) -> bool:
    """A PDF that would be taken by itself: one that is broken or locked is refused under its own name."""
    try:
        return not member.refused and admit(member.content, member.filename) == sniff.PDF
    except NotReadable:
        return False

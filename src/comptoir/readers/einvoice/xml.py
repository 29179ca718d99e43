"""XML as an invoice may be: no entity expanded, nothing fetched; elements found by local name.

The names outlived their namespaces (ZUGFeRD 1 and 2, CII D16B and D22B, UBL 2.0 to 2.4), so only names are asked.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

from comptoir.readers.faults import Bomb

Element = etree._Element


class NotXml(Exception):
    """Ce fichier n’est pas un XML bien formé."""


def parsed(content: bytes) -> Element:
    """The root; raises `Bomb` where entities are declared (an EN 16931 invoice has none), `NotXml` where broken."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!ENTITY" in content[:65_536]:
            raise Bomb from error
        raise NotXml(str(error)) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):  # type: ignore[union-attr]  # lxml-stubs lack it
        raise Bomb
    return root


def is_cii(root: Element) -> bool:
    """A Cross Industry Invoice, by its ZUGFeRD 1 name or the later one."""
    return name_of(root) in ("CrossIndustryInvoice", "CrossIndustryDocument")


def is_ubl(root: Element) -> bool:
    """A UBL invoice or credit note."""
    return name_of(root) in ("Invoice", "CreditNote") and "ubl" in str(root.tag).lower()


def name_of(element: Element) -> str:
    """The element's name without its namespace; empty for an entity or a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The direct children of that local name."""
    if element is not None:
        yield from (child for child in element if name_of(child) == name)


def find(element: Element | None, *path: str) -> Element | None:
    """The first descendant down that path; `A|B` stands for either name."""
    for step in path:
        if element is None:
            return None
        names = step.split("|")
        element = next((child for child in element if name_of(child) in names), None)
    return element


def text(element: Element | None, *path: str) -> str:
    """The text found down the path, its spaces made single; empty where there is none."""
    found = find(element, *path)
    return " ".join((found.text or "").split()) if found is not None else ""


def amount(element: Element | None, *path: str) -> Decimal | None:
    """The amount found down the path; None where there is none, or where it is no number."""
    return number(text(element, *path))


def number(written: str) -> Decimal | None:
    """A number as XML Schema writes decimals; None where it is none."""
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal("1e12") else None


def day(written: str) -> date | None:
    """A day in the three ways seen: 20260131 (CII format 102), 2026-01-31, and the latter with a time."""
    digits = written[:10].replace("-", "") if "-" in written[:8] else written[:8]
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None

"""XML as EBICS needs it: written as text, read without entities, network or comments, canonical with its namespaces."""

import base64
import binascii
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from comptoir.gateways.bank.ebics.faults import Unreadable

DS = "http://www.w3.org/2000/09/xmldsig#"


def element(name: str, *content: str, **attributes: str) -> str:
    """An element around what is XML already."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    inner = "".join(content)
    return f"<{name}{said}>{inner}</{name}>" if inner else f"<{name}{said}/>"


def leaf(name: str, value: str, **attributes: str) -> str:
    """An element around plain text."""
    return element(name, escape(value), **attributes)


def document(inner: str) -> bytes:
    """As it leaves."""
    return b'<?xml version="1.0" encoding="UTF-8"?>' + inner.encode()


def parsed(content: bytes) -> etree._Element:
    """The root of what came; raises `Unreadable`."""
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("(XML)") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the types lack it
        raise Unreadable("(XML)")
    return root


def canonical(node: etree._Element) -> bytes:
    """Inclusive C14N 1.0 of an element, with every namespace in scope where it stands (EBICS annex, AuthSignature).

    Written and read again first: lxml would lend an element that is cut out of its tree namespaces that it has not.
    """
    alone = etree.fromstring(etree.tostring(node, with_tail=False), _parser())
    text: bytes = etree.tostring(alone, method="c14n", exclusive=False, with_comments=False)
    return text


def only(node: etree._Element, *path: str) -> etree._Element:
    """The one element at the end of a path of qualified names; raises `Unreadable` where there is none or several."""
    for name in path:
        found = node.findall(name)
        if len(found) != 1:
            raise Unreadable(f"({name.rpartition('}')[2]})")
        node = found[0]
    return node


def perhaps(node: etree._Element, *path: str) -> etree._Element | None:
    """The same, where there may be none."""
    found: etree._Element | None = node
    for name in path:
        if found is None or not found.findall(name):
            return None
        found = only(found, name)
    return found


def text_of(node: etree._Element | None) -> str:
    """What an element says, without the space around it; raises `Unreadable` where it holds others."""
    if node is None:
        return ""
    if len(node):
        raise Unreadable(f"({etree.QName(node).localname})")
    return (node.text or "").strip()


def binary(written: str) -> bytes:
    """What base64 stands for, however it was broken into lines; raises `Unreadable`."""
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("(base64)") from error


def base64_of(content: bytes) -> str:
    """The same, as it leaves."""
    return base64.b64encode(content).decode()


def _parser() -> etree.XMLParser:
    """No entities, no network; a text of ten megabytes at most, where a segment is one."""
    # Canonical XML drops comments too: without them, no reader sees another text than was signed.
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )

"""XML read by the names of elements alone: the namespace changes with each version of the norm."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree


@dataclass(slots=True)  # not frozen: a year's file makes millions of them, and a frozen one takes twice the time
class Node:
    """An element: its text, its currency where it is an amount, its line, and its children by name."""

    text: str
    currency: str | None
    line: int | None
    children: dict[str, list["Node"]]

    def all(self, path: str) -> list["Node"]:
        """Every element that the path leads to."""
        found = [self]
        for name in _names(path):
            found = [child for parent in found for child in parent.children.get(name, ())]
        return found

    def first(self, path: str) -> "Node | None":
        """The first element that the path leads to."""
        held = self
        for name in _names(path):
            found = held.children.get(name)
            if not found:
                return None
            if len(found) > 1:  # the way may go on in another than the first
                return next(iter(self.all(path)), None)
            held = found[0]
        return held

    def said(self, path: str) -> str:
        """The text of the first such element, or nothing."""
        found = self.first(path)
        return found.text if found else ""


def node(element: etree._Element) -> Node:
    """The element and all that it holds, once for all the questions that are asked of it."""
    children: dict[str, list[Node]] = {}
    for child in element:
        children.setdefault(local(child), []).append(node(child))
    line: Any = element.sourceline  # an int or None, whatever the stubs say
    return Node((element.text or "").strip(), element.get("Ccy"), line or None, children or _NO_CHILDREN)


_NO_CHILDREN: dict[str, list[Node]] = {}


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


@cache
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))

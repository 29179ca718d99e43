"""XML read by the names of elements alone: the namespace changes with each version of the norm."""

from functools import cache
from typing import Any

from lxml import etree


class Node:
    """An element: its text, its currency where it is an amount, its line, and its children by name.

    What nobody asks is never looked at: a year's file has millions of elements, and most of them say nothing to the books.
    """

    __slots__ = ("_children", "_element")

    def __init__(self, element: etree._Element) -> None:
        self._element = element
        self._children: dict[str, list[Node]] | None = None

    @property
    def text(self) -> str:
        """What stands in the element."""
        return (self._element.text or "").strip()

    @property
    def currency(self) -> str | None:
        """The currency of an amount."""
        return self._element.get("Ccy")

    @property
    def line(self) -> int | None:
        """The line of the file on which it begins."""
        line: Any = self._element.sourceline  # an int or None, whatever the stubs say
        return line or None

    def children(self) -> "dict[str, list[Node]]":
        """The elements within, by their names."""
        if self._children is None:
            held: dict[str, list[Node]] = {}
            for child in self._element:
                name = local(child)
                if name in held:
                    held[name].append(Node(child))
                else:
                    held[name] = [Node(child)]
            self._children = held
        return self._children

    def all(self, path: str) -> "list[Node]":
        """Every element that the path leads to."""
        found = [self]
        for name in _names(path):
            found = [child for parent in found for child in parent.children().get(name, ())]
        return found

    def first(self, path: str) -> "Node | None":
        """The first element that the path leads to."""
        held = self
        for name in _names(path):
            found = held.children().get(name)
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
    """The element and all that it holds, as long as the parser has not let it go."""
    return Node(element)


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

"""XML read by the names of elements alone: the namespace changes with each version of the norm."""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from lxml import etree

MOST = 200
"""No element of a norm holds as many names: beyond, a file is made to exhaust whoever reads it."""


class TooManyNames(Exception):
    """Le fichier contient trop d’éléments différents."""


def walk(content: bytes, event: str, *names: str) -> Iterator[etree._Element]:
    """The elements one after the other: entities stay unresolved, nothing is fetched, depth is bounded."""
    found = etree.iterparse(
        BytesIO(content),
        events=(event,),
        tag=[f"{{*}}{name}" for name in names] or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in found:
        yield element


class Node(dict[str, str]):
    """What an element says: the first text under each path, a currency under `path/@Ccy`; and the nodes within by their names."""

    __slots__ = ("_more", "_nodes", "line")

    def __init__(self, line: int | None) -> None:
        super().__init__()
        self.line = line
        self._more: dict[str, list[str]] | None = None
        self._nodes: dict[str, list[Node]] | None = None

    def __missing__(self, path: str) -> str:
        return ""

    def all(self, path: str) -> list[str]:
        """Every text that the path leads to."""
        first = self.get(path)
        return [first, *(self._more or {}).get(path, ())] if first else []

    def each(self, name: str) -> "list[Node]":
        """The nodes of that name within."""
        return self._nodes.get(name, []) if self._nodes else []

    def take(self, element: etree._Element, place: "Place") -> None:
        """Take in what stands within an element of it: in one pass, since a year's file has millions of them."""
        for child in element:
            below = place[child.tag]
            text = child.text
            if text and (text := text.strip()):
                if below.path in self:
                    self._say_again(below.path, text)
                else:
                    self[below.path] = text
                if below.is_amount and (currency := child.get("Ccy")):
                    self.setdefault(f"{below.path}/@Ccy", currency)
            elif below.is_node:
                self._take_apart(child, below)
            elif below.is_asked:
                self.take(child, below)

    def _say_again(self, path: str, text: str) -> None:
        self._more = self._more or {}
        self._more.setdefault(path, []).append(text)

    def _take_apart(self, element: etree._Element, place: "Place") -> None:
        node = Node(self.line)
        node.take(element, place)
        self._nodes = self._nodes or {}
        self._nodes.setdefault(place.name, []).append(node)


class Place(dict[str, "Place"]):
    """Where an element stands below the node that it is of, and those within by their tags.

    Made as a file comes to it, once, however often it comes by.
    """

    __slots__ = ("is_amount", "is_asked", "is_node", "name", "nodes", "path", "unasked")

    def __init__(
        self, nodes: frozenset[str], unasked: frozenset[str] = frozenset(), name: str = "", path: str = ""
    ) -> None:
        super().__init__()
        self.nodes, self.unasked, self.name, self.path = nodes, unasked, name, path
        self.is_node, self.is_asked, self.is_amount = name in nodes, name not in unasked, name == "Amt"

    def __missing__(self, tag: str) -> "Place":
        """A place within that the file has not come to before. Raises `TooManyNames`."""
        if len(self) > MOST:
            raise TooManyNames(TooManyNames.__doc__)
        name = _local(str(tag))  # an entity bears none
        path = "" if name in self.nodes else f"{self.path}/{name}" if self.path else name
        self[tag] = made = Place(self.nodes, self.unasked, name, path)
        return made


def node(element: etree._Element, place: Place) -> Node:
    """The element and all that is asked of it."""
    line: Any = element.sourceline  # an int or None, whatever the stubs say
    made = Node(line or None)
    made.take(element, place)
    return made


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return _local(str(element.tag))


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]

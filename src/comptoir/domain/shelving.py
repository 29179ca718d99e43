"""The tree of a company's folders: what stands in what, who sees it, who may put files in it, and where it may go."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from comptoir.domain.folder import Folder, name_key
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Act, Role, may

DEEPEST = 8
"""How many folders one in the other, below a fixed one."""
MOST = 2000
"""How many folders one company may make."""
MAY_PUT = (Role.DIRIGEANT, Role.GESTIONNAIRE)
"""Whom of the client's people the firm may let put files."""


@dataclass(frozen=True, slots=True)
class Place:
    """A fixed folder, or a folder somewhere below it."""

    folder: Folder
    key: UUID | None = None

    @staticmethod
    def written(text: str) -> "Place | None":
        """The place that `fiscal` or `fiscal:<key>` names; None for what names none."""
        name, sign, key = text.partition(":")
        try:
            return Place(Folder(name), UUID(key) if sign else None)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.folder.value}:{self.key}" if self.key else self.folder.value


@dataclass(frozen=True, slots=True)
class Access:
    """Who of the client's people sees a folder, and who of them may put files in it."""

    readers: frozenset[Role]
    writers: frozenset[Role] = frozenset()

    def said(self) -> tuple[Role, ...]:
        """Its readers in the order in which roles are named."""
        return tuple(role for role in CLIENT_ROLES if role in self.readers)


@dataclass(frozen=True, slots=True)
class Node:
    """A folder that the firm made. `readers` and `writers` are None where they are those of the folder around it.

    `owner` is the person of the client's for whom it is: it is there for them whatever their role.
    """

    key: UUID
    parent: UUID | None
    folder: Folder
    name: str
    readers: frozenset[Role] | None = None
    writers: frozenset[Role] | None = None
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks."""

    role: Role
    person: UUID


class Misplaced(Exception):
    """Ce dossier ne peut pas aller là."""


class IntoItself(Misplaced):
    """Un dossier ne peut pas être rangé dans lui-même, ni dans un de ses sous-dossiers."""


class TooDeep(Misplaced):
    """Ce rangement ferait plus de huit dossiers l’un dans l’autre : choisissez un endroit moins profond."""


@dataclass(frozen=True)
class Tree:
    """Every folder of a company that is there; one whose folder is in the bin is not."""

    nodes: Mapping[UUID, Node]
    shelves: Mapping[Folder, Access]
    within: Mapping[Place, tuple[Node, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[Node], shelves: Mapping[Folder, Access]) -> "Tree":
        """The tree of these folders, without those that hang on nothing."""
        below: dict[UUID | None, list[Node]] = defaultdict(list)
        for node in nodes:
            below[node.parent].append(node)
        found: dict[UUID, Node] = {}
        within: dict[Place, tuple[Node, ...]] = {}
        waiting = list(below[None])
        while waiting:
            node = waiting.pop()
            found[node.key] = node
            within[Place(node.folder, node.key)] = _sorted(below[node.key])
            waiting += below[node.key]
        for folder in Folder:
            within[Place(folder)] = _sorted(node for node in below[None] if node.folder is folder)
        return cls(found, shelves, within)

    def has(self, place: Place) -> bool:
        """Whether the place is there."""
        return place in self.within

    def place(self, key: UUID | None) -> Place | None:
        """The place of a folder that the firm made."""
        node = self.nodes.get(key) if key else None
        return Place(node.folder, node.key) if node else None

    def path(self, place: Place) -> tuple[Node, ...]:
        """The folders that lead there from the fixed one, itself the last."""
        found: list[Node] = []
        key = place.key
        while key is not None:
            node = self.nodes[key]
            found.append(node)
            key = node.parent
        return tuple(reversed(found))

    def beneath(self, place: Place) -> Iterator[Place]:
        """The place and every one in it, however deep, each after the one that holds it."""
        yield place
        for node in self.within[place]:
            yield from self.beneath(Place(node.folder, node.key))

    def access(self, place: Place) -> Access:
        """Who of the client's people sees it: never more than those who see what it stands in."""
        if place.folder.is_private:
            return Access(frozenset())
        access = self.shelves.get(place.folder) or Access(frozenset(place.folder.readers))
        for node in self.path(place):
            readers = access.readers if node.readers is None else access.readers & node.readers
            writers = access.writers if node.writers is None else node.writers
            access = Access(readers, writers & readers)
        return access

    def owners(self, place: Place) -> frozenset[UUID]:
        """The persons for whom it is, or what it stands in is."""
        if place.folder.is_private:
            return frozenset()
        return frozenset(node.owner for node in self.path(place) if node.owner is not None)

    def sees(self, viewer: Viewer, place: Place) -> bool:
        """Whether it is there for them."""
        if viewer.role in FIRM_ROLES:
            return may(viewer.role, place.folder.act)
        return viewer.role in self.access(place).readers or viewer.person in self.owners(place)

    def may_put(self, viewer: Viewer, place: Place) -> bool:
        """Whether they may put files in it."""
        if viewer.role in FIRM_ROLES:
            return may(viewer.role, Act.FILL_FOLDERS) and self.sees(viewer, place)
        return may(viewer.role, Act.PUT_IN_FOLDERS) and viewer.role in self.access(place).writers

    def seen(self, viewer: Viewer) -> list[Place]:
        """Every place that is there for them."""
        return [place for folder in Folder for place in self.beneath(Place(folder)) if self.sees(viewer, place)]

    def topics(self, place: Place) -> list[str]:
        """Under which names a change in it is announced: to those for whom it is there, and to nobody else."""
        roles = [topic_of_role(role) for role in self.access(place).said()]
        return [FIRM_TOPIC, *roles, *sorted(topic_of_person(owner) for owner in self.owners(place))]

    def refuse_move(self, moved: Place, into: Place) -> None:
        """Raise `Misplaced` where a folder may not go into this place."""
        inside = list(self.beneath(moved))
        if into in inside:
            raise IntoItself(IntoItself.__doc__)
        tall = max(len(self.path(place)) for place in inside) - len(self.path(moved)) + 1
        self.refuse_depth(into, tall)

    def refuse_depth(self, into: Place, tall: int = 1) -> None:
        """Raise `TooDeep` where so many folders one in the other are too many there."""
        if len(self.path(into)) + tall > DEEPEST:
            raise TooDeep(TooDeep.__doc__)


FIRM_TOPIC = "folders-for-firm"


def topic_of_role(role: Role) -> str:
    """What is announced to those who see a folder by their role."""
    return f"folders-for-{role.value}"


def topic_of_person(person: UUID) -> str:
    """What is announced to whom a folder is for."""
    return f"folders-of-{person}"


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: name_key(node.name)))

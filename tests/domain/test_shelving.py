"""The tree of folders: what stands in what, who sees it, who may put files in it, and where it may go."""

from uuid import UUID

import pytest

from comptoir.domain.folder import Folder
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Role
from comptoir.domain.shelving import DEEPEST, Access, IntoItself, Node, Place, TooDeep, Tree, Viewer

ALICE, DINA, BOB = (UUID(int=1000 + rank) for rank in range(3))


def node(rank, parent=None, folder=Folder.FISCAL, name="", **said):
    around = UUID(int=parent) if parent else None
    return Node(UUID(int=rank), around, folder, name or f"n{rank}", **said)


def place(rank=None, folder=Folder.FISCAL):
    return Place(folder, UUID(int=rank) if rank else None)


def of(role, person=BOB):
    return Viewer(role, person)


def roles(*found):
    return frozenset(found)


def tree(*nodes, **shelves):
    return Tree.of(nodes, {Folder(name): access for name, access in shelves.items()})


def test_folders_stand_in_one_another_by_name_and_what_hangs_on_nothing_is_not_there():
    found = tree(node(1, name="b"), node(2, name="A"), node(3, 1), node(4, 99), node(5, 4))
    assert [one.name for one in found.within[place()]] == ["A", "b"]
    assert [one.key.int for one in found.path(place(3))] == [1, 3]
    assert list(found.beneath(place())) == [place(), place(2), place(1), place(3)]
    assert found.has(place(3))
    assert not found.has(place(4))
    assert not found.has(place(5))
    assert not found.has(place(3, Folder.SOCIAL)), "by another fixed folder's name it is not there"
    assert found.place(UUID(int=3)) == place(3)
    assert found.place(UUID(int=4)) is None
    assert found.place(None) is None


def test_where_the_firm_said_nothing_each_role_sees_what_its_rights_give_and_nobody_puts_anything():
    found = tree(node(1), node(2, folder=Folder.SOCIAL))
    assert found.access(place(1)).said() == (Role.DIRIGEANT, Role.GESTIONNAIRE, Role.LECTEUR)
    assert found.access(place(2, Folder.SOCIAL)).said() == (Role.DIRIGEANT,)
    for role in CLIENT_ROLES:
        assert not any(found.may_put(of(role), one) for one in found.beneath(place()))
    assert found.seen(of(Role.DEPOSANT)) == []


def test_the_firm_opens_a_reserved_folder_and_closes_what_is_in_it():
    opened = Access(roles(Role.DIRIGEANT, Role.GESTIONNAIRE), roles(Role.GESTIONNAIRE))
    found = tree(
        node(1, folder=Folder.SOCIAL), node(2, 1, Folder.SOCIAL, readers=roles(Role.DIRIGEANT)), social=opened
    )
    gestionnaire = of(Role.GESTIONNAIRE)
    assert found.seen(gestionnaire)[2:4] == [place(None, Folder.SOCIAL), place(1, Folder.SOCIAL)]
    assert found.may_put(gestionnaire, place(1, Folder.SOCIAL))
    assert not found.sees(gestionnaire, place(2, Folder.SOCIAL))
    assert not found.may_put(gestionnaire, place(2, Folder.SOCIAL)), "who does not see it puts nothing in it"


def test_a_folder_shows_to_no_more_than_what_it_stands_in():
    everybody = roles(*CLIENT_ROLES)
    found = tree(node(1, readers=roles(Role.DIRIGEANT)), node(2, 1, readers=everybody, writers=everybody))
    assert found.access(place(2)) == Access(roles(Role.DIRIGEANT), roles(Role.DIRIGEANT))


def test_a_lecteur_puts_nothing_even_where_a_row_says_so():
    found = tree(fiscal=Access(roles(Role.LECTEUR), roles(Role.LECTEUR)))
    assert found.sees(of(Role.LECTEUR), place())
    assert not found.may_put(of(Role.LECTEUR), place())


def test_a_deposant_sees_the_folder_that_is_theirs_and_what_is_in_it_and_nothing_else():
    found = tree(
        node(1, folder=Folder.SOCIAL), node(2, 1, Folder.SOCIAL, owner=DINA), node(3, 2, Folder.SOCIAL), node(4, 1, Folder.SOCIAL)
    )  # fmt: skip
    assert found.seen(of(Role.DEPOSANT, DINA)) == [place(2, Folder.SOCIAL), place(3, Folder.SOCIAL)]
    assert found.seen(of(Role.DEPOSANT, BOB)) == []


@pytest.mark.parametrize("role", FIRM_ROLES)
def test_the_firm_sees_and_fills_all_its_own_too(role):
    found = tree(node(1, readers=roles()), node(2, folder=Folder.CABINET))
    assert len(found.seen(of(role))) == len(Folder) + 2
    assert all(found.may_put(of(role), one) for one in found.seen(of(role)))


@pytest.mark.parametrize("role", CLIENT_ROLES)
def test_nothing_ever_opens_the_firms_own_to_a_client(role):
    everybody = Access(roles(*CLIENT_ROLES), roles(*CLIENT_ROLES))
    found = tree(
        node(1, folder=Folder.CABINET, readers=everybody.readers, writers=everybody.writers, owner=BOB), cabinet=everybody
    )  # fmt: skip
    for one in found.beneath(place(None, Folder.CABINET)):
        assert not found.sees(of(role, BOB), one)
        assert not found.may_put(of(role, BOB), one)
        assert found.topics(one) == ["folders-for-firm"]


def test_a_change_is_announced_to_those_for_whom_the_place_is_there():
    found = tree(node(1, readers=roles(Role.DIRIGEANT), owner=DINA))
    assert found.topics(place()) == [
        "folders-for-firm", "folders-for-dirigeant", "folders-for-gestionnaire", "folders-for-lecteur",
    ]  # fmt: skip
    assert found.topics(place(1)) == ["folders-for-firm", "folders-for-dirigeant", f"folders-of-{DINA}"]


@pytest.mark.parametrize("text", ["fiscal", f"fiscal:{UUID(int=3)}"])
def test_a_place_is_written_and_read_again(text):
    assert str(Place.written(text)) == text


@pytest.mark.parametrize("text", ["", "cave", "fiscal:", "fiscal:3", f"cave:{UUID(int=3)}", ":"])
def test_what_names_no_place_is_none(text):
    assert Place.written(text) is None


def test_a_folder_goes_neither_into_itself_nor_into_what_it_holds():
    found = tree(node(1), node(2, 1), node(3, 2), node(4))
    for into in (1, 2, 3):
        with pytest.raises(IntoItself, match="dans lui-même"):
            found.refuse_move(place(1), place(into))
    found.refuse_move(place(1), place(4))
    found.refuse_move(place(3), place())


def test_folders_go_so_deep_and_no_deeper_with_all_that_they_hold():
    found = tree(node(1), *(node(rank, rank - 1) for rank in range(2, DEEPEST + 1)), node(20), node(21, 20))
    with pytest.raises(TooDeep, match="huit"):
        found.refuse_depth(place(DEEPEST))
    found.refuse_depth(place(DEEPEST - 1))
    with pytest.raises(TooDeep):
        found.refuse_move(place(20), place(DEEPEST - 1))
    found.refuse_move(place(20), place(DEEPEST - 2))

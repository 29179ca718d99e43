"""The shared folders: which exist for whom, and what a file in them may be called."""

import pytest

from comptoir.domain.folder import LONGEST_NAME, Folder, file_name, visible_to
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, Role

OPEN = (Folder.PERMANENT, Folder.EXERCICES, Folder.FISCAL)


def test_every_company_has_the_same_five_folders_each_with_its_words_and_icon():
    assert [folder.value for folder in Folder] == ["permanent", "exercices", "social", "fiscal", "juridique"]
    assert len({folder.icon for folder in Folder}) == len({folder.french for folder in Folder}) == 5
    assert all(folder.explained.endswith(".") for folder in Folder)


def test_the_dirigeant_sees_all_five():
    assert visible_to(Role.DIRIGEANT) == tuple(Folder)


def test_social_and_juridique_are_the_dirigeants_only():
    assert [folder for folder in Folder if folder.is_reserved] == [Folder.SOCIAL, Folder.JURIDIQUE]
    assert Folder.SOCIAL.readers == Folder.JURIDIQUE.readers == (Role.DIRIGEANT,)


def test_the_gestionnaire_and_the_lecteur_see_the_three_others():
    assert visible_to(Role.GESTIONNAIRE) == visible_to(Role.LECTEUR) == OPEN
    assert Folder.FISCAL.readers == (Role.DIRIGEANT, Role.GESTIONNAIRE, Role.LECTEUR)


def test_a_deposant_sees_no_folder():
    assert visible_to(Role.DEPOSANT) == ()


@pytest.mark.parametrize("role", FIRM_ROLES)
def test_the_firms_people_see_all_in_their_dossiers(role):
    assert visible_to(role) == tuple(Folder)


def test_a_reserved_folder_is_announced_to_nobody_else():
    assert {folder.topic for folder in OPEN}.isdisjoint({Folder.SOCIAL.topic, Folder.JURIDIQUE.topic})
    for role in CLIENT_ROLES:
        hears = {folder.topic for folder in visible_to(role)}
        assert ("reserved-folders" in hears) == (role is Role.DIRIGEANT)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bilan 2025.pdf", "Bilan 2025.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\paie.xlsx", "paie.xlsx"),
        ("bilan\r\nSet-Cookie: x=1.pdf", "bilan Set-Cookie: x=1.pdf"),
        ("fac\u202efdp.exe", "fac fdp.exe"),
        ("facture.exe. . ", "facture.exe"),
        ("  a \u200b b\t.pdf ", "a b .pdf"),
        ("", "sans nom"),
        ("..", "sans nom"),
        ("/", "sans nom"),
        (".pdf", "sans nom.pdf"),
    ],
)
def test_a_name_keeps_what_a_person_reads_and_nothing_else(given, kept):
    assert file_name(given) == kept


def test_an_endless_name_is_cut_and_keeps_its_ending():
    assert file_name("é" * 500 + ".pdf") == "é" * (LONGEST_NAME - 4) + ".pdf"
    assert file_name("x" * 500) == "x" * LONGEST_NAME
    assert len(file_name("a." + "b" * 500)) == LONGEST_NAME

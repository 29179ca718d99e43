"""The shared folders: which exist for whom, and what a file in them may be called."""

import pytest

from comptoir.domain.folder import (
    LONGEST_FOLDER,
    LONGEST_NAME,
    SHARED,
    Folder,
    beside,
    file_name,
    name_key,
    renamed,
    subfolder_name,
    visible_to,
)
from comptoir.domain.rights import FIRM_ROLES, Role

OPEN = (Folder.PERMANENT, Folder.EXERCICES, Folder.FISCAL)


def test_every_company_has_the_same_five_folders_and_the_firms_own_each_with_its_words_and_icon():
    assert [folder.value for folder in SHARED] == ["permanent", "exercices", "social", "fiscal", "juridique"]
    assert set(Folder) - set(SHARED) == {Folder.CABINET}
    assert len({folder.icon for folder in Folder}) == len({folder.french for folder in Folder}) == 6
    assert all(folder.explained.endswith(".") for folder in Folder)


def test_the_dirigeant_sees_all_five_and_nobody_of_the_client_the_firms_own():
    assert visible_to(Role.DIRIGEANT) == SHARED
    assert Folder.CABINET.is_private
    assert Folder.CABINET.readers == ()


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


@pytest.mark.parametrize(
    ("before", "given", "now"),
    [
        ("bail.pdf", "Bail signé", "Bail signé.pdf"),
        ("bail.pdf", "Bail.PDF", "Bail.PDF"),
        ("note.txt", "setup.bat", "setup.bat.txt"),
        ("note.txt", "", "sans nom.txt"),
        ("sans ending", "x.exe", "x exe"),
        ("v. beaucoup plus long", "x.exe", "x exe"),
        ("bail.pdf", "é" * 500, "é" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_file_keeps_its_ending_whatever_its_new_name(before, given, now):
    assert renamed(before, given) == now


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bilan/2025", "Bilan-2025"),
        ("..\\..", "..-"),
        ("..", ""),
        ("  \u202e \t", ""),
        ("🧾 Reçus", "🧾 Reçus"),
        ("<script>alert(1)</script>", "<script>alert(1)<-script>"),
        ("عقود", "عقود"),
        ("é" * 500, "é" * LONGEST_FOLDER),
    ],
)
def test_a_folders_name_is_only_a_name(given, kept):
    assert subfolder_name(given) == kept


def test_two_names_are_the_same_whatever_their_capitals_and_the_way_accents_are_written():
    assert name_key("RELEVÉ.PDF") == name_key("releve\u0301.pdf")
    assert name_key("STRASSE") == name_key("straße")
    assert name_key("Bail") != name_key("Bails")


def test_a_name_that_is_taken_gets_a_rank_before_its_ending():
    assert beside("Bail.pdf", 2) == "Bail (2).pdf"
    assert beside("Contrats", 3) == "Contrats (3)"
    assert len(beside("x" * 196 + ".pdf", 2)) == LONGEST_NAME

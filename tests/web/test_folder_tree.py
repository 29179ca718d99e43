"""Folders of the firm's own making: named, moved, hidden, emptied; and what each person finds of them."""

import io
import stat
import zipfile

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils.html import conditional_escape
from tests.cast import mill_pdf
from tests.conftest import AT, person
from tests.records.test_at_once import at_once
from tests.web.test_folders import got, of_role, share, text

from comptoir import pipeline, readers
from comptoir.domain.folder import LONGEST_FOLDER, SHARED, Folder
from comptoir.domain.retention import Retention
from comptoir.domain.rights import CLIENT_ROLES, Role
from comptoir.domain.shelving import DEEPEST, IntoItself, Place
from comptoir.records.audit.models import Event
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms import actions as firms
from comptoir.records.folders import previews
from comptoir.records.folders import queries as shelves
from comptoir.records.folders.actions import AlreadyBack, FolderInBin, NameTaken
from comptoir.records.folders.models import SharedFile, ShelfAccess, SubFolder

pytestmark = pytest.mark.django_db

FISCAL, SOCIAL, CABINET = Place(Folder.FISCAL), Place(Folder.SOCIAL), Place(Folder.CABINET)


def make(company, by, name="TVA", place=FISCAL) -> SubFolder:
    return pipeline.folders.make_folder(company=company, place=place, name=name, by=by, at=AT)


def put(company, by, place, content=b"texte", name="note.txt") -> SharedFile:
    return pipeline.put_file(company=company, place=place, content=content, filename=name, by=by, at=AT)


def opened(company, by, place, readers=(), writers=()):
    pipeline.folders.set_access(company=company, place=place, readers=readers, writers=writers, by=by, at=AT)


@async_to_sync
async def streamed(answer) -> bytes:
    return b"".join([part async for part in answer.streaming_content])


def firm_address(company, place: Place, ending="") -> str:
    inner = f"dans/{place.key}/" if place.key else ""
    return f"/dossiers/{company.pk}/dossiers-partages/{place.folder}/{inner}{ending}"


def client_address(company, place: Place, ending="") -> str:
    inner = f"dans/{place.key}/" if place.key else ""
    return f"/c/{company.pk}/dossiers/{place.folder}/{inner}{ending}"


# ── Making, naming, moving ────────────────────────────────────────────────────────────────────────


def test_a_folder_is_made_named_and_moved_with_all_that_it_holds(bakery, alice, bob, signed_in):
    client = signed_in(alice)
    assert client.post(firm_address(bakery, FISCAL, "sous-dossiers"), {"name": "TVA"}).status_code == 302
    vat = SubFolder.objects.get()
    assert client.post(firm_address(bakery, vat.place, "sous-dossiers"), {"name": "2026"}).status_code == 302
    year = SubFolder.objects.get(parent=vat)
    file = put(bakery, alice, year.place)
    page = text(client.get(firm_address(bakery, year.place)))
    assert page.index("Fiscal") < page.index(">TVA<") < page.index("note.txt")
    answer = client.post(firm_address(bakery, vat.place, "reglages"), {"name": "Déclarations", "into": "social"})
    assert answer.status_code == 302
    file.refresh_from_db()
    year.refresh_from_db()
    assert (file.folder, year.folder, SubFolder.objects.get(pk=vat.pk).name) == (
        "social",
        "social",
        "Déclarations",
    )
    assert "note.txt" in text(signed_in(bob).get(client_address(bakery, year.place)))
    assert client.get(firm_address(bakery, Place(Folder.FISCAL, year.pk))).status_code == 404
    verbs = [event.verb for event in Event.objects.order_by("id") if "folder" in event.verb]
    assert verbs == ["make_folder", "make_folder", "move_folder"]


@pytest.mark.parametrize("deep", [1, 2, 3])
def test_a_folder_moved_into_itself_or_into_what_it_holds_stays_where_it_is(bakery, alice, signed_in, deep):
    chain = [make(bakery, alice, "un")]
    for name in ("deux", "trois"):
        chain.append(make(bakery, alice, name, chain[-1].place))
    into = f"fiscal:{chain[deep - 1].pk}"
    answer = signed_in(alice).post(firm_address(bakery, chain[0].place, "reglages"), {"name": "un", "into": into})
    assert answer.status_code == 422
    assert "Un dossier ne peut pas être rangé dans lui-même" in text(answer)
    assert SubFolder.objects.get(pk=chain[0].pk).parent_id is None


@pytest.mark.django_db(transaction=True)
def test_two_folders_moved_into_each_other_at_once_make_no_ring(bakery, alice):
    one, other = make(bakery, alice, "un"), make(bakery, alice, "deux")

    def move(moved, into):
        return lambda: pipeline.folders.arrange_folder(
            subfolder=SubFolder.objects.select_related("company").get(pk=moved.pk),
            name=moved.name, into=into.place, by=alice, at=AT,
        )  # fmt: skip

    told = at_once(move(one, other), move(other, one))
    assert {type(answer) for answer in told} == {SubFolder, IntoItself}
    assert len(shelves.tree(bakery).nodes) == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_folder_at_once_make_one(bakery, alice):
    told = at_once(*[lambda: make(bakery, alice)] * 2)
    assert {type(answer) for answer in told} == {SubFolder, NameTaken}
    assert SubFolder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_put_the_same_name_at_once_make_two_versions_and_lose_nothing(bakery, alice):
    told = at_once(*[lambda content=content: put(bakery, alice, FISCAL, content) for content in (b"un", b"deux")])
    assert sorted(file.version for file in told) == [1, 2]
    file = SharedFile.objects.get()
    assert (file.version, [one.number for one in shelves.versions(file)]) == (2, [2, 1])


@pytest.mark.parametrize(
    "name", ["é" * 496 + ".txt", "🧾 reçu.txt", "فاتورة.txt", "facture\u202etxt.exe.txt", "<b>x.txt"]
)
def test_a_hostile_file_name_is_shown_renamed_and_taken_as_only_a_name(bakery, alice, bob, signed_in, name):
    file = put(bakery, alice, FISCAL, b"1", "avant.txt")
    address = f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/fiche"
    assert signed_in(alice).post(address, {"name": name, "into": "fiscal"}).status_code == 302
    file.refresh_from_db()
    assert len(file.name) <= 200
    assert "\u202e" not in file.name
    client = signed_in(bob)
    for shown in (client_address(bakery, FISCAL), f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}/fiche"):
        page = text(client.get(shown))
        assert conditional_escape(file.name) in page
        assert "<b>x" not in page
    with zipfile.ZipFile(
        io.BytesIO(streamed(client.get(client_address(bakery, FISCAL, "archive.zip"))))
    ) as archive:
        assert len(archive.namelist()) == 1


def test_a_name_is_taken_once_in_a_folder_whatever_its_capitals(bakery, alice, signed_in):
    make(bakery, alice, "Relevés")
    answer = signed_in(alice).post(firm_address(bakery, FISCAL, "sous-dossiers"), {"name": "RELEVÉS"})
    assert answer.status_code == 422
    assert "« RELEVÉS » est déjà dans « Fiscal »" in text(answer)
    assert 'value="RELEVÉS"' in text(answer), "what was typed is still there"
    make(bakery, alice, "relevés", SOCIAL)
    assert SubFolder.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)<-script>"),
        ("é" * 500, "é" * LONGEST_FOLDER),
        ("🧾 Reçus", "🧾 Reçus"),
        ("عقود الإيجار", "عقود الإيجار"),
        ("facture\u202egpj", "facture gpj"),
        ("a/../b", "a-..-b"),
    ],
)
def test_a_hostile_folder_name_is_only_a_name(bakery, alice, bob, signed_in, given, kept):
    signed_in(alice).post(firm_address(bakery, FISCAL, "sous-dossiers"), {"name": given})
    made = SubFolder.objects.get()
    assert made.name == kept
    put(bakery, alice, made.place)
    client = signed_in(bob)
    for address in (client_address(bakery, FISCAL), client_address(bakery, made.place)):
        assert "<script>alert" not in text(client.get(address))
    assert client.get(client_address(bakery, made.place, "archive.zip")).status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "..", "\u202e"])
def test_a_folder_without_a_name_is_asked_for_one(bakery, alice, signed_in, name):
    answer = signed_in(alice).post(firm_address(bakery, FISCAL, "sous-dossiers"), {"name": name})
    assert (answer.status_code, "Donnez un nom à ce dossier" in text(answer)) == (422, True)
    assert not SubFolder.objects.exists()


def test_folders_go_eight_deep_and_the_ninth_is_refused_in_a_sentence(bakery, alice, signed_in):
    place = FISCAL
    for rank in range(DEEPEST):
        place = make(bakery, alice, f"{rank}", place).place
    answer = signed_in(alice).post(firm_address(bakery, place, "sous-dossiers"), {"name": "encore"})
    assert (answer.status_code, "plus de huit" in text(answer)) == (422, True)


def test_nothing_of_another_company_is_a_place_to_put_or_move_into(bakery, alice, charlie, signed_in):
    own = charlie.firm_memberships.get().firm.company_set.get()
    theirs, file = make(own, charlie, "Chez Charlie"), put(bakery, alice, FISCAL)
    mine = make(bakery, alice)
    client = signed_in(alice)
    sheet = f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/fiche"
    for into in (f"fiscal:{theirs.pk}", "fiscal:x", "nulle part", "", f"social:{mine.pk}"):
        assert client.post(sheet, {"name": "a.txt", "into": into}).status_code == 404, into
        assert (
            client.post(firm_address(bakery, mine.place, "reglages"), {"name": "a", "into": into}).status_code
            == 404
        )
    assert client.get(firm_address(bakery, theirs.place)).status_code == 404
    stranger = signed_in(charlie)
    for ending in ("", "reglages", "visibilite", "retrait", "archive.zip"):
        assert stranger.get(firm_address(bakery, mine.place, ending)).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedFile.objects.filter(pk=file.pk).update(inside=theirs)
        connection.check_constraints()


def test_a_file_is_named_and_moved_and_keeps_its_ending(bakery, alice, signed_in):
    file, vat = put(bakery, alice, FISCAL), make(bakery, alice)
    client = signed_in(alice)
    address = f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/fiche"
    assert client.post(address, {"name": "setup.bat", "into": f"fiscal:{vat.pk}"}).status_code == 302
    file.refresh_from_db()
    assert (file.name, file.inside_id) == ("setup.bat.txt", vat.pk)
    put(bakery, alice, FISCAL, b"autre", "SETUP.bat.TXT")
    answer = client.post(address, {"name": "setup.bat.txt", "into": "fiscal"})
    assert (answer.status_code, "est déjà dans « Fiscal »" in text(answer)) == (422, True)
    assert [event.verb for event in Event.objects.filter(subject_id=file.pk)].count("move_file") == 1


# ── The bin ───────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_in_the_bin_takes_what_it_holds_with_it_and_brings_it_back(bakery, alice, bob, signed_in):
    vat = make(bakery, alice)
    inner = make(bakery, alice, "2026", vat.place)
    file = put(bakery, alice, inner.place)
    client, bobs = signed_in(alice), signed_in(bob)
    assert client.post(firm_address(bakery, vat.place, "retrait")).status_code == 302
    below = f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}"
    for address in (
        client_address(bakery, vat.place),
        client_address(bakery, inner.place),
        below,
        f"{below}/fiche",
    ):
        assert bobs.get(address).status_code == 404
    assert client.get(f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/fiche").status_code == 404
    assert "1 fichier" not in text(bobs.get(f"/c/{bakery.pk}/dossiers/"))
    bin_page = text(client.get(f"/dossiers/{bakery.pk}/dossiers-partages/corbeille/"))
    assert "Alice" in bin_page
    assert "Restaurer<" in bin_page
    client.post(f"/dossiers/{bakery.pk}/dossiers-partages/corbeille/{vat.pk}/restauration")
    assert got(bobs.get(below)) == b"texte"


def test_a_file_comes_back_to_where_it_was_under_a_rank_where_its_name_is_taken(bakery, alice, signed_in):
    vat = make(bakery, alice)
    file = put(bakery, alice, vat.place)
    pipeline.withdraw_file(file=file, by=alice, at=AT)
    put(bakery, alice, vat.place, b"deux")
    back = f"/dossiers/{bakery.pk}/dossiers-partages/corbeille/{file.pk}/restauration"
    client = signed_in(alice)
    assert "de nouveau à sa place" in text(client.post(back, follow=True))
    file.refresh_from_db()
    assert (file.name, file.inside_id, file.withdrawn_at) == ("note (2).txt", vat.pk, None)
    assert "déjà restauré" in text(client.post(back, follow=True))
    assert Event.objects.filter(verb="restore_file").count() == 1


def test_a_file_whose_folder_is_in_the_bin_waits_for_it(bakery, alice):
    vat = make(bakery, alice)
    file = put(bakery, alice, vat.place)
    pipeline.withdraw_file(file=file, by=alice, at=AT)
    pipeline.folders.withdraw_folder(subfolder=vat, by=alice, at=AT)
    with pytest.raises(FolderInBin, match="restaurez d’abord"):
        pipeline.folders.restore(thing=file, by=alice, at=AT)
    pipeline.folders.restore(thing=vat, by=alice, at=AT)
    assert pipeline.folders.restore(thing=file, by=alice, at=AT).withdrawn_at is None


def test_the_bin_gives_up_only_what_has_been_there_long_enough_and_for_good(bakery, alice, signed_in):
    old, new = put(bakery, alice, CABINET, b"1", "vieux.txt"), put(bakery, alice, CABINET, b"2", "neuf.txt")
    pipeline.withdraw_file(file=old, by=alice, at=AT)
    later = AT + shelves.KEPT_IN_BIN
    pipeline.withdraw_file(file=new, by=alice, at=later)
    assert pipeline.folders.empty_bin(company=bakery, by=alice, at=later) == 1
    assert pipeline.folders.empty_bin(company=bakery, by=alice, at=later) == 0
    assert [thing.name for thing in shelves.in_bin(bakery, Retention(10))] == ["neuf.txt"]
    with pytest.raises(AlreadyBack):
        pipeline.folders.restore(thing=old, by=alice, at=later)
    assert Event.objects.get(verb="empty_bin").detail["count"] == 1
    assert Original.objects.count() == 2, "what came in stays as proof"


def test_nobody_of_the_client_reaches_the_bin(bakery, bob, alice, signed_in):
    file = put(bakery, alice, FISCAL)
    pipeline.withdraw_file(file=file, by=alice, at=AT)
    client = signed_in(bob)
    base = f"/dossiers/{bakery.pk}/dossiers-partages/corbeille/"
    assert [client.get(base).status_code, client.post(base).status_code] == [404, 404]
    assert client.post(f"{base}{file.pk}/restauration").status_code == 404
    assert SharedFile.objects.there().count() == 0


# ── Who finds what ────────────────────────────────────────────────────────────────────────────────


def test_the_firm_opens_a_reserved_folder_and_closes_one_inside(bakery, alice, signed_in):
    closed = make(bakery, alice, "Direction", SOCIAL)
    shown, hidden = (
        put(bakery, alice, SOCIAL, b"1", "planning.txt"),
        put(bakery, alice, closed.place, b"2", "primes.txt"),
    )
    client = signed_in(alice)
    client.post(firm_address(bakery, SOCIAL, "reglages"), {"readers": ["gestionnaire"], "writers": []})
    client.post(firm_address(bakery, closed.place, "visibilite"), {"readers": [], "writers": []})
    gilles = signed_in(of_role(bakery, Role.GESTIONNAIRE, "Gilles"))
    page = text(gilles.get(client_address(bakery, SOCIAL)))
    assert "planning.txt" in page
    assert "Direction" not in page
    assert "primes" not in page
    base = f"/c/{bakery.pk}/dossiers/social"
    assert gilles.get(f"{base}/{shown.pk}").status_code == 200
    for place in (
        f"{base}/{hidden.pk}",
        f"{base}/{hidden.pk}/fiche",
        f"{base}/{hidden.pk}/apercu/1",
        client_address(bakery, closed.place),
    ):
        assert gilles.get(place).status_code == 404, place
    assert "1 fichier<" in text(gilles.get(f"/c/{bakery.pk}/dossiers/")), "what is hidden is not counted"
    assert "Visibilité d’un dossier partagé" in text(client.get(f"/cabinet/{bakery.firm_id}/journal/"))


def test_a_client_puts_files_only_where_the_firm_lets_them(bakery, bob, alice, signed_in):
    sent = make(bakery, alice, "À transmettre")
    opened(bakery, alice, sent.place, CLIENT_ROLES, CLIENT_ROLES)
    given = {"file": SimpleUploadedFile("bail.pdf", mill_pdf())}
    for role, wanted in ((Role.GESTIONNAIRE, 302), (Role.LECTEUR, 404), (Role.DEPOSANT, 404)):
        client = signed_in(of_role(bakery, role, f"Eve{role.value.title()}"))
        given["file"].seek(0)
        assert client.post(client_address(bakery, sent.place), given).status_code == wanted, role
    bobs = signed_in(bob)
    assert "Déposez ici pour votre cabinet" in text(bobs.get(client_address(bakery, sent.place)))
    assert "Déposez ici pour votre cabinet" not in text(bobs.get(client_address(bakery, FISCAL)))
    given["file"].seek(0)
    assert bobs.post(client_address(bakery, FISCAL), given).status_code == 404
    refused = bobs.post(client_address(bakery, sent.place), {"file": SimpleUploadedFile("x.exe", b"MZ\0\0")})
    assert (refused.status_code, "Un programme ne se partage pas" in text(refused)) == (422, True)
    assert SharedFile.objects.get().name == "bail.pdf"


def test_a_deposant_finds_the_folder_that_is_theirs_and_no_trace_of_the_rest(bakery, dina, alice, signed_in):
    client = signed_in(dina)
    assert client.get(f"/c/{bakery.pk}/dossiers/").status_code == 404
    assert "dossiers/" not in text(client.get(f"/c/{bakery.pk}/plus/"))
    other = put(bakery, alice, SOCIAL, b"1", "registre.txt")
    own = make(bakery, alice, "Bulletins de Dina", SOCIAL)
    slip = put(bakery, alice, own.place, b"2", "bulletin.txt")
    signed_in(alice).post(firm_address(bakery, own.place, "visibilite"), {"owner": str(dina.pk)})
    home = text(client.get(f"/c/{bakery.pk}/dossiers/"))
    assert "Bulletins de Dina" in home
    assert "Pour vous" in home
    assert "Social" not in home
    page = text(client.get(client_address(bakery, own.place)))
    assert "bulletin.txt" in page
    assert f"dossiers/social/{chr(34)}" not in page
    assert got(client.get(f"/c/{bakery.pk}/dossiers/social/{slip.pk}")) == b"2"
    for address in (client_address(bakery, SOCIAL), f"/c/{bakery.pk}/dossiers/social/{other.pk}"):
        assert client.get(address).status_code == 404
    assert "dossiers/" in text(client.get(f"/c/{bakery.pk}/plus/"))


def test_a_person_of_another_company_is_never_made_a_folders_owner(bakery, alice, charlie, signed_in):
    own = make(bakery, alice, "Bulletins", SOCIAL)
    signed_in(alice).post(firm_address(bakery, own.place, "visibilite"), {"owner": str(charlie.pk)})
    assert SubFolder.objects.get().owner_id is None


@pytest.mark.parametrize("role", CLIENT_ROLES)
def test_the_firms_own_space_does_not_exist_for_a_client(bakery, alice, signed_in, role):
    inner = make(bakery, alice, "Révision secrète", CABINET)
    file = put(bakery, alice, inner.place, b"secret", "note secrete.txt")
    client = signed_in(of_role(bakery, role, "Eve"))
    for place in (CABINET, inner.place):
        for ending in ("", "archive.zip"):
            assert client.get(client_address(bakery, place, ending)).status_code == 404
    for ending in ("", "/fiche", "/apercu/1"):
        assert client.get(f"/c/{bakery.pk}/dossiers/cabinet/{file.pk}{ending}").status_code == 404
        assert client.get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}{ending}").status_code == 404
    for page in ("dossiers/", "", "plus/", "messagerie/choix?q=espace", "messagerie/choix?q=secr"):
        said = text(client.get(f"/c/{bakery.pk}/{page}"))
        assert "secr" not in said.lower().replace("q=secr", "").replace("« secr »", "")
        assert "Espace du cabinet" not in said
        assert "1 fichier<" not in said


def test_the_firms_own_space_is_opened_to_nobody_not_even_by_the_database(bakery, alice, signed_in):
    assert signed_in(alice).post(firm_address(bakery, CABINET, "reglages"), {}).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        ShelfAccess.objects.create(
            firm=bakery.firm, company=bakery, folder="cabinet", readers=["lecteur"], writers=[]
        )


def test_the_firms_own_space_is_mentioned_in_no_conversation(bakery, alice, signed_in):
    client = signed_in(alice)
    assert "Espace" not in text(client.get(f"/dossiers/{bakery.pk}/messagerie/choix?q=espace"))
    address = f"/dossiers/{bakery.pk}/messagerie/nouvelle"
    assert client.get(address, {"sur": "folder:cabinet"}).status_code == 404
    assert client.get(address, {"sur": "folder:fiscal"}).status_code == 200


# ── A whole folder ────────────────────────────────────────────────────────────────────────────────


def test_a_folder_is_taken_whole_with_what_one_may_see_of_it(bakery, alice, bob, signed_in):
    vat, closed = make(bakery, alice, "TVA: 2026?"), make(bakery, alice, "Direction")
    opened(bakery, alice, closed.place)
    put(bakery, alice, FISCAL, b"0", "avis.txt")
    put(bakery, alice, vat.place, b"1", "Bail.txt")
    put(bakery, alice, closed.place, b"2", "primes.txt")
    gone = put(bakery, alice, FISCAL, b"3", "retiré.txt")
    pipeline.withdraw_file(file=gone, by=alice, at=AT)
    gilles = of_role(bakery, Role.GESTIONNAIRE, "Gilles")
    seen = {"avis.txt": b"0", "TVA  2026/Bail.txt": b"1"}
    for who, wanted in ((gilles, seen), (bob, seen | {"Direction/primes.txt": b"2"})):
        answer = signed_in(who).get(client_address(bakery, FISCAL, "archive.zip"))
        assert answer["Content-Disposition"].startswith("attachment; filename")
        with zipfile.ZipFile(io.BytesIO(streamed(answer))) as archive:
            assert archive.testzip() is None
            assert {name: archive.read(name) for name in archive.namelist()} == wanted
    assert Event.objects.filter(verb="take_folder").count() == 2


def test_an_empty_folder_says_that_there_is_nothing_to_take(bakery, bob, signed_in):
    answer = signed_in(bob).get(client_address(bakery, FISCAL, "archive.zip"), follow=True)
    assert "rien à télécharger" in text(answer)


# ── Looking ───────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_is_looked_at_page_by_page(bakery, alice, bob, signed_in):
    file = put(bakery, alice, FISCAL, mill_pdf(), "avis.pdf")
    client = signed_in(bob)
    base = f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}"
    assert f"{base}/apercu/1" in text(client.get(f"{base}/fiche"))
    picture = client.get(f"{base}/apercu/1")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    again = client.get(f"{base}/apercu/1", headers={"if-none-match": picture["ETag"]})
    assert again.status_code == 304
    for number in (0, 2, 61, 10**9):
        assert client.get(f"{base}/apercu/{number}").status_code == 404


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("à;b\r\n".encode(), "à;b"),
        ("été".encode("cp1252"), "été"),
        ("\ufeffété".encode("utf-16-le"), "été"),
        (b"<script>alert(1)</script> apres", "&lt;script&gt;alert(1)"),
        ("é".encode() * 200_001, "La suite est dans le fichier"),
    ],
)
def test_a_text_is_read_where_it_is_and_nothing_in_it_runs(bakery, alice, bob, signed_in, content, shown):
    if content.startswith(b"<script"):
        content = b"note : " + content
    file = put(bakery, alice, FISCAL, content, "note.txt")
    page = text(signed_in(bob).get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}/fiche"))
    assert shown in page
    assert "<script>alert" not in page


def sheet_of_a_firm() -> bytes:
    from openpyxl import Workbook

    written = io.BytesIO()
    Workbook().save(written)
    return written.getvalue()


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A program in LibreOffice's place that takes the same words: it writes a PDF beside the document."""

    def installed(words: str):
        (tmp_path / "drawn.pdf").write_bytes(mill_pdf())
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{words}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return installed


def test_an_office_document_is_only_downloaded_where_nothing_draws_it(bakery, alice, bob, signed_in, monkeypatch):
    monkeypatch.setattr(readers.office, "program", lambda: None)
    file = put(bakery, alice, FISCAL, sheet_of_a_firm(), "plan.xlsx")
    page = text(signed_in(bob).get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}/fiche"))
    assert "Pas d’aperçu pour ce fichier" in page


def test_an_office_document_is_drawn_by_the_worker_and_looked_at(bakery, alice, bob, signed_in, office, tmp_path):
    office(f'for given; do last="$given"; done; cp {tmp_path}/drawn.pdf "$(dirname "$last")/document.pdf"')
    file = put(bakery, alice, FISCAL, sheet_of_a_firm(), "plan.xlsx")
    client, base = signed_in(bob), f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}"
    assert "Aperçu en préparation" in text(client.get(f"{base}/fiche"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'draw_file'")
        assert cursor.fetchone()[0] == 1, "looking again asks for no second drawing"
    pipeline.filing.draw_file(str(bakery.firm_id), str(bakery.pk), str(file.pk))
    assert f"{base}/apercu/1" in text(client.get(f"{base}/fiche"))
    assert client.get(f"{base}/apercu/1")["Content-Type"] == "image/webp"


@pytest.mark.parametrize("words", ["exit 1", "sleep 30", "cp /etc/passwd document.pdf; : > document.pdf"])
def test_what_cannot_be_drawn_is_known_as_such_and_asked_once(
    bakery, alice, bob, signed_in, office, monkeypatch, words
):
    monkeypatch.setattr(readers.office, "SECONDS", 1)
    office(words)
    file = put(bakery, alice, FISCAL, sheet_of_a_firm(), "plan.xlsx")
    pipeline.filing.draw_file(str(bakery.firm_id), str(bakery.pk), str(file.pk))
    assert not previews.is_to_draw(file.original, file.name)
    assert "Pas d’aperçu" in text(signed_in(bob).get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}/fiche"))


# ── Between pieces and folders ────────────────────────────────────────────────────────────────────


def test_a_piece_is_copied_to_a_folder_over_the_same_bytes(bakery, alice, dina, bob, signed_in):
    piece = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="farine.pdf", by=dina, at=AT)
    client, address = signed_in(alice), f"/dossiers/{bakery.pk}/production/{piece.pk}/copie"
    assert "Espace du cabinet" in text(client.get(address))
    assert client.post(address, {"into": "exercices"}).status_code == 302
    file = SharedFile.objects.get()
    assert (file.name, file.original_id, Original.objects.count()) == ("farine.pdf", piece.original_id, 1)
    again = client.post(address, {"into": "exercices"})
    assert (again.status_code, "déjà dans « Exercices »" in text(again)) == (422, True)
    assert signed_in(bob).post(address, {"into": "exercices"}).status_code == 404


def test_a_file_of_a_folder_becomes_a_piece_over_the_same_bytes_once(bakery, alice, signed_in):
    file = put(bakery, alice, FISCAL, mill_pdf(), "avis.pdf")
    client, address = signed_in(alice), f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/piece"
    assert client.post(address, {"purpose": "achat"}).status_code == 302
    piece = Document.objects.get()
    assert (piece.original_id, piece.purpose, Original.objects.count()) == (file.original_id, "achat", 1)
    assert "est déjà une pièce" in text(client.post(address, {"purpose": "achat"}, follow=True))
    assert Document.objects.count() == 1


def test_a_text_of_a_folder_is_a_piece_only_to_keep(bakery, alice, signed_in):
    file = put(bakery, alice, FISCAL)
    client, address = signed_in(alice), f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/piece"
    assert client.post(address, {"purpose": "achat"}).status_code == 422
    assert client.post(address, {"purpose": "admin"}).status_code == 302
    assert Document.objects.get().purpose == "admin"


def test_what_a_colleague_of_another_dossier_may_not_see_is_not_there(bakery, alice, signed_in):
    vat = make(bakery, alice)
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.ASSISTANT, at=AT)
    for place in (vat.place, CABINET, *(Place(folder) for folder in SHARED)):
        assert signed_in(karim).get(firm_address(bakery, place)).status_code == 404


def test_a_folder_of_many_asks_few_questions(bakery, alice, bob, signed_in, django_assert_max_num_queries):
    for rank in range(30):
        put(bakery, alice, make(bakery, alice, f"Dossier {rank}").place, f"{rank}".encode())
    for who, address in ((alice, firm_address(bakery, FISCAL)), (bob, client_address(bakery, FISCAL))):
        client = signed_in(who)
        client.get(address)
        with django_assert_max_num_queries(21):
            assert text(client.get(address)).count("Dossier ") >= 30


def test_sharing_alone_still_goes_by_the_fixed_folder(bakery, alice):
    assert share(bakery, alice).place == FISCAL

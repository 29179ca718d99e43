"""Files sent into shared folders: resumed after a cut, in the folders in which they stood, taken back by who put them."""

import base64

import pytest
from django.utils import timezone
from tests.acts import hand_in
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.folder import Folder
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Place
from comptoir.records.deposits.models import Document, Upload
from comptoir.records.firms import actions as firms
from comptoir.records.firms import retention
from comptoir.records.firms.models import CompanyMembership
from comptoir.records.folders import queries as folders
from comptoir.records.folders.models import SharedFile, SubFolder

pytestmark = pytest.mark.django_db
BYTES = "application/offset+octet-stream"
FISCAL = Place(Folder.FISCAL)


@pytest.fixture
def open_shelf(bakery, alice):
    """The firm lets the client put files in *Fiscal*."""
    pipeline.folders.set_access(
        company=bakery, place=FISCAL, readers=[Role.GESTIONNAIRE], writers=[Role.DIRIGEANT, Role.GESTIONNAIRE],
        by=alice, at=AT,
    )  # fmt: skip
    return bakery


def said(**words):
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in words.items())


def begin(client, company, content=b"bonjour", first=None, place="fiscal", **words):
    words = {"filename": "note.txt", "purpose": "folder", "place": place, "key": "k" + repr(words), **words}
    return client.post(
        f"/c/{company.pk}/envois/", content if first is None else content[:first], content_type=BYTES,
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content)), "Upload-Metadata": said(**words)},
    )  # fmt: skip


def ways(company):
    names = dict(SubFolder.objects.values_list("pk", "name"))
    parents = dict(SubFolder.objects.values_list("pk", "parent"))

    def way(key):
        return f"{way(parents[key])}{names[key]}/" if key else ""

    return sorted(f"{way(file.inside_id)}{file.name}" for file in SharedFile.objects.of(company).there())


def answer_of(answer):
    return answer.json()["answers"][0]


def test_a_file_that_was_cut_goes_on_where_it_was(open_shelf, bob, signed_in):
    client = signed_in(bob)
    answer = begin(client, open_shelf, first=3)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3")
    assert not SharedFile.objects.exists()
    where = answer["Location"]
    assert client.head(where)["Upload-Offset"] == "3"
    client.patch(where, b"jour", content_type=BYTES, headers={"Upload-Offset": "3", "Tus-Resumable": "1.0.0"})
    assert client.get(where).json()["answers"][0]["kind"] == "received"
    assert ways(open_shelf) == ["note.txt"]
    assert not Document.objects.exists(), "what goes into a folder is no piece"


def test_a_directory_keeps_its_tree_whatever_comes_first(open_shelf, bob, signed_in):
    client = signed_in(bob)
    for n, path in enumerate(("2025/TVA", "2025", "2025/TVA", "2025/tva/Été", "")):
        begin(client, open_shelf, f"{n}".encode(), path=path, filename=f"{n}.txt")
    assert ways(open_shelf) == ["2025/1.txt", "2025/TVA/0.txt", "2025/TVA/2.txt", "2025/TVA/Été/3.txt", "4.txt"]
    assert SubFolder.objects.count() == 3


def test_sent_twice_it_is_one(open_shelf, bob, signed_in):
    client = signed_in(bob)
    for _ in range(2):
        begin(client, open_shelf, key="same")
    assert (Upload.objects.count(), ways(open_shelf)) == (1, ["note.txt"])
    assert answer_of(begin(client, open_shelf, key="other", filename="x.txt"))["kind"] == "twin"


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("../../etc", "etc/note.txt"),
        ("/a//b/", "a/b/note.txt"),
        ("<script>x/\u202egpj.exe", "<script>x/ gpj.exe"),
        ("é" * 500, "é" * 120 + "/note.txt"),
        ("📎/مرحبا", "📎/مرحبا/note.txt"),
    ],
)
def test_hostile_ways_stay_below_the_folder(path, way, open_shelf, bob, signed_in):
    assert answer_of(begin(signed_in(bob), open_shelf, path=path))["kind"] == "received"
    (found,) = ways(open_shelf)
    assert found.replace(" ", "").startswith(way.replace(" ", "")[:20])
    assert "\u202e" not in found


def test_too_deep_is_refused_in_words_and_keeps_nothing_else_out(open_shelf, bob, signed_in):
    client = signed_in(bob)
    told = answer_of(begin(client, open_shelf, path="/".join("abcdefghij")))
    assert (told["kind"], "plus de huit dossiers" in told["sentence"]) == ("refused", True)
    assert answer_of(begin(client, open_shelf, key="next"))["kind"] == "received"


def test_a_folder_that_is_not_there_for_them_stays_hidden_and_untouched(open_shelf, alice, bob, signed_in):
    made = pipeline.folders.make_folder(company=open_shelf, place=FISCAL, name="Contrôle", by=alice, at=AT)
    pipeline.folders.set_access(company=open_shelf, place=made.place, readers=[], writers=[], by=alice, at=AT)
    clerk = person("Clerk")
    firms.join_company(company=open_shelf, person=clerk, role=Role.GESTIONNAIRE, at=AT)
    for n in range(2):
        begin(signed_in(clerk), open_shelf, f"{n}".encode(), path="Contrôle", filename=f"{n}.txt")
    assert ways(open_shelf) == ["Contrôle (2)/0.txt", "Contrôle (2)/1.txt"]


def test_who_may_not_put_files_there_finds_no_way_in(bakery, alice, bob, dina, charlie, signed_in):
    for who in (bob, dina, charlie):
        assert begin(signed_in(who), bakery).status_code == 404
    for place in ("cabinet", "nowhere", "fiscal:x", f"fiscal:{bakery.pk}", ""):
        assert begin(signed_in(bob), bakery, place=place).status_code == 404
    assert begin(signed_in(alice), bakery, place="cabinet").status_code == 201


def test_who_lost_the_right_meanwhile_is_told_so(open_shelf, bob, alice, signed_in):
    client = signed_in(bob)
    where = begin(client, open_shelf, first=3)["Location"]
    pipeline.folders.set_access(
        company=open_shelf, place=FISCAL, readers=[Role.GESTIONNAIRE], writers=[], by=alice, at=AT
    )
    client.patch(where, b"jour", content_type=BYTES, headers={"Upload-Offset": "3", "Tus-Resumable": "1.0.0"})
    told = client.get(where).json()["answers"][0]
    assert (told["kind"], told["sentence"]) == ("refused", "Vous ne pouvez plus déposer dans ce dossier.")
    assert not SharedFile.objects.exists()


# ── Taking back ───────────────────────────────────────────────────────────────────────────────────


def put(company, by, name="note.txt", content=b"bonjour"):
    return pipeline.put_file(company=company, place=FISCAL, content=content, filename=name, by=by, at=AT)


def take_back(client, file):
    address = f"/c/{file.company_id}/dossiers/fiscal/{file.pk}"
    return client.post(f"{address}/retrait", follow=True)


def test_a_client_takes_back_what_they_put_in_and_the_firm_can_restore_it(open_shelf, bob, alice, signed_in):
    file, client = put(open_shelf, bob), signed_in(bob)
    assert (
        "Retirer ce fichier" in client.get(f"/c/{open_shelf.pk}/dossiers/fiscal/{file.pk}/fiche").content.decode()
    )
    assert "est retiré" in take_back(client, file).content.decode()
    assert ways(open_shelf) == []
    assert "déjà été retiré" in take_back(client, file).content.decode()
    pipeline.folders.restore(thing=file, by=alice, at=AT)
    assert ways(open_shelf) == ["note.txt"]
    assert "déjà travaillé" in take_back(client, file).content.decode(), (
        "the firm put it back: it has worked on it"
    )


def put_back(client, file):
    return client.post(f"/c/{file.company_id}/dossiers/fiscal/{file.pk}/retrait/annulation", follow=True)


def test_who_took_a_file_out_by_mistake_puts_it_back_and_may_take_it_out_again(open_shelf, bob, alice, signed_in):
    file, client = put(open_shelf, bob), signed_in(bob)
    assert "Annuler<" in take_back(client, file).content.decode()
    said = put_back(client, file).content.decode()
    assert "de nouveau à sa place" in said
    assert "Annuler<" not in said
    assert ways(open_shelf) == ["note.txt"]
    assert "déjà restauré" in put_back(client, file).content.decode()
    assert "est retiré" in take_back(client, file).content.decode()
    take = {"withdrawn_at": timezone.now() - folders.JUST_NOW}
    SharedFile.objects.filter(pk=file.pk).update(**take)
    assert "Annuler<" not in client.get(f"/c/{open_shelf.pk}/dossiers/fiscal/").content.decode()


def test_what_the_firm_took_out_or_gave_up_or_another_took_out_is_not_put_back(
    open_shelf, bob, alice, charlie, dina, signed_in
):
    file, client = put(open_shelf, bob), signed_in(bob)
    pipeline.withdraw_file(file=file, by=alice, at=timezone.now())
    assert "Annuler<" not in client.get(f"/c/{open_shelf.pk}/dossiers/fiscal/").content.decode()
    assert "Votre cabinet a retiré" in put_back(client, file).content.decode()
    other = person("Gaston")
    firms.join_company(company=open_shelf, person=other, role=Role.GESTIONNAIRE, at=AT)
    for who in (charlie, dina, other):
        assert put_back(signed_in(who), file).status_code == 404
    assert "Annuler<" not in signed_in(other).get(f"/c/{open_shelf.pk}/dossiers/fiscal/").content.decode()
    assert ways(open_shelf) == []
    SharedFile.objects.filter(pk=file.pk).update(withdrawn_by=bob, emptied_at=timezone.now())
    assert "corbeille a été vidée" in put_back(client, file).content.decode()
    assert ways(open_shelf) == []


def test_a_file_comes_back_under_a_rank_where_its_name_was_taken_meanwhile(open_shelf, bob, signed_in):
    name = "<script>\u202e🥐" + "é" * 80 + ".txt"
    file, client = put(open_shelf, bob, name), signed_in(bob)
    kept = file.name
    take_back(client, file)
    put(open_shelf, bob, name, b"autre")
    said = put_back(client, file).content.decode()
    assert "<script>\u202e" not in said
    names = sorted(ways(open_shelf), key=len)
    assert len(names) == 2
    assert names[0] == kept
    assert "(2)" in names[1]


def test_not_what_somebody_else_put_in_nor_a_version_of_it(open_shelf, bob, alice, signed_in):
    file = put(open_shelf, alice)
    put(open_shelf, bob, content=b"autre")
    assert "vous-même" in take_back(signed_in(bob), file).content.decode()
    assert ways(open_shelf) == ["note.txt"]


def test_not_what_the_firm_has_worked_on(open_shelf, bob, alice, signed_in):
    moved, booked = put(open_shelf, bob), put(open_shelf, bob, "autre.txt", b"autre")
    pipeline.folders.arrange_file(file=moved, name="Note de mars", into=FISCAL, by=alice, at=AT)
    assert "déjà travaillé" in take_back(signed_in(bob), moved).content.decode()
    piece = hand_in(open_shelf, alice)
    SharedFile.objects.filter(pk=booked.pk).update(original=piece.original)
    assert "déjà travaillé" in take_back(signed_in(bob), booked).content.decode()


def test_not_while_a_hold_stands_nor_by_another(open_shelf, bob, alice, charlie, dina, signed_in):
    file = put(open_shelf, bob)
    for who in (charlie, dina):
        assert take_back(signed_in(who), file).status_code == 404
    retention.hold(company=open_shelf, reason="Litige", by=alice, at=AT)
    assert "suspendues" in take_back(signed_in(bob), file).content.decode()
    assert ways(open_shelf) == ["note.txt"]
    viewer = signed_in(alice)
    viewer.post(
        f"/dossiers/{open_shelf.pk}/vue-client/", {"member": str(CompanyMembership.objects.get(person=bob).pk)}
    )
    assert take_back(viewer, file).status_code == 403

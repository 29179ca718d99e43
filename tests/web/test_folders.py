"""The shared folders on both sides: who finds what, what is taken, what is refused, and that nothing leaks."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from tests.cast import mill_pdf
from tests.conftest import AT, person
from tests.records.test_at_once import at_once

from comptoir import pipeline, readers
from comptoir.domain.folder import SHARED, Folder
from comptoir.domain.rights import Role
from comptoir.domain.shelving import Place
from comptoir.records.audit.models import Event
from comptoir.records.deposits.models import Document, Original
from comptoir.records.firms import actions as firms
from comptoir.records.firms import queries as people
from comptoir.records.folders import queries as shelves
from comptoir.records.folders.actions import AlreadyInFolder, AlreadyWithdrawn
from comptoir.records.folders.models import SharedFile
from comptoir.web import doors, live

pytestmark = pytest.mark.django_db

RESERVED = (Folder.SOCIAL, Folder.JURIDIQUE)
OPEN = (Folder.PERMANENT, Folder.EXERCICES, Folder.FISCAL)


@pytest.fixture
def files(bakery, alice) -> dict[Folder, SharedFile]:
    """One file in each folder."""
    return {
        folder: share(bakery, alice, folder, mill_pdf(f"N-{folder}"), f"Papier {folder}.pdf") for folder in Folder
    }


def share(company, by, folder=Folder.FISCAL, content=None, name="avis.pdf") -> SharedFile:
    return pipeline.put_file(
        company=company, folder=folder, content=content or mill_pdf(), filename=name, by=by, at=AT
    )


def of_role(company, role: Role, first_name: str):
    found = person(first_name)
    firms.join_company(company=company, person=found, role=role, at=AT)
    return found


def text(answer) -> str:
    return answer.content.decode()


def got(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def upload(client, company, *files, folder=Folder.FISCAL, **headers):
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/dossiers/{company.pk}/dossiers-partages/{folder}/", {"file": given}, headers=headers)


# ── Who finds what ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.DIRIGEANT, SHARED), (Role.GESTIONNAIRE, OPEN), (Role.LECTEUR, OPEN), (Role.DEPOSANT, ()),
    ],
)  # fmt: skip
def test_each_role_finds_its_folders_and_no_trace_of_the_others(bakery, files, signed_in, role, seen):
    client = signed_in(of_role(bakery, role, "Eve"))
    home = f"/c/{bakery.pk}/dossiers/"
    assert client.get(home).status_code == (200 if seen else 404)
    for folder, file in files.items():
        wanted = 200 if folder in seen else 404
        assert client.get(f"{home}{folder}/").status_code == wanted, folder
        assert client.get(f"{home}{folder}/{file.pk}").status_code == wanted, folder
        for page in (home, f"/c/{bakery.pk}/", f"/c/{bakery.pk}/plus/"):
            said = text(client.get(page))
            if folder not in seen:
                assert file.name not in said
                assert f"dossiers/{folder}" not in said
    shown = text(client.get(home)) if seen else ""
    assert shown.count("1 fichier<") == len(seen)


def test_a_file_is_not_found_under_another_folders_name(bakery, files, signed_in):
    """A reserved file's identifier opens nothing through a folder that one may see."""
    client = signed_in(of_role(bakery, Role.GESTIONNAIRE, "Gilles"))
    for reserved in RESERVED:
        for folder in OPEN:
            assert client.get(f"/c/{bakery.pk}/dossiers/{folder}/{files[reserved].pk}").status_code == 404
    for forged in ("autre", "SOCIAL", "..", "social%00", "social/../fiscal"):
        assert client.get(f"/c/{bakery.pk}/dossiers/{forged}/").status_code in (400, 404), forged


def test_charlie_finds_nothing_from_any_side(bakery, files, charlie, signed_in):
    client = signed_in(charlie)
    own = charlie.firm_memberships.get().firm.company_set.get()
    for folder, file in files.items():
        for base in (f"/c/{bakery.pk}/dossiers", f"/dossiers/{bakery.pk}/dossiers-partages"):
            assert client.get(f"{base}/{folder}/").status_code == 404
            assert client.get(f"{base}/{folder}/{file.pk}").status_code == 404
        # Through his own company: the file of another is not in it.
        base = f"/dossiers/{own.pk}/dossiers-partages/{folder}/{file.pk}"
        assert (client.get(base).status_code, client.post(f"{base}/retrait").status_code) == (404, 404)
    assert SharedFile.objects.there().count() == len(Folder)


def test_the_client_puts_and_withdraws_nothing(bakery, bob, files, signed_in):
    client = signed_in(bob)
    assert upload(client, bakery, ("a.txt", b"a")).status_code == 404
    file = files[Folder.FISCAL]
    assert client.get(f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}").status_code == 404
    assert client.post(f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/{file.pk}/retrait").status_code == 404
    assert client.post(f"/c/{bakery.pk}/dossiers/fiscal/", {"file": "x"}).status_code == 404
    assert SharedFile.objects.there().count() == len(Folder)


def test_only_the_firms_people_of_this_dossier_see_it(bakery, files, signed_in):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.ASSISTANT, at=AT)
    client = signed_in(karim)
    address = f"/dossiers/{bakery.pk}/dossiers-partages/social/"
    assert client.get(address).status_code == 404
    firms.assign(company=bakery, person=karim, by=karim, at=AT)
    assert files[Folder.SOCIAL].name in text(client.get(address))


def test_a_look_with_a_clients_eyes_sees_what_they_see_and_changes_nothing(bakery, files, alice, signed_in):
    gilles = of_role(bakery, Role.GESTIONNAIRE, "Gilles")
    member = gilles.company_memberships.get()
    client = signed_in(alice)
    client.post(f"/dossiers/{bakery.pk}/vue-client/", {"member": str(member.pk)})
    base = f"/c/{bakery.pk}/dossiers"
    assert files[Folder.FISCAL].name in text(client.get(f"{base}/fiscal/"))
    assert client.get(f"{base}/fiscal/{files[Folder.FISCAL].pk}").status_code == 200
    assert client.get(f"{base}/social/").status_code == 404
    assert client.get(f"{base}/social/{files[Folder.SOCIAL].pk}").status_code == 404
    assert client.post(f"{base}/fiscal/").status_code == 403
    assert doors.VIEWING in client.session


def test_a_reserved_file_taken_with_a_clients_eyes_is_in_the_log_under_the_name_of_who_looks(
    bakery, bob, files, alice, signed_in
):
    client = signed_in(alice)
    client.post(f"/dossiers/{bakery.pk}/vue-client/", {"member": str(bob.company_memberships.get().pk)})
    assert client.get(f"/c/{bakery.pk}/dossiers/social/{files[Folder.SOCIAL].pk}").status_code == 200
    assert Event.objects.get(verb="download_file").person_id == alice.pk


def test_a_lecteur_arrives_at_folders_and_treasury_without_a_camera(bakery, account, files, signed_in):
    client = signed_in(of_role(bakery, Role.LECTEUR, "Lea"))
    home = text(client.get(f"/c/{bakery.pk}/"))
    assert "Exercices" in home
    assert "Compte courant" in home
    bar = re.search(r'<nav class="bottombar".*?</nav>', home, re.DOTALL).group()
    assert re.findall(r"</svg>([^<]+)", bar) == ["Dossiers", "Banque", "Plus"]
    assert "Photographier une pièce" not in home


def test_the_firms_list_asks_few_questions(bakery, alice, signed_in, django_assert_max_num_queries):
    for rank in range(60):
        share(bakery, alice, content=f"ligne {rank}".encode(), name=f"{rank}.txt")
    client = signed_in(alice)
    address = f"/dossiers/{bakery.pk}/dossiers-partages/fiscal/"
    client.get(address)
    with django_assert_max_num_queries(21):
        first = text(client.get(address))
    following = re.search(r'href="(\?apres=[^"]+)"', first).group(1)
    second = text(client.get(address + following))
    names = re.compile(r">(\d+\.txt)</a>")
    assert len(names.findall(first)) == 50
    assert len(set(names.findall(first)) | set(names.findall(second))) == 60


# ── What is told while a page is open ─────────────────────────────────────────────────────────────


def test_what_changes_in_a_reserved_folder_is_told_to_nobody_else(bakery, bob, alice, dina):
    gilles = of_role(bakery, Role.GESTIONNAIRE, "Gilles")
    hears = {
        who: live._topics(
            people.client_side(who, bakery.pk, AT.date()) or people.firm_side(who, bakery.pk, AT.date())
        )
        for who in (bob, gilles, dina, alice)
    }
    tree = shelves.tree(bakery)
    for folder, wanted in (
        (Folder.FISCAL, {bob, gilles, alice}),
        (Folder.SOCIAL, {bob, alice}),
        (Folder.CABINET, {alice}),
    ):
        told = tree.topics(Place(folder))
        assert {who for who, topics in hears.items() if set(told) & set(topics)} == wanted, folder
    assert {said for heard, said in hears[bob].items() if heard.startswith("folders")} == {"folders"}


# ── The same bytes as a piece ─────────────────────────────────────────────────────────────────────


def test_a_shared_file_is_no_piece_and_no_address_of_pieces_opens_it(bakery, bob, files, signed_in):
    client = signed_in(bob)
    file = files[Folder.SOCIAL]
    for key in (file.pk, file.original_id):
        for place in ("", "original", "pages/1", "vignette"):
            assert client.get(f"/c/{bakery.pk}/pieces/{key}/{place}").status_code == 404
    assert not Document.objects.exists()
    assert file.name not in text(client.get(f"/c/{bakery.pk}/pieces/?q=Papier"))


def test_the_bytes_of_a_hidden_file_may_be_handed_in_as_a_piece(bakery, files, dina, signed_in):
    content = mill_pdf("N-social")
    client = signed_in(dina)
    answer = client.post(
        f"/c/{bakery.pk}/pieces/",
        {"file": SimpleUploadedFile("trouvee.pdf", content)},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 201, "a refusal would tell that it is there"
    assert "Papier" not in text(answer)
    document = Document.objects.get()
    assert document.original_id == files[Folder.SOCIAL].original_id
    page = text(client.get(f"/c/{bakery.pk}/pieces/{document.pk}/"))
    assert "Papier social" not in page
    assert client.get(f"/c/{bakery.pk}/dossiers/social/{files[Folder.SOCIAL].pk}").status_code == 404


def test_the_bytes_of_a_piece_may_be_shared_and_its_piece_stays_its_depositors(bakery, dina, alice, signed_in):
    document = pipeline.hand_in(
        company=bakery, content=mill_pdf(), filename="ma-note.pdf", by=dina, at=AT, sees_all=False
    )
    file = share(bakery, alice, name="Copie.pdf")
    assert (file.original_id, Original.objects.count()) == (document.original_id, 1)
    lea = signed_in(of_role(bakery, Role.LECTEUR, "Lea"))
    shown = text(lea.get(f"/c/{bakery.pk}/dossiers/fiscal/"))
    assert "Copie.pdf" in shown
    assert "ma-note" not in shown
    assert lea.get(f"/c/{bakery.pk}/pieces/{document.pk}/original").status_code == 404
    assert signed_in(dina).get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}").status_code == 404


# ── Putting ───────────────────────────────────────────────────────────────────────────────────────


def test_files_come_by_several_and_each_leaves_as_it_came(bakery, alice, bob, signed_in):
    answer = upload(signed_in(alice), bakery, ("a.pdf", mill_pdf()), ("plan.csv", b"a;b\r\n1;2\r\n"))
    assert answer.status_code == 302
    assert {file.name for file in SharedFile.objects.all()} == {"a.pdf", "plan.csv"}
    client = signed_in(bob)
    shown = text(client.get(f"/c/{bakery.pk}/dossiers/fiscal/"))
    assert "plan.csv" in shown
    file = SharedFile.objects.get(name="plan.csv")
    download = client.get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}")
    assert got(download) == b"a;b\r\n1;2\r\n"
    assert download["Content-Disposition"] == 'attachment; filename="plan.csv"'
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Content-Type"] == "text/plain"


def test_one_refused_file_does_not_keep_the_others_out(bakery, alice, signed_in):
    answer = upload(
        signed_in(alice),
        bakery,
        ("a.pdf", mill_pdf()),
        ("setup.exe", b"MZ\0\0"),
        ("vide.txt", b""),
        ("b.txt", b"b"),
    )
    said = text(answer)
    assert answer.status_code == 422
    assert "2 fichiers sont partagés." in said
    assert "« setup.exe » : Un programme ne se partage pas ici" in said
    assert "« vide.txt » : Ce fichier est vide" in said
    assert {file.name for file in SharedFile.objects.all()} == {"a.pdf", "b.txt"}


def test_a_post_without_a_file_says_what_to_do(bakery, alice, signed_in):
    answer = upload(signed_in(alice), bakery)
    assert (answer.status_code, "Choisissez-en un" in text(answer)) == (422, True)


def test_the_pages_script_is_answered_file_by_file(bakery, alice, signed_in):
    client = signed_in(alice)
    answers = [
        upload(client, bakery, ("a.pdf", mill_pdf()), accept="application/json"),
        upload(client, bakery, ("b.pdf", mill_pdf()), accept="application/json"),
        upload(client, bakery, ("x.bat", b"echo"), accept="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 422]
    assert json.loads(answers[1].content)["sentence"] == (
        "Ce fichier est déjà dans « Fiscal », sous le nom « a.pdf »."
    )


def test_the_same_file_twice_is_refused_in_one_folder_and_taken_in_another(bakery, alice):
    share(bakery, alice)
    with pytest.raises(AlreadyInFolder, match=r"sous le nom « avis\.pdf »"):
        share(bakery, alice, name="autre.pdf")
    share(bakery, alice, Folder.SOCIAL)
    assert (SharedFile.objects.count(), Original.objects.count()) == (2, 1)
    assert Event.objects.filter(verb="put_file").count() == 2


def test_the_same_name_again_is_the_next_version_and_the_one_before_stays(bakery, alice, bob, signed_in):
    first = share(bakery, alice, content=b"un", name="note.txt")
    second = share(bakery, alice, content=b"deux", name="NOTE.txt")
    assert (second.pk, second.version, second.name) == (first.pk, 2, "note.txt")
    client = signed_in(bob)
    base = f"/c/{bakery.pk}/dossiers/fiscal"
    assert len(re.findall(r">note\.txt</span>", text(client.get(f"{base}/")))) == 1
    taken = [got(client.get(f"{base}/{first.pk}{asked}")) for asked in ("", "?version=1", "?version=2")]
    assert taken == [b"deux", b"un", b"deux"]
    for forged in ("0", "3", "-1", "x", "9" * 40, "٣"):
        assert client.get(f"{base}/{first.pk}", {"version": forged}).status_code == 404, forged
    sheet = text(client.get(f"{base}/{first.pk}/fiche"))
    assert "Version actuelle" in sheet
    assert "Version 1" in sheet
    assert [event.verb for event in Event.objects.filter(subject_id=first.pk).order_by("id")] == [
        "put_file",
        "put_version",
    ]


def test_more_than_a_hundred_megabytes_is_refused_and_not_kept(bakery, alice, signed_in):
    huge = b"a" * (100 * 1024 * 1024 + 1)
    answer = upload(signed_in(alice), bakery, ("gros.csv", huge), accept="application/json")
    assert answer.status_code == 422
    assert "dépasse 100 Mo" in json.loads(answer.content)["sentence"]
    assert not Original.objects.exists()


def test_more_than_a_piece_may_weigh_is_taken(bakery, alice, signed_in):
    answer = upload(signed_in(alice), bakery, ("gros.csv", b"a" * (26 * 1024 * 1024)), accept="application/json")
    assert answer.status_code == 201
    assert SharedFile.objects.get().original.size == 26 * 1024 * 1024


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nSet-Cookie: vole=1.txt", "a Set-Cookie: vole=1.txt"),
        ('"; filename="x.txt', '"; filename="x.txt'),
        ("<script>alert(1)</script>.txt", "script>.txt"),
        ("é" * 400 + ".txt", "é" * 196 + ".txt"),
        ("Relevé d’été €.txt", "Relevé d’été €.txt"),
    ],
)
def test_a_hostile_name_is_only_a_name(bakery, alice, bob, signed_in, given, kept):
    file = share(bakery, alice, content=b"x", name=given)
    assert file.name == kept
    client = signed_in(bob)
    shown = text(client.get(f"/c/{bakery.pk}/dossiers/fiscal/"))
    assert "<script>alert" not in shown
    download = client.get(f"/c/{bakery.pk}/dossiers/fiscal/{file.pk}")
    said = download["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert "Set-Cookie" not in download.headers
    assert not re.search(r"[\r\n/]", said.replace("%2F", ""))


@pytest.mark.parametrize("name", ["setup.exe\u200b", "setup.exe\u202e. ", "..\\setup.exe"])
def test_a_program_is_judged_by_the_name_that_it_would_be_kept_under(bakery, alice, name):
    with pytest.raises(readers.NotReadable, match="Un programme"):
        share(bakery, alice, content=b"echo", name=name)


# ── Withdrawing ───────────────────────────────────────────────────────────────────────────────────


def test_a_withdrawn_file_is_gone_for_everybody_and_kept_with_its_proof(bakery, bob, alice, files, signed_in):
    client, file = signed_in(alice), files[Folder.FISCAL]
    base = f"/dossiers/{bakery.pk}/dossiers-partages/fiscal"
    asked = text(client.get(f"{base}/{file.pk}/retrait"))
    assert "ne sera plus dans «&nbsp;Fiscal&nbsp;»" in asked
    assert SharedFile.objects.there().count() == len(Folder), "asking does nothing yet"
    answer = client.post(f"{base}/{file.pk}/retrait", follow=True)
    assert "est à la corbeille" in text(answer)
    for who, place in ((alice, base), (bob, f"/c/{bakery.pk}/dossiers/fiscal")):
        there = signed_in(who)
        assert file.name not in text(there.get(f"{place}/"))
        assert there.get(f"{place}/{file.pk}").status_code == 404
    file.refresh_from_db()
    assert (file.withdrawn_by_id, Original.objects.count()) == (alice.pk, len(Folder))
    events = Event.objects.filter(subject_id=file.pk).order_by("at", "id")
    assert [event.verb for event in events] == ["put_file", "withdraw_file"]


def test_withdrawing_twice_changes_nothing_and_says_so(bakery, alice, files, signed_in):
    client = signed_in(alice)
    address = f"/dossiers/{bakery.pk}/dossiers-partages/social/{files[Folder.SOCIAL].pk}/retrait"
    client.post(address)
    first = SharedFile.objects.get(pk=files[Folder.SOCIAL].pk).withdrawn_at
    assert "déjà été retiré" in text(client.post(address, follow=True))
    assert SharedFile.objects.get(pk=files[Folder.SOCIAL].pk).withdrawn_at == first
    assert Event.objects.filter(verb="withdraw_file").count() == 1


def test_a_withdrawn_file_may_be_shared_again(bakery, alice):
    first = share(bakery, alice)
    pipeline.withdraw_file(file=first, by=alice, at=AT)
    assert share(bakery, alice).pk != first.pk
    assert (SharedFile.objects.count(), SharedFile.objects.there().count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_withdraw_once_and_put_once(bakery, alice):
    file = share(bakery, alice)
    told = at_once(*[lambda: pipeline.withdraw_file(file=file, by=alice, at=AT)] * 2)
    assert {type(answer) for answer in told} == {type(None), AlreadyWithdrawn}
    put = at_once(*[lambda: share(bakery, alice)] * 2)
    assert {type(answer) for answer in put} == {SharedFile, AlreadyInFolder}
    assert Event.objects.filter(verb="withdraw_file").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM folders_sharedfile",
        "DELETE FROM folders_fileversion",
        "UPDATE folders_fileversion SET number = 2",
        "UPDATE folders_sharedfile SET id = gen_random_uuid()",
        "UPDATE folders_sharedfile SET withdrawn_at = now()",
        "UPDATE folders_sharedfile SET emptied_at = now()",
        "UPDATE folders_sharedfile SET folder = 'nulle part', inside_id = gen_random_uuid(); SET CONSTRAINTS ALL IMMEDIATE",
    ],
)
def test_the_database_lets_nobody_take_away_what_was_shared(files, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


# ── The log ───────────────────────────────────────────────────────────────────────────────────────


def test_each_copy_of_a_reserved_file_that_a_client_takes_is_in_the_log(bakery, bob, alice, files, signed_in):
    bobs, firms_own = signed_in(bob), signed_in(alice)
    for folder in (Folder.SOCIAL, Folder.SOCIAL, Folder.FISCAL):
        bobs.get(f"/c/{bakery.pk}/dossiers/{folder}/{files[folder].pk}")
    firms_own.get(f"/dossiers/{bakery.pk}/dossiers-partages/social/{files[Folder.SOCIAL].pk}")
    taken = Event.objects.filter(verb="download_file")
    assert {(event.person_id, event.subject_id) for event in taken} == {(bob.pk, files[Folder.SOCIAL].pk)}
    assert taken.count() == 2
    log = text(firms_own.get(f"/cabinet/{bakery.firm_id}/journal/"))
    assert "Fichier réservé téléchargé" in log
    assert "Papier social.pdf, dans Social" in log


def test_whoever_asks_for_a_folder_that_is_not_theirs_is_in_the_log(bakery, files, signed_in):
    gilles = of_role(bakery, Role.GESTIONNAIRE, "Gilles")
    signed_in(gilles).get(f"/c/{bakery.pk}/dossiers/social/")
    refused = Event.objects.get(verb="refused")
    assert (refused.person_id, refused.company_id) == (gilles.pk, bakery.pk)

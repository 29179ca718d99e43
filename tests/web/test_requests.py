"""Requests for documents on both sides: sent, answered, decided, reminded, and what is not there for whom."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from tests.conftest import AT, person
from tests.records.test_at_once import at_once

from comptoir import pipeline
from comptoir.domain.folder import Folder
from comptoir.domain.reminder import PARIS
from comptoir.domain.request import GIVEN, Kind, State, Wanted
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.pipeline import reminders as way
from comptoir.pipeline import request_letters
from comptoir.records.audit.models import Event
from comptoir.records.firms import actions as firms
from comptoir.records.firms import file as company_file
from comptoir.records.firms import queries as people
from comptoir.records.firms.models import ChecklistItem
from comptoir.records.folders.models import SharedFile
from comptoir.records.mail.models import Letter
from comptoir.records.notices.models import Notice
from comptoir.records.reminders.models import Pass, Reminded, Reminder
from comptoir.records.requests import queries as requests
from comptoir.records.requests.actions import AlreadyAccepted, AlreadyDecided, Closed, Moved
from comptoir.records.requests.models import DocumentRequest, ItemAnswer, RequestedItem, RequestModel
from comptoir.web import live

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
EVERY = tuple(folder.value for folder in Folder)
STOCK = Wanted("Inventaire", "Au jour de la clôture", "exercices")
STATUTES = Wanted("Statuts", "", "juridique")
LEASE = Wanted("Bail", "", "permanent", is_required=False)


@pytest.fixture
def sent(bakery, alice, bob) -> DocumentRequest:
    """A document for everybody, one for the dirigeant alone, one that is not required."""
    return send(bakery, alice, STOCK, STATUTES, LEASE)


def send(company, by, *items, title="Bilan 2026", due_on=date(2026, 12, 15)):
    return pipeline.send_request(
        company=company,
        title=title,
        message="Merci d’avance",
        due_on=due_on,
        items=[(i, None) for i in items],
        by=by,
        at=AT,
    )


def item(sent, label="Inventaire") -> RequestedItem:
    return sent.items.get(label=label)


def hand(item, by, content=b"12 sacs de farine", name="inventaire.txt", at=AT) -> ItemAnswer:
    return pipeline.answer_by_file(item=item, content=content, filename=name, by=by, at=at)


def decide(item, by, *, reason="", seen=None):
    return pipeline.decide_requested(item=item, is_accepted=not reason, reason=reason, seen=seen, by=by, at=AT)


def of_role(company, role, first_name):
    found = person(first_name)
    firms.join_company(company=company, person=found, role=role, at=AT)
    return found


def state(row) -> State:
    row.refresh_from_db()
    return row.state_enum


def written(request, at=NOON):
    """The letters that leave when each one's turn has come."""
    for member in people.members(request.company, at.date()):
        request_letters.write_to(request.firm_id, request.pk, member.pk, at=at)
    with tenancy.within(request.firm_id):
        return list(Letter.objects.filter(subject__contains="à fournir"))


def text(answer) -> str:
    return answer.content.decode()


def here(company, tail=""):
    return f"/c/{company.pk}/demandes/{tail}"


def there(company, tail=""):
    return f"/dossiers/{company.pk}/demandes/{tail}"


def rows(*items, **more):
    """What the form of a list sends."""
    return {
        "label": [one.label for one in items], "hint": [one.hint for one in items],
        "folder": [one.folder for one in items], "required": ["1" if one.is_required else "0" for one in items],
        **more,
    }  # fmt: skip


# ── From the list to the folder ───────────────────────────────────────────────────────────────────


def test_the_firm_sends_a_given_list_and_the_client_finds_it(bakery, alice, bob, signed_in):
    client = signed_in(alice)
    page = text(client.get(there(bakery, "nouvelle?liste=bilan")))
    assert all(one.label in page for one in GIVEN["bilan"].items)
    form = rows(*GIVEN["bilan"].items, title="Bilan 2026", message="Bonjour", due_on="2099-01-15")
    answer = client.post(there(bakery, "nouvelle"), form)
    request = DocumentRequest.objects.get()
    assert answer.url == there(bakery, f"{request.pk}/")
    assert [row.as_wanted for row in request.items.all()] == list(GIVEN["bilan"].items)
    bobs = signed_in(bob)
    page = text(bobs.get(here(bakery)))
    assert "Bilan 2026" in page
    assert "0 sur 11" in page
    required = len(GIVEN["bilan"].required)
    home = text(bobs.get(f"/c/{bakery.pk}/"))
    assert f"<b>{required}</b> documents demandés" in home


def test_a_file_lands_in_the_folder_that_the_document_names(sent, bakery, bob, alice, signed_in):
    row = item(sent)
    file = SimpleUploadedFile("stock.txt", b"12 sacs")
    answer = signed_in(bob).post(here(bakery, f"documents/{row.pk}/fichiers"), {"file": file})
    assert answer.url == here(bakery)
    shared = SharedFile.objects.get()
    assert (shared.folder, shared.name, shared.put_by) == ("exercices", "stock.txt", bob)
    assert state(row) is State.HANDED
    page = text(signed_in(alice).get(there(bakery, f"{sent.pk}/")))
    assert "stock.txt" in page
    assert "1 sur 3" in page


def test_several_files_are_one_document_and_a_refused_one_keeps_no_other_out(sent, bakery, bob, signed_in):
    row = item(sent)
    files = [
        SimpleUploadedFile("a.txt", b"a"),
        SimpleUploadedFile("b.exe", b"MZ\x90\x00"),
        SimpleUploadedFile("c.txt", b"c"),
    ]
    answer = signed_in(bob).post(here(bakery, f"documents/{row.pk}/fichiers"), {"file": files})
    assert answer.status_code == 422
    assert "b.exe" in text(answer)
    assert "Les autres sont déposés." in text(answer)
    assert {one.file.name for one in row.answers.all()} == {"a.txt", "c.txt"}


def test_the_same_file_twice_is_one_answer(sent, bob):
    row = item(sent)
    assert hand(row, bob) == hand(row, bob)
    assert row.answers.count() == 1
    assert SharedFile.objects.count() == 1


def test_two_answers_at_once_are_both_kept(transactional_scene):
    row, bob = transactional_scene
    at_once(
        lambda: hand(row, bob, b"un", "un.txt"),
        lambda: hand(row, bob, b"deux", "deux.txt"),
    )
    with tenancy.within(row.firm_id):
        assert sorted(row.answers.values_list("rank", flat=True)) == [1, 2]


@pytest.fixture
def transactional_scene(transactional_db, request):
    bakery = request.getfixturevalue("bakery")
    alice, bob = request.getfixturevalue("alice"), request.getfixturevalue("bob")
    return item(send(bakery, alice, STOCK)), bob


def test_a_file_that_the_firm_had_put_there_answers_as_it_is_and_stays_when_sent_back(sent, bakery, alice, bob):
    put = pipeline.put_file(
        company=bakery, folder=Folder.EXERCICES, content=b"12", filename="s.txt", by=alice, at=AT
    )
    answer = hand(item(sent), bob, b"12", "copie.txt")
    assert (answer.file, answer.was_there) == (put, True)
    decide(item(sent), alice, reason="Illisible")
    put.refresh_from_db()
    assert put.withdrawn_at is None


def test_words_answer_and_there_may_be_no_such_document(sent, bakery, bob, signed_in):
    client, stock, lease = signed_in(bob), item(sent), item(sent, "Bail")
    client.post(here(bakery, f"documents/{stock.pk}/reponse"), {"words": "Envoyé par courrier"})
    client.post(
        here(bakery, f"documents/{lease.pk}/reponse"), {"words": "Nous sommes chez nous", "sans_objet": "1"}
    )
    assert (state(stock), state(lease)) == (State.TOLD, State.NOT_APPLICABLE)
    answer = client.post(here(bakery, f"documents/{stock.pk}/reponse"), {"words": "  ", "sans_objet": "1"})
    assert answer.status_code == 422
    assert "Écrivez quelques mots" in text(answer)
    assert state(stock) is State.TOLD


def test_an_answer_is_taken_back_with_its_file_until_the_firm_decides(sent, bakery, alice, bob, signed_in):
    row = item(sent)
    first, second = hand(row, bob), hand(row, bob, b"autre", "autre.txt")
    client = signed_in(bob)
    assert client.post(here(bakery, f"reponses/{first.pk}/retrait")).status_code == 302
    first.file.refresh_from_db()
    assert first.file.withdrawn_by == bob
    assert state(row) is State.HANDED
    assert client.post(here(bakery, f"reponses/{first.pk}/retrait")).status_code == 404
    decide(row, alice)
    answer = client.post(here(bakery, f"reponses/{second.pk}/retrait"))
    assert answer.status_code == 422
    assert "vient de se prononcer" in text(answer)
    second.file.refresh_from_db()
    assert second.file.withdrawn_at is None


# ── The firm decides ──────────────────────────────────────────────────────────────────────────────


def test_sent_back_with_a_reason_it_is_wanted_again_and_its_file_leaves_the_folder(
    sent, bakery, alice, bob, signed_in
):
    row = item(sent)
    given = hand(row, bob)
    address = there(bakery, f"documents/{row.pk}/decision")
    answer = signed_in(alice).post(address, {"accepte": "0", "reason": "", "seen": "1"})
    assert answer.status_code == 422
    assert "Dites au client" in text(answer)
    signed_in(alice).post(address, {"accepte": "0", "reason": "La page 2 <b>manque", "seen": "1"})
    assert state(row) is State.REDO
    given.file.refresh_from_db()
    assert given.file.withdrawn_by == alice
    page = text(signed_in(bob).get(here(bakery)))
    assert "La page 2 &lt;b&gt;manque" in page
    hand(row, bob, given.file.name.encode(), "nouveau.txt")
    assert state(row) is State.HANDED
    assert {one.file.name for one in requests.current(row)} == {"nouveau.txt"}


def test_the_very_file_that_was_sent_back_may_come_again(sent, alice, bob):
    row = item(sent)
    first = hand(row, bob)
    decide(row, alice, reason="Relisez")
    again = hand(row, bob)
    assert again.file != first.file
    assert state(row) is State.HANDED


def test_accepted_it_takes_no_more_and_ticks_off_what_the_dossier_permanent_awaited(bakery, alice, bob, signed_in):
    company_file.request_documents(
        company=bakery, labels=["Inventaire"], when=company_file.When.BILAN, by=alice, at=AT
    )
    ticked = ChecklistItem.objects.get()
    client = signed_in(alice)
    page = text(client.get(there(bakery, "nouvelle?liste=dossier-permanent")))
    assert str(ticked.pk) in page
    client.post(there(bakery, "nouvelle"), rows(STOCK, title="Bilan", checklist=[str(ticked.pk)]))
    row = RequestedItem.objects.get()
    assert row.checklist == ticked
    hand(row, bob)
    client.post(there(bakery, f"documents/{row.pk}/decision"), {"accepte": "1", "seen": "1"})
    ticked.refresh_from_db()
    assert ticked.done_by == alice
    with pytest.raises(AlreadyAccepted):
        hand(row, bob, b"encore", "encore.txt")
    assert SharedFile.objects.there().count() == 1
    decide(row, alice, reason="Finalement non")
    ticked.refresh_from_db()
    assert ticked.done_at is None


def test_a_checklist_line_of_another_company_is_not_taken_up(bakery, alice, bob, charlie, signed_in):
    garage = people.dossiers(people.firm_seat(charlie, people.spaces(charlie, AT.date()).firms[0].firm.pk, AT.date()), AT.date())[0]  # fmt: skip
    company_file.request_documents(
        company=garage, labels=["Secret"], when=company_file.When.BILAN, by=charlie, at=AT
    )
    theirs = ChecklistItem.objects.get(label="Secret")
    signed_in(alice).post(there(bakery, "nouvelle"), rows(STOCK, title="Bilan", checklist=[str(theirs.pk)]))
    assert RequestedItem.objects.get().checklist is None


def test_the_firm_does_not_decide_on_what_it_has_not_seen(sent, alice, bob):
    row = item(sent)
    hand(row, bob)
    hand(row, bob, b"autre", "autre.txt")
    with pytest.raises(Moved):
        decide(row, alice, seen=1)
    assert state(row) is State.HANDED
    assert decide(row, alice, seen=2)
    assert not decide(row, alice, seen=2), "said twice"
    assert Event.objects.filter(verb="accept_requested").count() == 1


def test_a_document_received_otherwise_is_accepted_without_an_answer(sent, alice):
    decide(item(sent), alice)
    assert state(item(sent)) is State.ACCEPTED


def test_a_closed_request_takes_nothing_and_puts_nothing_anywhere(sent, bakery, alice, bob, signed_in):
    pipeline.end_request(request=sent, by=alice, at=AT)
    with pytest.raises(Closed):
        hand(item(sent), bob)
    assert not SharedFile.objects.exists()
    client = signed_in(bob)
    answer = client.post(here(bakery, f"documents/{item(sent).pk}/reponse"), {"words": "Voilà"})
    assert answer.status_code == 422
    assert "close" in text(answer)
    assert "Bilan 2026" in text(client.get(here(bakery, f"{sent.pk}/")))
    assert requests.count_open(bakery, EVERY) == 0
    signed_in(alice).post(there(bakery, f"{sent.pk}/reouverture"))
    hand(item(sent), bob)
    verbs = set(Event.objects.filter(company_id=bakery.pk).values_list("verb", flat=True))
    assert {"send_request", "end_request", "reopen_request", "answer_request", "put_file"} <= verbs


def test_a_request_grows_loses_a_document_and_changes_its_day(sent, bakery, alice, bob, signed_in):
    client = signed_in(alice)
    client.post(there(bakery, f"{sent.pk}/documents"), rows(Wanted("Liasse", "", "fiscal"), Wanted("")))
    assert item(sent, "Liasse").rank == 4
    client.post(there(bakery, f"documents/{item(sent, 'Bail').pk}/retrait"))
    client.post(
        there(bakery, f"{sent.pk}/"), {"title": "Bilan", "due_on": "2099-02-01", "message": "<script>x</script>"}
    )
    sheet = requests.sheet(requests.one(bakery, sent.pk), EVERY, AT.date())
    assert [line.item.label for line in sheet.lines] == ["Inventaire", "Statuts", "Liasse"]
    assert sheet.request.due_on == date(2099, 2, 1)
    page = text(signed_in(bob).get(here(bakery)))
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page


# ── What is not there ─────────────────────────────────────────────────────────────────────────────


def test_a_document_for_a_reserved_folder_is_the_dirigeants_alone(sent, bakery, bob, signed_in):
    gina = of_role(bakery, Role.GESTIONNAIRE, "Gina")
    client = signed_in(gina)
    page, home = text(client.get(here(bakery))), text(client.get(f"/c/{bakery.pk}/"))
    assert "Statuts" not in page + home
    assert "0 sur 2" in page
    assert "<b>1</b> document demandé" in home
    statutes = item(sent, "Statuts")
    assert client.post(here(bakery, f"documents/{statutes.pk}/reponse"), {"words": "?"}).status_code == 404
    assert client.post(here(bakery, f"documents/{statutes.pk}/fichiers"), {"file": SimpleUploadedFile("a.txt", b"a")}).status_code == 404  # fmt: skip
    assert "Statuts" in text(signed_in(bob).get(here(bakery)))


def test_a_request_of_reserved_documents_alone_is_not_there_and_is_not_told(bakery, alice, bob, signed_in):
    gina = of_role(bakery, Role.GESTIONNAIRE, "Gina")
    request = send(bakery, alice, STATUTES, title="Juridique secret")
    client = signed_in(gina)
    assert "Juridique secret" not in text(client.get(here(bakery)))
    assert client.get(here(bakery, f"{request.pk}/")).status_code == 404
    assert client.get(here(bakery, f"{request.pk}/")).status_code == 404
    assert list(Notice.objects.values_list("person", flat=True)) == [bob.pk]
    assert [letter.to for letter in written(request)] == [bob.email]


def test_deposants_lecteurs_and_charlie_find_no_request(sent, bakery, dina, charlie, signed_in):
    lea = of_role(bakery, Role.LECTEUR, "Lea")
    for who in (dina, lea, charlie):
        client = signed_in(who)
        for address in (here(bakery), here(bakery, f"{sent.pk}/"), there(bakery, f"{sent.pk}/")):
            assert client.get(address).status_code == 404
        assert client.post(here(bakery, f"documents/{item(sent).pk}/reponse"), {"words": "x"}).status_code == 404
    for who in (dina, lea):
        assert "Bilan 2026" not in text(signed_in(who).get(f"/c/{bakery.pk}/"))


def test_another_companys_documents_are_not_there_by_their_ids(sent, bakery, alice, bob, signed_in):
    other = firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="452133770")
    theirs = send(other, alice, STOCK, title="Fleurs")
    row = theirs.items.get()
    assert signed_in(bob).post(here(bakery, f"documents/{row.pk}/reponse"), {"words": "x"}).status_code == 404
    assert signed_in(alice).get(there(bakery, f"{theirs.pk}/")).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestedItem.objects.filter(pk=row.pk).update(request=sent)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_who_looks_as_the_client_changes_nothing(sent, bakery, alice, bob, signed_in):
    client = signed_in(alice)
    client.post(f"/dossiers/{bakery.pk}/vue-client/", {"member": ""})
    page = text(client.get(here(bakery)))
    assert "Photographier<input" not in page
    assert client.post(here(bakery, f"documents/{item(sent).pk}/reponse"), {"words": "x"}).status_code in (
        403,
        404,
    )
    assert state(item(sent)) is State.WANTED


def test_live_a_reserved_document_is_not_told_to_everybody(sent, bakery, bob):
    gina = of_role(bakery, Role.GESTIONNAIRE, "Gina")
    heard = {who.first_name: live._topics(people.client_side(who, bakery.pk, AT.date())) for who in (bob, gina)}
    assert "reserved-requests" in heard["Bob"]
    assert "reserved-requests" not in heard["Gina"]
    assert heard["Gina"]["requests"] == "requests"


# ── Hostile input ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "é" * 500, "📎 facture 🧾", "\u202eexe.fdp"])
def test_hostile_names_are_kept_plain_and_shown_as_text(name, bakery, alice, bob, signed_in):
    form = rows(Wanted(name, name, "exercices"), title=name[:80])
    assert signed_in(alice).post(there(bakery, "nouvelle"), form).status_code == 302
    row = RequestedItem.objects.get()
    assert len(row.label) <= 160
    hand(row, bob, b"x", f"{name[:200]}.txt")
    for client, address in (
        (signed_in(bob), here(bakery)),
        (signed_in(alice), there(bakery, f"{row.request_id}/")),
    ):
        page = text(client.get(address))
        assert "<script>alert" not in page
        assert "\u202e" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "Rien n’a été envoyé"),
        ({"due_on": "2001-01-01"}, "déjà passée"),
        ({"due_on": "9999-12-31"}, "ne peut pas être la bonne"),
        ({"due_on": "demain"}, "Rien n’a été envoyé"),
        ({"label": [""]}, "Demandez au moins un document."),
        ({"label": ["Kbis", "kbis"]}, "demandé deux fois"),
        ({"label": [f"d{rank}" for rank in range(70)]}, "Pas plus de 60"),
        ({"message": "x" * 2001}, "Rien n’a été envoyé"),
    ],
)
def test_a_wrong_request_is_not_sent_and_what_was_typed_stays(wrong, sentence, bakery, alice, signed_in):
    form = rows(STOCK, title="Un titre", message="Un mot") | wrong
    answer = signed_in(alice).post(there(bakery, "nouvelle"), form)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "label" in wrong or "Inventaire" in text(answer)
    assert not DocumentRequest.objects.exists()


def test_a_folder_that_is_none_is_the_permanent_one(bakery, alice, signed_in):
    signed_in(alice).post(there(bakery, "nouvelle"), rows(Wanted("Kbis", "", "../etc"), title="T"))
    assert RequestedItem.objects.get().folder == "permanent"


# ── All dossiers, lists, reminders ────────────────────────────────────────────────────────────────


def test_the_firm_sees_all_its_dossiers_what_waits_and_what_is_late(sent, bakery, alice, bob, charlie, signed_in):
    late = send(bakery, alice, STOCK, title="En retard", due_on=date(2020, 1, 1))
    hand(late.items.get(), bob, b"z", "z.txt")
    decide(late.items.get(), alice, reason="Non")
    hand(item(sent), bob)
    address = f"/cabinet/{bakery.firm_id}/demandes/"
    client = signed_in(alice)

    def titles(tab):
        return re.findall(r'demandes/[0-9a-f-]{36}/">([^<]+)</a>', text(client.get(f"{address}?onglet={tab}")))

    assert titles("en-cours") == ["En retard", "Bilan 2026"]
    assert titles("a-verifier") == ["Bilan 2026"]
    assert titles("en-retard") == ["En retard"]
    assert titles("closes") == []
    pipeline.end_request(request=late, by=alice, at=AT)
    assert titles("closes") == ["En retard"]
    assert signed_in(charlie).get(address).status_code == 404


def test_a_colleagues_dossier_is_not_in_ones_list(sent, bakery, alice, signed_in):
    other = person("Olga")
    firms.join_firm(firm=bakery.firm, person=other, role=Role.COLLABORATEUR, at=AT)
    page = text(signed_in(other).get(f"/cabinet/{bakery.firm_id}/demandes/?dossiers=tous"))
    assert "Bilan 2026" not in page


def test_a_given_list_is_rewritten_put_away_and_brought_back(bakery, alice, signed_in):
    client, home = signed_in(alice), f"/cabinet/{bakery.firm_id}/demandes/listes/"
    page = text(client.get(home))
    assert all(one.name in page for one in GIVEN.values())
    kept = rows(*reversed(GIVEN["bilan"].items[:3]), name="Clôture", message="Bonjour")
    assert client.post(f"{home}bilan/", kept).status_code == 302
    found = requests.checklists(bakery.firm)
    assert list(found) == list(GIVEN)
    assert [one.label for one in found["bilan"].items] == [one.label for one in reversed(GIVEN["bilan"].items[:3])]
    client.post(f"{home}bilan/retrait")
    client.post(f"{home}tenue/retrait")
    assert list(requests.checklists(bakery.firm)) == ["onboarding", "reprise"]
    assert client.get(f"{home}bilan/").status_code == 404
    client.post(home, {"liste": "bilan"})
    assert requests.checklists(bakery.firm)["bilan"] == GIVEN["bilan"]
    assert client.post(home, {"liste": "bilan"}).status_code == 422
    assert RequestModel.objects.count() == 2


def test_a_firms_own_list_is_written_and_another_firm_does_not_see_it(bakery, alice, charlie, signed_in):
    client, home = signed_in(alice), f"/cabinet/{bakery.firm_id}/demandes/listes/"
    assert client.post(f"{home}nouvelle/", rows(name="Vide")).status_code == 422
    client.post(f"{home}nouvelle/", rows(STOCK, LEASE, name="Boulangers"))
    row = RequestModel.objects.get()
    assert requests.checklists(bakery.firm)[row.pk.hex].items == (STOCK, LEASE)
    assert "Boulangers" in text(client.get(there(bakery)))
    theirs = signed_in(charlie)
    assert theirs.get(f"{home}{row.pk.hex}/").status_code == 404
    assert client.get(f"{home}{row.pk.hex}/").status_code == 200
    assert client.get(f"{home}rien/").status_code == 404


@pytest.fixture
def _carried(settings):
    settings.MAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.mark.usefixtures("_carried")
def test_a_reminder_tells_of_what_is_asked_opens_it_once_and_takes_an_answer(sent, bakery, alice, bob):
    pipeline.remind(company=bakery, lines=[], by=alice, at=NOON)
    assert way.send(bakery.firm_id, Reminder.objects.get().pk, at=NOON)
    letter = outbox.outbox[0]
    assert letter.subject == "Boulangerie Dupont : 2 documents demandés"
    assert "Statuts" in letter.body
    assert "Bail" not in letter.body, "what is not required is not insisted on"
    assert Reminded.objects.filter(requested__isnull=False).count() == 2
    Pass.objects.update(expires_at=timezone.now() + timedelta(days=7))
    (link,) = re.findall(r"https?://[^/\s]+(/rappels/[^/\s]{30,}/)", letter.body)[:1]
    phone = Client()
    assert phone.post(link).url == here(bakery)
    assert "Inventaire" in text(phone.get(here(bakery)))
    phone.post(here(bakery, f"documents/{item(sent).pk}/reponse"), {"words": "Demain"})
    assert state(item(sent)) is State.TOLD
    assert phone.get(f"/c/{bakery.pk}/dossiers/").status_code == 302


@pytest.mark.usefixtures("_carried")
def test_a_reminder_stops_when_all_is_answered_and_leaves_once_a_day(sent, bakery, alice, bob):
    pipeline.remind(company=bakery, lines=[], by=alice, at=NOON)
    for row in sent.items.filter(is_required=True):
        pipeline.answer_request(item=row, kind=Kind.WORDS, words="Voilà", by=bob, at=AT)
    assert not way.send(bakery.firm_id, Reminder.objects.get().pk, at=NOON)
    assert outbox.outbox == []
    with pytest.raises(pipeline.NothingWanted):
        pipeline.remind(company=bakery, lines=[], by=alice, at=NOON)


@pytest.mark.usefixtures("_carried")
def test_a_gestionnaire_is_reminded_of_nothing_reserved(bakery, alice, bob):
    of_role(bakery, Role.GESTIONNAIRE, "Gina")
    send(bakery, alice, STATUTES)
    pipeline.remind(company=bakery, lines=[], by=alice, at=NOON)
    assert [row.person for row in Reminder.objects.all()] == [bob]


def test_the_firms_plan_comes_round_to_a_dossier_where_documents_alone_are_wanted(sent, bakery, alice):
    from comptoir.records.reminders import queries as reminded

    assert reminded.asking(bakery.firm) == [bakery]
    pipeline.end_request(request=sent, by=alice, at=AT)
    assert reminded.asking(bakery.firm) == []


def test_reminding_of_one_request_now_names_its_documents_alone(sent, bakery, alice, bob, signed_in):
    send(bakery, alice, Wanted("Autre"), title="Autre")
    answer = signed_in(alice).post(there(bakery, f"{sent.pk}/relance"))
    assert answer.status_code == 302
    assert set(Reminder.objects.get().lines) == {item(sent).pk, item(sent, "Statuts").pk}
    for row in sent.items.all():
        decide(row, alice)
    assert signed_in(alice).post(there(bakery, f"{sent.pk}/relance")).status_code == 422


def test_lists_ask_the_same_number_of_questions_however_long(
    bakery, alice, bob, signed_in, django_assert_max_num_queries
):
    for rank in range(12):
        send(bakery, alice, STOCK, LEASE, title=f"Demande {rank}")
    client = signed_in(alice)
    client.get(there(bakery))
    with django_assert_max_num_queries(26):
        client.get(there(bakery))
    with django_assert_max_num_queries(20):
        client.get(f"/cabinet/{bakery.firm_id}/demandes/")


def test_already_decided_is_said_to_who_takes_back_in_the_same_instant(sent, alice, bob):
    given = hand(item(sent), bob)
    decide(item(sent), alice, reason="Non")
    with pytest.raises(AlreadyDecided):
        pipeline.take_back_answer(answer=given, by=bob, at=AT)

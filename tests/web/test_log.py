"""The log of acts: written with the act, never changed, read and taken away by the expert-comptable."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from tests.acts import hand_in
from tests.conftest import AT, person

import comptoir
from comptoir.domain.notice import Kind, Mail
from comptoir.domain.rights import Role
from comptoir.records.audit.models import Event
from comptoir.records.firms import actions as firms
from comptoir.records.mail.models import Letter
from comptoir.web.firm.acts import VERBS

pytestmark = pytest.mark.django_db


def text(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()


@pytest.fixture
def log(bakery):
    return f"/cabinet/{bakery.firm_id}/journal/"


def test_every_verb_is_said_in_french():
    source = "\n".join(path.read_text() for path in Path(comptoir.__file__).parent.rglob("*.py"))
    verbs = set(re.findall(r'\b(?:record|record_each|note|_note)\(\s*"([a-z_]+)"', source))
    assert len(verbs) > 30
    assert verbs <= set(VERBS), "a verb without words"


def test_the_expert_comptable_reads_who_did_what_on_what(bakery, alice, bob, log, signed_in):
    hand_in(bakery, bob)
    page = text(signed_in(alice).get(log))
    assert "Pièce déposée" in page
    assert "Bob Essai" in page
    assert "facture.pdf" in page


def test_nobody_else_reads_it(bakery, alice, bob, charlie, log, signed_in):
    chef = person("Chef")
    firms.join_firm(firm=bakery.firm, person=chef, role=Role.CHEF_DE_MISSION, at=AT)
    for who in (chef, bob, charlie):
        assert signed_in(who).get(log).status_code == 404
        assert signed_in(who).post(f"{log}export").status_code == 404


def test_filters_narrow_it_and_nonsense_does_not_break_it(bakery, alice, bob, log, signed_in):
    hand_in(bakery, bob)
    client = signed_in(alice)
    assert "Pièce déposée" not in text(client.get(log, {"acte": "open_dossier"})).split("<tbody>")[1]
    assert (
        "Pièce déposée"
        in text(client.get(log, {"qui": str(bob.pk), "dossier": str(bakery.pk)})).split("<tbody>")[1]
    )
    assert "Aucun acte" in text(client.get(log, {"jusqu": "2020-01-01"}))
    for nonsense in ("x", "'", "9999-99-99", "0001-01-01", "%"):
        asked = {"acte": nonsense, "qui": nonsense, "dossier": nonsense, "depuis": nonsense, "apres": nonsense}
        assert client.get(log, asked).status_code == 200


def test_it_leaves_as_a_file_that_no_spreadsheet_runs(bakery, alice, bob, log, signed_in):
    hand_in(bakery, bob, name='=HYPERLINK("http://evil.example").pdf')
    answer = signed_in(alice).post(f"{log}export")
    lines = text(answer).splitlines()
    assert lines[0].startswith("Quand;Qui;Acte")
    assert any("\"'=HYPERLINK" in line or "'=HYPERLINK" in line for line in lines)
    assert Event.objects.filter(verb="export_audit", person_id=alice.pk).count() == 1


def test_it_pages_and_shows_each_act_once(bakery, alice, log, signed_in):
    rows = [
        Event(firm_id=bakery.firm_id, company_id=bakery.pk, person_id=alice.pk, at=AT, verb="letter", origin="")
        for _ in range(230)
    ]
    Event.objects.bulk_create(rows)
    client, seen, address = signed_in(alice), [], f"{log}?acte=letter"
    while address:
        page = text(client.get(address))
        seen += re.findall(r'<td class="m">Lettrage</td>', page)
        found = re.search(r'href="(\?[^"]*apres=[^"]+)"', page)
        address = f"{log}{found[1].replace('&amp;', '&')}" if found else ""
    assert len(seen) == 230


def test_what_is_refused_is_in_the_log_of_the_firm_concerned(bakery, alice, charlie, log, signed_in):
    client = signed_in(charlie)
    for _ in range(3):
        assert client.get(f"/c/{bakery.pk}/pieces/").status_code == 404
    events = Event.objects.filter(verb="refused", firm_id=bakery.firm_id)
    assert events.count() == 1, "once a minute, so that no stranger fills it"
    assert events.get().detail["path"] == f"/c/{bakery.pk}/pieces/"
    assert "Demande refusée" in text(signed_in(alice).get(log))
    assert not Event.objects.filter(verb="refused").exclude(firm_id=bakery.firm_id).exists()


def test_a_refusal_on_what_never_was_concerns_nobody(charlie, signed_in):
    assert signed_in(charlie).get("/c/01930000-0000-7000-8000-000000000000/").status_code == 404
    assert not Event.objects.filter(verb="refused").exists()


def test_no_event_is_ever_changed_or_removed(bakery):
    for act in (
        "UPDATE audit_event SET verb = 'x'",
        "DELETE FROM audit_event",
        "UPDATE mail_letter SET firm_id = NULL",
    ):
        if "mail" in act:
            continue
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act)


def test_an_act_that_falls_leaves_no_event(bakery, alice):
    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        firms.assign(company=bakery, person=person("Nora"), by=alice, at=AT)
        raise ZeroDivisionError
    assert Event.objects.count() == before


def test_no_stranger_fills_a_firms_log_with_made_up_addresses(bakery, charlie, signed_in):
    client = signed_in(charlie)
    for _ in range(20):
        assert client.get(f"/c/{bakery.pk}/pieces/{uuid4()}/").status_code == 404
    assert Event.objects.filter(verb="refused").count() == 1


def test_where_an_act_comes_from_is_cut_rather_than_refused(bakery, alice, signed_in):
    client = signed_in(alice)
    client.cookies["comptoir_seen"] = "1"  # where it is not, such an address is refused
    assert client.get(f"/c/{bakery.pk}/", REMOTE_ADDR="x" * 300).status_code == 404
    assert Event.objects.get(verb="refused").origin.startswith("xxx")


@pytest.mark.parametrize(
    ("who", "address", "named"),
    [
        ("alice", "/cabinet/{firm}/portefeuille.csv?dossiers=tous", "portefeuille-"),
        ("alice", "/dossiers/{dossier}/manquantes/export/csv", "pieces-manquantes-"),
        ("bob", "/c/{dossier}/manquantes/export/xlsx", "pieces-manquantes-"),
        ("bob", "/c/{dossier}/banque/export", "operations-"),
    ],
)
def test_a_list_that_leaves_as_a_file_is_in_the_log(bakery, alice, bob, log, signed_in, who, address, named):
    by = {"alice": alice, "bob": bob}[who]
    path = address.format(firm=bakery.firm_id, dossier=bakery.pk)
    answer = signed_in(by).get(path)
    assert (answer.status_code, bool(b"".join(answer))) == (200, True)
    event = Event.objects.get(verb="export_list")
    assert (event.person_id, event.detail["filename"].startswith(named)) == (by.pk, True)
    assert event.company_id == (None if "cabinet" in path else bakery.pk)
    assert named in text(signed_in(alice).get(log, {"acte": "export_list"})).split("<tbody>")[1]


def test_a_list_taken_with_a_clients_eyes_is_under_the_name_of_who_looks(bakery, alice, bob, signed_in):
    client = signed_in(alice)
    client.post(f"/dossiers/{bakery.pk}/vue-client/", {"member": str(bob.company_memberships.get().pk)})
    assert client.get(f"/c/{bakery.pk}/manquantes/export/pdf").status_code == 200
    assert Event.objects.get(verb="export_list").person_id == alice.pk


def test_each_act_on_an_account_or_an_invitation_says_from_where(
    bakery, alice, bob, signed_in, client, mailoutbox
):
    def say_who(one):
        one.post("/compte/reauthenticate/", {"password": "a-good-password"})

    bobs = signed_in(bob)
    say_who(bobs)
    bobs.post("/compte/profil/", {"first_name": "Robert", "last_name": "Dupont"})
    bobs.post("/compte/adresse/", {"email": "new@example.org"})
    bobs.post("/compte/adresse/abandon")
    bobs.post("/compte/adresse/", {"email": "newer@example.org"})
    client.post(re.search(r"http://testserver(/compte/adresse/\S+)", mailoutbox[-1].body)[1])
    bobs.post("/compte/notifications/", {f"{kind}-mail": Mail.NEVER.value for kind in Kind})
    signed_in(bob).get("/compte/profil/")
    bobs.post("/compte/sessions/autres")
    bobs.post(f"/c/{bakery.pk}/collaborateurs/", {"email": "lea@example.org", "role": "lecteur"})
    link = re.search(r"/invitation/\S+", Letter.objects.get(to="lea@example.org").text)[0]
    Client().post(link, {"first_name": "Léa", "last_name": "Roux", "password": "une phrase de farine"})
    Client().post("/compte/login/", {"login": bob.email, "password": "wrong"})
    verbs = {
        "renamed", "ask_address", "abandon_address", "address_changed", "choose_notices", "session_revoked",
        "accept_invitation", "join_company",
    }  # fmt: skip
    told = Event.objects.filter(verb__in=verbs).exclude(at=AT).values_list("verb", "origin")
    assert {verb for verb, _ in told} == verbs
    assert [verb for verb, origin in told if not origin.startswith("127.0.0.1 · ")] == []
    assert not Event.objects.filter(origin__contains="rappel").exists(), "nobody came by a reminder's link"

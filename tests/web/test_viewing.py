"""View as client: the same pages, nothing that can be changed, a banner, and a line in the log."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit, mill_pdf
from tests.conftest import AT, person

from comptoir.domain.rights import Role
from comptoir.records.audit.models import Event
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import CompanyMembership

pytestmark = pytest.mark.django_db


def look(client, company, who=None):
    member = CompanyMembership.objects.get(person=who).pk if who else ""
    return client.post(f"/dossiers/{company.pk}/vue-client/", {"member": member})


def text(answer):
    return answer.content.decode()


def test_the_firm_does_not_enter_the_clients_space_without_saying_so(bakery, alice, bob, signed_in):
    client = signed_in(alice)
    assert client.get(f"/c/{bakery.pk}/").status_code == 404
    assert look(client, bakery, bob).url == f"/c/{bakery.pk}/"
    page = client.get(f"/c/{bakery.pk}/")
    assert "avec les yeux de" in text(page)
    assert "Bonjour Bob" in text(page)


def test_it_is_in_the_log_from_the_first_look_to_the_last(bakery, alice, bob, signed_in):
    client = signed_in(alice)
    look(client, bakery, bob)
    client.post(f"/dossiers/{bakery.pk}/vue-client/fin")
    events = list(Event.objects.filter(verb__in=("view_as_client", "end_view")).order_by("at", "id"))
    assert [(e.verb, e.person_id, e.company_id) for e in events] == [
        ("view_as_client", alice.pk, bakery.pk),
        ("end_view", alice.pk, bakery.pk),
    ]
    assert events[0].detail == {"name": "Bob Essai", "role": "dirigeant"}
    assert client.get(f"/c/{bakery.pk}/").status_code == 404


def test_with_a_deposantes_eyes_only_her_own_is_seen(bakery, alice, bob, dina, signed_in):
    hand_in(bakery, bob)
    client = signed_in(alice)
    look(client, bakery, dina)
    page = text(client.get(f"/c/{bakery.pk}/pieces/"))
    assert "Moulins" not in page
    assert client.get(f"/c/{bakery.pk}/manquantes/").status_code == 404
    assert client.get(f"/c/{bakery.pk}/collaborateurs/").status_code == 404
    assert client.get(f"/c/{bakery.pk}/pieces/{Document.objects.get().pk}/").status_code == 404


def test_nothing_can_be_changed(bakery, alice, bob, account, signed_in):
    document = hand_in(bakery, bob)
    (transaction,) = bring_statement(account, mill_debit(amount="-12.00"))
    client = signed_in(alice)
    look(client, bakery, bob)
    own = CompanyMembership.objects.get(person=bob)
    for address in (
        "pieces/",
        f"manquantes/{transaction.pk}/piece",
        f"manquantes/{transaction.pk}/piece/{document.pk}/retrait",
        "collaborateurs/",
        f"collaborateurs/{own.pk}/role",
        f"collaborateurs/{own.pk}/depart",
        "bienvenue/",
    ):
        answer = client.post(f"/c/{bakery.pk}/{address}", {"file": SimpleUploadedFile("x.pdf", mill_pdf("X-1"))})
        assert (answer.status_code, "rien ne peut y être modifié" in text(answer)) == (403, True), address
    assert Document.objects.count() == 1


def test_an_assistant_and_the_client_look_with_nobodys_eyes(bakery, alice, bob, signed_in):
    nora = person("Nora")
    firms.join_firm(firm=bakery.firm, person=nora, role=Role.ASSISTANT, at=AT)
    firms.assign(company=bakery, person=nora, by=alice, at=AT)
    for who in (nora, bob):
        client = signed_in(who)
        assert client.get(f"/dossiers/{bakery.pk}/vue-client/").status_code == 404
        assert look(client, bakery, bob).status_code == 404
    forged = signed_in(nora)
    session = forged.session
    session["viewing"] = {"company": str(bakery.pk), "member": ""}
    session.save()
    assert forged.get(f"/c/{bakery.pk}/").status_code == 404, "the right is asked at each look, not once"


def test_the_eyes_of_another_companys_person_are_not_lent(bakery, alice, bob, charlie, signed_in):
    eve = person("Eve")
    garage = charlie.assignments.get().company
    firms.join_company(company=garage, person=eve, role=Role.DIRIGEANT, at=AT)
    assert look(signed_in(alice), bakery, eve).status_code == 404
    assert look(signed_in(alice), garage, eve).status_code == 404


def test_looking_ends_with_the_right_to_look(bakery, alice, bob, signed_in):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    client = signed_in(karim)
    look(client, bakery, bob)
    assert client.get(f"/c/{bakery.pk}/").status_code == 200
    firms.unassign(company=bakery, person=karim, by=alice, at=AT)
    assert client.get(f"/c/{bakery.pk}/").status_code == 404


def test_a_space_without_anybody_is_seen_as_its_future_dirigeant(bakery, alice, signed_in):
    client = signed_in(alice)
    assert look(client, bakery).status_code == 302
    assert "futur dirigeant" in text(client.get(f"/c/{bakery.pk}/"))

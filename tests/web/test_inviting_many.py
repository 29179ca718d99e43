"""Inviting the clients of many dossiers at once: read first, then sent; whom it leaves alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.conftest import AT, person

from comptoir.domain.rights import Assignation, Role
from comptoir.records.firms import actions as firms
from comptoir.records.firms import invitations
from comptoir.records.firms.models import Company, Contact, Invitation
from comptoir.records.mail.models import Letter

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def dossier(firm, by, called, siren, **contact):
    company = firms.open_dossier(firm=firm, by=by, at=AT, name=called, siren=siren)
    if contact:
        Contact.objects.create(firm=firm, company=company, is_main=True, **contact)
    return company


@pytest.fixture
def flowers(bakery, alice):
    """Nobody has access; its main contact has an address."""
    return dossier(
        bakery.firm, alice, "Fleurs Hamon", "452133770", name="Nadia Cherif", email="Nadia@Fleurs.example"
    )


@pytest.fixture
def landlord(bakery, alice):
    """Nobody has access, and nobody has an address."""
    return dossier(bakery.firm, alice, "SCI Tilleuls", "392544177", name="Paul Girard")


def ask(client, firm_id, companies, **more):
    return client.post(f"/cabinet/{firm_id}/invitations", {"dossier": [c.pk for c in companies], **more})


def test_what_would_leave_is_read_before_anything_leaves(bakery, bob, alice, flowers, landlord, signed_in):
    page = ask(signed_in(alice), bakery.firm_id, [bakery, flowers, landlord])
    assert page.status_code == 200
    shown = text(page)
    assert "1 invitation à envoyer" in shown
    assert "Nadia@Fleurs.example, dirigeant" in shown
    assert "Le client a déjà accès" in shown
    assert "Pas d’adresse" in shown
    assert not Invitation.objects.exists()


def test_the_main_contact_is_invited_as_dirigeant_where_nobody_is(
    bakery, bob, alice, flowers, landlord, signed_in
):
    client = signed_in(alice)
    answer = ask(client, bakery.firm_id, [bakery, flowers, landlord], envoi="1", retour="dossiers=tous&avec=acces")
    assert answer.url == f"/cabinet/{bakery.firm_id}/?dossiers=tous&avec=acces"
    sent = Invitation.objects.get()
    assert (sent.company, sent.email, sent.role) == (flowers, "nadia@fleurs.example", "dirigeant")
    assert (sent.first_name, sent.last_name, sent.by) == ("Nadia", "Cherif", alice)
    assert Letter.objects.get().company_id == flowers.pk
    assert "1 invitation est partie" in text(client.get(answer.url))


def test_those_noted_or_expired_leave_and_an_open_link_is_left_alone(bakery, alice, flowers, signed_in):
    now = timezone.now()
    known = {"firm": bakery.firm, "by": alice, "at": now}
    invitations.invite(company=flowers, email="noted@example.org", role=Role.GESTIONNAIRE, **known)
    expired = invitations.invite(company=flowers, email="expired@example.org", role=Role.DIRIGEANT, **known)
    invitations.send(invitation=expired, by=alice, at=now - timedelta(days=8))
    opened = invitations.invite(company=bakery, email="open@example.org", role=Role.DIRIGEANT, **known)
    invitations.send(invitation=opened, by=alice, at=now - timedelta(days=1))
    client = signed_in(alice)
    page = text(ask(client, bakery.firm_id, [bakery, flowers]))
    assert "2 invitations à envoyer" in page
    assert "Déjà invité, lien ouvert jusqu’au" in page
    ask(client, bakery.firm_id, [bakery, flowers], envoi="1")
    assert set(Letter.objects.values_list("to", flat=True)) == {"noted@example.org", "expired@example.org"}
    assert not Invitation.objects.filter(email="nadia@fleurs.example").exists(), "somebody is invited already"


def test_pressed_twice_it_leaves_once(bakery, alice, flowers, signed_in):
    client = signed_in(alice)
    ask(client, bakery.firm_id, [flowers], envoi="1")
    again = ask(client, bakery.firm_id, [flowers], envoi="1")
    assert (again.status_code, "Aucune invitation" in text(again)) == (422, True)
    assert Letter.objects.count() == 1


def test_nothing_ticked_is_said(bakery, alice, signed_in):
    answer = ask(signed_in(alice), bakery.firm_id, [])
    assert (answer.status_code, "Cochez d’abord" in text(answer)) == (422, True)


def test_a_name_full_of_scripts_or_of_lines_goes_into_no_head_of_mail(bakery, alice, landlord, signed_in):
    contact = Contact.objects.get(company=landlord)
    contact.name, contact.email = (
        "<script>alert(1)</script>\r\nBcc: evil@example.org 🦊" + "x" * 60,
        "p@example.org",
    )
    contact.save()
    client = signed_in(alice)
    assert "<script>alert" not in text(ask(client, bakery.firm_id, [landlord]))
    ask(client, bakery.firm_id, [landlord], envoi="1")
    assert "\n" not in Invitation.objects.get().full_name
    assert "\n" not in Letter.objects.get().subject


def test_only_ones_own_dossiers_all_of_those_named_or_none(bakery, alice, bob, charlie, flowers, signed_in):
    bakery.firm.assignation = Assignation.LIMITEE
    bakery.firm.save()
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    assert ask(signed_in(karim), bakery.firm_id, [bakery]).status_code == 200
    assert ask(signed_in(karim), bakery.firm_id, [bakery, flowers], envoi="1").status_code == 404
    garage = Company.objects.get(name="Garage Lebreton")
    assert ask(signed_in(alice), bakery.firm_id, [flowers, garage], envoi="1").status_code == 404
    for who in (bob, charlie):
        assert ask(signed_in(who), bakery.firm_id, [flowers], envoi="1").status_code == 404
    assert signed_in(alice).post(f"/cabinet/{bakery.firm_id}/invitations", {"dossier": "zzz"}).status_code == 404
    assert not Invitation.objects.exists()


def test_as_many_questions_for_ten_dossiers_as_for_one(bakery, alice, signed_in, django_assert_max_num_queries):
    many = [
        dossier(bakery.firm, alice, f"Dossier {n}", f"39254{n:04}", name="Zoé", email=f"zoe{n}@example.org")
        for n in range(10)
    ]
    client = signed_in(alice)
    with django_assert_max_num_queries(40) as one:
        ask(client, bakery.firm_id, many[:1])
    with django_assert_max_num_queries(len(one)):
        page = ask(client, bakery.firm_id, many)
    assert "10 invitations à envoyer" in text(page)

"""Roles changed, people leaving, dossiers handed over: at once, refused where the house would be without a head."""

import pytest
from django.test import Client
from tests.acts import hand_in
from tests.conftest import AT, person
from tests.records.test_at_once import at_once

from comptoir.domain.rights import Role
from comptoir.records.audit.models import Event
from comptoir.records.deposits.models import Document
from comptoir.records.firms import actions as firms
from comptoir.records.firms import members
from comptoir.records.firms import queries as people_queries
from comptoir.records.firms.models import Assignment, CompanyMembership, FirmMembership

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def seat_of(who, company=None):
    if company:
        return CompanyMembership.objects.get(person=who, company=company)
    return FirmMembership.objects.get(person=who)


@pytest.fixture
def karim(bakery, alice):
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    return karim


@pytest.fixture
def ours(bakery):
    return f"/cabinet/{bakery.firm_id}/collaborateurs/"


@pytest.fixture
def theirs(bakery):
    return f"/c/{bakery.pk}/collaborateurs/"


def test_a_role_is_changed_and_holds_at_once(bakery, alice, karim, ours, signed_in):
    assert signed_in(karim).get(f"/cabinet/{bakery.firm_id}/dossiers/").status_code == 404
    signed_in(alice).post(f"{ours}{seat_of(karim).pk}/role", {"role": "chef_de_mission"})
    assert signed_in(karim).get(f"/cabinet/{bakery.firm_id}/dossiers/").status_code == 200


def test_the_last_expert_comptable_stays_one(alice, ours, signed_in):
    client, own = signed_in(alice), seat_of(alice)
    for address, form in ((f"{ours}{own.pk}/role", {"role": "assistant"}), (f"{ours}{own.pk}/depart", {})):
        answer = client.post(address, form)
        assert (answer.status_code, "dernier expert-comptable" in text(answer)) == (422, True)
    assert seat_of(alice).role == "expert_comptable"
    assert seat_of(alice).ended_on is None


def test_the_last_dirigeant_stays_one(bakery, bob, alice, theirs, signed_in):
    own = seat_of(bob, bakery)
    demotion = {"role": "lecteur"}
    for client, address, form in (
        (signed_in(bob), f"{theirs}{own.pk}/role", demotion),
        (signed_in(bob), f"{theirs}{own.pk}/depart", {}),
        (signed_in(alice), f"/dossiers/{bakery.pk}/acces/{own.pk}/role", demotion),
        (signed_in(alice), f"/dossiers/{bakery.pk}/acces/{own.pk}/depart", {}),
    ):
        answer = client.post(address, form)
        assert (answer.status_code, "dernier dirigeant" in text(answer)) == (422, True)
    assert seat_of(bob, bakery).ended_on is None


def test_the_firm_closes_the_space_to_whoever_took_a_misaddressed_invitation(
    bakery, bob, alice, theirs, signed_in
):
    bobs, own, desk = signed_in(bob), seat_of(bob, bakery), f"/dossiers/{bakery.pk}/acces/"
    assert bobs.get(theirs).status_code == 200
    signed_in(alice).post(desk, {"email": "the.right.one@example.org", "role": "dirigeant"})
    assert signed_in(alice).post(f"{desk}{own.pk}/depart").status_code == 302, "once the right one is invited"
    assert bobs.get(theirs).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_dirigeants_who_remove_each_other_at_once_leave_one(bakery, bob, theirs, signed_in):
    eve = person("Eve")
    firms.join_company(company=bakery, person=eve, role=Role.DIRIGEANT, at=AT)
    bobs, eves = signed_in(bob), signed_in(eve)
    at_once(
        lambda: bobs.post(f"{theirs}{seat_of(eve, bakery).pk}/depart"),
        lambda: eves.post(f"{theirs}{seat_of(bob, bakery).pk}/depart"),
    )
    assert CompanyMembership.objects.filter(role="dirigeant", ended_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_expert_comptables_who_remove_each_other_at_once_leave_one(bakery, alice, ours, signed_in):
    eve = person("Eve")
    firms.join_firm(firm=bakery.firm, person=eve, role=Role.EXPERT_COMPTABLE, at=AT)
    alices, eves = signed_in(alice), signed_in(eve)
    at_once(
        lambda: alices.post(f"{ours}{seat_of(eve).pk}/depart"),
        lambda: eves.post(f"{ours}{seat_of(alice).pk}/depart"),
    )
    assert FirmMembership.objects.filter(role="expert_comptable", ended_on=None).count() == 1


def test_who_leaves_the_firm_is_out_at_once_and_hands_the_dossiers_over(bakery, alice, karim, ours, signed_in):
    nora = person("Nora")
    firms.join_firm(firm=bakery.firm, person=nora, role=Role.COLLABORATEUR, at=AT)
    karims = signed_in(karim)
    document = hand_in(bakery, karim)
    assert karims.get(f"/dossiers/{bakery.pk}/production/").status_code == 200
    page = signed_in(alice).get(f"{ours}{seat_of(karim).pk}/depart")
    assert "Boulangerie Dupont" in text(page)
    signed_in(alice).post(f"{ours}{seat_of(karim).pk}/depart", {"heir": str(seat_of(nora).pk)})
    for address in (f"/dossiers/{bakery.pk}/production/", f"/cabinet/{bakery.firm_id}/"):
        assert karims.get(address).status_code == 404
    assert signed_in(nora).get(f"/dossiers/{bakery.pk}/production/").status_code == 200
    assert Document.objects.get(pk=document.pk).deposited_by == karim, "nothing that they did disappears"
    assert {"leave_firm", "assign_dossier", "unassign_dossier"} <= set(
        Event.objects.values_list("verb", flat=True)
    )


def test_as_many_questions_to_hand_forty_dossiers_over_as_two(bakery, alice, karim, django_assert_max_num_queries):
    nora = person("Nora")
    firms.join_firm(firm=bakery.firm, person=nora, role=Role.COLLABORATEUR, at=AT)
    dossiers = [firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name=f"Dossier {n}") for n in range(40)]
    by = {"firm": bakery.firm, "by": alice, "at": AT}
    firms.assign(company=dossiers[0], person=nora, by=alice, at=AT)
    firms.assign(company=dossiers[1], person=nora, by=alice, at=AT)
    firms.unassign(company=dossiers[1], person=nora, by=alice, at=AT)
    with django_assert_max_num_queries(12):
        count = members.hand_over(giver=alice, heir=nora, **by)
    assert count == 41, "the bakery too"
    kept = {row.name for row in people_queries.kept(nora, bakery.firm)}
    assert kept == {"Boulangerie Dupont", *(f"Dossier {n}" for n in range(40))}
    assert people_queries.kept(alice, bakery.firm) == []
    said = Event.objects.filter(verb="assign_dossier", detail__person=str(nora.pk))
    assert said.filter(company_id=dossiers[0].pk).count() == 1, "what was hers already is not said twice"
    assert said.filter(company_id=dossiers[1].pk).count() == 2, "and what comes back to her is"
    assert Event.objects.filter(verb="unassign_dossier", detail__person=str(alice.pk)).count() == 41
    assert members.hand_over(giver=nora, heir=None, **by) == 41, "to nobody"


def test_who_leaves_the_firm_but_is_a_clients_too_is_said_to_keep_that_access(
    bakery, alice, karim, ours, signed_in
):
    leaving = f"{ours}{seat_of(karim).pk}/depart"
    assert "du côté du client" not in text(signed_in(alice).get(leaving))
    firms.join_company(company=bakery, person=karim, role=Role.DIRIGEANT, at=AT)
    page = text(signed_in(alice).get(leaving))
    assert "garde un accès du côté du client" in page
    assert f'href="/dossiers/{bakery.pk}/acces/"' in page
    assert "Son dossier passe à" in page


def test_an_heir_of_another_firm_is_none(bakery, alice, karim, charlie, ours, signed_in):
    stranger = FirmMembership.objects.get(person=charlie)
    answer = signed_in(alice).post(f"{ours}{seat_of(karim).pk}/depart", {"heir": str(stranger.pk)})
    assert answer.status_code == 404
    assert seat_of(karim).ended_on is None
    assert not Assignment.objects.filter(person=charlie, company=bakery).exists()
    for heir in ("x", str(seat_of(karim).pk)):  # nor is who leaves
        assert signed_in(alice).post(f"{ours}{seat_of(karim).pk}/depart", {"heir": heir}).status_code == 404
    assert seat_of(karim).ended_on is None


def test_who_leaves_a_company_is_out_at_once_and_may_come_back(bakery, bob, dina, theirs, signed_in):
    dinas = signed_in(dina)
    hand_in(bakery, dina)
    signed_in(bob).post(f"{theirs}{seat_of(dina, bakery).pk}/depart")
    assert dinas.get(f"/c/{bakery.pk}/pieces/").status_code == 404
    assert Document.objects.get().deposited_by == dina
    firms.join_company(company=bakery, person=dina, role=Role.LECTEUR, at=AT.replace(year=2027))
    assert seat_of(dina, bakery).role == "lecteur"
    assert dinas.get(f"/c/{bakery.pk}/banque/").status_code == 200


@pytest.mark.parametrize("role", ["gestionnaire", "deposant", "lecteur"])
def test_only_a_dirigeant_changes_roles_even_by_a_request_made_by_hand(bakery, bob, theirs, signed_in, role):
    mallory = person("Mallory")
    firms.join_company(company=bakery, person=mallory, role=Role(role), at=AT)
    client = signed_in(mallory)
    own = seat_of(mallory, bakery)
    assert client.post(f"{theirs}{own.pk}/role", {"role": "dirigeant"}).status_code == 404
    assert client.post(f"{theirs}{seat_of(bob, bakery).pk}/depart").status_code == 404
    assert client.post(theirs, {"email": "m@example.org", "role": "dirigeant"}).status_code == 404
    assert seat_of(mallory, bakery).role == role


def test_a_role_that_does_not_exist_on_this_side_is_refused(bakery, bob, dina, theirs, signed_in):
    for role in ("expert_comptable", "", "DIRIGEANT", "dirigeant\0"):
        answer = signed_in(bob).post(f"{theirs}{seat_of(dina, bakery).pk}/role", {"role": role})
        assert answer.status_code in (400, 422)
    assert seat_of(dina, bakery).role == "deposant"


def test_the_desk_of_one_space_reaches_nobody_of_another(bakery, bob, charlie, theirs, signed_in):
    garage = Assignment.objects.get(person=charlie).company
    eve = person("Eve")
    firms.join_company(company=garage, person=eve, role=Role.LECTEUR, at=AT)
    stranger = seat_of(eve, garage)
    assert signed_in(bob).post(f"{theirs}{stranger.pk}/role", {"role": "dirigeant"}).status_code == 404
    assert signed_in(bob).post(f"{theirs}{stranger.pk}/depart").status_code == 404


def test_who_has_just_lost_the_page_is_led_home(bakery, alice, ours, signed_in):
    eve = person("Eve")
    firms.join_firm(firm=bakery.firm, person=eve, role=Role.EXPERT_COMPTABLE, at=AT)
    answer = signed_in(alice).post(f"{ours}{seat_of(alice).pk}/role", {"role": "assistant"})
    assert answer.url == "/"


def test_validation_may_be_given_to_collaborateurs_and_taken_again(bakery, alice, karim, signed_in):
    page = f"/cabinet/{bakery.firm_id}/confidentialite/"
    year = bakery.pk
    years = f"/dossiers/{year}/exercices/"
    form = {"assignation": "libre", "second_factor": "nobody"}
    signed_in(alice).post(page, {**form, "collaborateurs_validate": "on"})
    bakery.firm.refresh_from_db()
    assert bakery.firm.collaborateurs_validate
    assert signed_in(karim).get(years).status_code == 200
    signed_in(alice).post(page, form)
    event = Event.objects.filter(verb="set_confidentiality").latest("at", "id")
    assert event.detail == {"collaborateurs_validate": False}
    assert signed_in(karim).get(page).status_code == 404


def test_a_confidentiality_that_does_not_exist_is_refused(bakery, alice, signed_in):
    page = f"/cabinet/{bakery.firm_id}/confidentialite/"
    answer = signed_in(alice).post(page, {"assignation": "ouverte", "second_factor": "x"})
    assert answer.status_code == 422
    bakery.firm.refresh_from_db()
    assert bakery.firm.assignation == "libre"


def test_a_second_factor_that_the_firm_requires_is_asked_before_anything(bakery, alice, karim, bob, signed_in):
    firm = bakery.firm
    firm.second_factor = "firm"
    firm.save()
    for address in (f"/cabinet/{firm.pk}/", f"/dossiers/{bakery.pk}/production/"):
        answer = signed_in(karim).get(address)
        assert (answer.status_code, answer.url) == (302, "/compte/2fa/totp/activate/")
    assert signed_in(bob).get(f"/c/{bakery.pk}/").status_code == 200, "of the firm's own people only"
    karims = signed_in(karim)
    karims.get(f"/dossiers/{bakery.pk}/banque/?apres=x")
    assert karims.get("/suite/").url == f"/dossiers/{bakery.pk}/banque/?apres=x", (
        "and they go on where they were going"
    )
    firm.second_factor = "everybody"
    firm.save()
    assert signed_in(bob).get(f"/c/{bakery.pk}/").url == "/compte/2fa/totp/activate/"
    assert "second facteur" in text(signed_in(bob).get(f"/c/{bakery.pk}/", follow=True))


def test_who_has_a_second_factor_enters(bakery, karim, signed_in):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    bakery.firm.second_factor = "firm"
    bakery.firm.save()
    TOTP.activate(karim, generate_totp_secret())
    assert signed_in(karim).get(f"/cabinet/{bakery.firm_id}/").status_code == 200


def test_a_desk_asks_for_the_forms_own_token(bakery, bob, dina, theirs):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(f"{theirs}{seat_of(dina, bakery).pk}/depart").status_code == 403
    assert seat_of(dina, bakery).ended_on is None

"""Who keeps which dossier: taken, given, handed back; and what a colleague's dossier is to somebody."""

import re
from datetime import date
from uuid import uuid4

import pytest
from tests.acts import hand_in
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.rights import Assignation, Role
from comptoir.records.audit.models import Event
from comptoir.records.firms import actions as firms
from comptoir.records.firms.members import leave_firm
from comptoir.records.firms.models import Assignment, Company, FirmMembership
from comptoir.records.missing import filters

pytestmark = pytest.mark.django_db


def member(firm, first_name, role):
    found = person(first_name)
    firms.join_firm(firm=firm, person=found, role=role, at=AT)
    return found


@pytest.fixture
def karim(bakery):
    return member(bakery.firm, "Karim", Role.COLLABORATEUR)


@pytest.fixture
def chloe(bakery):
    """A chef de mission."""
    return member(bakery.firm, "Chloé", Role.CHEF_DE_MISSION)


@pytest.fixture
def flowers(bakery, alice, bob):
    """A second dossier, kept by Alice as the first, with a figure that a colleague must not learn."""
    company = firms.open_dossier(
        firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="452133770", legal_form="SASU"
    )
    pipeline.open_year(company=company, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), at=AT)
    hand_in(company, bob)
    return company


@pytest.fixture
def limited(bakery):
    bakery.firm.assignation = Assignation.LIMITEE
    bakery.firm.save()


def portfolio(client, company, query="dossiers=tous"):
    answer = client.get(f"/cabinet/{company.firm_id}/?{query}")
    assert answer.status_code == 200
    return answer


def names(answer):
    return [row.company.name for row in answer.context["portfolio"].rows]


def keepers(company):
    return {row.person.first_name for row in Assignment.objects.filter(company=company, ended_on=None)}


def take(client, company):
    return client.post(f"/cabinet/{company.firm_id}/dossiers/{company.pk}/prise")


def give(client, companies, who, act="affectations", firm=None):
    form = {"dossier": [c.pk for c in companies], "person": getattr(who, "pk", who)}
    return client.post(f"/cabinet/{firm or companies[0].firm_id}/{act}", form)


def test_libre_a_colleagues_dossier_is_seen_by_name_only(bakery, flowers, karim, signed_in):
    client = signed_in(karim)
    answer = portfolio(client, bakery)
    assert set(names(answer)) == {"Boulangerie Dupont", "Fleurs Hamon"}
    assert all(row.standing is None and row.bank is None for row in answer.context["portfolio"].rows)
    page = answer.content.decode()
    assert "Prendre" in page
    assert f"/dossiers/{flowers.pk}/production/" not in page
    assert answer.context["portfolio"].scope.to_review == answer.context["portfolio"].sums.dossiers == 0
    assert client.get(f"/dossiers/{flowers.pk}/production/").status_code == 404


def test_libre_ones_own_come_first_asked_and_the_colleagues_on_demand(bakery, flowers, karim, signed_in):
    client = signed_in(karim)
    assert names(portfolio(client, bakery, "")) == []
    assert "Aucun dossier ne vous est affecté" in portfolio(client, bakery, "").content.decode()
    firms.assign(company=flowers, person=karim, by=karim, at=AT)
    assert names(portfolio(client, bakery, "")) == ["Fleurs Hamon"]


def test_libre_a_colleagues_figure_cannot_be_guessed_by_filter_or_order(bakery, flowers, karim, signed_in):
    client = signed_in(karim)
    for asked in (*(f"avec={key}" for key in filters.WAITING), "tenue=automatic", "tenue=manual"):
        assert names(portfolio(client, bakery, f"dossiers=tous&{asked}")) == [], asked
    both = [names(portfolio(client, bakery, f"dossiers=tous&tri={way}pieces")) for way in ("", "-")]
    assert both[0] == both[1] == ["Boulangerie Dupont", "Fleurs Hamon"], "by name, whatever the figures"


def test_libre_a_colleagues_dossier_is_not_in_the_file_nor_in_the_palette(bakery, flowers, karim, signed_in):
    client = signed_in(karim)
    firms.assign(company=bakery, person=karim, by=karim, at=AT)
    file = client.get(f"/cabinet/{bakery.firm_id}/portefeuille.csv?dossiers=tous").content.decode()
    assert "Boulangerie Dupont" in file
    assert "Fleurs" not in file
    assert "Fleurs" not in client.get(f"/cabinet/{bakery.firm_id}/aller?q=fleurs").content.decode().replace(
        "« fleurs »", ""
    )


def test_libre_who_takes_a_dossier_enters_it_at_once(bakery, flowers, karim, signed_in):
    client = signed_in(karim)
    assert take(client, flowers).status_code == 302
    assert client.get(f"/dossiers/{flowers.pk}/production/").status_code == 200
    row, *_ = portfolio(client, bakery, "").context["portfolio"].rows
    assert (row.company, row.standing.to_review) == (flowers, 1)
    assert Event.objects.filter(verb="assign_dossier", person_id=karim.pk, company_id=flowers.pk).count() == 1
    assert take(client, flowers).status_code == 302, "twice is once"
    assert Assignment.objects.filter(company=flowers, person=karim).count() == 1


def test_libre_an_assistant_sees_but_does_not_take(bakery, flowers, signed_in):
    client = signed_in(member(bakery.firm, "Nora", Role.ASSISTANT))
    assert "Prendre" not in portfolio(client, bakery).content.decode()
    assert take(client, flowers).status_code == 404
    assert keepers(flowers) == {"Alice"}


def test_limitee_a_colleagues_dossier_does_not_exist(bakery, flowers, karim, limited, signed_in):
    firms.assign(company=bakery, person=karim, by=karim, at=AT)
    client = signed_in(karim)
    for query in (
        "",
        "dossiers=tous",
        "dossiers=tous&q=fleurs",
        "dossiers=tous&forme=SASU",
        "dossiers=tous&tri=nom",
    ):
        answer = portfolio(client, bakery, query)
        assert "Fleurs" not in answer.content.decode().replace('value="fleurs"', ""), query
        assert "SASU" not in answer.content.decode().replace("forme=SASU", ""), query
        found = answer.context["portfolio"]
        assert (found.mine, found.everybodys, found.scope.dossiers) == (1, None, 1)
    chosen = portfolio(client, bakery).context["choices"]
    assert chosen.legal_forms == []
    assert [p.first_name for p in chosen.keepers] == ["Alice", "Karim"], "who keeps what is seen"


def test_limitee_who_keeps_only_hidden_dossiers_is_not_offered(bakery, flowers, karim, limited, signed_in):
    luc = member(bakery.firm, "Luc", Role.COLLABORATEUR)
    firms.assign(company=flowers, person=luc, by=luc, at=AT)
    firms.assign(company=bakery, person=karim, by=karim, at=AT)
    client = signed_in(karim)
    assert "Luc" not in portfolio(client, bakery).content.decode()
    assert names(portfolio(client, bakery, f"dossiers=tous&tenu_par={luc.pk}")) == []


def test_limitee_nothing_is_taken_even_by_a_hand_made_request(
    bakery, flowers, karim, chloe, alice, limited, signed_in
):
    for who in (karim, chloe, alice):
        assert take(signed_in(who), flowers).status_code == 404
    assert keepers(flowers) == {"Alice"}


def test_the_next_request_after_libre_becomes_limitee_hides(bakery, flowers, karim, signed_in):
    client = signed_in(karim)
    assert "Fleurs Hamon" in names(portfolio(client, bakery))
    bakery.firm.assignation = Assignation.LIMITEE
    bakery.firm.save()
    assert names(portfolio(client, bakery)) == []
    assert take(client, flowers).status_code == 404
    bakery.firm.assignation = Assignation.LIBRE
    bakery.firm.save()
    assert "Fleurs Hamon" in names(portfolio(client, bakery))


def test_a_portfolio_that_is_open_when_libre_becomes_limitee_keeps_no_count_of_what_it_hides(
    bakery, flowers, karim, alice, signed_in
):
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    client = signed_in(karim)

    def asked_again():
        address = f"/cabinet/{bakery.firm_id}/?dossiers=tous"
        page = client.get(address, headers={"HX-Request": "true"}).content.decode()
        return page, page.split('id="pf-scope"')[1], re.search(r'data-key="foot" data-version="([^"]*)"', page)[1]

    page, scope, foot = asked_again()
    assert 'hx-swap-oob="true"' in scope
    assert 'Tous <span class="n">2</span>' in scope
    bakery.firm.assignation = Assignation.LIMITEE
    bakery.firm.save()
    page, scope, after = asked_again()
    assert scope.split(">")[0].endswith("hidden"), "nothing of colleagues' to choose"
    assert ("Fleurs" in page, "2 dossiers" in page, "1 dossier" in page) == (False, False, True)
    assert after != foot, "a foot of the same sums is made again all the same"


def test_an_expert_comptable_sees_and_enters_every_dossier_in_both(bakery, karim, limited, signed_in):
    theirs = firms.open_dossier(firm=bakery.firm, by=karim, at=AT, name="Cave Pont", siren="")
    alice = bakery.firm.memberships.get(role=Role.EXPERT_COMPTABLE).person
    client = signed_in(alice)
    assert names(portfolio(client, bakery, "")) == ["Boulangerie Dupont"], "hers by default"
    rows = portfolio(client, bakery).context["portfolio"].rows
    assert {row.company.name for row in rows} == {"Boulangerie Dupont", "Cave Pont"}
    assert all(row.standing for row in rows)
    assert client.get(f"/dossiers/{theirs.pk}/production/").status_code == 200


def test_several_ticked_dossiers_are_given_at_once(bakery, flowers, alice, karim, signed_in):
    answer = give(signed_in(alice), [bakery, flowers], karim)
    assert answer.status_code == 302
    assert keepers(bakery) == keepers(flowers) == {"Alice", "Karim"}
    assert Event.objects.filter(verb="assign_dossier", person_id=alice.pk, detail__name="Karim Essai").count() == 2


def test_they_are_taken_from_a_colleague_at_once(bakery, flowers, alice, karim, signed_in):
    client = signed_in(alice)
    give(client, [bakery, flowers], karim)
    assert signed_in(karim).get(f"/dossiers/{bakery.pk}/production/").status_code == 200
    give(client, [bakery, flowers], karim, "affectations/fin")
    assert keepers(bakery) == {"Alice"}
    assert signed_in(karim).get(f"/dossiers/{bakery.pk}/production/").status_code == 404


def test_nothing_ticked_or_nobody_chosen_is_said(bakery, alice, karim, signed_in):
    client, address = signed_in(alice), f"/cabinet/{bakery.firm_id}/affectations"
    answer = client.post(address, {"person": karim.pk})
    assert (answer.status_code, "Cochez d’abord" in answer.content.decode()) == (422, True)
    answer = client.post(address, {"dossier": bakery.pk, "person": ""})
    assert (answer.status_code, "Choisissez la personne" in answer.content.decode()) == (422, True)


def test_a_chef_de_mission_gives_their_own_dossiers_only(bakery, flowers, chloe, karim, signed_in):
    firms.assign(company=flowers, person=chloe, by=chloe, at=AT)
    client = signed_in(chloe)
    assert give(client, [flowers], karim).status_code == 302
    assert keepers(flowers) == {"Alice", "Chloé", "Karim"}
    assert give(client, [bakery], karim).status_code == 404
    assert give(client, [flowers, bakery], chloe, "affectations/fin").status_code == 404
    assert keepers(bakery) == {"Alice"}
    assert "Chloé" in keepers(flowers), "one forged among them and nothing is done"


def test_a_collaborateur_gives_nothing(bakery, flowers, karim, signed_in):
    firms.assign(company=flowers, person=karim, by=karim, at=AT)
    assert give(signed_in(karim), [flowers], karim).status_code == 404
    assert give(signed_in(karim), [flowers], karim, "affectations/fin").status_code == 404


def test_another_firms_dossier_among_those_ticked_undoes_all(bakery, alice, karim, charlie, signed_in):
    garage = Company.objects.get(name="Garage Lebreton")
    assert give(signed_in(alice), [bakery, garage], karim).status_code == 404
    assert keepers(bakery) == {"Alice"}
    assert keepers(garage) == {"Charlie"}
    for forged in (uuid4(), "x", ""):
        form = {"dossier": [bakery.pk, forged], "person": karim.pk}
        assert signed_in(alice).post(f"/cabinet/{bakery.firm_id}/affectations", form).status_code == 404
    assert take(signed_in(karim), Company(pk=garage.pk, firm_id=bakery.firm_id)).status_code == 404


def test_only_who_works_here_now_is_given_a_dossier(bakery, alice, karim, bob, charlie, signed_in):
    client = signed_in(alice)
    for stranger in (bob, charlie, uuid4(), "x"):
        assert give(client, [bakery], stranger).status_code == 404
    membership = FirmMembership.objects.get(person=karim)
    leave_firm(membership=membership, heir=None, by=alice, at=AT)
    assert give(client, [bakery], karim).status_code == 404
    assert keepers(bakery) == {"Alice"}


def test_one_hands_back_ones_own_and_is_told_when_nobody_keeps_it(bakery, flowers, alice, karim, signed_in):
    firms.assign(company=flowers, person=karim, by=karim, at=AT)
    address = f"/cabinet/{bakery.firm_id}/dossiers/{flowers.pk}/rendu"
    answer = signed_in(karim).post(address, follow=True)
    assert "n’est plus dans vos dossiers" in answer.content.decode()
    assert "par personne" not in answer.content.decode()
    menu = signed_in(alice).get(f"/cabinet/{bakery.firm_id}/dossiers/{flowers.pk}/").content.decode()
    assert "Personne d’autre ne tient" in menu
    answer = signed_in(alice).post(address, follow=True)
    assert "n’est plus tenu par personne" in answer.content.decode()
    assert keepers(flowers) == set()
    assert signed_in(karim).post(address).status_code == 404, "what one does not keep cannot be handed back"


def test_a_clients_own_person_reaches_none_of_it(bakery, bob, signed_in):
    client = signed_in(bob)
    assert client.get(f"/cabinet/{bakery.firm_id}/").status_code == 404
    assert client.get(f"/cabinet/{bakery.firm_id}/portefeuille.csv").status_code == 404
    assert take(client, bakery).status_code == 404
    assert client.post(f"/dossiers/{bakery.pk}/tenue").status_code == 404


def test_the_menu_offers_what_the_role_may_do(bakery, flowers, alice, karim, signed_in):
    firms.assign(company=flowers, person=karim, by=karim, at=AT)
    address = f"/cabinet/{bakery.firm_id}/dossiers/{flowers.pk}/"
    mine, hers = (signed_in(who).get(address).content.decode() for who in (karim, alice))
    assert ("Affecter à" in mine, "Retirer" in mine, "Rendre le dossier" in mine) == (False, False, True)
    assert ("Retirer" in hers, "Tenue à jour" in hers) == (True, True)
    assert signed_in(karim).get(f"/cabinet/{bakery.firm_id}/dossiers/{bakery.pk}/").status_code == 404


def test_kept_up_is_said_from_the_portfolio_and_from_the_dossier(bakery, flowers, alice, signed_in):
    client = signed_in(alice)
    answer = client.post(f"/dossiers/{flowers.pk}/tenue", {"retour": "dossiers=tous&tri=nom"})
    assert answer.url == f"/cabinet/{bakery.firm_id}/?dossiers=tous&tri=nom"
    assert client.post(f"/dossiers/{flowers.pk}/tenue").url == f"/dossiers/{flowers.pk}/production/"
    assert "Tenue" in client.get(f"/dossiers/{flowers.pk}/production/").content.decode()
    nora = member(bakery.firm, "Nora", Role.ASSISTANT)
    firms.assign(company=flowers, person=nora, by=alice, at=AT)
    assert signed_in(nora).post(f"/dossiers/{flowers.pk}/tenue").status_code == 404
    pipeline.keep_up(company=flowers, by=alice, at=AT)

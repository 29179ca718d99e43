"""The pages that gather the settings: each person finds there what they may set, and no door that is shut to them."""

import re

import pytest
from django.urls import reverse
from tests.conftest import AT, person

from comptoir.domain.rights import Role
from comptoir.domain.settings_table import SETTINGS
from comptoir.records.firms import actions as firms
from comptoir.records.firms import retention
from comptoir.web.firm.settings_home import SCREENS

pytestmark = pytest.mark.django_db


def shown(client, name, pk):
    answer = client.get(reverse(name, args=[pk]))
    assert answer.status_code == 200
    return answer.content.decode().split('class="settings"')[1].split("</main>")[0]


def links(text):
    return set(re.findall(r'<a [^>]*href="([^"]+)"', text))


def at_firm(company, role):
    row = person(role.value)
    firms.join_firm(firm=company.firm, person=row, role=role, at=AT)
    return row


def test_every_setting_is_on_the_firms_page(bakery, alice, signed_in):
    text = shown(signed_in(alice), "firm_settings", bakery.firm_id)
    assert [
        one.name for one in SETTINGS if one.name.replace("’", "&#x27;") not in text and one.name not in text
    ] == []


@pytest.mark.parametrize("role", [Role.EXPERT_COMPTABLE, Role.CHEF_DE_MISSION, Role.COLLABORATEUR, Role.ASSISTANT])
def test_the_firms_page_opens_the_screens_of_ones_role_alone(bakery, signed_in, role):
    client = signed_in(at_firm(bakery, role))
    found = links(shown(client, "firm_settings", bakery.firm_id))
    for route in SCREENS:
        address = reverse(route, args=[bakery.firm_id])
        may_set = any(role in one.roles for one in SETTINGS if one.route == route)
        assert (address in found) is may_set, route
    assert [address for address in found if client.get(address).status_code != 200] == []


@pytest.mark.parametrize("role", [Role.DIRIGEANT, Role.GESTIONNAIRE, Role.DEPOSANT, Role.LECTEUR])
def test_the_clients_page_opens_what_ones_role_may_set(bakery, signed_in, role):
    row = person(role.value)
    firms.join_company(company=bakery, person=row, role=role, at=AT)
    client = signed_in(row)
    found = links(shown(client, "client_settings", bakery.pk))
    assert (reverse("client_members", args=[bakery.pk]) in found) is (role is Role.DIRIGEANT)
    assert (reverse("deposit_addresses", args=[bakery.pk]) in found) is (
        role in (Role.DIRIGEANT, Role.GESTIONNAIRE)
    )
    assert [address for address in found if client.get(address).status_code != 200] == []


def test_the_company_is_shown_as_the_firm_keeps_it(bakery, bob, signed_in):
    bakery.trade_name, bakery.address = "<b>Au bon pain</b>", ""
    bakery.save()
    text = shown(signed_in(bob), "client_settings", bakery.pk)
    assert "&lt;b&gt;Au bon pain&lt;/b&gt;" in text
    assert "Adresse" not in text
    assert f"Tenu par {bakery.firm.name}" in text


def test_the_firms_page_shows_how_each_setting_stands_now(bakery, alice, signed_in):
    firm, client = bakery.firm, signed_in(alice)
    fresh = shown(client, "firm_settings", firm.pk)
    assert "au départ :" not in fresh.split("settings-others")[0], "nothing was changed: nothing else is said"
    firm.assignation, firm.accent, firm.how_to_reach = "limitee", "#114477", "<b>" + "x" * 500
    firm.retention_years, firm.has_messaging = 12, False
    firm.save()
    text = shown(client, "firm_settings", firm.pk)
    for now in ("limitée", "#114477", "12 ans après la clôture", "non", "&lt;b&gt;xxx"):
        assert f'class="now">{now}' in text
    assert "au départ : libre" in text
    assert "x" * 60 not in text


def test_counts_over_all_dossiers_are_for_who_sees_them_all(bakery, alice, signed_in):
    retention.hold(company=bakery, reason="Litige", by=alice, at=AT)
    assert 'class="now">1 dossier' in shown(signed_in(alice), "firm_settings", bakery.firm_id)
    colleague = at_firm(bakery, Role.ASSISTANT)
    text = shown(signed_in(colleague), "firm_settings", bakery.firm_id)
    assert "1 dossier" not in text
    assert "contrat" not in text.split("Contrats EBICS</dt>")[1][:80]

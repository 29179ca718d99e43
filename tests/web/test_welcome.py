"""The first minutes in a space: three steps, each done by what stands there, put off, or taken up again."""

import re

import pytest
from django.test import Client
from tests.acts import hand_in
from tests.conftest import AT, person

from comptoir.domain.rights import Role
from comptoir.records.firms import actions as firms
from comptoir.records.firms import invitations
from comptoir.records.firms.models import WelcomeStep

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.fixture
def welcome(bakery):
    return f"/c/{bakery.pk}/bienvenue/"


def steps(page):
    """The title of each step, and whether it is done or the one to do now."""
    found = re.findall(r'<li class="card( done)?"( aria-current="step")?>.*?<h2>(.*?)</h2>', text(page), re.S)
    return {title: "done" if done else "now" if now else "" for done, now, title in found}


def test_a_dirigeant_is_led_through_three_steps(bob, welcome, signed_in):
    page = signed_in(bob).get(welcome)
    assert steps(page) == {"La banque": "now", "Une première pièce": "", "Vos collaborateurs": ""}
    assert "3 petites étapes" in text(page)


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.GESTIONNAIRE, {"La banque": "now", "Une première pièce": ""}),
        (Role.DEPOSANT, {"Une première pièce": "now"}),
        (Role.LECTEUR, {"La banque": "now"}),
    ],
)
def test_each_role_has_the_steps_that_it_may_do(bakery, welcome, signed_in, role, shown):
    who = person("Zoe")
    firms.join_company(company=bakery, person=who, role=role, at=AT)
    assert steps(signed_in(who).get(welcome)) == shown


def test_a_step_is_put_off_and_the_welcome_goes_on_where_it_was_left(bob, welcome, signed_in):
    client = signed_in(bob)
    for step in ("bank", "deposit"):
        assert client.post(welcome, {"step": step, "skip": "1"}).url == welcome
    later = signed_in(bob).get(welcome)
    assert steps(later) == {"La banque": "", "Une première pièce": "", "Vos collaborateurs": "now"}
    assert "Reprendre cette étape" in text(later)
    signed_in(bob).post(welcome, {"step": "deposit"})
    assert steps(client.get(welcome))["Une première pièce"] == "now"


def test_the_home_says_what_is_left_and_leads_back(bakery, bob, welcome, signed_in):
    client = signed_in(bob)
    home = f"/c/{bakery.pk}/"
    assert "3 étapes encore" in text(client.get(home))
    assert f'href="{welcome}"' in text(client.get(home))
    for step in ("bank", "deposit", "invite"):
        client.post(welcome, {"step": step, "skip": "1"})
    assert "Bien démarrer</span>" not in text(client.get(home))
    assert "Tout est prêt" in text(client.get(welcome))


def test_a_step_is_done_by_what_stands_in_the_space(bakery, alice, bob, welcome, signed_in):
    hand_in(bakery, bob)
    invitation = invitations.invite(
        firm=bakery.firm, company=bakery, email="lea@example.org", role=Role.LECTEUR, by=bob, at=AT
    )
    assert steps(signed_in(bob).get(welcome))["Vos collaborateurs"] == "", "noted is not asked"
    invitations.send(invitation=invitation, by=bob, at=AT)
    assert steps(signed_in(bob).get(welcome)) == {
        "La banque": "now",
        "Une première pièce": "done",
        "Vos collaborateurs": "done",
    }


def test_a_deposantes_step_is_not_done_by_anothers_piece(bakery, bob, dina, welcome, signed_in):
    hand_in(bakery, bob)
    assert steps(signed_in(dina).get(welcome)) == {"Une première pièce": "now"}


def test_a_step_that_is_none_changes_nothing_and_twice_is_once(bob, welcome, signed_in):
    client = signed_in(bob)
    for step in ("", "zzz", "x" * 5000, "bank", "bank"):
        assert client.post(welcome, {"step": step, "skip": "1"}).status_code == 302
    assert list(WelcomeStep.objects.values_list("key", flat=True)) == ["bank"]


def test_putting_off_is_ones_own(bakery, bob, welcome, signed_in):
    other = person("Gilles")
    firms.join_company(company=bakery, person=other, role=Role.DIRIGEANT, at=AT)
    signed_in(bob).post(welcome, {"step": "bank", "skip": "1"})
    assert steps(signed_in(other).get(welcome))["La banque"] == "now"


def test_charlie_finds_no_welcome(charlie, bob, welcome, signed_in):
    assert signed_in(charlie).get(welcome).status_code == 404
    assert signed_in(charlie).post(welcome, {"step": "bank", "skip": "1"}).status_code == 404
    assert not WelcomeStep.objects.exists()
    assert Client().get(welcome).status_code == 302

"""What waits at the firm, on one screen: each kind counted and led to, of nobody's dossiers but one's own."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.acts import bring_statement, hand_in
from tests.cast import mill_debit
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.domain.request import Wanted
from comptoir.domain.rights import Role
from comptoir.records.firms import actions as firms
from comptoir.records.firms import queries as people
from comptoir.records.missing.agenda import Kind, agenda
from comptoir.records.missing.models import Standing
from comptoir.records.missing.standings import refresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(bakery, alice, bob, account):
    """One of each kind that a few acts can make wait."""
    bring_statement(account, mill_debit("-61.00"), Move(date(2026, 11, 3), Decimal("-900.00"), "VIR INCONNU"))
    hand_in(bakery, bob)
    sent = pipeline.send_request(
        company=bakery, title="Bilan", message="", due_on=timezone.localdate() - timedelta(days=3),
        items=[(Wanted("Inventaire", "", "exercices"), None), (Wanted("Bail", "", "permanent"), None)], by=alice, at=AT,
    )  # fmt: skip
    given = sent.items.get(label="Bail")
    pipeline.answer_by_file(item=given, content=b"le bail", filename="bail.txt", by=bob, at=AT)
    return bakery


def page(company, who, query=""):
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(f"/cabinet/{company.firm_id}/a-faire/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def piles(text):
    found = re.findall(r'id="pile-([a-z]+)"><h3><a href="[^"]*"><b>([^<]*)</b>', text)
    return {Kind(kind): int(count) for kind, count in found}


def test_each_kind_is_counted_as_its_own_screen_counts_it(busy, alice):
    refresh(firm=busy.firm, on=timezone.localdate())
    stands = Standing.objects.get(company=busy)
    found = piles(page(busy, alice))
    assert found[Kind.MISSING] == stands.missing > 0
    assert found[Kind.TO_REVIEW] == stands.to_review > 0
    assert found[Kind.IN_SUSPENSE] == stands.in_suspense > 0
    assert (found[Kind.GIVEN], found[Kind.OVERDUE]) == (1, 1)


def test_every_address_of_it_opens(busy, alice, signed_in):
    client = signed_in(alice)
    addresses = re.findall(r'<a href="([^"]+)"', page(busy, alice).split('id="agenda"')[1].split("</main>")[0])
    assert len(addresses) > 8
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_of_a_dossier_one_may_not_enter_nothing_waits(busy, alice):
    new = person("eve")
    firms.join_firm(firm=busy.firm, person=new, role=Role.COLLABORATEUR, at=AT)
    for query in ("", "?dossiers=tous", "?dossiers=miens"):
        text = page(busy, new, query)
        assert not piles(text)
        assert busy.name not in text.split("</header>")[-1]
        assert "Aucun dossier ne vous est affecté" in text


def test_who_keeps_no_dossier_is_shown_all_they_may_enter(busy, alice):
    boss = person("zoe")
    firms.join_firm(firm=busy.firm, person=boss, role=Role.EXPERT_COMPTABLE, at=AT)
    assert piles(page(busy, boss)) == piles(page(busy, alice, "?dossiers=tous"))
    assert not piles(page(busy, boss, "?dossiers=miens"))


def test_nothing_waiting_is_said_warmly(bakery, alice):
    assert "Tout est à jour" in page(bakery, alice)


def test_the_fullest_dossiers_come_first_and_the_others_are_counted(bakery, alice):
    for n in range(7):
        company = firms.open_dossier(
            firm=bakery.firm, by=alice, at=AT, name=f"<i>Dossier {n}</i>", siren=f"50000000{n}", reference=f"01{n}"
        )
        Standing.objects.update_or_create(company=company, defaults={"firm": bakery.firm, "missing": n})
    seat = people.firm_seat(alice, bakery.firm_id, timezone.localdate())
    (pile,) = [
        one for one in agenda(seat, people.enterable(seat, AT.date()), AT.date()) if one.kind is Kind.MISSING
    ]
    assert (pile.count, pile.dossiers, [lead.count for lead in pile.leads]) == (21, 6, [6, 5, 4, 3, 2])


def test_as_many_questions_for_seven_dossiers_as_for_one(busy, alice, signed_in, django_assert_max_num_queries):
    for n in range(6):
        firms.open_dossier(firm=busy.firm, by=alice, at=AT, name=f"D{n}", siren=f"50000000{n}", reference=f"01{n}")
    client, address = signed_in(alice), f"/cabinet/{busy.firm_id}/a-faire/?dossiers=tous"
    refresh(firm=busy.firm, on=timezone.localdate())
    client.get(address)
    with django_assert_max_num_queries(34):
        client.get(address)

"""The command palette: it leads wherever its person may go, and nowhere else."""

import re

import pytest
from tests.cast import mill_pdf
from tests.conftest import AT, person

from comptoir import pipeline
from comptoir.domain.rights import Role
from comptoir.records.accounts import actions as accounts
from comptoir.records.firms import actions as firms

pytestmark = pytest.mark.django_db


def labels(client, bakery, words: str, *, here: bool = True) -> list[str]:
    where = {"dossier": str(bakery.pk)} if here else {}
    answer = client.get(f"/cabinet/{bakery.firm_id}/aller", {"q": words, **where})
    assert answer.status_code == 200
    return re.findall(r'<span class="m">([^<]*)</span>', answer.content.decode())


def test_pages_dossiers_and_pieces_are_found_by_their_first_letters(bakery, alice, bob, signed_in):
    document = pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)
    pipeline.read_now(document, at=AT)
    client = signed_in(alice)
    assert labels(client, bakery, "lett") == ["Lettrage"]
    assert labels(client, bakery, "boul dup") == ["Boulangerie Dupont"]
    assert labels(client, bakery, "MV-1197") == ["Moulins de la Vègre"]
    assert "Nouveau dossier" in labels(client, bakery, "", here=False)
    assert labels(client, bakery, "zzz") == []


@pytest.mark.parametrize("inside", [True, False])
def test_whatever_stands_in_the_rail_is_found_by_its_name(bakery, alice, signed_in, inside):
    client = signed_in(alice)
    page = client.get(f"/dossiers/{bakery.pk}/production/" if inside else f"/cabinet/{bakery.firm_id}/")
    rail = page.content.decode().split('<nav class="rail"')[1].split("</nav>")[0]
    items = re.findall(r'<a class="item" href="([^"]+)"[^>]*>.*?</svg>([^<]+)', rail, re.DOTALL)
    assert len(items) > 12
    where = {"dossier": str(bakery.pk)} if inside else {}
    for address, name in items:
        answer = client.get(f"/cabinet/{bakery.firm_id}/aller", {"q": name, **where})
        assert f'href="{address}"' in answer.content.decode(), name


def test_who_reads_english_finds_screens_by_both_names(bakery, alice, signed_in):
    accounts.choose_language(person=alice, language="en", at=AT)
    client = signed_in(alice)
    assert "Firm settings" in labels(client, bakery, "settings")
    assert "Firm settings" in labels(client, bakery, "paramètres")


@pytest.mark.parametrize("words", ["²", "9" * 40, "%", "'", "<script>", "1,5,5"])
def test_strange_words_find_nothing_and_break_nothing(bakery, alice, signed_in, words):
    assert labels(signed_in(alice), bakery, words) == []


def test_another_firms_palette_does_not_exist(bakery, bob, charlie, signed_in):
    for who in (bob, charlie):
        assert signed_in(who).get(f"/cabinet/{bakery.firm_id}/aller").status_code == 404


def test_another_firms_dossier_gives_nothing(bakery, charlie, signed_in):
    own = charlie.firm_memberships.get().firm_id
    answer = signed_in(charlie).get(f"/cabinet/{own}/aller", {"dossier": str(bakery.pk)})
    assert answer.status_code == 404


def test_inside_a_dossier_it_still_leads_to_every_other_of_its_person_and_to_no_more(bakery, alice, signed_in):
    firms.open_dossier(firm=bakery.firm, by=alice, at=AT, name="Fleurs Hamon", siren="452133770")
    assert labels(signed_in(alice), bakery, "fleurs") == ["Fleurs Hamon"]
    karim = person("Karim")
    firms.join_firm(firm=bakery.firm, person=karim, role=Role.COLLABORATEUR, at=AT)
    firms.assign(company=bakery, person=karim, by=alice, at=AT)
    assert labels(signed_in(karim), bakery, "fleurs") == []

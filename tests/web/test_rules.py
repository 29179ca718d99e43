"""The rules' screens: what is typed, tried, kept, moved and ended; what is hostile is told in a sentence."""

from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from tests.acts import bring_statement
from tests.conftest import AT

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.domain.label import Kind
from comptoir.domain.rule import Needed, Part
from comptoir.domain.rules import Rule
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Rule as Row
from comptoir.records.banking.models import RuleDismissal
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db
NO_PARTS = {"parts-TOTAL_FORMS": "3", "parts-INITIAL_FORMS": "0"}


def text(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def page(bakery):
    return f"/dossiers/{bakery.pk}/banque/regles"


def edf(n=4):
    return [Move(date(2026, 11, 1 + day), Decimal("-12.00"), f"PRLV SEPA EDF PRO 00{day}") for day in range(n)]


def test_a_whole_rule_is_kept_as_it_was_typed(page, bakery, account, alice, signed_in):
    typed = NO_PARTS | {
        "words": "edf « gaz de france »", "needed": "any", "means": ["direct_debit"], "direction": "out", "at_least": "1,50",
        "at_most": "1 200", "since": "2026-01-01", "bank": "512000", "account": "6061", "vat_rate": "20", "name": "Énergie",
        "parts-0-account": "626", "parts-0-share": "12,5", "parts-0-unit": "percent", "parts-0-vat_rate": "5.5",
        "parts-1-account": "401", "parts-1-auxiliary": "axa", "parts-1-share": "8,10", "parts-1-unit": "amount",
    }  # fmt: skip
    assert signed_in(alice).post(page, typed).status_code == 302
    rule = bank.domain_rule(Row.objects.get())
    assert (rule.words, rule.needed, rule.account, rule.bank) == (
        ("edf", "gaz de france"),
        Needed.ANY,
        "606100",
        "512000",
    )
    assert (rule.at_least, rule.at_most, rule.vat_rate) == (Decimal("1.50"), Decimal(1200), Decimal(20))
    assert rule.parts == (
        Part("626000", vat_rate=Decimal("5.5"), percent=Decimal("12.5")),
        Part("401000", "AXA", amount=Decimal("8.1")),
    )
    shown = text(signed_in(alice).get(f"{page}/{Row.objects.get().pk}/"))
    for typed in ('value="8,1', 'value="12,5', "« gaz de france »", "2026-01-01"):
        assert typed in shown


def test_a_rule_is_tried_before_it_is_kept_and_says_what_differs(page, bakery, account, alice, signed_in):
    moves = bring_statement(account, *edf())
    for move in moves[:2]:
        pipeline.assign(entry=move.entry, account="471000", auxiliary="", by=alice, at=AT)
    typed = {"words": "edf", "account": "606100"}
    said = text(signed_in(alice).post(f"{page}/essai", typed))
    assert "aurait imputé 4 opérations, dont 2 différemment de ce qui a été comptabilisé" in said
    assert "2 attendent en 471" in said
    assert "<html" in said, "without a script, it is the whole page"
    part = text(signed_in(alice).post(f"{page}/essai", typed, headers={"hx-request": "true"}))
    assert "aurait imputé 4" in part
    assert "<html" not in part
    assert not Row.objects.exists()


def test_a_rule_written_anew_is_tried_in_its_own_place(page, bakery, account, alice, signed_in):
    first, second = (
        pipeline.write_rule(company=bakery, rule=Rule(name, ("edf",), "606100"), by=alice, at=AT)
        for name in ("un", "deux")
    )
    bring_statement(account, *edf())
    typed = {"words": "edf", "account": "606100"}
    said = text(signed_in(alice).post(f"{page}/{first.pk}/essai", typed))
    assert "aurait imputé 4 opérations." in said
    said = text(signed_in(alice).post(f"{page}/{second.pk}/essai", typed))
    assert "aurait imputé 0 opération. 4 autres restent à une règle placée avant" in said


def test_the_list_says_order_counts_and_ends_and_asks_no_more_for_more_rules(
    page, bakery, account, alice, signed_in, django_assert_max_num_queries
):
    for n in range(12):
        pipeline.write_rule(company=bakery, rule=Rule(f"Règle {n}", (f"edf{n}",), "606100"), by=alice, at=AT)
    pipeline.write_rule(company=bakery, rule=Rule("Énergie", ("edf",), "606100"), by=alice, at=AT)
    bring_statement(account, *edf())
    pipeline.end_rule(rule=Row.objects.get(name="Règle 3"), by=alice, at=AT)
    client = signed_in(alice)
    with django_assert_max_num_queries(28):
        said = text(client.get(f"{page}/"))
    assert "Mouvement dont le libellé contient «\u00a0edf\u00a0»." in said
    assert "4 fois" in said
    assert "Règles arrêtées" in said
    assert "arrêtée par Alice" in said


def test_rules_are_moved_and_ended_from_the_list(page, bakery, alice, signed_in):
    rows = [
        pipeline.write_rule(company=bakery, rule=Rule(name, ("edf",), "606100"), by=alice, at=AT) for name in "ab"
    ]
    client = signed_in(alice)
    assert client.post(f"{page}/{rows[0].pk}/place", {"vers": "bas"}).url.endswith(f"#regle-{rows[0].pk}")
    assert [row.name for row in bank.rules_in_force(bakery, AT.date())] == ["b", "a"]
    client.post(f"{page}/{rows[0].pk}/fin")
    for address, typed in (("fin", {}), ("place", {}), ("", {"words": "edf", "account": "606100"})):
        answer = client.post(f"{page}/{rows[0].pk}/{address}", typed)
        assert (answer.status_code, "déjà arrêtée" in text(answer)) == (422, True)


def test_what_people_do_is_suggested_with_the_form_filled_in_and_turned_down_once(
    page, bakery, account, alice, bob, signed_in
):
    for move in bring_statement(account, *edf()):
        pipeline.assign(entry=move.entry, account="606100", auxiliary="", by=alice, at=AT)
    client = signed_in(alice)
    for address in (f"{page}/", f"/dossiers/{bakery.pk}/banque/"):
        assert "Vous avez imputé 4 fois <b>EDF PRO</b> en 606100" in text(client.get(address))
    filled = client.get(f"{page}/").context["suggestions"][0][1]
    said = text(client.get(filled))
    assert 'value="EDF PRO"' in said
    assert 'value="606100"' in said
    client.post(f"{page}/refus", {"key": "AUTRE", "account": "606100"})
    assert not RuleDismissal.objects.exists(), "only what was suggested is turned down"
    client.post(f"{page}/refus", {"key": "EDF PRO", "account": "606100"})
    assert RuleDismissal.objects.get().by == alice
    assert "Vous avez imputé" not in text(client.get(f"{page}/"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "un moyen de paiement ou une nature"),
        ({"words": "x" * 2000}, "1500"),
        ({"words": " ".join(f"w{n}" for n in range(21))}, "20 mots"),
        ({"at_least": "NaN"}, "nombre"),
        ({"at_least": "-5"}, "positif"),
        ({"at_least": "9" * 40}, "14"),
        ({"at_least": "10", "at_most": "5"}, "plus petit"),
        ({"since": "2026-02-30"}, "date"),
        ({"since": "0001-01-01"}, "pas un jour possible"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "avant le premier"),
        ({"means": ["magic"]}, "magic"),
        ({"kinds": ["magic"]}, "magic"),
        ({"direction": "up"}, "up"),
        ({"bank": "512999"}, "512999"),
        ({"vat_rate": "33"}, "33"),
        ({"account": "512000", "vat_rate": "20"}, "512000 n’en est pas"),
        ({"account": "", "words": "edf"}, "n’est pas un compte"),
        ({**NO_PARTS, "parts-0-account": "616000"}, "un pourcentage ou un montant"),
        ({**NO_PARTS, "parts-0-share": "10"}, "n’est pas un compte"),
        ({**NO_PARTS, "parts-0-account": "616000", "parts-0-share": "100"}, "il ne reste rien"),
        ({**NO_PARTS, "parts-0-account": "616000", "parts-0-share": "beaucoup"}, "à corriger"),
        ({**NO_PARTS, "parts-TOTAL_FORMS": "100000"}, "à corriger"),
        ({**NO_PARTS, "parts-TOTAL_FORMS": "many"}, "à corriger"),
    ],
)
def test_what_cannot_be_kept_is_said_in_french_with_what_was_typed(
    page, bakery, account, alice, signed_in, typed, said
):
    full = {"words": "edf", "account": "606100", "name": "Gardée"} | typed
    if not typed:
        full["words"] = ""
    answer = signed_in(alice).post(page, full)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Gardée" in text(answer)
    assert not Row.objects.exists()


def test_the_lines_of_a_rule_are_shown_and_a_person_may_still_say_one_account(bakery, account, alice, signed_in):
    rule = Rule("Énergie", ("edf",), "606100", vat_rate=Decimal(20))
    pipeline.write_rule(company=bakery, rule=rule, by=alice, at=AT)
    (move,) = bring_statement(account, *edf(1))
    client = signed_in(alice)
    said = " ".join(text(client.get(f"/dossiers/{bakery.pk}/banque/?voir=tous")).split())
    assert "606100 10,00 + 445660 2,00" in said
    entry = Entry.objects.get(transaction=move)
    client.post(f"/dossiers/{bakery.pk}/banque/ecritures/{entry.pk}/affectation", {"account": "606800"})
    assert [line.account for line in Entry.objects.get(pk=entry.pk).against] == ["606800"]


def test_a_rule_by_nature_is_kept_shown_and_books_the_rejects_alone(page, bakery, account, alice, signed_in):
    client = signed_in(alice)
    typed = NO_PARTS | {"words": "edf", "kinds": ["reject", "fee"], "account": "6061"}
    assert client.post(page, typed).status_code == 302
    row = Row.objects.get()
    assert bank.domain_rule(row).kinds == {Kind.REJECT, Kind.FEE}
    shown = text(client.get(f"{page}/{row.pk}/"))
    assert shown.count("checked") == 2
    assert "de nature rejet ou frais" in text(client.get(f"{page}/"))
    bring_statement(
        account,
        Move(date(2026, 11, 3), Decimal("-12.00"), "PRLV SEPA EDF PRO"),
        Move(date(2026, 11, 5), Decimal("12.00"), "REJET PRLV SEPA EDF PRO"),
    )
    ruled = Entry.objects.filter(rule_id=row.pk).values_list("transaction__label", flat=True)
    assert list(ruled) == ["REJET PRLV SEPA EDF PRO"]


def test_a_habit_of_rejects_suggests_a_rule_of_rejects(page, bakery, account, alice, signed_in):
    moves = [Move(date(2026, 11, 1 + n), Decimal("12.00"), f"REJET PRLV SEPA EDF PRO 00{n}") for n in range(3)]
    bring_statement(account, *moves)
    for entry in Entry.objects.all():
        pipeline.assign(entry=entry, account="606100", auxiliary="", by=alice, at=AT)
    client = signed_in(alice)
    ((_, filled),) = client.get(f"{page}/").context["suggestions"]
    assert "kinds=reject" in filled
    shown = text(client.get(filled))
    assert shown.count("checked") == 1
    assert client.get(filled.replace("kinds=reject", "kinds=magic")).status_code == 200

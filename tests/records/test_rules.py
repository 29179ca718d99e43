"""Rules at work: several lines in the books, a place in the list, an end that leaves what was booked, habits."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from tests.acts import bring_statement, committed, hand_in, how_many_missing
from tests.cast import mill_debit
from tests.conftest import AT, make_dossier

from comptoir import pipeline
from comptoir.demo.statements import Move
from comptoir.domain.company import VatRegime
from comptoir.domain.habit import worth_a_rule
from comptoir.domain.label import Means
from comptoir.domain.rehearsal import rehearse
from comptoir.domain.rule import Needed, Part, Rule
from comptoir.domain.rules import Direction, RuleList
from comptoir.lib import bulk
from comptoir.records.banking import actions as banking
from comptoir.records.banking import queries as bank
from comptoir.records.banking import rules
from comptoir.records.banking.models import Rule as Row
from comptoir.records.banking.models import RuleDismissal
from comptoir.records.ledger import habits
from comptoir.records.ledger import opening as books
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db
FEES = Move(date(2026, 11, 20), Decimal("-18.60"), "FRAIS TENUE DE COMPTE")
WITH_VAT = Rule("Frais", ("tenue de compte",), "627000", vat_rate=Decimal(20))


def stands(transaction):
    """What stands against the bank: account, third party, worth."""
    lines = Entry.objects.get(transaction=transaction).against
    return [(x.account, x.auxiliary.code if x.auxiliary else "", str(x.debit - x.credit)) for x in lines]


def write(company, rule, by, **more):
    return pipeline.write_rule(company=company, rule=rule, by=by, at=AT, **more)


def names(company):
    return [row.name for row in bank.rules_in_force(company, AT.date())]


def test_fees_are_booked_with_their_vat_and_the_entry_balances(bakery, account, alice):
    write(bakery, WITH_VAT, alice)
    (fees,) = committed_statement(account, FEES)
    assert stands(fees) == [("627000", "", "15.50"), ("445660", "", "3.10")]


def test_what_an_import_books_teaches_nothing_to_the_rest_of_it(bakery, account, alice, monkeypatch):
    monkeypatch.setattr(bulk, "batches", partial(bulk.batches, size=1))
    write(bakery, Rule("Grosses", ("garage",), "606300", at_least=Decimal(100)), alice)
    big, small = (Move(FEES.day, Decimal(amount), "CB GARAGE LEBRETON") for amount in ("-150.00", "-20.00"))
    first, second = committed_statement(account, big, small)
    assert [stands(row)[0][0] for row in (first, second)] == ["606300", "471000"]


def test_a_dossier_without_vat_books_its_fees_whole(bakery, account, alice):
    bakery.vat_regime = VatRegime.FRANCHISE
    bakery.save()
    write(bakery, WITH_VAT, alice)
    (fees,) = committed_statement(account, FEES)
    assert stands(fees) == [("627000", "", "18.60")]


def test_what_waited_is_booked_on_every_line_of_a_new_rule(bakery, account, alice):
    (loan,) = committed_statement(account, Move(date(2026, 11, 5), Decimal("-333.33"), "ECHEANCE PRET 0042"))
    assert stands(loan) == [("471000", "", "333.33")]
    parts = (Part("661100", percent=Decimal("12.5")), Part("401000", "AXA", amount=Decimal("8.10")))
    committed(lambda: write(bakery, Rule("Prêt", ("pret",), "164000", parts=parts), alice))
    assert stands(loan) == [("661100", "", "41.67"), ("401000", "AXA", "8.10"), ("164000", "", "283.56")]


def test_a_match_takes_the_place_of_a_rules_lines_and_gives_them_back(bakery, account, bob, alice):
    rule = Rule("Moulins", ("moulins",), "601000", parts=(Part("616000", percent=Decimal(10)),))
    write(bakery, rule, alice)
    (paid,) = committed_statement(account, mill_debit())
    assert [account for account, *_ in stands(paid)] == ["616000", "601000"]
    document = hand_in(bakery, bob)
    assert [account for account, *_ in stands(paid)] == ["401000"]
    committed(lambda: pipeline.detach(document=document, transaction=paid, by=alice, at=AT))
    assert [account for account, *_ in stands(paid)] == ["616000", "601000"]


def test_a_person_beats_a_rule_of_several_lines_for_good(bakery, account, alice):
    write(bakery, WITH_VAT, alice)
    (fees,) = committed_statement(account, FEES)
    entry = Entry.objects.get(transaction=fees)
    committed(lambda: pipeline.assign(entry=entry, account="471000", auxiliary="", by=alice, at=AT))
    write(bakery, replace(WITH_VAT, name="Encore"), alice)
    assert stands(fees) == [("471000", "", "18.60")], "471 was meant: no later rule takes it away"


def test_every_condition_comes_back_from_its_row(bakery, account, alice):
    rule = Rule(
        "Assurance", ("axa", "maif"), "616000", "", Direction.OUT, Decimal("1.00"), Decimal("9.00"), Needed.ANY,
        frozenset({Means.CARD, Means.FEE}), date(2026, 1, 1), date(2026, 12, 31), "512000", "Prime",
        Decimal("20.00"), (Part("661100", percent=Decimal("30.00")),),
    )  # fmt: skip
    row = write(bakery, rule, alice)
    row = bank.rule(bakery, row.pk)
    assert (bank.domain_rule(row), row.written_by, row.written_at) == (rule, alice, AT)


def test_a_rule_written_anew_takes_the_place_of_the_old_one_which_keeps_what_it_booked(bakery, account, alice):
    old = write(bakery, WITH_VAT, alice)
    write(bakery, Rule("Loyer", ("loyer",), "613200"), alice)
    (fees,) = committed_statement(account, FEES)
    write(bakery, replace(WITH_VAT, name="Frais 2"), alice, instead_of=old)
    assert names(bakery) == ["Frais 2", "Loyer"]
    (ended,) = bank.ended_rules(bakery, AT.date())
    assert (ended.name, ended.ended_by, ended.ended_on) == ("Frais", alice, AT.date() - timedelta(days=1))
    assert Entry.objects.get(transaction=fees).rule_id == ended.pk


def test_rules_change_places_and_the_first_that_holds_books(bakery, account, alice):
    rows = [write(bakery, Rule(name, ("loyer",), "613200"), alice) for name in "abc"]
    assert pipeline.place_rule(rule=rows[2], before=True, by=alice, at=AT)
    assert pipeline.place_rule(rule=rows[2], before=True, by=alice, at=AT), "whoever asks twice moves it twice"
    assert names(bakery) == ["c", "a", "b"]
    assert not pipeline.place_rule(rule=rows[2], before=True, by=alice, at=AT), "it stands first"
    assert pipeline.place_rule(rule=rows[0], before=False, by=alice, at=AT)
    assert names(bakery) == ["c", "b", "a"]


def test_rules_of_one_rank_change_places_too(bakery, alice):
    rows = [write(bakery, Rule(name, ("loyer",), "613200"), alice) for name in "ab"]
    Row.objects.update(rank=1)
    assert pipeline.place_rule(rule=rows[1], before=True, by=alice, at=AT)
    assert names(bakery) == ["b", "a"]


def test_a_rule_ends_once_and_is_neither_moved_nor_written_anew_then(bakery, alice):
    row = write(bakery, WITH_VAT, alice)
    pipeline.end_rule(rule=row, by=alice, at=AT)
    for act in (
        lambda: pipeline.end_rule(rule=row, by=alice, at=AT),
        lambda: pipeline.place_rule(rule=row, before=True, by=alice, at=AT),
        lambda: write(bakery, WITH_VAT, alice, instead_of=row),
    ):
        with pytest.raises(rules.AlreadyEnded):
            act()
    assert Row.objects.count() == 1


def test_a_rule_that_cannot_be_is_refused_whoever_writes_it(bakery, alice):
    with pytest.raises(rules.NotARule, match="du plan comptable"):
        write(bakery, replace(WITH_VAT, account="x"), alice)
    with pytest.raises(rules.NotARule, match="Aucune banque"):
        write(bakery, replace(WITH_VAT, bank="512900"), alice)


def test_a_rule_of_one_bank_account_books_that_account_alone_and_joins_no_model(bakery, account, alice):
    banking.open_account(company=bakery, name="Livret", ledger_account="512100")
    write(bakery, replace(WITH_VAT, bank="512100"), alice)
    (fees,) = committed_statement(account, FEES)
    assert stands(fees) == [("471000", "", "18.60")]
    assert books.as_model(bakery, AT.date()).rules == ()


def test_another_dossiers_bank_account_is_no_condition(bakery, alice):
    other = make_dossier("Garage Hamon", "452133770", alice)
    theirs = banking.open_account(company=other, name="Autre", ledger_account="512500")
    row = write(bakery, WITH_VAT, alice)
    with pytest.raises(Exception, match="banking_rule_bank_account_id_company"):
        committed(lambda: Row.objects.filter(pk=row.pk).update(bank_account=theirs))


def test_a_year_is_rehearsed_in_one_query(bakery, account, alice, django_assert_num_queries):
    loans = [Move(date(2026, 11, 1 + n), Decimal("-10.00"), f"PRLV EDF {n}") for n in range(8)]
    committed_statement(account, FEES, *loans)
    with django_assert_num_queries(1):
        past = habits.history(bakery, date(2025, 11, 24))
    assert len(past) == 9
    found = rehearse(WITH_VAT, RuleList(()), past)
    assert (found.taken, found.waiting, found.differing) == (1, 1, ())
    assert habits.history(bakery, date(2026, 11, 21)) == []


def test_a_rule_is_learned_from_what_people_say_by_hand(bakery, account, alice):
    moves = [Move(date(2026, 11, n), Decimal(-n), f"PRLV SEPA ORANGE 0{n}00{n}") for n in (3, 4, 5)]
    for transaction in committed_statement(account, *moves):
        entry = Entry.objects.get(transaction=transaction)
        pipeline.assign(entry=entry, account="626000", auxiliary="", by=alice, at=AT)
    (habit,) = worth_a_rule(habits.habits(bakery), RuleList(()), bank.dismissed(bakery))
    assert (habit.key, habit.account, habit.times) == ("ORANGE", "626000", 3)
    for _ in range(2):
        rules.dismiss(company=bakery, choice=("ORANGE", "626000", ""), by=alice, at=AT)
    assert RuleDismissal.objects.count() == 1
    assert worth_a_rule(habits.habits(bakery), RuleList(()), bank.dismissed(bakery)) == []
    pipeline.assign(entry=entry, account="606100", auxiliary="", by=alice, at=AT)
    assert len(habits.habits(bakery)) == 2, "one person said otherwise: nothing is sure"


def test_a_transfer_between_own_accounts_is_booked_on_580_from_both_sides(bakery, account, alice):
    savings = banking.open_account(company=bakery, name="Livret", ledger_account="512100")
    (out,) = committed_statement(account, Move(date(2026, 11, 6), Decimal("-500.00"), "VIR SEPA VERS LIVRET"))
    assert stands(out) == [("471000", "", "500.00")]
    assert how_many_missing(bakery) == 1
    into = arrived_on(savings)
    assert (stands(out), stands(into)) == ([("580000", "", "500.00")], [("580000", "", "-500.00")])
    assert Entry.objects.get(transaction=out).reasons == ["Virement interne : 512100, 09/11/2026"]
    assert how_many_missing(bakery) == 0


def test_what_a_person_put_on_471_is_no_transfer(bakery, account, alice):
    savings = banking.open_account(company=bakery, name="Livret", ledger_account="512100")
    (out,) = committed_statement(account, Move(date(2026, 11, 6), Decimal("-500.00"), "VIR SEPA VERS LIVRET"))
    entry = Entry.objects.get(transaction=out)
    pipeline.assign(entry=entry, account="471000", auxiliary="", by=alice, at=AT)
    into = arrived_on(savings)
    assert (stands(out), stands(into)) == ([("471000", "", "500.00")], [("471000", "", "-500.00")])


def arrived_on(savings):
    """500 € that another bank's file, without any number, says came in three days later."""
    content = b"!Type:Bank\nD09/11/2026\nT500.00\nPVIR SEPA RECU DE BOULANGERIE\n^\n"
    found = pipeline.import_statement(account=savings, content=content, filename="livret.qif", by=None, at=AT)
    return found.transactions[0]


def committed_statement(account, *moves):
    """A statement brought, and judged as a commit would."""
    found = []
    committed(lambda: found.extend(bring_statement(account, *moves)))
    return found

"""A validated bank entry is undone: the bank did move, so that its movement is told anew and everything says where it stands now."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import Move, mill_debit
from tests.conftest import AT

from comptoir import pipeline
from comptoir.domain import rules as domain_rules
from comptoir.records.banking.models import Transaction
from comptoir.records.ledger import queries as books
from comptoir.records.ledger import reconciling
from comptoir.records.ledger.actions import Refused
from comptoir.records.ledger.models import Entry, FiscalYear, LetteredLine, Lettrage, Line
from comptoir.records.missing import queries as missing
from comptoir.records.missing import standings
from comptoir.records.missing.models import Standing

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 30)
ON = date(2026, 12, 10)
RENT = Move(date(2026, 11, 5), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")


def validated(company, row, by):
    year = FiscalYear.objects.get(company=company, opens_on__lte=row.booked_on, closes_on__gte=row.booked_on)
    pipeline.validate(company=company, year=year, until=NOVEMBER, by=by, at=AT)
    return Entry.objects.get(transaction=row)


def reverse(entry, by, on=ON):
    return pipeline.reverse(entry=entry, on=on, by=by, at=LATER)


@pytest.fixture(autouse=True)
def the_list_is_right(bakery):
    """Whatever was done, what is asked of the client is what the books say."""
    yield
    assert missing.wrong(bakery) == []


def places(row):
    return [line.account for line in Entry.objects.get(transaction=row).against]


def test_the_movement_is_told_anew_and_can_be_placed(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    undone = validated(bakery, row, alice)
    mirror = reverse(undone, alice)
    anew = Entry.objects.get(transaction=row)
    assert (anew.dated_on, anew.piece_on, anew.reverses, anew.validated_at) == (ON, RENT.day, None, None)
    assert anew.reasons == [f"Repassée après l’extourne de {undone.number} : Libellé inconnu : à affecter"]
    undone.refresh_from_db()
    assert (undone.once_told, undone.transaction, undone.reversed_by) == (row, None, mirror)
    pipeline.assign(entry=anew, account="613200", auxiliary="", by=alice, at=LATER)
    assert places(row) == ["613200"]


def test_what_the_bank_says_stays_proved_on_each_day(bakery, alice, account):
    rent, paid = bring_statement(account, RENT, mill_debit())
    for row in (rent, paid):
        reverse(validated(bakery, row, alice), alice)
    for on in (date(2026, 11, 23), ON):
        lines = Line.objects.filter(account=account.ledger_account, entry__dated_on__lte=on)
        assert sum(line.debit - line.credit for line in lines) == RENT.amount + mill_debit().amount
    state = reconciling.state(account, date(2026, 11, 23))
    assert (state.alone, state.unbooked, state.figures.unexplained) == ((), (), 0)


def test_suspense_counts_the_movement_once_and_no_more_once_it_is_placed(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    undone = validated(bakery, row, alice)
    reverse(undone, alice)
    assert (books.count_in_suspense(bakery), books.transactions_in_suspense(bakery)) == (1, [row.pk])
    assert [entry.transaction for entry in books.bank_entries(bakery, in_suspense=True).rows] == [row]
    year = FiscalYear.objects.get(company=bakery)
    assert books.count_to_validate(year, ON) == (2, 1), "its undoing does not wait for anybody"
    pipeline.assign(entry=Entry.objects.get(transaction=row), account="613200", auxiliary="", by=alice, at=LATER)
    assert (books.count_in_suspense(bakery), books.transactions_in_suspense(bakery)) == (0, [])


def test_the_portfolio_counts_what_is_undone_no_more(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    reverse(validated(bakery, row, alice), alice)
    standings.refresh(firm=bakery.firm, on=ON)
    assert Standing.objects.get(company=bakery).in_suspense == 1
    assert list(standings.verify_standings()) == []


def test_the_list_reads_where_the_movement_stands_now(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    pipeline.assign(entry=row.entry, account="401000", auxiliary="FOUR", by=alice, at=AT)
    undone = validated(bakery, row, alice)
    bakery.justifiable = ["401"]
    bakery.save()
    pipeline.ask_missing(bakery, at=AT)
    assert how_many_missing(bakery) == 1
    reverse(undone, alice)
    pipeline.assign(entry=Entry.objects.get(transaction=row), account="645000", auxiliary="", by=alice, at=LATER)
    assert how_many_missing(bakery) == 0


def test_the_rules_of_today_place_it_and_the_wrong_account_teaches_nothing(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    pipeline.assign(entry=row.entry, account="606100", auxiliary="", by=alice, at=AT)
    undone = validated(bakery, row, alice)
    reverse(undone, alice)
    assert places(row) == ["471000"]
    (other,) = bring_statement(account, replace(RENT, day=date(2026, 11, 19), label="VIR SCI DU FOUR LOYER 11"))
    assert places(other) == ["471000"], "where it was undone is no precedent"
    rule = domain_rules.Rule(name="Loyer", words=("LOYER",), account="613200")
    pipeline.write_rule(company=bakery, rule=rule, by=alice, at=LATER)
    assert places(row) == ["613200"]


def test_a_piece_that_pays_it_is_lettered_with_what_is_told_anew(bakery, bob, alice, account):
    (row,) = bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    undone = validated(bakery, row, alice)
    mirror = reverse(undone, alice)
    anew = Entry.objects.get(transaction=row)
    letters = {
        frozenset(one.lettrage.lettered.values_list("line__entry", flat=True))
        for one in LetteredLine.objects.all()
    }
    piece = Entry.objects.get(document=document)
    assert letters == {frozenset({undone.pk, mirror.pk}), frozenset({piece.pk, anew.pk})}
    assert how_many_missing(bakery) == 0
    pipeline.detach(document=document, transaction=row, by=alice, at=LATER)
    assert (places(row), how_many_missing(bakery)) == (["471000"], 1)


@pytest.mark.parametrize("side", ["the movement", "the piece"])
def test_a_letter_that_a_person_gave_is_taken_off_first(bakery, bob, alice, account, side):
    (row,) = bring_statement(account, mill_debit())
    document = hand_in(bakery, bob)
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    undone = validated(bakery, row, alice) if side == "the movement" else None
    undone = undone or Entry.objects.get(document=document, reverses=None)
    pipeline.validate(company=bakery, year=undone.fiscal_year, until=NOVEMBER, by=alice, at=AT)
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    pipeline.letter(lines=list(Line.objects.to_letter()), by=alice, at=AT)
    undone.refresh_from_db()
    with pytest.raises(Refused, match="Délettrez-la d’abord"):
        reverse(undone, alice)
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    assert reverse(undone, alice).reverses == undone


def test_a_piece_whose_entry_is_undone_is_not_paid(bakery, bob, alice):
    document = hand_in(bakery, bob)
    pipeline.post(entry=Entry.objects.get(document=document), by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=NOVEMBER, by=alice, at=AT)
    reverse(Entry.objects.get(document=document), alice)
    assert LetteredLine.objects.count() == 2, "with its mirror, which is no payment"
    assert not books.is_settled(document.pk)


def test_it_is_undone_again_and_the_bank_may_take_it_back(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    reverse(validated(bakery, row, alice), alice)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=ON, by=alice, at=LATER)
    second = Entry.objects.get(transaction=row)
    reverse(second, alice, on=date(2026, 12, 11))
    assert Entry.objects.filter(once_told=row).count() == 2
    pipeline.assign(entry=Entry.objects.get(transaction=row), account="613200", auxiliary="", by=alice, at=LATER)
    pipeline.bank.undo(bakery, [row], at=LATER)
    lines = Line.objects.filter(entry__posted_at__isnull=False).exclude(account__in=["471000"])
    for number in (account.ledger_account, "613200"):
        assert sum(line.debit - line.credit for line in lines.filter(account=number)) == 0


def test_it_is_undone_once(bakery, bob, alice, account):
    (row,) = bring_statement(account, mill_debit())
    hand_in(bakery, bob)
    undone = validated(bakery, row, alice)
    reverse(undone, alice)
    for seen in (undone, Entry.objects.get(pk=undone.pk)):
        with pytest.raises(Refused, match="déjà extournée"):
            reverse(seen, alice)
    assert Entry.objects.filter(once_told=row).count() == 1


def test_what_the_bank_took_back_itself_is_not_undone_a_second_time(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    pipeline.bank.undo(bakery, [row], at=AT)
    back = Transaction.objects.get(undoes__transaction=row)
    validated(bakery, row, alice)
    for one in (row, back):
        with pytest.raises(Refused, match="La banque a repris ce mouvement"):
            reverse(Entry.objects.get(transaction=one), alice)


def test_behind_the_lock_it_is_told_anew_on_an_open_day(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    undone = validated(bakery, row, alice)
    pipeline.lock_books(company=bakery, until=NOVEMBER, by=alice, at=LATER)
    reverse(undone, alice)
    pipeline.assign(entry=Entry.objects.get(transaction=row), account="613200", auxiliary="", by=alice, at=LATER)
    assert (places(row), books.behind_lock(bakery)) == (["613200"], None)


def test_the_database_lets_a_final_entry_give_its_movement_away_once_it_is_undone_and_nothing_else(
    bakery, alice, account
):
    (row,) = bring_statement(account, RENT)
    entry = validated(bakery, row, alice)
    rows = Entry.objects.filter(pk=entry.pk)
    given = {"transaction": None, "once_told": row}
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        rows.update(**given)
    reverse(entry, alice)
    for change in ({"label": "x"}, {"once_told": None}, {"transaction": row}, {"held_back_at": LATER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    assert list(books.verify_chain()) == []

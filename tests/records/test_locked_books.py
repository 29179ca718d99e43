"""The books locked up to a day: nothing behind it moves, whoever asks and however; what came meanwhile is booked on reopening."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import Move, mill_debit
from tests.conftest import AT
from tests.records.test_merging import keep, merge

from comptoir import pipeline
from comptoir.domain import rules as domain_rules
from comptoir.domain.company import Method
from comptoir.records.audit.models import Event
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import Transaction
from comptoir.records.ledger import locks
from comptoir.records.ledger import queries as books
from comptoir.records.ledger.actions import Refused
from comptoir.records.ledger.bank import NotAssignable
from comptoir.records.ledger.models import Entry, FiscalYear, LetteredLine, Line, PeriodLock
from comptoir.records.ledger.opening import Fixed, change_year
from comptoir.records.missing import answering

pytestmark = pytest.mark.django_db

LATER = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 30)
RENT = Move(date(2026, 11, 5), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")
DECEMBER = Move(date(2026, 12, 4), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")


def lock(company, by, until=NOVEMBER):
    pipeline.lock_books(company=company, until=until, by=by, at=LATER)


def reopen(company, by, kept=None, why="Facture oubliée"):
    pipeline.reopen_books(company=company, kept=kept, why=why, by=by, at=LATER)


def the_entry(document):
    return Entry.objects.get(document=document, reverses=None)


def places(row):
    return [line.account for line in Entry.objects.get(transaction=row).against]


def test_a_piece_of_a_locked_day_is_not_posted_and_is_on_a_later_day(bakery, bob, alice):
    document = hand_in(bakery, bob)
    lock(bakery, alice)
    with pytest.raises(Refused, match="verrouillés jusqu’au 30/11/2026"):
        pipeline.post(entry=the_entry(document), by=alice, at=LATER)
    moved = replace(books.content(the_entry(document)), dated_on=date(2026, 12, 1))
    assert pipeline.post(entry=the_entry(document), content=moved, by=alice, at=LATER).dated_on == date(
        2026, 12, 1
    )


def test_what_is_posted_behind_the_lock_is_neither_changed_nor_taken_back(bakery, bob, alice):
    entry = pipeline.post(entry=the_entry(hand_in(bakery, bob)), by=alice, at=AT)
    lock(bakery, alice)
    with pytest.raises(Refused, match="verrouillés"):
        pipeline.take_back(entry=entry, by=alice, at=LATER)
    with pytest.raises(Refused, match="verrouillés"):
        pipeline.entries.revise(entry=entry, content=books.content(entry), by=alice, at=LATER)
    reopen(bakery, alice)
    assert pipeline.take_back(entry=entry, by=alice, at=LATER).posted_at is None


def test_validation_and_letters_go_on_behind_the_lock(bakery, bob, alice, account):
    (paid,) = bring_statement(account, mill_debit())
    pipeline.post(entry=the_entry(hand_in(bakery, bob)), by=alice, at=AT)
    lettered = Line.objects.filter(lettered__isnull=False)
    assert lettered.count() == 2
    lock(bakery, alice)
    made = lettered.first().lettered.lettrage
    lines = list(lettered)
    pipeline.unletter(made=made, by=alice, at=LATER)
    pipeline.letter(lines=[Line.objects.get(pk=line.pk) for line in lines], by=alice, at=LATER)
    year = FiscalYear.objects.get(company=bakery)
    assert pipeline.validate(company=bakery, year=year, until=NOVEMBER, by=alice, at=LATER) == 2
    assert Entry.objects.get(transaction=paid).number


def test_a_validated_entry_is_undone_on_an_open_day_only(bakery, bob, alice):
    entry = pipeline.post(entry=the_entry(hand_in(bakery, bob)), by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)
    pipeline.validate(company=bakery, year=year, until=NOVEMBER, by=alice, at=AT)
    entry.refresh_from_db()
    lock(bakery, alice)
    with pytest.raises(Refused, match="verrouillés"):
        pipeline.reverse(entry=entry, on=NOVEMBER, by=alice, at=LATER)
    assert pipeline.reverse(entry=entry, on=date(2026, 12, 1), by=alice, at=LATER).reverses == entry


def test_movements_of_locked_days_wait_and_are_booked_when_they_are_reopened(bakery, alice, account):
    lock(bakery, alice)
    bring_statement(account, RENT, DECEMBER)
    early, late = Transaction.objects.order_by("booked_on")
    assert places(late) == ["471000"]
    assert not Entry.objects.filter(transaction=early).exists()
    waiting = books.behind_lock(bakery)
    assert (waiting.count, waiting.first_on) == (1, RENT.day)
    assert books.without_year(bakery) is None
    assert how_many_missing(bakery) == 1, "what is in no books is asked for once it is"
    reopen(bakery, alice)
    assert places(early) == ["471000"]
    assert books.behind_lock(bakery) is None
    assert how_many_missing(bakery) == 2


def test_a_lock_that_is_put_back_lets_in_the_days_behind_it_alone(bakery, alice, account):
    lock(bakery, alice)
    bring_statement(account, RENT, mill_debit())
    reopen(bakery, alice, kept=date(2026, 11, 10))
    assert {entry.dated_on for entry in Entry.objects.all()} == {date(2026, 11, 18)}
    assert locks.locked_until(bakery.pk) == date(2026, 11, 10)


def test_the_machine_leaves_locked_entries_where_they_stand_and_says_so_to_a_person(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    lock(bakery, alice)
    with pytest.raises(NotAssignable, match="verrouillés"):
        pipeline.assign(entry=row.entry, account="613200", auxiliary="", by=alice, at=LATER)
    rule = domain_rules.Rule(name="Loyer", words=("LOYER",), account="613200")
    pipeline.write_rule(company=bakery, rule=rule, by=alice, at=LATER)
    assert places(row) == ["471000"]
    bring_statement(account, DECEMBER)
    assert places(Transaction.objects.get(booked_on=DECEMBER.day)) == ["613200"]


RENTS = domain_rules.Rule(name="Loyer", words=("LOYER",), account="613200")


def write_rule(company, by, rule=RENTS):
    return pipeline.write_rule(company=company, rule=rule, by=by, at=LATER)


def test_a_rule_written_behind_the_lock_books_what_stands_in_suspense_once_it_is_reopened(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    lock(bakery, alice)
    write_rule(bakery, alice)
    assert (places(row), how_many_missing(bakery)) == (["471000"], 1)
    reopen(bakery, alice)
    entry = Entry.objects.get(transaction=row)
    assert (places(row), entry.reasons) == (["613200"], ["Règle « Loyer »"])
    assert how_many_missing(bakery) == 0, "nothing is asked on that account"


def test_only_the_days_that_are_reopened_follow_the_rules(bakery, alice, account):
    early = Move(date(2026, 11, 3), Decimal("-900.00"), "VIR SCI DU FOUR LOYER 10")
    bring_statement(account, early, RENT)
    lock(bakery, alice)
    write_rule(bakery, alice)
    reopen(bakery, alice, kept=early.day)
    assert [places(row) for row in Transaction.objects.order_by("booked_on")] == [["471000"], ["613200"]]


def test_a_rule_that_ended_and_what_a_person_said_count_when_days_are_reopened(bakery, alice, account):
    by_hand, rent, other = bring_statement(
        account,
        Move(date(2026, 11, 4), Decimal("-40.00"), "VIR GARAGE LOYER BOX"),
        RENT,
        Move(date(2026, 11, 6), Decimal("-12.00"), "CB INCONNU"),
    )
    pipeline.assign(entry=by_hand.entry, account="471000", auxiliary="", by=alice, at=AT)
    lock(bakery, alice)
    ended = write_rule(bakery, alice, replace(RENTS, name="Inconnu", words=("INCONNU",), account="625000"))
    pipeline.end_rule(rule=ended, by=alice, at=LATER)
    write_rule(bakery, alice)
    assigned = Event.objects.filter(verb="assign").count()
    reopen(bakery, alice)
    assert [places(row) for row in (by_hand, rent, other)] == [["471000"], ["613200"], ["471000"]]
    assert Event.objects.filter(verb="assign").count() == assigned + 1, "what no rule knows is not said again"


def test_what_was_linked_behind_the_lock_goes_to_its_third_party_over_a_rule(bakery, bob, alice, account):
    (row,) = bring_statement(account, mill_debit())
    lock(bakery, alice)
    draft = the_entry(hand_in(bakery, bob))
    moved = replace(books.content(draft), dated_on=date(2026, 12, 1))
    pipeline.post(entry=draft, content=moved, by=alice, at=LATER)
    write_rule(bakery, alice, replace(RENTS, name="Moulins", words=("MOULINS",), account="601000"))
    reopen(bakery, alice)
    assert places(row) == ["401000"]
    assert LetteredLine.objects.filter(line__entry=row.entry).exists()


def test_a_piece_that_explains_a_locked_movement_waits_for_the_firm(bakery, bob, alice, account):
    (row,) = bring_statement(account, mill_debit())
    lock(bakery, alice)
    document = hand_in(bakery, bob)
    assert places(row) == ["471000"], "linked, and the locked entry is left alone"
    assert how_many_missing(bakery) == 0
    moved = replace(books.content(the_entry(document)), dated_on=date(2026, 12, 1))
    pipeline.post(entry=the_entry(document), content=moved, by=alice, at=LATER)
    assert not Line.objects.filter(lettered__isnull=False).exists()


def test_a_movement_that_the_bank_takes_back_behind_the_lock_is_undone_when_it_is_reopened(bakery, alice, account):
    (row,) = bring_statement(account, RENT)
    lock(bakery, alice)
    pipeline.bank.undo(bakery, [row], at=LATER)
    mirror = Transaction.objects.get(undoes__transaction=row)
    assert not Entry.objects.filter(transaction=mirror).exists()
    assert books.behind_lock(bakery).count == 1
    reopen(bakery, alice)
    undoing = Entry.objects.get(transaction=mirror)
    assert [(line.account, line.credit) for line in undoing.against] == [("471000", Decimal("900.00"))]
    assert undoing.reasons == ["Annule le mouvement du 05/11/2026, repris par la banque"]


@pytest.mark.parametrize("comes", ["before the lock", "behind the lock"])
def test_what_was_linked_behind_the_lock_is_lettered_when_it_is_reopened(bakery, bob, alice, account, comes):
    if comes == "before the lock":
        bring_statement(account, mill_debit())
    lock(bakery, alice)
    if comes == "behind the lock":
        bring_statement(account, mill_debit())
    draft = the_entry(hand_in(bakery, bob))
    moved = replace(books.content(draft), dated_on=date(2026, 12, 1))
    pipeline.post(entry=draft, content=moved, by=alice, at=LATER)
    assert not LetteredLine.objects.exists()
    reopen(bakery, alice)
    row = Transaction.objects.get()
    assert places(row) == ["401000"]
    assert set(LetteredLine.objects.values_list("line__entry", flat=True)) == {draft.pk, row.entry.pk}
    assert how_many_missing(bakery) == 0


def test_what_a_person_chose_before_the_lock_stays_when_it_is_reopened(bakery, bob, alice, account):
    (row,) = bring_statement(account, mill_debit())
    pipeline.assign(entry=row.entry, account="607000", auxiliary="", by=alice, at=AT)
    lock(bakery, alice)
    hand_in(bakery, bob)
    reopen(bakery, alice)
    assert places(row) == ["607000"]


def test_a_year_that_opens_letters_what_was_linked_before(bakery, bob, alice, account):
    (row,) = bring_statement(account, mill_debit(day=date(2027, 1, 6)))
    draft = the_entry(hand_in(bakery, bob))
    pipeline.post(entry=draft, by=alice, at=LATER)
    assert not Entry.objects.filter(transaction=row).exists()
    pipeline.open_year(company=bakery, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31), by=alice, at=LATER)
    assert LetteredLine.objects.filter(line__entry__transaction=row).exists()


def test_a_merged_movement_that_the_bank_takes_back_behind_the_lock_waits_and_is_undone(bakery, alice, account):
    keep(bakery, date(2026, 1, 1), "1000.00", "A nouveaux", against="890000", journal="AN")
    keep(bakery, date(2026, 11, 4), "-900.00", "Loyer SCI du Four")
    (row,) = bring_statement(account, RENT)
    assert merge(account, alice).pairs == 1
    lock(bakery, alice)
    pipeline.bank.undo(bakery, [row], at=LATER)
    mirror = Transaction.objects.get(undoes__transaction=row)
    assert books.behind_lock(bakery).count == 1
    reopen(bakery, alice)
    assert places(mirror) == ["471000"]
    assert books.behind_lock(bakery) is None


@pytest.mark.parametrize(
    ("until", "closes_on", "method", "is_refused"),
    [
        (NOVEMBER, date(2027, 3, 31), Method.ENGAGEMENT, False),
        (NOVEMBER, date(2026, 10, 31), Method.ENGAGEMENT, True),
        (NOVEMBER, date(2026, 12, 31), Method.TRESORERIE, True),
        (date(2026, 12, 31), date(2027, 3, 31), Method.ENGAGEMENT, True),
        (date(2026, 12, 31), date(2026, 12, 31), Method.ENGAGEMENT, False),
    ],
)
def test_neither_the_method_nor_the_closing_of_a_locked_year_changes(
    bakery, alice, until, closes_on, method, is_refused
):
    lock(bakery, alice, until)
    year = FiscalYear.objects.get(company=bakery)
    if is_refused:
        with pytest.raises(Fixed, match="Faites d’abord rouvrir"):
            change_year(year=year, closes_on=closes_on, method=method)
        reopen(bakery, alice)
    change_year(year=year, closes_on=closes_on, method=method)
    year.refresh_from_db()
    assert (year.closes_on, year.method) == (closes_on, method.value)


@pytest.mark.parametrize("is_locked", [True, False])
def test_transfers_between_own_accounts_leave_the_locked_side_alone(bakery, alice, account, is_locked):
    other = banking.open_next_account(company=bakery, name="Livret")
    bring_statement(account, Move(date(2026, 11, 28), Decimal("-500.00"), "VIR VERS LIVRET"))
    if is_locked:
        lock(bakery, alice)
    content = "Date;Libellé;Montant\n01/12/2026;VIR DE COMPTE COURANT;500,00".encode()
    pipeline.import_statement(account=other, content=content, filename="livret.csv", by=None, at=LATER)
    found = {line.account for entry in Entry.objects.all() for line in entry.against}
    assert found == ({"471000"} if is_locked else {"580000"})
    if is_locked:
        reopen(bakery, alice)
        assert {line.account for entry in Entry.objects.all() for line in entry.against} == {"580000"}


@pytest.mark.parametrize("comes", ["before the lock", "behind the lock"])
def test_a_rival_behind_the_lock_keeps_a_transfer_unsure(bakery, alice, account, comes):
    other = banking.open_next_account(company=bakery, name="Livret")
    twice = [
        Move(date(2026, 11, 30), Decimal("-500.00"), "VIR 1"),
        Move(date(2026, 12, 2), Decimal("-500.00"), "VIR 2"),
    ]
    if comes == "before the lock":
        bring_statement(account, *twice)
    lock(bakery, alice)
    if comes == "behind the lock":
        bring_statement(account, *twice)
    content = "Date;Libellé;Montant\n03/12/2026;VIR DE COMPTE COURANT;500,00".encode()
    pipeline.import_statement(account=other, content=content, filename="livret.csv", by=None, at=LATER)
    assert {line.account for entry in Entry.objects.all() for line in entry.against} == {"471000"}
    reopen(bakery, alice)
    assert {line.account for entry in Entry.objects.all() for line in entry.against} == {"471000"}


ATTEMPTS = {
    "an entry posted": lambda entry, row: Entry.objects.filter(pk=entry.pk).update(posted_at=LATER),
    "an entry taken back": lambda entry, row: Entry.objects.filter(pk=row.entry.pk).update(posted_at=None),
    "an entry moved away": lambda entry, row: Entry.objects.filter(pk=row.entry.pk).update(dated_on=date(2026, 12, 1)),
    "a label": lambda entry, row: Entry.objects.filter(pk=row.entry.pk).update(label="x"),
    "an account": lambda entry, row: Line.objects.filter(entry=row.entry).update(account="613200"),
    "a line added": lambda entry, row: Line.objects.create(
        firm_id=entry.firm_id, company_id=entry.company_id, entry=row.entry, position=9, account="6", debit=1
    ),
    "lines removed": lambda entry, row: Line.objects.filter(entry=row.entry).delete(),
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_database_refuses_what_no_code_thought_of(bakery, bob, alice, account, attempt):
    (row,) = bring_statement(account, RENT)
    draft = the_entry(hand_in(bakery, bob))
    lock(bakery, alice)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        attempt(draft, row)
    Entry.objects.filter(pk=row.entry.pk).update(reasons=["Vu"], revised_by=alice)
    reopen(bakery, alice)
    with transaction.atomic():
        attempt(draft, row)
        transaction.set_rollback(True)


def test_a_lock_is_one_at_a_time_and_keeps_who_when_and_why(bakery, alice, account):
    lock(bakery, alice, date(2026, 6, 30))
    lock(bakery, alice)
    with pytest.raises(locks.NotLockable, match="déjà verrouillés"):
        lock(bakery, alice, date(2026, 9, 30))
    with pytest.raises(locks.NotLockable, match="jours passés"):
        lock(bakery, alice, date(2027, 12, 31))
    with pytest.raises(locks.NotLockable, match="Dites pourquoi"):
        reopen(bakery, alice, why="  ")
    reopen(bakery, alice, kept=date(2026, 3, 31))
    reopen(bakery, alice)
    with pytest.raises(locks.NotLockable, match="ne sont pas verrouillés"):
        reopen(bakery, alice)
    assert not PeriodLock.objects.filter(ended_at=None).exists()
    assert [row.until for row in locks.history(bakery)][-1] == date(2026, 6, 30)
    told = Event.objects.filter(verb__in=["lock_books", "reopen_books"]).order_by("id")
    assert [event.verb for event in told] == ["lock_books", "lock_books", "reopen_books", "reopen_books"]
    assert told[2].detail["why"] == "Facture oubliée"


def test_whether_a_day_is_locked_is_not_asked_again_for_each_movement(bakery, alice, account):
    rents = [Move(date(2026, 11, day), Decimal("-900.00"), f"VIR SCI DU FOUR LOYER {day}") for day in range(2, 22)]
    bring_statement(account, *rents)
    lock(bakery, alice, date(2026, 11, 11))
    rule = domain_rules.Rule(name="Loyer", words=("LOYER",), account="613200")
    with CaptureQueriesContext(connection) as asked:
        pipeline.write_rule(company=bakery, rule=rule, by=alice, at=LATER)
    assert Line.objects.filter(account="613200").count() == 10
    held = [one["sql"] for one in asked if "FOR UPDATE OF" in one["sql"] and "ledger_entry" in one["sql"]]
    assert len(held) == 10, "those behind the lock are not even held"
    assert not [one for one in asked if one["sql"].startswith('SELECT "ledger_periodlock"')]


def test_a_movement_outside_the_books_is_accepted_without_an_account_only_and_the_acceptance_taken_back(
    bakery, alice, account
):
    lock(bakery, alice)
    (row,) = bring_statement(account, RENT)
    row = Transaction.objects.get(pk=row.pk)
    said = {"transaction": row, "by": alice, "at": LATER, "reason": ""}
    with pytest.raises(NotAssignable, match="n’est pas encore dans les livres"):
        pipeline.accept_missing(**said, account="613200")
    pipeline.accept_missing(**said, account="")
    pipeline.take_back_acceptance(transaction=row, by=alice, at=LATER)
    reopen(bakery, alice)
    assert places(row) == ["471000"]


def test_an_acceptance_from_before_is_taken_back_though_its_movement_is_in_no_books(bakery, alice, account):
    lock(bakery, alice)
    (row,) = bring_statement(account, RENT)
    answering.accept(transaction=row, account="613200", reason="", by=alice, at=AT)
    pipeline.take_back_acceptance(transaction=Transaction.objects.get(pk=row.pk), by=alice, at=LATER)
    reopen(bakery, alice)
    assert how_many_missing(bakery) == 1


def test_a_large_change_is_asked_with_a_plan_of_its_own(bakery, alice, account):
    """A plan that the session kept from one row would compare all of them each with each: 64,000,000 pairs here."""
    (row,) = bring_statement(account, RENT)
    entry, many = row.entry, 8000
    same = {"firm_id": entry.firm_id, "company_id": entry.company_id}
    large = Entry.objects.create(
        **same,
        fiscal_year=entry.fiscal_year,
        journal=entry.journal,
        dated_on=RENT.day,
        piece_on=RENT.day,
        posted_at=AT,
    )
    Line.objects.bulk_create(
        Line(**same, entry=large, position=rank, account="471000", debit=rank % 2, credit=1 - rank % 2)
        for rank in range(many)
    )
    lock(bakery, alice)
    Line.objects.filter(entry=entry).update(validated_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1500ms'")
    assert Line.objects.filter(entry=large).update(validated_at=None) == many

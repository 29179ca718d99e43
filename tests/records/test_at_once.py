"""Two at once: the second waits, then is told; nothing is done twice and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from tests.cast import Move, mill_debit, mill_pdf, statement
from tests.conftest import AT
from tests.ebics_desk import Desk
from tests.ebics_way import FLOUR, FLOWERS, TAKINGS, entered, same_keys, told, trusted_by, two_dossiers
from tests.records.test_bank_connections import connect

from comptoir import pipeline
from comptoir.domain.rules import Rule
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank import files as bank_files
from comptoir.gateways.bank.bridge.twin import Held, Moved, Twin
from comptoir.gateways.bank.ebics import Version
from comptoir.gateways.bank.ebics.twin import Fault
from comptoir.records.banking import queries as bank
from comptoir.records.banking.models import Rule as Row
from comptoir.records.banking.models import Transaction
from comptoir.records.banking.overlaps import Twice
from comptoir.records.banking.rules import AlreadyEnded
from comptoir.records.connections.models import Feed
from comptoir.records.deposits.actions import AlreadyHandedIn
from comptoir.records.deposits.models import Document, Original
from comptoir.records.exports.actions import YearGone, export_fec
from comptoir.records.ledger.actions import AlreadyPosted, NotAYear, Refused
from comptoir.records.ledger.locks import NotLockable
from comptoir.records.ledger.models import Entry, FiscalYear, Lettrage, Line, PeriodLock
from comptoir.records.ledger.queries import draft_of, verify_chain
from comptoir.records.ledger.removing import NotRemovable

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each act gave, its exception included, all started together."""

    def run(act):
        try:
            return act()
        except Exception as error:  # the answer is what the test looks at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def hand_in(company, by, number="MV-1197"):
    document = pipeline.hand_in(company=company, content=mill_pdf(number), filename="f.pdf", by=by, at=AT)
    pipeline.read_now(document, at=AT)
    return document


ENDED = date(2026, 11, 22)


def bring(account, *moves):
    return pipeline.import_statement(account=account, content=statement(*moves), filename="r.txt", by=None, at=AT)


def test_two_posts_of_one_draft_make_one_entry(bakery, bob, alice):
    entry = draft_of(hand_in(bakery, bob).pk)
    results = at_once(*[lambda: pipeline.post(entry=entry, by=alice, at=AT)] * 2)
    assert {type(result) for result in results} == {Entry, AlreadyPosted}


def test_a_draft_is_posted_before_its_day_is_locked_or_never(bakery, bob, alice):
    entry = draft_of(hand_in(bakery, bob).pk)
    posted, locked = at_once(
        lambda: pipeline.post(entry=entry, by=alice, at=AT),
        lambda: pipeline.lock_books(company=bakery, until=ENDED, by=alice, at=AT),
    )
    assert locked is None
    assert isinstance(posted, (Entry, Refused)), posted
    assert Entry.objects.booked().count() == isinstance(posted, Entry)


def test_two_locks_at_once_are_one(bakery, alice):
    results = at_once(*[lambda: pipeline.lock_books(company=bakery, until=ENDED, by=alice, at=AT)] * 2)
    assert {type(result) for result in results} == {type(None), NotLockable}
    assert PeriodLock.objects.count() == 1


def test_two_reopenings_at_once_book_what_waited_once(bakery, alice, account):
    pipeline.lock_books(company=bakery, until=ENDED, by=alice, at=AT)
    bring(account, mill_debit())
    said = {"company": bakery, "kept": None, "why": "Oubli", "by": alice, "at": AT}
    results = at_once(*[lambda: pipeline.reopen_books(**said)] * 2)
    assert {type(result) for result in results} == {type(None), NotLockable}
    assert (Entry.objects.count(), PeriodLock.objects.filter(ended_at=None).count()) == (1, 0)


def test_one_year_opened_by_two_at_once_is_one(bakery, alice, account):
    bring(account, mill_debit(day=date(2027, 1, 6)))
    days = {"opens_on": date(2027, 1, 1), "closes_on": date(2027, 12, 31)}
    results = at_once(*[lambda: pipeline.open_year(company=bakery, **days, by=alice, at=AT)] * 2)
    assert {type(result) for result in results} == {FiscalYear, NotAYear}
    assert (FiscalYear.objects.count(), Entry.objects.count()) == (2, 1)


EMPTY = {"opens_on": date(2027, 1, 1), "closes_on": date(2027, 12, 31)}


def test_an_empty_year_is_taken_away_by_one_of_two(bakery, alice):
    year = pipeline.open_year(company=bakery, **EMPTY, by=alice, at=AT)
    results = at_once(*[lambda: pipeline.remove_year(year=year, by=alice, at=AT)] * 2)
    assert {type(result) for result in results} == {type(None), NotRemovable}
    assert FiscalYear.objects.filter(company=bakery).count() == 1


def test_a_year_is_not_taken_away_under_a_movement_that_comes_into_it(bakery, alice, account):
    year = pipeline.open_year(company=bakery, **EMPTY, by=alice, at=AT)
    brought, removed = at_once(
        lambda: bring(account, mill_debit(day=date(2027, 1, 6))),
        lambda: pipeline.remove_year(year=year, by=alice, at=AT),
    )
    assert not isinstance(brought, Exception), brought
    # AT is in 2026: what comes once the year is gone waits for one, and opens none.
    assert Entry.objects.count() == isinstance(removed, NotRemovable)
    assert FiscalYear.objects.filter(pk=year.pk).count() == Entry.objects.count()


def test_a_year_is_not_taken_away_under_the_fec_that_is_written_of_it(bakery, alice):
    year = pipeline.open_year(company=bakery, **EMPTY, by=alice, at=AT)
    written, removed = at_once(
        lambda: export_fec(year=year, is_provisional=True, by=alice, at=AT).file.close(),
        lambda: pipeline.remove_year(year=year, by=alice, at=AT),
    )
    assert (type(written), type(removed)) in {(type(None), NotRemovable), (YearGone, type(None))}


def test_what_falls_while_books_are_reopened_leaves_them_locked(bakery, alice, account, monkeypatch):
    pipeline.lock_books(company=bakery, until=ENDED, by=alice, at=AT)
    bring(account, mill_debit())

    def fall(*args, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("comptoir.pipeline.booking.settle", fall)
    with pytest.raises(KeyboardInterrupt):
        pipeline.reopen_books(company=bakery, kept=None, why="Oubli", by=alice, at=AT)
    assert (Entry.objects.count(), PeriodLock.objects.filter(ended_at=None).count()) == (0, 1)


def test_a_statement_comes_while_its_days_are_reopened_and_is_booked_once(bakery, alice, account):
    pipeline.lock_books(company=bakery, until=ENDED, by=alice, at=AT)
    results = at_once(
        lambda: bring(account, mill_debit()),
        lambda: pipeline.reopen_books(company=bakery, kept=None, why="Oubli", by=alice, at=AT),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert Entry.objects.get().transaction == Transaction.objects.get()


def test_two_deposits_of_one_file_keep_it_once(bakery, bob):
    def act():
        return pipeline.hand_in(company=bakery, content=mill_pdf(), filename="f.pdf", by=bob, at=AT)

    results = at_once(act, act)
    assert {type(result) for result in results} == {Document, AlreadyHandedIn}
    assert Original.objects.count() == 1


def test_two_imports_of_one_statement_add_it_once(bakery, account):
    def act():
        return pipeline.import_statement(
            account=account, content=statement(mill_debit()), filename="r.txt", by=None, at=AT
        )

    results = at_once(act, act)
    assert sorted(len(result.transactions) for result in results) == [0, 1]


def while_it_is_read(account, act):
    """What an act gave that another person does while a long file is still being read, then what the import gave."""
    given = []

    def impatient():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return act()

    def slowly():
        for one in bank_files.tell(statement(mill_debit())):
            yield one
            given.extend(at_once(impatient) if not given else ())

    found = pipeline.bank.take(account=account, told=slowly(), filename="r", by=None, at=AT, twice=Twice.ASK)
    return given[0], found


def test_nobody_waits_for_a_file_that_is_still_being_read(bakery, bob, alice, account):
    draft = draft_of(hand_in(bakery, bob).pk)
    posted, found = while_it_is_read(account, lambda: pipeline.post(entry=draft, by=alice, at=AT))
    assert isinstance(posted, Entry), posted
    assert found.new == 1
    assert Lettrage.objects.exists(), "the movement finds the piece that was posted while it was read"


def test_what_another_file_told_while_this_one_was_read_comes_once(bakery, account):
    def bring():
        return pipeline.import_statement(
            account=account, content=statement(mill_debit()), filename="first.txt", by=None, at=AT
        )

    first, second = while_it_is_read(account, bring)
    assert (first.new, second.new, second.known) == (1, 0, 1)
    assert Transaction.objects.count() == 1


@pytest.fixture
def bridged(settings, bakery, bob, alice, account):
    """A dossier whose account is fed by Bridge, with three movements that nobody has read yet."""
    moves = [Moved(AT.date() - timedelta(days=n), Decimal(-n), f"CB BOULANGER {n}") for n in (3, 2, 1)]
    held = Held("Compte courant", moves, iban="FR7630004008230001012345669")
    with Twin(seed={str(bakery.pk): [held]}, clock=lambda: AT, refresh_after=None) as bank:
        settings.BRIDGE = bridge.access(bank.address)
        connect(bank, bakery, bob)
        opens_on = AT.date() - timedelta(days=30)
        pipeline.attach_feed(feed=Feed.objects.get(), account=account, opens_on=opens_on, by=alice, at=AT)
        yield bank


def test_two_syncs_at_once_and_a_file_of_the_same_days_give_each_movement_once(bridged, bakery, account):
    def visit():
        pipeline.visit(str(bakery.firm_id), str(bakery.pk))

    def bring():
        moves = [Move(AT.date() - timedelta(days=n), Decimal(-n), f"CB BOULANGER {n}") for n in (3, 2, 1)]
        pipeline.import_statement(account=account, content=statement(*moves), filename="r", by=None, at=AT)

    assert at_once(visit, bring, visit, visit) == [None] * 4
    assert sorted(Transaction.objects.values_list("amount", flat=True)) == [-3, -2, -1]
    assert Entry.objects.count() == 3


def test_two_syncs_of_what_the_bank_took_back_undo_it_once(bridged, bakery):
    for _ in range(2):
        pipeline.visit(str(bakery.firm_id), str(bakery.pk))
    feed = Feed.objects.get()
    (row,) = [row for row in bridged.rows(int(feed.external_id)) if row.moved.amount == -2]
    bridged.withdraw(row.id)
    assert at_once(*[lambda: pipeline.visit(str(bakery.firm_id), str(bakery.pk))] * 3) == [None] * 3
    assert sorted(Transaction.objects.values_list("amount", flat=True)) == [-3, -2, -1, 2]


def test_two_visits_to_an_ebics_bank_at_once_bring_its_file_once(bakery, account, alice, monkeypatch):
    same_keys(monkeypatch)
    with Desk(Version.H005) as desk:
        ours, other = two_dossiers(bakery, account, alice)
        contract = trusted_by(entered(desk, bakery.firm, alice), desk, alice)
        desk.offer(told(FLOUR) + told(TAKINGS, account=FLOWERS))
        desk.twin.faults.append(("BTD Initialisation", Fault(hangs=1)))
        found = at_once(*[lambda: pipeline.ebics.fetch(str(contract.firm_id), str(contract.pk))] * 2)
    # The one that came second leaves at once, and its job comes again.
    assert {type(one) for one in found} == {type(None), pipeline.ebics.Busy}
    assert [row.amount for row in Transaction.objects.order_by("amount")] == [FLOUR.amount, TAKINGS.amount]
    assert {row.company for row in Transaction.objects.all()} == {ours, other}


def test_two_validations_leave_no_gap_in_the_numbers(bakery, bob, alice):
    for n in range(6):
        pipeline.post(entry=draft_of(hand_in(bakery, bob, f"MV-{n}").pk), by=alice, at=AT)
    year = FiscalYear.objects.get(company=bakery)

    def act():
        return pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)

    assert sorted(at_once(act, act)) == [0, 6]
    numbers = sorted(Entry.objects.validated().values_list("number", flat=True))
    assert numbers == [f"AC-{n:05d}" for n in range(1, 7)]
    assert list(verify_chain()) == []


def test_two_letters_of_the_same_lines_make_one(bakery, bob, alice, account):
    document = hand_in(bakery, bob)
    pipeline.import_statement(account=account, content=statement(mill_debit()), filename="r", by=None, at=AT)
    pipeline.post(entry=draft_of(document.pk), by=alice, at=AT)
    pipeline.unletter(made=Lettrage.objects.get(), by=alice, at=AT)
    lines = list(Line.objects.to_letter())
    results = at_once(*[lambda: pipeline.letter(lines=lines, by=alice, at=AT)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["Lettrage", "NotLetterable", "NotLetterable"]


def test_posting_importing_and_validating_at_once_never_wait_in_a_ring(bakery, bob, alice, account):
    drafts = [draft_of(hand_in(bakery, bob, f"MV-{n}").pk) for n in range(4)]
    year = FiscalYear.objects.get(company=bakery)
    moves = [mill_debit(day=date(2026, 11, 10 + n)) for n in range(4)]

    def bring():
        return pipeline.import_statement(
            account=account, content=statement(*moves), filename="r.txt", by=None, at=AT
        )

    def validate():
        return pipeline.validate(company=bakery, year=year, until=date(2026, 12, 31), by=alice, at=AT)

    acts = [bring, validate, validate, *(lambda d=d: pipeline.post(entry=d, by=alice, at=AT) for d in drafts)]
    results = at_once(*acts)
    assert [result for result in results if isinstance(result, Exception)] == []
    validate()
    assert Entry.objects.validated().count() == 8
    assert list(verify_chain()) == []


def test_two_people_who_move_rules_at_once_lose_none_and_share_no_place(bakery, alice):
    rows = [
        pipeline.write_rule(company=bakery, rule=Rule(name, ("loyer",), "613200"), by=alice, at=AT)
        for name in "abcd"
    ]
    moved = at_once(
        lambda: pipeline.place_rule(rule=rows[3], before=True, by=alice, at=AT),
        lambda: pipeline.place_rule(rule=rows[3], before=True, by=alice, at=AT),
        lambda: pipeline.place_rule(rule=rows[0], before=False, by=alice, at=AT),
    )
    assert moved == [True] * 3
    places = [(row.rank, row.name) for row in bank.rules_in_force(bakery, AT.date())]
    assert [rank for rank, _ in places] == [1, 2, 3, 4]
    assert {name for _, name in places} == set("abcd")
    assert [name for _, name in places].index("d") <= 2


def test_two_people_who_write_one_rule_anew_leave_one_in_its_place(bakery, alice):
    rule = Rule("Loyer", ("loyer",), "613200")
    row = pipeline.write_rule(company=bakery, rule=rule, by=alice, at=AT)
    act = partial(pipeline.write_rule, company=bakery, rule=rule, by=alice, at=AT, instead_of=row)
    results = at_once(act, act)
    assert {type(result) for result in results} == {Row, AlreadyEnded}
    assert len(bank.rules_in_force(bakery, AT.date())) == 1

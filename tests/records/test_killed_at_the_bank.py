"""Processes that are killed (`kill -9`) while they ask a bank or take its file: nothing is lost, nothing comes twice."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import storages
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import Move, statement
from tests.conftest import AT
from tests.ebics_desk import Desk
from tests.ebics_way import FLOUR, FLOWERS, TAKINGS, entered, fetch, same_keys, told, trusted_by, two_dossiers
from tests.killing import killed, started
from tests.records.test_bank_connections import RENT as ITS_RENT
from tests.records.test_bank_connections import connect, row_of, visit

from comptoir import pipeline
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge.twin import Held, Moved, Twin
from comptoir.gateways.bank.ebics import Version
from comptoir.gateways.bank.ebics.twin import Fault
from comptoir.pipeline.upkeep import rescue
from comptoir.records.banking.models import Statement, Transaction
from comptoir.records.connections.models import Connection, Feed, Told
from comptoir.records.ebics.models import Carried, Fetched
from comptoir.records.ledger.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)

COFFEE = Moved(AT.date(), Decimal("-12.00"), "CB BOULANGER 2311")
EBICS = "comptoir.records.ebics.actions"


def amounts(company):
    return sorted(Transaction.objects.filter(company=company).values_list("amount", flat=True))


# ── EBICS ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=[Version.H005], ids=lambda version: version.value)
def desk(request):
    with Desk(request.param) as desk:
        yield desk


@pytest.fixture
def dossiers(bakery, account, alice):
    return two_dossiers(bakery, account, alice)


@pytest.fixture
def contract(desk, dossiers, alice, monkeypatch):
    same_keys(monkeypatch)
    contract = trusted_by(entered(desk, dossiers[0].firm, alice), desk, alice)
    desk.offer(told(FLOUR) + told(TAKINGS, account=FLOWERS))
    return contract


def of(contract):
    return contract.firm_id, contract.pk


def patiently(act, *given):
    """As a job that comes again: the database takes a moment to know that who held its lock is dead."""
    for _ in range(100):
        try:
            return act(*given)
        except pipeline.ebics.Busy:
            time.sleep(0.1)
    return act(*given)


def everything_came_once(contract, desk, dossiers):
    for _ in range(2):
        patiently(fetch, contract)
    assert [amounts(one) for one in dossiers] == [[FLOUR.amount], [TAKINGS.amount]]
    assert Fetched.objects.count() == 1
    assert Statement.objects.count() == Carried.objects.count() == Entry.objects.count() == 2
    assert not Fetched.objects.filter(receipted_at=None).exists()
    assert not Fetched.objects.filter(sorted_at=None).exists()
    assert all(statement.is_fetched for statement in desk.twin.statements)


@pytest.mark.parametrize("desk", list(Version), indirect=True, ids=lambda version: version.value)
def test_killed_between_durable_storage_and_receipt_the_file_is_kept_and_comes_once(contract, desk, dossiers):
    killed("comptoir.gateways.bank.ebics.download:give_receipt", -1, "fetch", *of(contract))
    stored = Fetched.objects.get()
    assert (stored.receipted_at, stored.sorted_at) == (None, None), "the bank was told nothing yet"
    assert not any(statement.is_fetched for statement in desk.twin.statements)
    everything_came_once(contract, desk, dossiers)


@pytest.mark.parametrize(
    ("act", "rank", "stored"),
    [
        ("comptoir.gateways.bank.ebics.download:fetch", 1, 0),
        (f"{EBICS}:keep_fetched", 1, 0),
        ("comptoir.gateways.bank.ebics.download:give_receipt", 1, 1),
        (f"{EBICS}:receipted", 1, 1),
        (f"{EBICS}:carry", 1, 1),
        ("comptoir.records.banking.actions:import_statements", 1, 1),
        (f"{EBICS}:give", 1, 1),
        (f"{EBICS}:give", -2, 1),
        (f"{EBICS}:sort_out", 1, 1),
    ],
)
def test_killed_at_any_step_of_a_visit_the_next_one_goes_on(contract, desk, dossiers, act, rank, stored):
    killed(act, rank, "fetch", *of(contract))
    assert Fetched.objects.count() == stored
    everything_came_once(contract, desk, dossiers)


@pytest.mark.parametrize("phase", ["Initialisation", "Receipt"])
def test_killed_while_the_bank_takes_its_time_nobody_is_kept_out(contract, desk, dossiers, phase):
    desk.twin.faults.append((f"BTD {phase}", Fault(hangs=4)))
    before = len(desk.twin.asked)
    worker = started("comptoir.pipeline.ebics:fetch_all", 1, "fetch", *of(contract))
    wait_until(lambda: f"BTD {phase}" in desk.twin.asked[before:], worker)
    worker.kill()
    worker.communicate(timeout=30)
    everything_came_once(contract, desk, dossiers)


def wait_until(it_is_so, worker):
    for _ in range(600):
        if it_is_so():
            return
        assert worker.poll() is None, worker.stderr.read().decode()
        time.sleep(0.05)
    raise AssertionError("the worker never came so far")


# ── Bridge ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bank(settings, bakery):
    settled = Moved(AT.date() - timedelta(days=3), Decimal("-237.38"), "PRLV SEPA MOULINS DE LA VEGRE")
    with Twin(
        seed={str(bakery.pk): [Held("Compte courant pro", (settled, ITS_RENT))]},
        clock=lambda: AT,
        refresh_after=None,
    ) as twin:
        settings.BRIDGE = bridge.access(twin.address)
        yield twin


@pytest.fixture
def feed(bank, bakery, bob, alice, account):
    connect(bank, bakery, bob)
    opens_on = AT.date() - timedelta(days=30)
    pipeline.attach_feed(feed=Feed.objects.get(), account=account, opens_on=opens_on, by=alice, at=AT)
    visit(bakery)
    return Feed.objects.get()


@pytest.mark.parametrize(
    ("act", "rank"),
    [
        ("comptoir.records.connections.actions:learn", 1),
        ("comptoir.records.connections.reading:keep", -1),
        ("comptoir.records.connections.reading:keep", 1),
        ("comptoir.records.banking.movements:withdraw", 1),
        ("comptoir.pipeline.connections:undo", 1),
        ("comptoir.pipeline.connections:follow", 1),
    ],
)
def test_killed_at_any_step_of_a_sync_leaves_all_or_nothing_and_the_next_one_goes_on(
    bank, feed, bakery, act, rank
):
    before = (amounts(bakery), Feed.objects.get().reached, Entry.objects.count())
    bank.arrive(int(feed.external_id), COFFEE)
    bank.withdraw(row_of(bank, feed, ITS_RENT).id)
    killed(act, rank, "visit", bakery.firm_id, bakery.pk, COMPTOIR_BRIDGE=bank.address)
    assert (amounts(bakery), Feed.objects.get().reached, Entry.objects.count()) == before
    for _ in range(2):
        visit(bakery)
    undone = [ITS_RENT.amount, -ITS_RENT.amount]  # and its mirror
    assert amounts(bakery) == sorted([Decimal("-237.38"), COFFEE.amount, *undone])
    assert Told.objects.count() == 3


def test_killed_once_bridge_has_forgotten_a_connection_it_is_known_the_next_time(bank, feed, bakery, bob):
    pipeline.disconnect(connection=Connection.objects.get(), by=bob, at=AT)
    act = "comptoir.records.connections.actions:forgotten"
    killed(act, -1, "visit", bakery.firm_id, bakery.pk, COMPTOIR_BRIDGE=bank.address)
    assert Connection.objects.get().forgotten_at is None
    visit(bakery)
    assert Connection.objects.get().forgotten_at is not None
    assert len(amounts(bakery)) == 2


# ── A file ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("act", "rank", "kept"),
    [
        ("comptoir.records.banking.telling:compare", 1, 0),
        ("comptoir.records.banking.movements:made_of", 2, 0),
        ("comptoir.records.banking.actions:import_statements", 1, 0),
        ("comptoir.pipeline.bank:book", 1, 0),
        ("comptoir.pipeline.bank:follow", 1, 0),
        ("comptoir.pipeline.bank:take", 1, 3),
    ],
)
def test_killed_at_any_step_of_an_import_leaves_all_or_nothing_and_the_file_again_adds_the_rest(
    bakery, account, tmp_path, act, rank, kept
):
    moves = [Move(AT.date() - timedelta(days=n), Decimal(f"-{n}.50"), f"CB BOULANGER {n}") for n in (3, 2, 1)]
    content = statement(*moves)
    path = tmp_path / "releve.txt"
    path.write_bytes(content)
    killed(act, rank, "import", account.pk, bakery.firm_id, bakery.pk, path, AT.isoformat())
    assert Transaction.objects.count() == Entry.objects.count() == kept
    for new in (3 - kept, 0):
        found = pipeline.import_statement(account=account, content=content, filename="releve.txt", by=None, at=AT)
        assert found.new == new
    assert Transaction.objects.count() == Entry.objects.count() == 3


# ── A worker of the queue ─────────────────────────────────────────────────────────────────────────

YEAR = [
    Move(date(2026, 11, 1) + timedelta(days=n * 22 // 1200), Decimal(f"-{n % 90 + 1}.10"), f"CB CAFE N {n:04d}")
    for n in range(1200)
]


def given_up_and_taken_over():
    """A minute later the dead worker is known to be dead, and another one takes its work up."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    for _ in range(5):  # the database takes a moment to know that who held a lock is dead
        async_to_sync(rescued)()
        assert worked() == 0
        if reading().status == "succeeded":
            return
        ProcrastinateJob.objects.filter(pk=reading().pk).update(scheduled_at=None)
    raise AssertionError(reading().status)


def reading():
    return ProcrastinateJob.objects.get(task_name="read_statement")


async def rescued():
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        async with working.open_async():
            await rescue.func(0)


def worked():
    """A worker of the product does what the queue holds; nothing kills it."""
    worker = started("comptoir.pipeline.statements:read_sent", 99, "worker", "bank")
    _, said = worker.communicate(timeout=120)
    assert worker.returncode == 0, said.decode()
    return worker.returncode


@pytest.mark.parametrize(
    ("act", "rank", "kept", "booked"),
    [
        ("comptoir.records.banking.actions:import_statements", 1, 0, 0),
        ("comptoir.pipeline.statements:follow", 1, 1200, 0),
        ("comptoir.pipeline.statements:_book_some", 1, 1200, 1037),
        ("comptoir.records.banking.sent:settle", 1, 1200, 1200),
    ],
)
def test_a_worker_killed_while_it_reads_a_long_statement_is_taken_over_by_another_and_all_comes_once(
    bakery, account, bob, act, rank, kept, booked
):
    ProcrastinateJob.objects.all().delete()  # those of another test
    row = pipeline.statements.send_statement(
        account=account, file=statement(*YEAR), filename="annee.txt", by=bob, at=AT
    )
    killed(act, rank, "worker", "bank")
    assert (Transaction.objects.count(), Entry.objects.count()) == (kept, booked)
    assert reading().status == "doing", "nobody knows yet"
    given_up_and_taken_over()
    row.refresh_from_db()
    assert row.settled_at is not None
    assert (row.new, row.known, row.fault) == (1200, 0, "")
    assert Transaction.objects.count() == Entry.objects.count() == 1200
    assert Statement.objects.count() == 1
    assert not storages["default"].exists(row.stored)

"""A client's bank through Bridge: each movement once whatever happens on the way, corrected and withdrawn as the bank says."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.acts import bring_statement, hand_in, how_many_missing
from tests.cast import Move
from tests.conftest import AT, as_web

from comptoir import pipeline
from comptoir.domain.bank_way import Way
from comptoir.domain.mail import door
from comptoir.domain.rights import Role
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge.client import Bridge
from comptoir.gateways.bank.bridge.twin import Held, Moved, Twin
from comptoir.gateways.bank.bridge.webhook import signature
from comptoir.lib import tenancy
from comptoir.lib.english import ENGLISH
from comptoir.records.accounts import actions as accounts
from comptoir.records.banking import actions as banking
from comptoir.records.banking.models import BankAccount, Statement, Transaction, Withdrawal
from comptoir.records.connections import actions as connections
from comptoir.records.connections import queries as connected
from comptoir.records.connections.models import BridgeUser, Connection, Errand, Feed, News, Told
from comptoir.records.firms import actions as firms
from comptoir.records.inbox import answering
from comptoir.records.ledger.models import Entry, Lettrage
from comptoir.records.mail.models import Letter
from comptoir.records.matching.models import Match
from comptoir.records.missing import queries as missing
from comptoir.records.notices.models import Notice

pytestmark = pytest.mark.django_db

TODAY = AT.date()
IBAN = "FR7630004008230001012345669"  # of the account that the demo's statements are of
FLOUR = Moved(TODAY - timedelta(days=3), Decimal("-237.38"), "PRLV SEPA MOULINS DE LA VEGRE MV1197")
TAKINGS = Moved(TODAY - timedelta(days=2), Decimal("612.40"), "REM CB 6124 DU 211126")
RENT = Moved(TODAY - timedelta(days=1), Decimal("-900.00"), "VIR SCI DU FOUR LOYER")


@pytest.fixture
def bank(settings, bakery):
    current = Held("Compte courant pro", (FLOUR, TAKINGS, RENT), iban=IBAN)
    with Twin(seed={str(bakery.pk): [current]}, clock=lambda: AT, refresh_after=None) as twin:
        settings.BRIDGE = bridge.access(twin.address)
        yield twin


@pytest.fixture
def company(bakery, bob):
    bakery.refresh_from_db()
    return bakery


def visit(company):
    with as_web():
        pipeline.visit(str(company.firm_id), str(company.pk))


def connect(bank, company, by, login="success"):
    """As the client does: leave, connect at the bank, be visited."""
    pipeline.connect(company=company, by=by, callback="http://localhost/retour", at=AT)
    item = bank.connect(str(company.pk), login=login)
    bank.refresh(item)
    visit(company)
    return item


@pytest.fixture
def feed(bank, company, bob, alice, account):
    connect(bank, company, bob)
    feed = Feed.objects.get()
    pipeline.attach_feed(feed=feed, account=account, opens_on=TODAY - timedelta(days=30), by=alice, at=AT)
    visit(company)
    feed.refresh_from_db()
    return feed


def amounts():
    return sorted(Transaction.objects.values_list("amount", flat=True))


def row_of(bank, feed, moved):
    (found,) = [row for row in bank.rows(int(feed.external_id)) if row.moved.amount == moved.amount]
    return found


def test_a_bank_that_is_connected_shows_its_accounts_before_anything_is_booked(bank, company, bob):
    connect(bank, company, bob)
    (state,) = connected.states(company, at=AT)
    assert (state.connection.status, state.connection.connected_by) == (0, bob)
    assert [feed.name for feed in state.waits_for_firm] == ["Compte courant pro"]
    assert not Transaction.objects.exists()


def test_once_attached_each_movement_is_booked_and_asked_for_like_a_files(feed, company):
    assert amounts() == [Decimal("-900.00"), Decimal("-237.38"), Decimal("612.40")]
    assert Entry.objects.filter(transaction__isnull=False).count() == 3
    assert how_many_missing(company) == 3
    assert Statement.objects.get().closing is None  # what a connection tells proves no balance


def test_a_second_visit_adds_nothing_and_asks_only_for_what_is_new(bank, feed, company):
    bank.asked.clear()
    visit(company)
    assert len(amounts()) == 3
    assert any("since=" in asked for asked in bank.asked)


def test_what_the_bank_tells_later_comes_at_the_next_visit(bank, feed, company):
    bank.arrive(int(feed.external_id), Moved(TODAY, Decimal("-12.00"), "CB BOULANGER 2311"))
    visit(company)
    assert Decimal("-12.00") in amounts()


def test_what_is_announced_waits_until_it_is_booked(bank, feed, company):
    bank.arrive(int(feed.external_id), Moved(TODAY + timedelta(days=3), Decimal("-75.00"), "PRLV SEPA EDF"))
    visit(company)
    assert Decimal("-75.00") not in amounts()
    bank.pass_time(timedelta(days=4))
    bank.refresh()
    visit(company)
    assert Decimal("-75.00") in amounts()


def test_movements_before_the_day_stay_with_the_files_that_told_them(bank, company, bob, alice, account):
    connect(bank, company, bob)
    pipeline.attach_feed(feed=Feed.objects.get(), account=account, opens_on=RENT.on, by=alice, at=AT)
    visit(company)
    assert amounts() == [RENT.amount]
    pipeline.attach_feed(feed=Feed.objects.get(), account=account, opens_on=FLOUR.on, by=alice, at=AT)
    visit(company)
    assert len(amounts()) == 3


def test_a_file_that_tells_the_same_movements_adds_none(feed, account):
    moves = [Move(FLOUR.on, FLOUR.amount, "PRELEVEMENT MOULINS VEGRE"), Move(RENT.on, RENT.amount, "LOYER 11")]
    assert bring_statement(account, *moves) == []
    assert bring_statement(account, *moves) == []
    assert len(amounts()) == 3
    (extra,) = bring_statement(account, *moves, Move(RENT.on, RENT.amount, "LOYER PARKING"))
    assert extra.label == "LOYER PARKING"  # a second one of that amount on that day is another movement


def test_a_connection_that_tells_what_a_file_told_adds_none(bank, company, bob, alice, account):
    bring_statement(account, Move(FLOUR.on, FLOUR.amount, "PRELEVEMENT MOULINS VEGRE"))
    connect(bank, company, bob)
    pipeline.attach_feed(feed=Feed.objects.get(), account=account, opens_on=FLOUR.on, by=alice, at=AT)
    visit(company)
    assert len(amounts()) == 3
    assert Told.objects.get(amount=FLOUR.amount).transaction.label == "PRELEVEMENT MOULINS VEGRE"


def test_what_the_bank_takes_back_is_undone_in_the_books_and_asked_for_no_more(bank, feed, company, bob, alice):
    piece = hand_in(company, bob)
    pipeline.post(entry=Entry.objects.get(document=piece), by=alice, at=AT)
    assert Match.objects.get().transaction.amount == FLOUR.amount
    assert Lettrage.objects.exists()
    bank.withdraw(row_of(bank, feed, FLOUR).id)
    visit(company)
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.mirror.amount == -FLOUR.amount
    assert not Match.objects.exists()
    undone = Entry.objects.get(transaction=withdrawal.mirror)
    accounts = {
        entry: sorted(entry.lines.values_list("account", flat=True))
        for entry in (undone, withdrawal.transaction.entry)
    }
    assert len({tuple(found) for found in accounts.values()}) == 1
    assert sum(Transaction.objects.values_list("amount", flat=True)) == TAKINGS.amount + RENT.amount
    assert how_many_missing(company) == 2
    visit(company)
    assert Withdrawal.objects.count() == 1


def test_an_amount_that_the_bank_corrects_is_undone_and_booked_anew(bank, feed, company):
    row = row_of(bank, feed, RENT)
    bank.withdraw(row.id)
    bank.arrive(int(feed.external_id), Moved(RENT.on, Decimal("-910.00"), RENT.label))
    visit(company)
    assert sum(amounts()) == FLOUR.amount + TAKINGS.amount - Decimal("910.00")


def test_a_label_that_the_bank_betters_changes_no_movement(bank, feed, company):
    bank.relabel(row_of(bank, feed, RENT).id, "VIR SEPA SCI DU FOUR LOYER NOVEMBRE")
    visit(company)
    assert len(amounts()) == 3
    assert not Withdrawal.objects.exists()


def test_a_list_that_breaks_off_is_read_again_from_where_it_began(bank, feed, company):
    reached = feed.reached
    bank.arrive(int(feed.external_id), Moved(TODAY, Decimal("-12.00"), "CB BOULANGER 2311"))
    bank.fail_next(1, 503, on="/transactions")
    with pytest.raises(bridge.Unreachable):
        visit(company)
    feed.refresh_from_db()
    assert feed.reached == reached
    visit(company)
    assert len(amounts()) == 4


def test_a_worker_killed_while_it_keeps_leaves_nothing_half_done(bank, feed, company, monkeypatch):
    bank.arrive(int(feed.external_id), Moved(TODAY, Decimal("-12.00"), "CB BOULANGER 2311"))

    def killed(*args, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pipeline.connections, "follow", killed)
        with pytest.raises(KeyboardInterrupt):
            visit(company)
    assert len(amounts()) == 3
    visit(company)
    assert len(amounts()) == 4


def test_two_readings_of_one_list_are_one(bank, feed, company):
    """Two visits at once ask the same and take their turn in the books: the second finds each row by its identifier."""
    Feed.objects.update(reached="")
    visit(company)
    assert (len(amounts()), Told.objects.count(), Statement.objects.count()) == (3, 3, 1)


def test_a_bank_that_is_connected_anew_tells_no_movement_twice(bank, feed, company, bob, alice, account):
    """Another consent gives the same account and its movements other identifiers."""
    pipeline.disconnect(connection=Connection.objects.get(), by=bob, at=AT)
    visit(company)
    # Another machine's identifiers than those that come now.
    Connection.objects.update(item_id="before")
    Feed.objects.update(external_id="before")
    Told.objects.update(external_id=Concat(Value("before-"), "external_id"))
    connect(bank, company, bob)
    again = Feed.objects.exclude(pk=feed.pk).get()
    pipeline.attach_feed(feed=again, account=account, opens_on=FLOUR.on, by=alice, at=AT)
    visit(company)
    assert Told.objects.filter(feed=again).count() == 3
    assert len(amounts()) == 3


def test_a_connection_that_was_cut_and_is_made_again_goes_on(bank, feed, company, bob):
    pipeline.disconnect(connection=Connection.objects.get(), by=bob, at=AT)
    visit(company)
    connect(bank, company, bob)
    (state,) = connected.states(company, at=AT)
    assert (state.connection.ended_at, state.connection.connected_by) == (None, bob)
    visit(company)
    assert len(amounts()) == 3


def test_an_account_known_by_its_iban_is_attached_by_itself_after_its_last_movement(bank, company, bob, account):
    BankAccount.objects.filter(pk=account.pk).update(iban=IBAN)
    Transaction.objects.all().delete()
    connect(bank, company, bob)
    feed = Feed.objects.get()
    assert (feed.account, feed.attached_by) == (account, None)
    assert len(amounts()) == 3  # the open year began before


def test_what_cannot_be_attached_is_said(bank, feed, company, alice, account):
    other = banking.open_next_account(company=company, name="Livret", iban="FR1420041010050500013M02606")
    assert other.ledger_account == "512100"
    with pytest.raises(connections.NotAttachable, match=IBAN):
        pipeline.attach_feed(feed=feed, account=other, opens_on=TODAY, by=alice, at=AT)
    dollars = Feed.objects.create(
        firm_id=feed.firm_id,
        company_id=feed.company_id,
        connection=feed.connection,
        external_id="9",
        name="USD",
        currency="USD",
    )
    with pytest.raises(connections.NotAttachable, match="en USD"):
        pipeline.attach_feed(feed=dollars, account=other, opens_on=TODAY, by=alice, at=AT)
    twin = Feed.objects.create(
        firm_id=feed.firm_id,
        company_id=feed.company_id,
        connection=feed.connection,
        external_id="8",
        name="Bis",
        currency="EUR",
    )
    with pytest.raises(connections.NotAttachable, match="déjà"):
        pipeline.attach_feed(feed=twin, account=account, opens_on=TODAY, by=alice, at=AT)


def test_a_feed_that_is_stopped_brings_nothing_more(bank, feed, company, alice):
    pipeline.detach_feed(feed=feed, by=alice, at=AT)
    pipeline.detach_feed(feed=feed, by=alice, at=AT)
    bank.arrive(int(feed.external_id), Moved(TODAY, Decimal("-12.00"), "CB BOULANGER 2311"))
    visit(company)
    assert len(amounts()) == 3


def test_a_connection_that_is_cut_brings_nothing_and_is_forgotten_at_bridge(bank, feed, company, bob):
    connection = Connection.objects.get()
    pipeline.disconnect(connection=connection, by=bob, at=AT)
    pipeline.disconnect(connection=connection, by=bob, at=AT)
    bank.arrive(int(feed.external_id), Moved(TODAY, Decimal("-12.00"), "CB BOULANGER 2311"))
    visit(company)
    connection.refresh_from_db()
    assert (connection.ended_by, connection.forgotten_at is not None) == (bob, True)
    assert len(amounts()) == 3
    assert not bank.books.items


def test_bridge_away_while_it_should_forget_is_told_again(bank, feed, company, bob):
    pipeline.disconnect(connection=Connection.objects.get(), by=bob, at=AT)
    bank.fail_next(1, 500)
    with pytest.raises(bridge.Unreachable):
        visit(company)
    with as_web(), tenancy.within(company.firm_id):
        assert connected.to_forget_in(company.firm_id) == [company.pk]
    visit(company)
    assert Connection.objects.get().forgotten_at


def test_what_ends_at_the_bank_ends_here(bank, feed, company):
    bank.books.items.clear()
    visit(company)
    connection = Connection.objects.get()
    assert (connection.ended_by, connection.ended_at is not None) == (None, True)


def test_the_client_is_written_once_when_only_they_can_mend_it(bank, feed, company, bob):
    firms.join_company(company=company, person=bob, role=Role.DIRIGEANT, at=AT)
    bank.set_status(int(feed.connection.item_id), 1010)
    visit(company)
    visit(company)
    (letter,) = Letter.objects.filter(to=bob.email)
    assert "reconnectez-la" in letter.text
    assert letter.subject == f"À reconnecter : Demo Bank · {company.name}"
    assert "Demo Bank" in letter.html
    assert answering.writer(door(letter.reply_to), bob.email) == bob
    assert Notice.objects.get(person=bob).sentence == "À reconnecter : Demo Bank."
    bank.set_status(int(feed.connection.item_id), 0)
    visit(company)
    assert Letter.objects.filter(to=bob.email).count() == 1


def test_the_end_of_a_consent_is_announced_fifteen_days_before_once(bank, feed, company, bob):
    firms.join_company(company=company, person=bob, role=Role.DIRIGEANT, at=AT)
    Connection.objects.update(consent_until=AT + timedelta(days=16))
    (state,) = connected.states(company, at=AT)
    assert not state.needs_client
    (state,) = connected.states(company, at=AT + timedelta(days=2))
    assert state.needs_client
    assert state.ends_soon_on == (AT + timedelta(days=16)).date()


def test_the_end_of_a_consent_is_written_of_with_the_bank_in_the_persons_language(bank, feed, company, bob):
    firms.join_company(company=company, person=bob, role=Role.DIRIGEANT, at=AT)
    accounts.choose_language(person=bob, language=ENGLISH, at=AT)
    bank.books.items[int(feed.connection.item_id)].agreed_at -= timedelta(days=170)
    visit(company)
    (letter,) = Letter.objects.filter(to=bob.email)
    assert letter.subject.startswith("Your consent with Demo Bank ends on ")
    assert "by which your bank" in letter.text


def test_a_bank_that_bridge_does_not_name_today_is_named_at_the_next_visit(bank, company, bob, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(Bridge, "bank", lambda *_: (_ for _ in ()).throw(bridge.Unreachable("(503)")))
        connect(bank, company, bob)
        assert Connection.objects.get().called == "votre banque"
        assert Feed.objects.exists(), "its name is no reason to read nothing"
    visit(company)
    assert Connection.objects.get().bank == "Demo Bank"


def test_news_is_heard_once_and_only_from_bridge(bank, feed, company):
    user = BridgeUser.objects.get().uuid
    raw = f'{{"type": "item.refreshed", "timestamp": 1, "content": {{"user_uuid": "{user}", "item_id": 1}}}}'.encode()
    secret = "webhook-secret"  # the twin's
    no_visit_waits()
    with as_web():
        for forged in ("v1=00", "", f"v0={signature(secret, raw)}", f"v1={signature('other', raw)}"):
            assert not pipeline.hear(raw=raw, signature=forged, at=AT)
        assert (_visits(), News.objects.count()) == (0, 0)
        assert pipeline.hear(raw=raw, signature=f"v1={signature(secret, raw)}", at=AT)
        assert _visits() == 1
    no_visit_waits()  # it was made: what is told a second time starts none
    with as_web():
        assert pipeline.hear(raw=raw, signature=f"v1={signature(secret, raw)}", at=AT)
    assert (_visits(), News.objects.count()) == (0, 1)


def test_news_is_heard_on_the_day_of_a_rotation_and_no_more_by_the_old_secret_after(bank, feed, company, settings):
    user, heard = BridgeUser.objects.get().uuid, 0

    def hear(*secrets):
        nonlocal heard
        heard += 1
        raw = f'{{"type": "item.refreshed", "timestamp": {heard}, "content": {{"user_uuid": "{user}"}}}}'.encode()
        signed = ",".join(f"v1={signature(secret, raw)}" for secret in secrets)
        with as_web():
            return pipeline.hear(raw=raw, signature=signed, at=AT)

    bank.rotate("new-secret")
    settings.BRIDGE = bridge.access(bank.address)
    assert all(
        hear(*secrets) for secrets in (("webhook-secret",), ("new-secret",), ("new-secret", "webhook-secret"))
    )
    bank.end_rotation()
    settings.BRIDGE = bridge.access(bank.address)
    assert hear("new-secret")
    assert not hear("webhook-secret")
    assert News.objects.count() == 4


def no_visit_waits():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'visit_bank'")


def _visits():
    return ProcrastinateJob.objects.filter(task_name="visit_bank").count()


def test_a_return_is_taken_from_the_one_who_left(bank, company, bob, alice):
    pipeline.connect(company=company, by=bob, callback="http://localhost/retour", at=AT)
    context = Errand.objects.get().context
    for who, word, when in ((alice, context, AT), (bob, uuid4(), AT), (bob, context, AT + timedelta(hours=3))):
        with pytest.raises(connections.NotYours):
            pipeline.come_back(company=company, context=word, by=who, at=when)
    pipeline.come_back(company=company, context=context, by=bob, at=AT)
    pipeline.come_back(company=company, context=context, by=bob, at=AT)
    assert Errand.objects.get().returned_at == AT


def test_the_round_visits_each_company_whose_bank_is_connected(bank, feed, company):
    with as_web():
        pipeline.visit_banks(0)
        pipeline.visit_banks(0)
    assert _visits() >= 1


def test_without_bridge_nothing_is_asked_and_it_is_said(settings, company, bob):
    settings.BRIDGE = None
    with pytest.raises(pipeline.NoBridge):
        pipeline.connect(company=company, by=bob, callback="http://localhost/", at=AT)
    visit(company)
    pipeline.visit_banks(0)
    assert not pipeline.hear(raw=b"{}", signature="", at=AT)


def test_the_firm_says_by_which_way_movements_come(company, alice):
    assert connected.way(company) is Way.NONE
    for way in (Way.FILES, Way.BRIDGE, Way.BRIDGE):
        pipeline.choose_bank_way(company=company, way=way, by=alice, at=AT)
    assert connected.way(company) is Way.BRIDGE


def test_the_kept_lists_are_right_after_all_that(bank, feed, company):
    bank.withdraw(row_of(bank, feed, FLOUR).id)
    visit(company)
    assert missing.wrong(company) == []

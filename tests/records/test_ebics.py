"""The firm's EBICS contract: brought to life, asked, sorted into two dossiers; nothing lost and nothing twice wherever it stops."""

from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from django.core.files.storage import storages
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from tests.conftest import AT, as_web
from tests.ebics_desk import DAY, WHO, Desk, some_keys
from tests.ebics_way import (
    FLOUR,
    FLOWERS,
    IBANS,
    OURS,
    STRANGER,
    TAKINGS,
    entered,
    fetch,
    same_keys,
    told,
    trusted_by,
    two_dossiers,
)  # fmt: skip

from comptoir import pipeline
from comptoir.demo import ebics_bank
from comptoir.domain.bank_mandate import State
from comptoir.gateways.bank import ebics
from comptoir.gateways.bank import files as bank_files
from comptoir.gateways.bank.ebics import Step, Version
from comptoir.gateways.bank.ebics import keys as ebics_keys
from comptoir.gateways.bank.ebics.twin import Fault, Serving, Twin
from comptoir.lib import tenancy
from comptoir.lib.turnstile import Turnstile
from comptoir.pipeline.between import WhenAllowed
from comptoir.records.banking import actions as banking
from comptoir.records.banking import columns as bank_columns
from comptoir.records.banking.models import Statement, Transaction
from comptoir.records.deposits.actions import address
from comptoir.records.ebics import actions as contracts
from comptoir.records.ebics import orders
from comptoir.records.ebics import queries as contracts_of
from comptoir.records.ebics.models import Carried, Contract, Fetched, Gap, Mandate
from comptoir.records.firms.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(Version), ids=lambda version: version.value)
def desk(request):
    with Desk(request.param) as desk:
        yield desk


@pytest.fixture
def dossiers(bakery, account, alice):
    return two_dossiers(bakery, account, alice)


@pytest.fixture(autouse=True)
def _keys_of_the_tests(monkeypatch):
    same_keys(monkeypatch)


@pytest.fixture
def contract(desk, bakery, alice):
    return entered(desk, bakery.firm, alice)


@pytest.fixture
def trusted(contract, desk, alice):
    return trusted_by(contract, desk, alice)


def attach(carried, company, ledger_account, by):
    return pipeline.sorting.attach_statement(
        carried=carried, company=company, ledger_account=ledger_account, by=by, at=timezone.now()
    )


def amounts(company):
    return sorted(Transaction.objects.filter(company=company).values_list("amount", flat=True))


def test_each_step_is_kept_and_the_private_keys_open_with_the_secret_alone(contract, desk, alice, settings):
    assert Step(contract.step) is Step.KEYS_MADE
    assert some_keys().signature.private not in bytes(contract.keys)
    with as_web():
        assert pipeline.ebics.letters(contract, on=DAY).startswith(b"%PDF")
        pipeline.ebics.send_keys(contract=contract, by=alice, at=AT)
    contract.refresh_from_db()
    assert Step(contract.step) is Step.ALL_SENT
    with as_web(), pytest.raises(ebics.NotActivated):
        pipeline.ebics.read_bank_keys(contract=contract, by=alice, at=AT)
    settings.EBICS_KEY = b"x" * 32
    with as_web(), pytest.raises(ebics.WrongSecret):
        pipeline.ebics.letters(contract, on=DAY)


def test_a_wrong_hash_is_refused_and_nothing_is_fetched(contract, desk, alice):
    with as_web():
        pipeline.ebics.send_keys(contract=contract, by=alice, at=AT)
        desk.twin.activate(*WHO)
        pipeline.ebics.read_bank_keys(contract=contract, by=alice, at=AT)
        letter = desk.letter()
        for wrong in ({"authentication": "00" * 32}, {"encryption": letter["authentication"]}, {"encryption": ""}):
            with pytest.raises(pipeline.ebics.WrongHashes):
                pipeline.ebics.trust_bank(contract=contract, **{**letter, **wrong}, by=alice, at=AT)
    fetch(contract)
    assert Step(contract.step) is Step.BANK_KEYS_READ
    assert contract.asked_at is None
    assert not ProcrastinateJob.objects.filter(task_name="fetch_statements").exists()


def test_a_step_that_the_bank_took_before_we_knew_is_not_refused_the_second_time(contract, desk, alice):
    desk.twin.faults.append(("INI", Fault(after_the_act=True)))
    with as_web():
        with pytest.raises(ebics.Unreachable):
            pipeline.ebics.send_keys(contract=contract, by=alice, at=AT)
        again = contracts_of_again(contract)
        assert (Step(again.step), again.is_under_way) == (Step.KEYS_MADE, True)
        pipeline.ebics.send_keys(contract=again, by=alice, at=AT)
    assert Step(contracts_of_again(contract).step) is Step.ALL_SENT


def contracts_of_again(contract):
    with tenancy.within(contract.firm_id):
        return contracts_of.contract(contract.firm_id, contract.pk)


def test_a_step_that_the_bank_refuses_stays_refused(contract, desk, alice):
    desk.twin.subscribers.clear()
    for _ in range(2):
        with as_web(), pytest.raises(ebics.Refused):
            pipeline.ebics.send_keys(contract=contracts_of_again(contract), by=alice, at=AT)
    contract.refresh_from_db()
    assert (Step(contract.step), contract.is_under_way) == (Step.KEYS_MADE, False)


def test_the_first_fetch_is_queued_and_each_statement_goes_to_its_dossier(trusted, desk, dossiers):
    assert ProcrastinateJob.objects.filter(task_name="fetch_statements").count() == 1
    desk.offer(told(FLOUR) + told(TAKINGS, account=FLOWERS))
    fetch(trusted)
    bakery, other = dossiers
    assert (amounts(bakery), amounts(other)) == ([FLOUR.amount], [TAKINGS.amount])
    assert (trusted.fault, trusted.asked_at is not None) == ("", True)
    fetched = Fetched.objects.get()
    assert fetched.receipted_at
    assert fetched.sorted_at
    assert {row.company for row in Carried.objects.all()} == {bakery, other}


def test_nothing_new_is_no_fault(trusted, desk, dossiers):
    desk.twin.allow(desk.order, "Relevé")
    fetch(trusted)
    assert (trusted.fault, trusted.asked_at is not None) == ("", True)
    assert not Fetched.objects.exists()


def test_an_unknown_account_waits_at_the_firm_until_somebody_says_whose_it_is(trusted, desk, dossiers, alice):
    bakery, _ = dossiers
    first = told(FLOUR, account=STRANGER)
    later = told(TAKINGS, account=STRANGER, opening="762.62", since=date(2026, 11, 23), until=date(2026, 11, 26))
    desk.offer(first + told(account=OURS))
    desk.offer(later)
    fetch(trusted)
    assert not Transaction.objects.exists()
    waiting = contracts_of.waiting(bakery.firm)
    assert [row.named for row in waiting] == [IBANS[STRANGER]] * 2
    savings = banking.open_next_account(company=bakery, name="Livret")
    with as_web():
        assert attach(waiting[0], bakery, savings.ledger_account, alice) == (savings, 2)
    assert amounts(bakery) == [FLOUR.amount, TAKINGS.amount]
    assert contracts_of.waiting(bakery.firm) == []
    savings.refresh_from_db()
    assert savings.iban == IBANS[STRANGER]
    desk.offer(told(account=STRANGER, opening="1375.02", since=date(2026, 11, 26), until=date(2026, 11, 27)))
    fetch(trusted)
    assert Statement.objects.filter(account=savings).count() == 3  # from now on it goes there by itself


def test_a_statement_is_never_attached_to_an_account_that_is_anothers(trusted, desk, dossiers, account, alice):
    desk.offer(told(FLOUR, account=STRANGER))
    fetch(trusted)
    account.refresh_from_db()
    carried = Carried.objects.get()
    with as_web(), pytest.raises(pipeline.sorting.NotAttachable, match=IBANS[STRANGER]):
        attach(carried, dossiers[0], account.ledger_account, alice)
    assert Carried.objects.get().account is None
    assert not Transaction.objects.exists()


def test_an_account_of_another_firm_takes_nothing(trusted, desk, dossiers, charlie):
    garage = Company.objects.get(name="Garage Lebreton")
    banking.open_account(company=garage, name="Compte", iban=IBANS[STRANGER])
    desk.offer(told(FLOUR, account=STRANGER))
    fetch(trusted)
    assert Carried.objects.get().account is None
    assert not Transaction.objects.exists()


def test_no_client_and_no_other_firm_sees_what_a_contract_brings(trusted, desk, dossiers, charlie):
    bakery, _ = dossiers
    garage = Company.objects.get(name="Garage Lebreton")
    desk.offer(told(FLOUR) + told(TAKINGS, account=STRANGER))
    fetch(trusted)
    for firm_id, company_id in ((bakery.firm_id, bakery.pk), (garage.firm_id, None), (garage.firm_id, garage.pk)):
        with as_web(), tenancy.within(firm_id, company_id):
            assert [model.objects.count() for model in (Contract, Fetched, Carried, Gap)] == [0, 0, 0, 0]


KILLED = [
    ("comptoir.records.ebics.actions.keep_fetched", "before it is stored"),
    ("comptoir.gateways.bank.ebics.download.give_receipt", "between storage and receipt"),
    ("comptoir.records.ebics.actions.receipted", "after the receipt"),
    ("comptoir.records.ebics.actions.carry", "before it is sorted"),
    ("comptoir.pipeline.sorting.take", "before a dossier took its own"),
    ("comptoir.records.ebics.actions.give", "while a dossier takes its own"),
    ("comptoir.records.ebics.actions.sort_out", "after the last dossier"),
]


@pytest.mark.parametrize(("where", "when"), KILLED, ids=[when for _, when in KILLED])
def test_killed_anywhere_nothing_is_lost_and_nothing_comes_twice(
    where, when, trusted, desk, dossiers, monkeypatch
):
    def killed(*args, **more):
        raise KeyboardInterrupt

    desk.offer(told(FLOUR) + told(TAKINGS, account=FLOWERS))
    with monkeypatch.context() as patched:
        patched.setattr(where, killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(trusted)
    fetch(trusted)
    fetch(trusted)
    bakery, other = dossiers
    assert (amounts(bakery), amounts(other)) == ([FLOUR.amount], [TAKINGS.amount])
    assert Statement.objects.count() == Carried.objects.count() == 2
    assert not Fetched.objects.filter(receipted_at=None).exists()
    assert not Fetched.objects.filter(sorted_at=None).exists()
    assert all(statement.is_fetched for statement in desk.twin.statements)


def test_a_file_kept_but_unacknowledged_is_known_when_it_comes_again(trusted, desk, dossiers):
    desk.offer(told(FLOUR))
    desk.twin.faults.append((f"{'FDL' if desk.version is Version.H004 else 'BTD'} Receipt", Fault(status=503)))
    try:
        fetch(trusted)
    except ebics.Unreachable:
        trusted.refresh_from_db()
        assert "rien n’est perdu" in trusted.fault
    fetch(trusted)
    assert amounts(dossiers[0]) == [FLOUR.amount]
    assert Statement.objects.count() == 1


def test_days_that_no_statement_tells_are_asked_for_once_more_once(trusted, desk, dossiers):
    bakery, _ = dossiers
    desk.offer(told(FLOUR, until=date(2026, 11, 18)), on=date(2026, 11, 18))
    fetch(trusted)
    missed = told(TAKINGS, opening="762.62", since=date(2026, 11, 18), until=date(2026, 11, 20))
    desk.offer(missed, on=date(2026, 11, 20)).is_fetched = True  # somebody else fetched it
    desk.offer(told(opening="1375.02", since=date(2026, 11, 20), until=date(2026, 11, 21)), on=date(2026, 11, 21))
    fetch(trusted)
    assert amounts(bakery) == [FLOUR.amount, TAKINGS.amount]
    gap = Gap.objects.get()
    assert (gap.first_on, gap.last_on, gap.asked_at is not None) == (date(2026, 11, 18), date(2026, 11, 20), True)
    before = len(desk.twin.asked)
    fetch(trusted)
    assert len(desk.twin.asked) == before + 1
    assert Gap.objects.count() == 1


def test_a_statement_that_does_not_add_up_keeps_no_other_back(trusted, desk, dossiers):
    bakery, other = dossiers
    bad = told(FLOUR).replace(b"0000000007626", b"0000000007627")
    assert bad != told(FLOUR)
    desk.offer(bad + told(TAKINGS, account=FLOWERS))
    fetch(trusted)
    assert (amounts(bakery), amounts(other)) == ([], [TAKINGS.amount])
    assert "ne tombe pas juste" in Carried.objects.get(account=None).fault


def test_a_file_that_is_cut_gives_nothing_to_anybody(trusted, desk, dossiers):
    """What stands before the cut may be as wrong as what is lost: the whole file waits, and is said."""
    whole = told(FLOUR) + told(TAKINGS, account=FLOWERS)
    desk.offer(whole[:-200])
    fetch(trusted)
    assert not Transaction.objects.exists()
    assert not Carried.objects.exists()
    assert "illisible" in Fetched.objects.get().fault
    desk.offer(whole)
    fetch(trusted)
    assert [amounts(one) for one in dossiers] == [[FLOUR.amount], [TAKINGS.amount]]


def test_what_another_file_told_and_nobody_took_is_given_with_the_next(trusted, desk, dossiers):
    """The bank tells a statement again, beside others, once its account is known: it is read where it was first told."""
    bakery, _ = dossiers
    desk.offer(told(FLOUR, account=STRANGER))
    fetch(trusted)
    banking.open_account(company=bakery, name="Livret", iban=IBANS[STRANGER], ledger_account="512100")
    desk.offer(told(TAKINGS) + told(FLOUR, account=STRANGER) + told(account=FLOWERS))
    fetch(trusted)
    assert amounts(bakery) == [FLOUR.amount, TAKINGS.amount]
    assert (Carried.objects.count(), Carried.objects.filter(account=None).count()) == (3, 0)


def test_a_file_that_nobody_can_read_is_kept_and_said(trusted, desk, dossiers):
    desk.offer(b"\x00\x01 nothing that a bank says")
    fetch(trusted)
    fetched = Fetched.objects.get()
    assert fetched.receipted_at
    assert "n’est pas un relevé" in fetched.fault


def test_a_file_that_the_store_has_lost_or_changed_is_named(trusted, desk, dossiers):
    desk.offer(told(FLOUR))
    fetch(trusted)
    assert list(contracts_of.verify_fetched()) == []
    path = Path(storages["originals"].path(address(Fetched.objects.get().sha256)))
    path.write_bytes(b"other")
    assert [fault.code for fault in contracts_of.verify_fetched()] == ["original_changed"]
    path.unlink()
    assert [fault.code for fault in contracts_of.verify_fetched()] == ["original_lost"]


def test_the_mandate_becomes_active_with_the_first_statement_and_bars_the_way_once_ended(
    trusted, desk, dossiers, account, alice
):
    account.refresh_from_db()
    with as_web():
        for state in (State.TO_SIGN, State.SIGNED, State.SIGNED, State.SENT):
            pipeline.sorting.say_bank_mandate(account=account, state=state, by=alice, at=timezone.now())
        with pytest.raises(contracts.NotSayable):
            pipeline.sorting.say_bank_mandate(account=account, state=State.TO_SIGN, by=alice, at=timezone.now())
    desk.offer(told(FLOUR))
    fetch(trusted)
    assert contracts_of.mandate(account) is State.ACTIVE
    assert [row.by for row in Mandate.objects.order_by("at", "id")] == [alice, alice, alice, None]
    with as_web():
        pipeline.sorting.say_bank_mandate(account=account, state=State.ENDED, by=alice, at=timezone.now())
    desk.offer(told(TAKINGS, opening="762.62", since=date(2026, 11, 23), until=date(2026, 11, 24)))
    fetch(trusted)
    assert amounts(dossiers[0]) == [FLOUR.amount]
    assert "résilié" in Carried.objects.get(account=None).fault


def test_keys_are_renewed_without_letters_and_a_renewal_that_broke_off_is_settled(
    trusted, desk, dossiers, alice, monkeypatch
):
    renewed = some_keys("renewed")
    monkeypatch.setattr(ebics_keys, "make", lambda contract, *, at, **more: renewed)
    desk.twin.faults.append(("HCS Transfer", Fault(after_the_act=True)))
    with as_web():
        with pytest.raises(ebics.Unreachable):
            pipeline.ebics.renew_keys(contract=trusted, by=alice, at=AT)
    trusted.refresh_from_db()
    assert bytes(trusted.new_keys)
    desk.offer(told(FLOUR))
    fetch(trusted)
    assert not bytes(trusted.new_keys)
    assert amounts(dossiers[0]) == [FLOUR.amount]


def test_one_exchange_at_a_time_with_a_bank(trusted, desk, dossiers, alice, settings):
    url = settings.DATABASES["default"]
    place = {"dbname": url["NAME"], "user": url["USER"], "password": url["PASSWORD"], "host": url["HOST"]}
    desk.offer(told(FLOUR))
    with psycopg.connect(**place, port=url["PORT"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"ebics-{trusted.pk}"])
        for act in (pipeline.ebics.renew_keys, pipeline.ebics.suspend, pipeline.ebics.send_keys):
            with as_web(), pytest.raises(pipeline.ebics.Busy):
                act(contract=trusted, by=alice, at=AT)
        with pytest.raises(pipeline.ebics.Busy):
            fetch(trusted)
    assert not Fetched.objects.exists()
    fetch(trusted)
    assert Fetched.objects.exists()


def test_a_suspended_contract_fetches_nothing_and_begins_again_with_new_keys(trusted, desk, dossiers, alice):
    with as_web():
        with pytest.raises(pipeline.ebics.NotNow):
            pipeline.ebics.begin_again(contract=trusted, by=alice, at=AT)
        pipeline.ebics.suspend(contract=trusted, by=alice, at=AT)
    desk.offer(told(FLOUR))
    fetch(trusted)
    assert not Fetched.objects.exists()
    with as_web():
        pipeline.ebics.begin_again(contract=trusted, by=alice, at=AT)
        pipeline.ebics.send_keys(contract=trusted, by=alice, at=AT)
    assert Step(trusted.step) is Step.ALL_SENT


def test_new_keys_of_the_banks_wait_for_a_person(trusted, desk, dossiers):
    desk.offer(told(FLOUR))
    desk.twin.renew_keys()
    fetch(trusted)
    assert Step(trusted.step) is Step.BANK_KEYS_READ
    assert not Fetched.objects.exists()


def test_a_subscriber_is_entered_once(contract, desk, bakery, alice):
    with as_web(), pytest.raises(contracts.AlreadyOpen):
        pipeline.ebics.open_contract(
            firm=bakery.firm, bank="Bis", said=desk.contract, order=orders.written(desk.order), by=alice, at=AT
        )


def test_the_morning_round_asks_each_contract_in_use(trusted):
    with as_web():
        pipeline.ebics.fetch_all(0)
        pipeline.ebics.fetch_all(0)
    assert ProcrastinateJob.objects.filter(task_name="fetch_statements").count() == 1


def test_the_words_of_an_order_are_read_as_they_are_written():
    for version, words in orders.USUAL.items():
        assert orders.written(orders.order_of(version, words)) == words
    for version, words in ((Version.H004, ""), (Version.H004, "a/b"), (Version.H005, "EOP"), (Version.H005, "<>")):
        with pytest.raises(ebics.WrongContract):
            orders.order_of(version, words)
    assert orders.order_of(Version.H005, "EOP///camt.053").container == ""


def asked_of_the_bank(desk, bakery, alice):
    """A contract of which nobody said what the bank calls its statements."""
    with as_web():
        contract = pipeline.ebics.open_contract(
            firm=bakery.firm, bank="Banque Jumelle", said=desk.contract, order="", by=alice, at=AT
        )
    return trusted_by(contract, desk, alice)


def named(desk, words):
    return orders.order_of(desk.version, words)


def test_the_bank_itself_says_what_it_calls_its_statements(desk, dossiers, alice):
    words = "camt.053.001.02.stm" if desk.version is Version.H004 else "STM/FR/ZIP/camt.053/08"
    desk.twin.allow(named(desk, "other.pdf" if desk.version is Version.H004 else "OTH/FR//pdf"), "Avis")
    desk.offer(told(FLOUR), order=named(desk, words))
    contract = asked_of_the_bank(desk, dossiers[0], alice)
    assert contract.asks_order
    fetch(contract)
    assert (contract.order, contract.asks_order) == (words, False)
    assert amounts(dossiers[0]) == [FLOUR.amount]
    fetch(contract)
    assert [step for step in desk.twin.asked if step.startswith("HTD Init")] == ["HTD Initialisation"]


def test_where_the_bank_names_no_statement_the_usual_words_stay(desk, dossiers, alice):
    contract = asked_of_the_bank(desk, dossiers[0], alice)
    fetch(contract)
    assert (contract.order, contract.asks_order) == (orders.USUAL[desk.version], False)


def test_days_are_asked_for_once_more_whenever_somebody_wants_them(trusted, desk, dossiers, alice):
    statement = desk.offer(told(FLOUR), on=DAY)
    statement.is_fetched = True  # somebody else fetched it
    period = ebics.Period(DAY, DAY)
    for _ in range(2):
        with as_web():
            pipeline.ebics.ask_period(contract=trusted, period=period, by=alice, at=AT)
        fetch(trusted)
        assert amounts(dossiers[0]) == [FLOUR.amount]
    assert Gap.objects.filter(asked_at__isnull=False).count() == 1
    assert Statement.objects.count() == 1


def test_a_bank_that_is_asked_too_often_says_how_long_to_wait_and_is_waited_for(trusted, desk, dossiers):
    desk.offer(told(FLOUR))
    desk.twin.limit = Turnstile(1, 60)
    with pytest.raises(ebics.Unreachable) as away:
        fetch(trusted)
    assert 50 <= away.value.wait <= 60
    job = Job(id=1, queue="bank", lock=None, queueing_lock=None, task_name="t", attempts=0)
    again = WhenAllowed(first=30).get_retry_decision(exception=away.value, job=job)
    wanted = timezone.now() + timedelta(seconds=away.value.wait)
    assert again.retry_at >= wanted - timedelta(seconds=2)
    desk.twin.limit = None
    fetch(trusted)
    assert amounts(dossiers[0]) == [FLOUR.amount]


def test_a_table_that_the_firm_explained_is_read_when_the_bank_sends_it(trusted, desk, dossiers, alice):
    bakery, _ = dossiers
    content = f"Compte;Jour;Quoi;Combien\n{IBANS[OURS]};18/11/2026;CAFE;-3,00\n".encode()
    desk.offer(content)
    fetch(trusted)
    assert "colonnes" in Fetched.objects.get().fault
    columns = bank_files.Columns(1, (2,), amount=3, account=0)
    signature = "COMPTE | JOUR | QUOI | COMBIEN"
    bank_columns.explain(company=bakery, signature=signature, columns=columns, by=alice, at=AT)
    desk.offer(content + f"{IBANS[OURS]};19/11/2026;PAIN;-2,00\n".encode())
    fetch(trusted)
    assert [str(amount) for amount in amounts(bakery)] == ["-3.00", "-2.00"]


def test_the_demos_bank_shows_its_letter_and_statements_of_accounts_nobody_knows():
    twin = Twin(keys=some_keys("bank"))
    with Serving(twin, paper=lambda: ebics_bank.paper(twin, 8575)) as bank:
        page = urlopen(bank.url.replace("/ebics", "/")).read().decode()  # this machine's own
    assert twin.bank_keys.authentication.certificate_hash.hex(" ").upper() in page
    assert "CABINET1" in page
    for content in ebics_bank.statements(DAY):
        (statement,) = bank_files.read(content).statements
        assert statement.is_proved
        assert OURS not in statement.iban

"""Bridge spoken to over a real wire: to the cent, nothing lost, whatever goes wrong on the way."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from comptoir.domain.movement import Movement
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge import Access, Refused, TokenRefused, Transaction, Unreachable
from comptoir.gateways.bank.bridge.client import Bridge, later, movement
from comptoir.gateways.bank.bridge.twin import Held, Moved, Twin
from comptoir.lib.turnstile import Turnstile

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOON.date()


def ago(days):
    return TODAY - timedelta(days=days)


MOVED = (
    Moved(ago(40), Decimal("-412.66"), "PRLV SEPA EDF", "EDF", ago(41), ago(42)),
    Moved(ago(3), Decimal("0.10"), "VIR CLIENT A"),
    Moved(ago(1), Decimal("1234567.89"), "VIR CLIENT B"),
    Moved(ago(-2), Decimal("-1284.00"), "PRLV SEPA URSSAF"),
)
CURRENT = Held("Compte courant", MOVED, Decimal("100.00"), iban="FR7630004000031234567890143")
YEN = Held("Compte en yens", (Moved(ago(1), Decimal(5000), "VIR TOKYO"),), currency="JPY", type="savings")


@pytest.fixture
def twin():
    with Twin(seed={"dupont": (CURRENT, YEN)}, clock=lambda: NOON, refresh_after=None) as twin:
        yield twin


@pytest.fixture
def client(twin):
    return Bridge(bridge.access(twin.address), patience=2)


@pytest.fixture
def user(client, twin):
    twin.connect("dupont")
    return client.user("dupont")


def labels(client, user, **asked):
    return sorted(found.provider_description for found in client.transactions(user, **asked))


def test_a_client_made_known_twice_is_the_same(client):
    assert client.user("dupont") == client.user("dupont") != client.user("aubry")


def test_a_user_whose_token_was_lost_is_found_by_our_own_identifier(client, twin):
    known = client.user("dupont")
    other = Bridge(bridge.access(twin.address))
    assert other.user("dupont") == known
    assert other.items(known) == []


def test_accounts_are_told_with_their_money_and_their_iban(client, user):
    current, yen = sorted(client.accounts(user), key=lambda account: account.name)
    (item,) = client.items(user)
    assert (current.name, current.currency_code, current.iban) == ("Compte courant", "EUR", CURRENT.iban)
    assert (current.item_id, current.type, current.is_shared, current.is_professional) == (
        item.id, "checking", True, True,
    )  # fmt: skip
    assert current.balance == Decimal("100.00") - Decimal("412.66") + Decimal("0.10") + Decimal("1234567.89")
    assert current.instant_balance == current.balance - Decimal("1284.00")
    assert (yen.currency_code, yen.balance, yen.iban) == ("JPY", Decimal(5000), None)
    assert (item.status.code, item.status.info, item.provider_id) == (0, "ok", "574")
    assert item.authentication_expires_at == item.created_at + timedelta(days=180)


def test_a_bank_is_told_by_its_name_and_another_is_refused(client, user):
    (item,) = client.items(user)
    assert client.bank(item.provider_id) == "Demo Bank"
    with pytest.raises(bridge.Refused):
        client.bank("575")


def test_the_last_days_come_first_and_the_rest_at_the_next_refresh(client, twin, user):
    at_first = list(client.transactions(user))
    assert len(at_first) == 4
    assert "PRLV SEPA EDF" not in [found.provider_description for found in at_first]
    since = ""
    for found in at_first:
        since = later(since, found.updated_at)
    twin.pass_time(timedelta(hours=1))
    twin.refresh()
    assert "PRLV SEPA EDF" in labels(client, user, since=since)
    assert len(list(client.transactions(user))) == 5


def test_a_movement_is_told_to_the_cent_with_each_of_its_days(client, twin, user):
    twin.refresh()
    found = {each.provider_description: each for each in client.transactions(user)}
    edf = found["PRLV SEPA EDF"]
    assert (edf.amount, str(edf.amount), edf.currency_code) == (Decimal("-412.66"), "-412.66", "EUR")
    assert (edf.date, edf.booking_date, edf.value_date, edf.transaction_date) == (
        ago(40),
        ago(40),
        ago(41),
        ago(42),
    )
    assert (edf.clean_description, edf.deleted, edf.future) == ("EDF", False, False)
    assert movement(edf) == Movement(ago(40), Decimal("-412.66"), "PRLV SEPA EDF", ago(41))
    assert {str(each.amount) for each in found.values()} == {"-412.66", "0.10", "1234567.89", "-1284.00", "5000"}


def test_what_is_announced_is_told_to_be_so_until_its_day(client, twin, user):
    (urssaf,) = [each for each in client.transactions(user) if each.future]
    assert (urssaf.provider_description, urssaf.booking_date, urssaf.date) == ("PRLV SEPA URSSAF", None, ago(-2))
    twin.pass_time(timedelta(days=3))
    twin.refresh()
    (due,) = client.transactions(user, since=urssaf.updated_at, min_date=ago(-1))
    assert (due.id, due.future, due.booking_date) == (urssaf.id, False, ago(-2))


def test_what_the_bank_withdraws_renames_or_adds_late_comes_since(client, twin, user):
    account = next(each.id for each in client.accounts(user) if each.currency_code == "EUR")
    rows = {row.moved.label: row.id for row in twin.rows(int(account))}
    since = max(found.updated_at for found in client.transactions(user))
    twin.pass_time(timedelta(hours=1))
    assert list(client.transactions(user, since=since)) != []  # the margin: seen twice rather than never
    twin.withdraw(rows["VIR CLIENT A"])
    twin.relabel(rows["VIR CLIENT B"], "VIR CLIENT B FACTURE 12")
    twin.arrive(int(account), Moved(ago(200), Decimal("-9.99"), "OUBLI"))
    since = (datetime.fromisoformat(since) + timedelta(minutes=30)).isoformat()
    told = {each.provider_description: each for each in client.transactions(user, since=since)}
    assert set(told) == {"VIR CLIENT A", "VIR CLIENT B FACTURE 12", "OUBLI"}
    assert [label for label, each in told.items() if each.deleted] == ["VIR CLIENT A"]


def test_one_account_or_the_days_after_one_are_asked_for_alone(client, user):
    accounts = {each.currency_code: each.id for each in client.accounts(user)}
    assert labels(client, user, account=accounts["JPY"]) == ["VIR TOKYO"]
    assert labels(client, user, account=accounts["EUR"], min_date=ago(1)) == ["PRLV SEPA URSSAF", "VIR CLIENT B"]


def test_every_page_is_read_and_each_movement_comes_once(client, twin):
    many = tuple(Moved(ago(n % 5), Decimal(n), f"N {n}") for n in range(1, 1234))
    twin.accounts_of("big", Held("Compte", many))
    twin.connect("big")
    found = [each.id for each in client.transactions(client.user("big"))]
    assert len(found) == len(set(found)) == 1233
    assert sum("after=" in asked for asked in twin.asked) == 2


def test_a_token_that_has_ended_is_renewed_without_a_word(client, twin, user):
    client.items(user)
    twin.pass_time(timedelta(hours=3))
    assert len(client.items(user)) == 1
    assert sum(asked.endswith("/authorization/token") for asked in twin.asked) == 2


def test_a_token_refused_twice_is_said(client, twin, user):
    client.items(user)
    twin.fail_next(2, 401, on="/items")
    with pytest.raises(TokenRefused, match="401"):
        client.items(user)
    assert len(client.items(user)) == 1


def test_who_is_not_known_is_told_so(client, twin):
    with pytest.raises(TokenRefused, match=r"404 user_not_found : No such user"):
        client.items("00000000-0000-0000-0000-000000000000")
    stranger = bridge.access(twin.address.replace("client:secret", "client:wrong"))
    with pytest.raises(Refused, match="401 invalid_client_credentials") as refusal:
        Bridge(stranger).user("dupont")
    assert (refusal.value.status, refusal.value.code) == (401, "invalid_client_credentials")
    twin.fail_next(1, 409, on="/users")
    with pytest.raises(TokenRefused, match="404"):
        client.user("nobody")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_bridge_that_falls_is_asked_later(client, twin, user, status):
    twin.fail_next(1, status, "120", on="/transactions")
    with pytest.raises(Unreachable, match=str(status)) as away:
        list(client.transactions(user))
    assert away.value.wait == 120
    assert labels(client, user)


def test_a_fall_between_two_calls_for_a_token_is_a_fall(client, twin, user):
    twin.pass_time(timedelta(hours=3))
    twin.fail_next(1, 503, on="/authorization/token")
    with pytest.raises(Unreachable):
        client.items(user)


@pytest.mark.parametrize("status", [302, 400, 403, 404, 415, 422])
def test_what_bridge_refuses_is_said_with_its_number(client, twin, user, status):
    twin.fail_next(1, status, on="/accounts")
    with pytest.raises(Refused, match=rf"\({status}\)"):
        client.accounts(user)


def test_half_an_answer_is_no_answer(client, twin, user):
    twin.cut_next(on="/transactions")
    with pytest.raises(Unreachable):
        list(client.transactions(user))
    assert len(list(client.transactions(user))) == 4


def test_a_bridge_that_hangs_holds_nobody(client, twin, user):
    client.wire.patience = 0.2
    twin.hang_next(1, on="/items")
    with pytest.raises(Unreachable):
        client.items(user)


def test_a_bridge_that_is_not_there_is_asked_later():
    gone = Bridge(bridge.access("bridge+http://a:b@127.0.0.1:9"), patience=0.5)
    with pytest.raises(Unreachable):
        gone.user("dupont")


def test_a_session_opens_a_page_and_refuses_what_bridge_would_refuse(client, twin, user):
    given = {"email": "bob@dupont.example", "callback": "https://cabinet.example/retour", "context": "abc-1"}
    session, url = client.connect(user, **given)
    assert (
        url == f"http://127.0.0.1:{twin.address.partition('@127.0.0.1:')[2].partition('?')[0]}/connect/{session}"
    )
    for wrong in ({"context": "a b"}, {"context": "é"}, {"context": "x" * 101}):
        with pytest.raises(ValueError, match="context"):
            client.connect(user, **given | wrong)
    for wrong, why in (
        ({"email": "bob"}, "invalid_user_email"),
        ({"callback": "javascript:x"}, "invalid_callback_url"),
    ):
        with pytest.raises(Refused, match=why):
            client.connect(user, **given | wrong)
    stranger = client.user("aubry")
    (item,) = client.items(user)
    with pytest.raises(Refused, match="403 forbidden"):
        client.connect(stranger, **given, item=item.id)
    with pytest.raises(Refused, match="404 item_not_found"):
        client.connect(user, **given, item="12")


def test_a_connection_that_is_cut_is_gone_and_cut_again_is_still_gone(client, twin, user):
    (item,) = client.items(user)
    client.forget(user, item.id)
    client.forget(user, item.id)
    client.forget(user, "../users")
    assert (client.items(user), client.accounts(user), list(client.transactions(user))) == ([], [], [])
    assert [news.type for news in twin.post.sent][-1] == "item.deleted"
    twin.fail_next(1, 403, on="/items")
    with pytest.raises(Refused, match="403"):
        client.forget(user, item.id)


def test_nobody_reads_anothers_accounts(client, user):
    charlie = client.user("charlie")
    assert (client.items(charlie), client.accounts(charlie), list(client.transactions(charlie))) == ([], [], [])


def test_a_movement_has_the_best_day_and_the_best_words_there_are():
    bare = Transaction("1", "2", Decimal("1.00"), "EUR", date(2026, 1, 2), "2026-01-02T00:00:00Z")
    assert movement(bare) == Movement(date(2026, 1, 2), Decimal("1.00"), "Opération")
    clean = Transaction(
        "1",
        "2",
        Decimal("1.00"),
        "EUR",
        date(2026, 1, 2),
        "",
        clean_description="EDF",
        booking_date=date(2026, 1, 3),
    )
    assert (movement(clean).label, movement(clean).booked_on) == ("EDF", date(2026, 1, 3))


def test_the_later_of_two_moments_is_told_however_they_are_written():
    early, late = "2026-11-24T12:00:00+01:00", "2026-11-24T11:00:00.500Z"
    assert later(early, late) == later(late, early) == late
    assert later("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.001Z").endswith(".001Z")
    assert later("", early) == later(early, "") == early
    assert later("", "") == ""


def test_a_setting_names_bridge_and_never_shows_its_secrets():
    assert bridge.access("") is None
    found = bridge.access("bridge+https://me:s%40cret@api.bridgeapi.io/eu/?webhook=new%2B1&webhook=old")
    assert (found.client, found.secret, found.webhook_secrets) == ("me", "s@cret", ("new+1", "old"))
    assert found.base.geturl() == "https://api.bridgeapi.io/eu"
    assert "cret" not in repr(found)
    assert "new" not in repr(found)
    assert bridge.access("bridge+http://me:x@[::1]:80").webhook_secrets == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "bridge+http://me:hidden@api.bridgeapi.io",
        "bridge+ftp://me:hidden@127.0.0.1",
        "https://me:hidden@api.bridgeapi.io",
        "bridge+https://me@api.bridgeapi.io/hidden",
        "bridge+https://:hidden@api.bridgeapi.io",
        "bridge+https://me:hidden@",
        "bridge+https://me:hid/den@api.bridgeapi.io",
        "bridge+https://me:hidden@api.bridgeapi.io:port",
        "bridge+https://me:hidden@api.bridgeapi.io?webook=x",
        "bridge+https://me:hidden@api.bridgeapi.io?webhook=",
        "bridge+https://me:hidden@api.bridgeapi.io?webhook",
        "bridge+https://me:hidden@api.bridgeapi.io#x",
        "bridge+https://me:hidden%0A@api.bridgeapi.io",
        "bridge+https://me:hidd\u00e9n@api.bridgeapi.io",
        "bridge+https://me:hidden\uff20@api.bridgeapi.io",
        "bridge+https://me:hidden@[api",
        "memory:hidden",
        "hidden",
    ],
)
def test_a_wrong_setting_is_refused_without_its_secret(wrong):
    with pytest.raises(ValueError, match="COMPTOIR_BRIDGE") as fault:
        bridge.access(wrong)
    assert "hid" not in str(fault.value)
    assert fault.value.__cause__ is None


def test_an_access_is_what_it_says():
    assert isinstance(bridge.access("bridge+https://me:x@api.bridgeapi.io"), Access)


def test_a_bridge_that_is_asked_too_often_says_by_itself_how_long_to_wait(client, twin, user):
    twin.limit = Turnstile(2, 60)
    with pytest.raises(Unreachable, match="429") as away:
        for _ in range(3):
            list(client.transactions(user))
    assert 50 <= away.value.wait <= 60
    twin.limit = None
    assert labels(client, user)

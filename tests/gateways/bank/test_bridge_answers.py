"""Whatever a broken or hostile Bridge says, it is a movement to the cent or no answer at all."""

import json
import socket
import threading
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.domain.limits import is_amount, is_day
from comptoir.domain.money import is_payable
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge import Account, Item, Refused, Transaction, Unreachable, answers
from comptoir.gateways.bank.bridge.client import Bridge, movement

TRANSACTION = {
    "id": 33, "account_id": "a-7", "amount": Decimal("-6.92"), "currency_code": "eur", "date": "2026-11-09",
    "updated_at": "2026-11-09T10:00:00.000Z", "provider_description": "CB", "clean_description": "CB",
    "booking_date": "2026-11-09", "value_date": None, "deleted": False, "future": False, "category_id": 9,
}  # fmt: skip
ACCOUNT = {
    "id": 7,
    "item_id": 1,
    "name": "Courant",
    "currency_code": "EUR",
    "balance": Decimal("1.5"),
    "pro": True,
}
ITEM = {"id": 1, "status": 0, "provider_id": 574, "created_at": "2026-11-09T10:00:00Z"}
BASE = urlsplit("https://api.bridgeapi.io/eu")
LIST = "/v3/aggregation/transactions"

numbers = st.integers() | st.decimals() | st.booleans()
leaves = st.none() | numbers | st.text() | st.dates().map(str) | st.datetimes().map(str)
rubbish = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@pytest.fixture
def says():
    """A host that answers a token, then whatever it is told to, byte for byte."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = []

        def serve():
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return
                with link:
                    asked = link.recv(65536)
                    is_token = b"/authorization/token" in asked.partition(b"\r\n")[0]
                    link.sendall(TOKEN if is_token else lines[0])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def answers_with(raw):
            lines[:] = [raw]
            port = server.getsockname()[1]
            return Bridge(bridge.access(f"bridge+http://me:hidden@127.0.0.1:{port}"), patience=1)

        yield answers_with
        server.shutdown(socket.SHUT_RDWR)
    thread.join(2)


def http(body, status=200, head=""):
    raw = body if isinstance(body, bytes) else body.encode()
    return f"HTTP/1.1 {status} X\r\n{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw


TOKEN = http('{"access_token": "t"}')


def listed(*rows, **pagination):
    return http(json.dumps({"resources": rows, "pagination": pagination}, default=float))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"12",
        b"{}",
        b"<html>",
        b"\xff\xfe",
        b"{",
        b'{"resources": {}}',
        b'{"resources": null}',
        b'{"resources": [], "pagination": []x}',
        b'{"resources": [], "pagination": 7}',
        b'{"resources": [7]}',
        b'{"resources": [{}]}',
        b'{"resources": [{"id": 1, "status": NaN}]}',
        b'{"resources": [{"id": 1, "status": true}]}',
        b'{"resources": [{"id": 1, "status": "0"}]}',
        b'{"resources": [{"id": 1, "status": 1e9}]}',
        b'{"resources": [{"id": 1, "status": 99999999999999999999}]}',
        b'{"resources": [' + b"9" * 5000 + b"]}",
        b'{"resources": [{"id": 1, "status": 1e' + b"9" * 30 + b"}]}",
        b"[" * 200_000,
    ],
)
def test_what_is_no_list_of_connections_is_asked_later(says, body):
    with pytest.raises(Unreachable, match=r"\(réponse illisible\)"):
        says(http(body)).items("u")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 xx X\r\n\r\n",
        b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 200 X\r\nContent-Length: 99999999999\r\n\r\n{}",
        b"HTTP/1.1 200 X\r\n" + b"X: " + b"y" * 70_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 503 X\r\nRetry-After: " + b"9" * 60_000 + b"\r\n\r\n",
        "HTTP/1.1 429 X\r\nRetry-After: ²\r\nContent-Length: 0\r\n\r\n".encode("latin-1"),
        b"HTTP/1.1 429 X\r\nRetry-After: Mon, 99 Foo 99999 99:99:99\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_asked_later(says, raw):
    with pytest.raises(Unreachable) as away:
        says(raw).items("u")
    assert 0 <= away.value.wait <= 86400
    assert "hidden" not in str(away.value)


def test_an_answer_without_end_is_left(says, monkeypatch):
    monkeypatch.setattr("comptoir.gateways.bank.bridge.wire.LARGEST_ANSWER", 1000)
    with pytest.raises(Unreachable, match="volumineuse"):
        says(b"HTTP/1.1 200 X\r\n\r\n" + b"x" * 5000).items("u")


def test_a_list_that_leads_back_to_itself_is_ended(says):
    found = []
    with pytest.raises(Unreachable, match="sans fin"):
        for transaction in says(listed(TRANSACTION, next_uri=f"{LIST}?after=1")).transactions("u"):
            found.append(transaction)
    assert len(found) == 2


def test_a_list_without_end_is_ended(says, monkeypatch):
    monkeypatch.setattr("comptoir.gateways.bank.bridge.client.MOST_PAGES", 1)
    with pytest.raises(Unreachable, match="sans fin"):
        list(says(listed(next_uri=f"{LIST}?after=1")).transactions("u"))


def test_a_movement_of_another_account_than_the_one_asked_for_is_left(says):
    assert list(says(listed(TRANSACTION)).transactions("u", account="b")) == []
    assert len(list(says(listed(TRANSACTION)).transactions("u", account="a-7"))) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"code": "x.y", "message": "Non"}', "(422 x.y : Non)"),
        ('{"errors": [{"code": "x", "message": "Non"}]}', "(422 x : Non)"),
        ('{"message": "Non\\u0000\\nmerci"}', "(422 : Non \nmerci)"),
        ('{"code": 7, "message": {}}', "(422)"),
        ('{"errors": [7]}', "(422)"),
        ("<html>", "(422)"),
        ("[]", "(422)"),
        ("", "(422)"),
    ],
)
def test_a_refusal_is_said_in_bridges_words_or_by_its_number(says, body, words):
    with pytest.raises(Refused) as refusal:
        says(http(body, 422)).items("u")
    assert str(refusal.value) == f"{Refused.__doc__} {words}"


def test_a_long_refusal_is_said_briefly(says):
    with pytest.raises(Refused) as refusal:
        says(http(json.dumps({"code": "x" * 9999, "message": "y" * 9999}), 400)).items("u")
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    "body", ['{"access_token": "a\\nb"}', '{"access_token": ""}', "{}", '{"access_token": 7}', "[]"]
)
def test_a_token_that_no_header_can_carry_is_no_token(says, monkeypatch, body):
    assert says(listed()).items("u") == []
    monkeypatch.setitem(globals(), "TOKEN", http(body))
    with pytest.raises(Unreachable, match="illisible"):
        says(listed()).items("u")


def test_a_user_without_a_name_is_none(says):
    with pytest.raises(Unreachable, match="illisible"):
        says(http('{"uuid": "../x"}', 201)).user("dupont")
    with pytest.raises(Unreachable, match="illisible"):  # known already, and nobody says who
        says(http("{}", 409)).user("dupont")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "http://elsewhere.example/x", "https://", "https://a b/", "https://me:x@bank.example/",
        "https://[x/", "https://x:port/", "//x/y", "", 7, None, "https://x/" + "y" * 3000, "https://é.example/",
    ],
)  # fmt: skip
def test_a_page_to_which_no_client_may_be_sent_is_none(says, url):
    with pytest.raises(Unreachable, match="illisible"):
        says(http(json.dumps({"id": "s", "url": url}), 201)).connect("u", email="a@b.fr", callback="", context="")


def test_a_page_by_https_is_one(says):
    told = says(http('{"id": "s-1", "url": "https://connect.bridgeapi.io/x?y=z"}', 201))
    assert told.connect("u", email="a@b.fr", callback="", context="", item="it-1") == (
        "s-1", "https://connect.bridgeapi.io/x?y=z",
    )  # fmt: skip
    with pytest.raises(Unreachable):
        answers.session({"id": "s", "url": "http://127.0.0.1/x"}, BASE)


@pytest.mark.parametrize(
    "uri",
    [
        "https://elsewhere.example/v3/aggregation/transactions?after=1",
        "//elsewhere.example/v3/aggregation/transactions?after=1",
        "http://api.bridgeapi.io/v3/aggregation/transactions?after=1",
        "https://api.bridgeapi.io@elsewhere.example/v3/aggregation/transactions?after=1",
        "/v3/aggregation/users?after=1",
        "/v3/aggregation/transactions",
        "/v3/aggregation/transactions?a b",
        "/v3/aggregation/transactions?é",
        "/v3/aggregation/transactions?" + "x" * 3000,
        "https://[x/v3/aggregation/transactions?after=1",
        7,
        ["x"],
    ],
)
def test_a_list_that_leads_elsewhere_is_not_followed(uri):
    with pytest.raises(Unreachable):
        answers.page({"resources": [], "pagination": {"next_uri": uri}}, BASE, LIST)


@pytest.mark.parametrize("host", ["", "https://api.bridgeapi.io", "https://api.bridgeapi.io/eu"])
def test_the_next_page_is_asked_of_the_same_list(host):
    page = answers.page(
        {"resources": [1], "pagination": {"next_uri": f"{host}{LIST}?after=1&limit=2"}}, BASE, LIST
    )
    assert (page.rows, page.following) == ([1], "after=1&limit=2")


@pytest.mark.parametrize("pagination", [None, {}, {"next_uri": None}, {"next_uri": ""}])
def test_a_list_ends_where_nothing_follows(pagination):
    assert answers.page({"resources": [], "pagination": pagination}, BASE, LIST).following == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", None), ("id", True), ("id", -1), ("id", 10**64), ("id", ""), ("id", "a/b"), ("id", Decimal(1)),
        ("account_id", None), ("account_id", "x" * 65),
        ("amount", None), ("amount", "1.00"), ("amount", True), ("amount", Decimal("1.001")), ("amount", 10**12),
        ("amount", Decimal("1e999999999")), ("amount", Decimal("0e999999999")), ("amount", Decimal("1e-400000")),
        ("amount", Decimal("NaN")), ("amount", Decimal("Infinity")), ("amount", Decimal("sNaN")), ("amount", []),
        ("currency_code", None), ("currency_code", "EURO"), ("currency_code", "E1R"), ("currency_code", "éur"),
        ("currency_code", 978), ("date", None), ("date", "20261109"), ("date", "2026-02-30"), ("date", "0001-01-01"),
        ("date", "2026-11-09T00:00:00Z"), ("date", 20261109), ("date", "２０２６-11-09"), ("value_date", "demain"),
        ("updated_at", None), ("updated_at", ""), ("updated_at", "hier"), ("updated_at", 1), ("updated_at", "9999-12-31"),
        ("updated_at", "2026-11-09T10:00:00Z" + " " * 40), ("deleted", "false"), ("future", 0),
        ("provider_description", 7), ("clean_description", ["x"]), ("category_id", "a b"), ("operation_type", {}),
    ],
)  # fmt: skip
def test_a_movement_with_a_field_that_is_none_is_no_movement(name, value):
    with pytest.raises(Unreachable, match="illisible"):
        answers.transaction(TRANSACTION | {name: value})


@pytest.mark.parametrize(
    ("currency", "amount", "is_one"),
    [
        ("EUR", "12.34", True), ("EUR", "12.340", True), ("EUR", "12.345", False), ("JPY", "12", True),
        ("JPY", "12.5", False), ("XPF", "12.0", True), ("TND", "12.345", True), ("TND", "1.2345", False),
        ("EUR", "999999999999.99", True), ("EUR", "-0.0", True), ("EUR", "1E+3", True),
    ],
)  # fmt: skip
def test_an_amount_has_no_more_decimals_than_its_currency(currency, amount, is_one):
    row = TRANSACTION | {"currency_code": currency, "amount": Decimal(amount)}
    if is_one:
        assert answers.transaction(row).amount == Decimal(amount)
    else:
        with pytest.raises(Unreachable):
            answers.transaction(row)


def test_an_amount_passes_through_no_float():
    told = answers.parsed(b'{"amount": 0.1, "other": 123456789012.34, "whole": 12}')
    assert told == {"amount": Decimal("0.1"), "other": Decimal("123456789012.34"), "whole": 12}
    assert str(answers.transaction(TRANSACTION | {"amount": Decimal("-0.00")}).amount) == "0"


def test_a_balance_may_be_finer_than_a_coin_and_an_account_may_have_none():
    assert answers.account(ACCOUNT | {"balance": Decimal("1.23456")}).balance == Decimal("1.23456")
    bare = answers.account({"id": "x", "item_id": "y", "currency_code": "usd", "data_access": "disabled"})
    assert (bare.balance, bare.is_shared, bare.currency_code, bare.iban) == (None, False, "USD", None)


@pytest.mark.parametrize(
    ("iban", "kept"),
    [("FR76 3000 4000 0312 3456 7890 143", "FR7630004000031234567890143"), ("FR76****0143", None), ("", None)],
)
def test_an_iban_is_whole_or_none(iban, kept):
    assert answers.account(ACCOUNT | {"iban": iban}).iban == kept


def test_words_are_kept_plain_and_short():
    told = answers.transaction(TRANSACTION | {"provider_description": "A\x00B\ud800" + "x" * 10**6})
    assert told.provider_description.startswith("A B x")
    assert len(told.provider_description) == answers.LONGEST_LABEL


def mangled(row):
    """The row, with some fields replaced by anything or gone."""
    fields = st.dictionaries(st.sampled_from(sorted(row)), rubbish, max_size=3)
    return st.builds(lambda changed, gone: {k: v for k, v in (row | changed).items() if k not in gone},
                     fields, st.sets(st.sampled_from(sorted(row)), max_size=2))  # fmt: skip


@settings(deadline=None)  # a busy machine is no fault
@given(mangled(TRANSACTION) | rubbish)
def test_any_row_is_a_sound_movement_or_no_answer(row):
    try:
        found = answers.transaction(row)
    except Unreachable:
        return
    assert isinstance(found, Transaction)
    told = movement(found)
    assert is_amount(told.amount)
    assert is_payable(told.amount, found.currency_code)
    assert is_day(told.booked_on)
    assert told.label
    assert answers.later(found.updated_at, "") == found.updated_at


@settings(deadline=None)
@given(mangled(ACCOUNT) | rubbish)
def test_any_row_is_an_account_or_no_answer(row):
    try:
        found = answers.account(row)
    except Unreachable:
        return
    assert isinstance(found, Account)
    assert len(found.currency_code) == 3
    assert found.balance is None or is_amount(found.balance)


@settings(deadline=None)
@given(mangled(ITEM) | rubbish)
def test_any_row_is_a_connection_or_no_answer(row):
    try:
        assert isinstance(answers.item(row), Item)
    except Unreachable:
        return


@settings(deadline=None)
@given(rubbish, rubbish)
def test_any_answer_is_read_or_is_none(answer, uri):
    for read in (
        lambda: answers.page(answer, BASE, LIST),
        lambda: answers.page({"resources": [], "pagination": {"next_uri": uri}}, BASE, LIST),
        lambda: answers.token(answer),
        lambda: answers.token({"access_token": "t", "user": uri}),
        lambda: answers.session({"id": "s", "url": uri}, BASE),
        lambda: answers.user_uuid(answer),
    ):
        try:
            read()
        except Unreachable:
            continue


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode) | rubbish.map(lambda told: json.dumps(told, default=str).encode()))
def test_any_bytes_are_json_or_no_answer(raw):
    try:
        answers.parsed(raw)
    except Unreachable:
        return

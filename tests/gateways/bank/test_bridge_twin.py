"""The twin is as strict as Bridge, connects a bank as a client would, and tells the news that Bridge would tell."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from comptoir.domain.money import is_payable
from comptoir.gateways.bank import bridge
from comptoir.gateways.bank.bridge import webhook
from comptoir.gateways.bank.bridge.client import Bridge
from comptoir.gateways.bank.bridge.statuses import Act, advice
from comptoir.gateways.bank.bridge.twin import Twin, bakery

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SESSION = {"email": "bob@dupont.example", "callback": "https://cabinet.example/retour?a=1", "context": "ctx-1"}
HEADERS = {"Client-Id": "client", "Client-Secret": "secret", "Bridge-Version": "2025-01-15"}
JSON = HEADERS | {"Content-Type": "application/json"}


@pytest.fixture
def twin():
    with Twin(clock=lambda: NOON, refresh_after=None) as twin:
        yield twin


@pytest.fixture
def client(twin):
    return Bridge(bridge.access(twin.address), patience=2)


@pytest.fixture
def user(client):
    return client.user("dupont")


@pytest.fixture
def listener():
    """A door on this machine that keeps what is posted to it."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.path, body, self.headers[webhook.HEADER]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/news?x=1", taken
    server.shutdown()
    thread.join()
    server.server_close()


def call(twin, method, path, headers=None, body=None):
    place = urlsplit(twin.address.removeprefix("bridge+"))
    link = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
    try:
        link.request(method, path, body, headers or {})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        link.close()


def visit(url, **typed):
    """The page of a session, filled in where something is typed; the address it leads back to is taken apart."""
    place = urlsplit(url)
    link = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
    try:
        link.request("POST" if typed else "GET", place.path, urlencode(typed, doseq=True) or None)
        answer = link.getresponse()
        back = urlsplit(answer.headers.get("Location", ""))
        told = {name: values[0] for name, values in parse_qs(back.query).items()}
        return answer.status, answer.read().decode(), told
    finally:
        link.close()


def connected(client, user, login, **more):
    _, url = client.connect(user, **SESSION)
    typed = {"bank": "574", "login": login, "account": ["0", "1", "2"], "act": "connect"}
    return visit(url, **typed | more)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "invalid_client_credentials"),
        (HEADERS | {"Client-Secret": "x"}, 401, "invalid_client_credentials"),
        (HEADERS | {"Bridge-Version": "2021-06-01"}, 400, "invalid_version"),
        (HEADERS, 401, "invalid_token"),
        (HEADERS | {"Authorization": "Bearer x"}, 401, "invalid_token"),
        (HEADERS | {"Authorization": "Basic x"}, 401, "invalid_token"),
    ],
)
def test_who_does_not_say_who_asks_is_refused(twin, headers, status, code):
    found, _, body = call(twin, "GET", "/v3/aggregation/items", headers)
    assert (found, json.loads(body)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (HEADERS, "{}", 415), (JSON, "{", 422), (JSON, "[]", 400), (JSON, '{"uuid": 1}', 400),
        (JSON, '{"external_user_id": 1}', 400), (JSON, '{"external_user_id": "a"}', 201), (JSON, "{}", 201),
    ],
)  # fmt: skip
def test_a_body_is_what_bridge_documents(twin, headers, body, status):
    assert call(twin, "POST", "/v3/aggregation/users", headers, body)[0] == status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"context": "a b"}, "invalid_context"), ({"context": 7}, "invalid_context"),
        ({"account_types": "some"}, "invalid_account_types"), ({"user_email": "bob"}, "invalid_user_email"),
        ({"callback_url": "ftp://x"}, "invalid_callback_url"), ({"item": 1}, "invalid_body"),
    ],
)  # fmt: skip
def test_a_session_is_asked_for_as_bridge_documents(twin, client, user, body, code):
    client.items(user)
    headers = JSON | {"Authorization": f"Bearer {list(twin.books.tokens)[-1]}"}
    told = json.dumps({"user_email": "bob@dupont.example"} | body)
    status, _, answer = call(twin, "POST", "/v3/aggregation/connect-sessions", headers, told)
    assert (status, json.loads(answer)["code"]) == (400, code)


def test_a_session_that_leads_back_nowhere_ends_on_its_page(client, user):
    _, url = client.connect(user, email="bob@dupont.example", callback="", context="")
    status, page, told = visit(url, bank="574", login="success", account=["0"], act="connect")
    assert (status, told) == (200, {})
    assert "fermer cette page" in page


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "since=hier", "min_date=x", "after=%C3%A9", "after=eA==", "page=2"],
)
def test_a_list_is_asked_for_as_bridge_documents(twin, client, user, query):
    client.items(user)
    token = {"Authorization": f"Bearer {list(twin.books.tokens)[-1]}"}
    assert call(twin, "GET", f"/v3/aggregation/transactions?{query}", HEADERS | token)[0] == 400
    assert call(twin, "GET", "/v3/aggregation/transactions?limit=1", HEADERS | token)[0] == 200
    assert call(twin, "GET", "/v3/aggregation/elsewhere", HEADERS | token)[0] == 404
    assert call(twin, "DELETE", "/v3/aggregation/items", HEADERS | token)[0] == 404


def test_one_movement_is_told_alone_and_fields_without_a_value_are_left_out(twin, client, user):
    twin.connect("dupont")
    (future,) = [each for each in client.transactions(user) if each.future]
    token = {"Authorization": f"Bearer {list(twin.books.tokens)[-1]}"}
    status, _, body = call(twin, "GET", f"/v3/aggregation/transactions/{future.id}", HEADERS | token)
    assert (status, "booking_date" in json.loads(body), "null" in body) == (200, False, False)
    assert call(twin, "GET", "/v3/aggregation/transactions/1", HEADERS | token)[0] == 404


def test_a_body_larger_than_any_question_is_not_read(twin):
    place = urlsplit(twin.address.removeprefix("bridge+"))
    link = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
    link.putrequest("POST", "/v3/aggregation/users")
    link.putheader("Content-Length", str(10**9))
    link.endheaders()
    assert link.getresponse().status == 413
    link.close()


def test_the_page_needs_no_script_and_says_what_it_shares(client, user):
    _, url = client.connect(user, **SESSION)
    status, page, _ = visit(url)
    assert status == 200
    assert '<html lang="fr">' in page
    for words in ("Demo Bank", "Compte courant pro", "Livret entreprise", "(USD)", "Valider", "Annuler"):
        assert words in page
    assert "<script" not in page
    assert set(re.findall(r'<label for="(\w+)"', page)) == {"login", "password"}


@pytest.mark.parametrize(
    ("login", "status", "success", "step"),
    [
        ("success", 0, "true", "sync_success"), ("otp", 0, "true", "sync_success"),
        ("app2app", 0, "true", "sync_success"), ("success.1010", 1010, "true", "sync_success"),
        ("otp_fail", 1010, "false", "otp_form"), ("app2app_expiry", 1010, "false", "otp_form"),
        ("402", 402, "false", "sync_error"), ("429", 429, "false", "sync_error"),
        ("1003", 1003, "false", "sync_error"), ("1005_CLOSED_ACCOUNT", 1005, "false", "sync_error"),
    ],
)  # fmt: skip
def test_each_login_of_demo_bank_ends_as_it_says(client, user, login, status, success, step):
    seen, page, told = connected(client, user, login)
    if "otp" in login or "app" in login:
        assert seen == 200
        assert "Confirmer que c’est bien vous" in page
        _, _, told = connected(client, user, login, confirmed="1")
    (item,) = client.items(user)
    assert item.status.code == status
    assert told == {
        "a": "1", "item_id": item.id, "user_uuid": user, "success": success, "step": step, "context": "ctx-1",
    }  # fmt: skip
    assert bool(client.accounts(user)) is (success == "true")


def test_a_page_that_is_left_connects_nothing_and_serves_once(client, user):
    _, url = client.connect(user, **SESSION)
    status, _, told = visit(url, act="cancel")
    assert (status, told) == (
        303, {"a": "1", "user_uuid": user, "success": "false", "step": "bank_creds_form", "context": "ctx-1"},
    )  # fmt: skip
    assert client.items(user) == []
    assert visit(url)[0] == visit(url, act="connect", bank="574", login="success")[0] == 410
    assert visit(url + "x")[0] == 410


@pytest.mark.parametrize("typed", [{"login": "<b>"}, {"bank": "12"}, {"login": ""}])
def test_what_demo_bank_does_not_know_is_asked_again(client, user, typed):
    status, page, _ = connected(client, user, **{"login": "success"} | typed)
    assert status == 422
    assert 'role="alert"' in page
    assert "<b>" not in page
    assert client.items(user) == []


def test_an_account_that_is_not_ticked_shows_nothing(client, user):
    connected(client, user, "success", account=["0"])
    shared = {account.name: account for account in client.accounts(user)}
    assert [name for name, account in shared.items() if account.is_shared] == ["Compte courant pro"]
    assert shared["Livret entreprise"].balance is None
    assert {each.account_id for each in client.transactions(user)} == {shared["Compte courant pro"].id}


def test_a_connection_that_is_repaired_is_the_same_and_well_again(twin, client, user):
    item_id = twin.connect("dupont", login="402")
    _, url = client.connect(user, **SESSION, item=str(item_id))
    assert "Reconnecter votre banque" in visit(url)[1]
    assert visit(url, bank="574", login="success", account=["0"], act="connect")[2]["item_id"] == str(item_id)
    assert [(item.id, item.status.code) for item in client.items(user)] == [(str(item_id), 0)]
    known = {each.id for each in client.transactions(user)}
    twin.set_status(item_id, 1010)
    twin.connect("dupont", login="success.1010", item_id=item_id)
    assert [item.status.code for item in client.items(user)] == [0]
    assert known <= {each.id for each in client.transactions(user)}
    with pytest.raises(ValueError, match="nobody"):
        twin.connect("dupont", login="nobody")


def test_a_connection_that_is_not_well_gets_nothing_new(twin, client, user):
    item_id = twin.connect("dupont", login="success.1010")
    before = len(list(client.transactions(user)))
    twin.refresh()
    (item,) = client.items(user)
    assert (item.status.code, len(list(client.transactions(user)))) == (1010, before)
    assert advice(item.status.code, since=None, now=NOON).act is Act.RECONNECT
    twin.connect("dupont", item_id=item_id)
    twin.refresh()
    assert len(list(client.transactions(user))) > before


def test_the_rest_comes_by_itself_some_seconds_later():
    with Twin(clock=lambda: NOON, refresh_after=0.1) as twin:
        client = Bridge(bridge.access(twin.address))
        twin.connect("dupont")
        user = client.user("dupont")
        at_first = len(list(client.transactions(user)))
        until = time.monotonic() + 10
        while len(list(client.transactions(user))) == at_first and time.monotonic() < until:
            time.sleep(0.05)
        assert len(list(client.transactions(user))) > 150 > at_first


def test_a_twin_begun_again_gives_the_same_identifiers(twin, client, user):
    twin.connect("dupont")
    twin.refresh()
    found = {(each.id, each.provider_description) for each in client.transactions(user)}
    with Twin(clock=lambda: NOON, refresh_after=None) as other:
        other.connect("dupont")
        other.refresh()
        again = Bridge(bridge.access(other.address))
        assert {(each.id, each.provider_description) for each in again.transactions(again.user("dupont"))} == found
        other.connect("aubry")
        other.refresh()
        neighbours = {each.id for each in again.transactions(again.user("aubry"))}
    assert not neighbours & {id for id, _ in found}


def test_the_bakery_moves_as_a_bakery_does_and_its_transfers_meet():
    current, savings, dollars = bakery(NOON.date())
    assert (savings.type, dollars.currency) == ("savings", "USD")
    labels = " ".join(moved.label for moved in current.moved)
    for words in (
        "REMISE CB",
        "PRLV SEPA EDF",
        "URSSAF",
        "VIR INST RECU",
        "CHEQUE",
        "ECHEANCE PRET",
        "CARTE",
        "ESPECES",
    ):
        assert words in labels
    sent = {moved.on: moved.amount for moved in current.moved if "VERS LIVRET" in moved.label}
    assert sent == {moved.on: -moved.amount for moved in savings.moved}
    assert (NOON.date() - min(moved.on for moved in current.moved)).days >= 85
    assert all(is_payable(moved.amount, "EUR") and moved.amount for moved in current.moved)
    later = bakery(NOON.date() + timedelta(days=1))[0].moved
    assert {moved for moved in current.moved if moved.on > NOON.date() - timedelta(days=80)} <= set(later)


def test_news_is_posted_signed_and_says_what_came(listener):
    address, taken = listener
    with Twin(clock=lambda: NOON, refresh_after=None, webhook=address) as twin:
        client = Bridge(bridge.access(twin.address))
        user = client.user("dupont")
        item_id = twin.connect("dupont")
        twin.refresh()
        client.forget(user, str(item_id))
        twin.test_event()
        secrets = bridge.access(twin.address).webhook_secrets
    assert all(path == "/news?x=1" and webhook.verify(secrets, raw, header) for path, raw, header in taken)
    events = [webhook.parse(raw) for _, raw, _ in taken]
    assert [event.type for event in events] == [
        "item.created", "item.refreshed", *["item.account.updated"] * 3,
        "item.refreshed", *["item.account.updated"] * 3, "item.deleted", "TEST_EVENT",
    ]  # fmt: skip
    assert {event.item_id for event in events} == {str(item_id), ""}
    assert {event.user_uuid for event in events} == {user, ""}
    assert len({event.key for event in events}) == len(events)
    told = json.loads(taken[6][1], parse_float=Decimal)["content"]
    assert told["nb_new_transactions"] > 100 > told["nb_updated_transactions"] == 0
    assert [news.status for news in twin.post.sent] == [204] * len(events)


def test_who_takes_the_news_may_ask_about_it_before_answering():
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(len(client.items(user)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        with Twin(refresh_after=None, webhook=f"http://127.0.0.1:{server.server_port}/x") as twin:
            client = Bridge(bridge.access(twin.address), patience=2)
            user = client.user("dupont")
            item_id = twin.connect("dupont")
            twin.refresh()
            client.forget(user, str(item_id))
            assert {news.status for news in twin.post.sent} == {204}
        server.shutdown()
    assert asked == [1] * (len(asked) - 1) + [0]


def test_a_refused_refresh_is_news_of_the_connection_alone(twin):
    twin.connect("dupont", login="success.1010")
    before = len(twin.post.sent)
    twin.refresh()
    (news,) = twin.post.sent[before:]
    told = json.loads(news.raw)["content"]
    assert (news.type, told["status_code"], told["full_refresh"]) == ("item.refreshed", 1010, False)


def test_while_a_secret_is_changed_both_sign(twin):
    twin.rotate("second")
    assert bridge.access(twin.address).webhook_secrets == ("second", "webhook-secret")
    twin.test_event()
    twin.end_rotation()
    twin.test_event()
    during, after = twin.post.sent
    assert webhook.verify(["webhook-secret"], during.raw, during.signature)
    assert webhook.verify(["second"], during.raw, during.signature)
    assert webhook.verify(["second"], after.raw, after.signature)
    assert not webhook.verify(["webhook-secret"], after.raw, after.signature)


def test_news_leaves_this_machine_never_and_waits_for_nobody():
    for address in ("http://bank.example/x", "https://127.0.0.1/x"):
        with pytest.raises(ValueError, match="this machine only"):
            Twin(webhook=address)
    with Twin(refresh_after=None, webhook="http://127.0.0.1:9/x") as twin:
        twin.test_event()
        assert [news.status for news in twin.post.sent] == [0]


def test_it_runs_by_itself_and_says_its_setting():
    command = [sys.executable, "-m", "comptoir.gateways.bank.bridge.twin"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            name, _, address = process.stdout.readline().strip().partition("=")
            assert name == "COMPTOIR_BRIDGE"
            assert Bridge(bridge.access(address)).user("dupont")
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
